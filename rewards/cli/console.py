"""Where the command prints: what was asked for on standard output, everything else on standard error."""

from __future__ import annotations

import shutil
from contextlib import suppress
from typing import Any

from rich.console import Console
from rich.text import Text

from rewards.cli.errors import CommandError
from rewards.cli.streams import writing
from rewards.core.explain import printable

OK, UNSCORED, FAILED, BUG, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 3, 130, 141
"""Exit statuses: all is well; something has no score or would be refused; not done; a bug of ours; Ctrl-C; SIGPIPE."""


class _Console(Console):
    """A console that leaves a reader who went away to `main`, and pads no line where it is no terminal."""

    def __init__(self, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, markup=False, emoji=False)
        if self.width < 1:  # COLUMNS=0 means nothing is known
            self.width = shutil.get_terminal_size().columns

    def print(self, *objects: Any, **options: Any) -> None:
        """Print; without the blanks at the ends of lines that tables are filled up with, but on a terminal."""
        with writing("standard error" if self.stderr else "standard output"):
            if self.is_terminal:
                super().print(*objects, **options)
                return
            with self.capture() as captured:
                super().print(*objects, **options)
            self.file.write("\n".join(line.rstrip() for line in captured.get().split("\n")))

    def on_broken_pipe(self) -> None:
        """Raise, where rich would end the program itself, with status 1."""
        raise BrokenPipeError


def stdout() -> Console:
    """For what was asked for."""
    return _Console()


def stderr() -> Console:
    """For progress, warnings and errors."""
    return _Console(stderr=True)


def note(text: str, style: str = "dim") -> None:
    """One line on standard error; where that can't be written, nobody is told and the run goes on."""
    with suppress(CommandError):
        stderr().print(Text(printable(text), style=style), soft_wrap=True)


def count(number: int) -> str:
    """A whole number with its thousands apart.

    >>> count(1234567)
    '1,234,567'
    """
    return f"{number:,}"


def counted(number: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "row"), counted(2000, "row")
    ('1 row', '2,000 rows')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def duration(seconds: float) -> str:
    """A time that a person reads at a glance.

    >>> duration(0.0042), duration(3.21), duration(75), duration(7300)
    ('4 ms', '3.2 s', '1 min 15 s', '2 h 1 min')
    """
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms" if seconds >= 0.001 or not seconds else "<1 ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def number(value: float | None) -> str:
    """A value in four digits, `–` for none.

    >>> number(0.5), number(None), number(1234567.0)
    ('0.5', '–', '1.235e+06')
    """
    return "–" if value is None else f"{value:.4g}"


def percent(part: int, whole: int) -> str:
    """A share, never rounded to nothing or to all.

    >>> percent(1, 3), percent(1, 100_000), percent(99_999, 100_000)
    ('33.3%', '<0.1%', '>99.9%')
    """
    share = 100 * part / whole if whole else 0.0
    if 0 < share < 0.1:
        return "<0.1%"
    if 99.9 < share < 100:
        return ">99.9%"
    return f"{share:.1f}%".replace(".0%", "%")
