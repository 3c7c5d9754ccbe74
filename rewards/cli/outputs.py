"""Where a command writes: what it must not overwrite, and names it can't write, are refused before any work."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rewards.cli.errors import CommandError
from rewards.cli.streams import writing

ROWS = (".jsonl", ".jsonl.gz", ".parquet")
"""What files of rows are called."""


def is_stream(out: Path) -> bool:
    """Whether it is a pipe or a device, which takes what comes and keeps nothing."""
    return out.exists() and not out.is_file() and not out.is_dir()


def form_of(out: Path, forms: Sequence[str] = ROWS) -> str:
    """Which of the forms a name asks for.

    Raises:
        CommandError: none of them.

    >>> form_of(Path("scored.jsonl.gz")), form_of(Path("A.PARQUET"))
    ('.jsonl.gz', '.parquet')
    """
    for form in forms:
        if out.name.lower().endswith(form):
            return form
    named = " or ".join([", ".join(forms[:-1]), forms[-1]] if len(forms) > 1 else forms)
    asked = f"{out.suffix} is not written" if out.suffix else "a name without a suffix says no form"
    raise CommandError(f"{out}: {asked}; name it {named}")


def refuse_misnamed(out: Path, inputs: Iterable[str], forms: Sequence[str] = ROWS) -> None:
    """Refuse what can't be an output, whatever stands there.

    Raises:
        CommandError: it is a folder or one of the inputs, its folder is not there, or its name asks for another form.
    """
    if out.is_dir():
        raise CommandError(f"{out} is a folder; name a file in it: {out / f'out{forms[0]}'}")
    if not out.parent.is_dir():
        raise CommandError(f"there is no folder {out.parent}; make it: mkdir -p {out.parent}")
    if any(name != "-" and out.exists() and Path(name).exists() and out.samefile(name) for name in inputs):
        raise CommandError(f"{out} is the input too; write to another file")
    form_of(out, forms)


def refuse_existing(out: Path) -> None:
    """Refuse to replace a file that nobody said may go.

    Raises:
        CommandError: it is there.
    """
    if out.exists():
        raise CommandError(f"{out} exists; choose another name, or replace it: --restart")


class Target:
    """Where a result goes that is written at once, at the end.

    Args:
        name: a path; `-` is standard output.
        inputs: the files that are read.
        forms: what its name may end in.
        restart: whether a file that is there may go.

    Raises:
        CommandError: it must not be written, see `refuse_misnamed` and `refuse_existing`.
    """

    def __init__(self, name: str, inputs: Iterable[str], forms: Sequence[str] = ROWS, restart: bool = False) -> None:
        self.path = None if name == "-" else Path(name)
        self.form = forms[0]
        if self.path is None or is_stream(self.path):
            return
        refuse_misnamed(self.path, inputs, forms)
        if not restart:
            refuse_existing(self.path)
        self.form = form_of(self.path, forms)

    def write_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write rows in the form that the name asks for.

        Raises:
            CommandError: the file can't be written.
        """
        from rewards.cli.jsonl import as_json

        if self.form == ".parquet":
            from rewards.cli.arrow import parquet_bytes

            self.write(parquet_bytes(rows))
            return
        data = b"".join(as_json(row) + b"\n" for row in rows)
        self.write(gzip.compress(data, mtime=0) if self.form == ".jsonl.gz" else data)

    def write(self, data: bytes) -> None:
        """Write all of it, so that a file is there entirely or as it was before.

        Raises:
            CommandError: the file can't be written.
        """
        from rewards.spct.journal import replace

        if self.path is None:
            with writing("standard output"):
                sys.stdout.buffer.write(data)
                sys.stdout.buffer.flush()
            return
        with writing(str(self.path)):
            if is_stream(self.path):
                with self.path.open("wb") as file:
                    file.write(data)
            else:
                replace(self.path, data)
