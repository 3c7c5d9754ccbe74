"""A busy host: the time in which a program had no core is not held against it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from sandbox import Job, Limits, LocalSandbox, Status, WallUnavailableError
from sandbox.runner import attempt
from sandbox.runner.usage import STRETCH


@pytest.fixture(params=["namespaces", "landlock"])
def crowded_wall(request: pytest.FixtureRequest) -> Iterator[LocalSandbox]:
    """A wall whose programs share one core with two others that never sleep."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    others = [
        subprocess.Popen(
            [sys.executable, "-c", "import time; end = time.monotonic() + 60\nwhile time.monotonic() < end: pass"]
        )
        for _ in range(2)
    ]
    sandbox = LocalSandbox(workers=1, wall=request.param)
    try:
        sandbox.start()
        yield sandbox
    except WallUnavailableError as error:
        pytest.skip(str(error).replace("\n", " "))
    finally:
        sandbox.close()
        for other in others:
            other.kill()
            other.wait()
        os.sched_setaffinity(0, before)


def test_a_program_without_a_core_is_not_late(crowded_wall: LocalSandbox) -> None:
    """0.4 s of work beside two others takes about 1.2 s: more than twice the wall time of 0.5 s."""
    if not os.path.exists("/proc/self/schedstat"):
        pytest.skip("this kernel does not say how long a process waited for a core")
    work = b"import time\nwhile time.process_time() < 0.4: pass\nprint('done')"
    sleep = b"import time; time.sleep(60)"
    limits = Limits(wall_s=0.5, cpu_s=2.0)
    worked, slept = crowded_wall.run(
        [Job(("python", "main.py"), {"main.py": text}, limits=limits) for text in (work, sleep)]
    )
    if worked.status is Status.WALL_LIMIT:  # the host is busier still: then it was given all that there is to give
        assert worked.wall_s >= STRETCH * limits.wall_s
    else:
        assert (worked.status, worked.stdout) == (Status.EXITED, b"done\n"), worked
        assert worked.wall_s > limits.wall_s
    assert slept.status is Status.WALL_LIMIT


def test_a_sleeping_program_does_not_queue_and_a_crowded_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadline goes back by the time in the queue, up to three times the wall time."""
    monkeypatch.setattr("sandbox.runner.attempt.time.monotonic", lambda: 100.0)
    for queued, left in ((0.0, -1.0), (0.5, -0.5), (1.5, 0.5), (1e9, 5.0)):
        monkeypatch.setattr("sandbox.runner.usage.time_queued", lambda _, queued=queued: queued)
        assert attempt._left(99.0, 2.0) == pytest.approx(left)
    assert attempt._left(107.0, 2.0) == 7.0
