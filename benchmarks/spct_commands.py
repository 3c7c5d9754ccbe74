"""Commands of several runs side by side on one GPU, each with a log of its own."""

from __future__ import annotations

import subprocess
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

LAST = 30


class Commands:
    """Runs commands, tells the lines that matter, and lets only so many train at once.

    What a command prints goes to its run's log; of it, the lines that begin with the step's name are told. The last
    lines of a command that fails are told too.

    Args:
        trainers: how many commands may train at once: a trainer of 1.5 B parameters in full takes up to 50 GB.
        report: told each line.
    """

    def __init__(self, trainers: int, report: Callable[[str], None]) -> None:
        self._turn = threading.BoundedSemaphore(trainers)
        self._report = report

    def run(self, log: Path, step: str, command: Sequence[str], *, trains: bool = False) -> int:
        """Run one command of the run that this log belongs to; gives its exit status."""
        where, last = log.stem, deque[str](maxlen=LAST)
        log.parent.mkdir(parents=True, exist_ok=True)
        with (
            self._turn if trains else nullcontext(),
            log.open("a", encoding="utf-8") as kept,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process,
        ):
            for line in (one.decode(errors="replace").rstrip() for one in process.stdout or ()):
                print(line, file=kept, flush=True)
                last.append(line)
                if line.startswith(f"{step}:"):
                    self._report(f"{where} · {line}")
        if process.returncode:
            told = "\n".join(f"    {line}" for line in last)
            self._report(f"{where} · {step} ended with status {process.returncode}; all of it is in {log}\n{told}")
        return process.returncode


def side_by_side(runs: Sequence[Callable[[], int]], at_once: int) -> int:
    """Do all runs, so many at once, to the end even where one fails; gives the first status that is not 0."""
    with ThreadPoolExecutor(max(1, at_once)) as threads:
        statuses = list(threads.map(lambda run: run(), runs))
    return next((status for status in statuses if status), 0)
