"""What every wall takes and gives back: jobs in, bytes and a status out.

A sandbox runs programs. It never sees what a program was expected to print and never says whether it passed: that
is decided outside, by whoever holds the expected output.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

__all__ = ["PYTHON", "Job", "Limits", "Run", "Sandbox", "SandboxDeadError", "Status", "WallUnavailableError"]

PYTHON = "python"
"""`Job.argv[0]` that means "the wall's own warm interpreter"; anything else is executed as a program."""


class WallUnavailableError(RuntimeError):
    """This host cannot give the wall that was asked for; the message says what is missing and how to get it."""


class SandboxDeadError(RuntimeError):
    """The sandbox was closed, or its host no longer answers."""


class Status(StrEnum):
    """How a program ended. Only `FAILED` is the sandbox's own fault."""

    EXITED = "exited"
    SIGNALLED = "signalled"
    CPU_LIMIT = "cpu_limit"
    WALL_LIMIT = "wall_limit"
    MEMORY_LIMIT = "memory_limit"
    OUTPUT_LIMIT = "output_limit"
    PROCESS_LIMIT = "process_limit"
    FILE_LIMIT = "file_limit"
    DISK_LIMIT = "disk_limit"
    KILLED_RUNNER = "killed_runner"
    """The program took its runner down with it, twice, while other programs ran well: the program is to blame."""
    FAILED = "failed"
    """The sandbox could not run the program; says nothing about the program."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one program may use. Every field is a hard limit with a status of its own.

    Args:
        wall_s: seconds from start to end. Where the kernel says how long the program stood in line for a core on a busy
            host, that time is not counted, up to three times `wall_s`.
        cpu_s: seconds of processor time, the limit that is the same on a busy host.
        memory_mib: memory of the program and its children together.
        output_kib: standard output and standard error, each.
        processes: processes and threads alive at once, the program's own included.
        files: files and directories that may exist at once in its private file system.
        disk_mib: size of that file system.

    >>> Limits(cpu_s=2).wall_s
    30.0
    >>> Limits(wall_s=0)
    Traceback (most recent call last):
    ...
    ValueError: wall_s must be a finite number above 0 (got 0); leave it out for the default
    """

    wall_s: float = 30.0
    cpu_s: float = 10.0
    memory_mib: int = 512
    output_kib: int = 4096
    processes: int = 64
    files: int = 2048
    disk_mib: int = 64

    def __post_init__(self) -> None:
        for name in ("wall_s", "cpu_s", "memory_mib", "output_kib", "processes", "files", "disk_mib"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
                raise ValueError(
                    f"{name} must be a finite number above 0 (got {value!r}); leave it out for the default"
                )
            if name.endswith("_s"):
                object.__setattr__(self, name, float(value))
            elif not isinstance(value, int):
                raise ValueError(f"{name} must be a whole number (got {value!r})")


@dataclass(frozen=True, slots=True)
class Job:
    """One program to run, with everything it may see.

    Args:
        argv: `("python", "main.py", ...)` runs a file in the wall's warm interpreter; anything else is executed.
        files: relative path to content, laid down in the working directory before the start.
        stdin: what the program reads from standard input.
        limits: what it may use.
        env: variables added to the wall's own small environment.
        executable: names from `files` that are to be executable.
        collect: relative paths to bring back, where they exist, as `Run.files`.
        peer: a second program with walls of its own. The two share one thing: a stream, open in both as file
            descriptor 3. The run ends when the first program ends; its `Run.peer` says how the second one fared.
            Files of the one are never in reach of the other, so tests can talk to a candidate it cannot read.

    >>> Job(("python", "main.py"), {"main.py": b"print(1)"}).limits.memory_mib
    512
    >>> Job(("python", "../main.py"), {"../main.py": b""})
    Traceback (most recent call last):
    ...
    ValueError: file names must be relative and stay below the working directory (got '../main.py')
    """

    argv: tuple[str, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    stdin: bytes = b""
    limits: Limits = field(default_factory=Limits)
    env: Mapping[str, str] = field(default_factory=dict)
    executable: tuple[str, ...] = ()
    collect: tuple[str, ...] = ()
    peer: Job | None = None

    def __post_init__(self) -> None:
        if not self.argv or not all(isinstance(word, str) for word in self.argv):
            raise ValueError(f"argv must be a tuple of words with at least one in it (got {self.argv!r})")
        if any("\0" in word for word in self.argv):
            raise ValueError(f"argv must not contain a NUL character (got {self.argv!r})")
        if self.argv[0] == PYTHON and (len(self.argv) < 2 or self.argv[1] not in self.files):
            raise ValueError(
                f"argv {self.argv!r} must name one of the job's files after {PYTHON!r} (there are {sorted(self.files)})"
            )
        for name in (*self.files, *self.collect):
            path = PurePosixPath(name)
            if not name or path.is_absolute() or ".." in path.parts or str(path) != name or "\0" in name:
                raise ValueError(f"file names must be relative and stay below the working directory (got {name!r})")
        if self.peer is not None and self.peer.peer is not None:
            raise ValueError("a peer cannot have a peer of its own")


@dataclass(frozen=True, slots=True)
class Run:
    """How one job went. There is no `passed`: that is not for a sandbox to say.

    Args:
        status: how it ended.
        exit_code: what the program returned; None unless `status` is `EXITED`, or a limit let it return by itself.
        signal: the signal that ended it, if one did.
        stdout: what it wrote, cut at the output limit.
        stderr: likewise.
        files: the collected files that existed.
        wall_s: seconds it took.
        cpu_s: processor seconds of the program and its children.
        memory_mib: peak memory of its largest process.
        message: for `FAILED` and `KILLED_RUNNER`, what went wrong; otherwise a word on the limit that was hit.
        peer: how the job's peer fared.
    """

    status: Status
    exit_code: int | None = None
    signal: int | None = None
    stdout: bytes = b""
    stderr: bytes = b""
    files: Mapping[str, bytes] = field(default_factory=dict)
    wall_s: float = 0.0
    cpu_s: float = 0.0
    memory_mib: float = 0.0
    message: str = ""
    peer: Run | None = None

    @property
    def clean(self) -> bool:
        """True when the program came to its own end with exit code 0; nothing about what it printed."""
        return self.status is Status.EXITED and self.exit_code == 0


@runtime_checkable
class Sandbox(Protocol):
    """Anything that runs jobs behind a wall. `sandbox.conformance` checks one."""

    def run(self, jobs: Sequence[Job], /) -> list[Run]:
        """Run the jobs, concurrently, and answer in their order. One bad job never raises.

        Raises:
            SandboxDeadError: the sandbox was closed.
        """
        ...

    def close(self) -> None:
        """Give everything back: processes, files, mounts, cgroups. Safe to call twice."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None: ...
