"""Standard output and standard error: signs that they have no letters for, and disks that are full."""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rewards.cli.errors import CommandError

PLAIN = dict(zip("\N{NO-BREAK SPACE}…–−—×✓✗⏎→≤∞─│├└█", " ~---x+x|><i-||`#", strict=True))
"""What stands for a sign of ours that an encoding lacks, as wide as the sign; for others a question mark."""


def _in_plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(PLAIN.get(sign, "?") for sign in error.object[error.start : error.end]), error.end


def speak_plainly() -> None:
    """Have both streams replace what their encoding lacks, in place of raising."""
    codecs.register_error("rewards.plain", _in_plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="rewards.plain")


@contextmanager
def writing(what: str, behind: str = "") -> Iterator[None]:
    """Say in a line that something can't be written; a reader who went away is left to `main`.

    Args:
        what: what is written.
        behind: what is said behind the reason.

    Raises:
        CommandError: the disk is full, the terminal is gone, …
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CommandError(f"{what} can't be written: {error.strerror or error}{behind}") from error


def flush_stdout() -> None:
    """Write what waits, here, where a reader that went away is no error.

    Raises:
        CommandError: it can't be written.
    """
    with writing("standard output"):
        sys.stdout.flush()


def let_go() -> None:
    """Drop what standard output could not take, of which Python would complain while it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
