"""What a run has done so far, on disk, so that one that was killed goes on: no row lost, none doubled.

The output grows in `OUT.partial`. After a batch, at most once a second, that file and the rejects are synced to
disk, and then a journal, `OUT.progress`, is replaced in one step; it holds the sizes both files had. A run that
finds a journal cuts both files back to those sizes, passes over the records that are behind them, and goes on.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Protocol

from rewards.cli.batches import Chunk
from rewards.cli.errors import CommandError
from rewards.cli.jsonl import reject
from rewards.cli.outputs import refuse_existing

FORMAT = 2
COMMIT_EVERY_S = 1.0


class Sink(Protocol):
    """How rows become bytes."""

    name: str

    def encode(self, chunk: Chunk, scores: list[dict[str, Any]]) -> bytes:
        """The bytes that a batch adds to the partial file."""

    def settle(self, partial: Path, out: Path) -> None:
        """Turn the finished partial file into the output."""


class Store:
    """The output file, its rejects and its journal.

    Args:
        out: where the output goes when it is finished.
        sink: how rows become bytes.
        identity: what must not change between a run and its continuation, by name.
        restart: throw away what an earlier run left.

    Raises:
        CommandError: the output exists, another run writes it, or the journal is that of another reward or mapping.
    """

    def __init__(self, out: Path, sink: Sink, identity: Mapping[str, Any], restart: bool = False) -> None:
        self.out, self.name, self._sink = out, str(out), sink
        self.partial = out.with_name(f"{out.name}.partial")
        self.journal = out.with_name(f"{out.name}.progress")
        self.rejects = out.with_name(f"{out.name}.rejects.jsonl")
        self._identity = dict(identity)
        self._file: IO[bytes] | None = None
        self._rejects_file: IO[bytes] | None = None
        self._sizes = {"out": 0, "rejects": 0}
        self._pending: dict[str, Any] | None = None
        self._committed_at = time.monotonic()
        self.state = self._begin(restart)

    def _begin(self, restart: bool) -> dict[str, Any] | None:
        state = None if restart else self._read_journal()
        if state is None and not restart:
            refuse_existing(self.out)
        if state is not None:
            self._check_identity(state)
            if state["done"] and not self.partial.exists() and self.out.exists():
                return state  # killed after the output was put in place
        self._file = self._locked()
        if restart:
            self.journal.unlink(missing_ok=True)
        self._cut(state)
        return state

    def _locked(self) -> IO[bytes]:
        """The partial file, held so that no second run writes it."""
        while True:
            try:
                file = open(self.partial, "ab")  # noqa: SIM115  # held open for the whole run
            except OSError as error:
                raise CommandError(f"{self.partial} can't be written: {error.strerror}") from None
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.close()
                raise CommandError(f"another run is writing {self.out}; wait for it, or choose another -o") from None
            if self._holds_partial(file):
                return file
            file.close()  # that run finished just now

    def _holds_partial(self, file: IO[bytes]) -> bool:
        """Whether the open file is the one that has the partial file's name."""
        return self.partial.exists() and os.fstat(file.fileno()).st_ino == self.partial.stat().st_ino

    def _cut(self, state: dict[str, Any] | None) -> None:
        """Cut both files back to what the journal vouches for."""
        assert self._file is not None
        self._sizes = dict(state["sizes"]) if state else {"out": 0, "rejects": 0}
        have = os.fstat(self._file.fileno()).st_size
        if have < self._sizes["out"]:
            raise CommandError(f"{self.partial} is shorter than {self.journal} says; begin anew: --restart")
        self._file.truncate(self._sizes["out"])
        if self.rejects.exists():
            if self.rejects.stat().st_size < self._sizes["rejects"]:
                raise CommandError(f"{self.rejects} is shorter than {self.journal} says; begin anew: --restart")
            os.truncate(self.rejects, self._sizes["rejects"])
            if not self._sizes["rejects"]:
                self.rejects.unlink()

    def _read_journal(self) -> dict[str, Any] | None:
        try:
            state: dict[str, Any] = json.loads(self.journal.read_text())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise CommandError(f"{self.journal} can't be read ({error}); begin anew: --restart") from None
        if state.get("format") != FORMAT:
            raise CommandError(f"{self.journal} was written by another version; begin anew: --restart")
        return state

    def _check_identity(self, state: Mapping[str, Any]) -> None:
        for name, now in self._identity.items():
            before = state["identity"].get(name)
            if before != now:
                raise CommandError(
                    f"{self.out} was begun with another {name}: {_shown(before)}, now {_shown(now)}. "
                    "Go on with the former, or begin anew: --restart"
                )

    def add(self, chunk: Chunk, scores: list[dict[str, Any]], state: dict[str, Any]) -> None:
        """Append a batch; `state` describes the run behind it."""
        assert self._file is not None
        data = self._sink.encode(chunk, scores)
        self._file.write(data)
        rejects = b"".join(reject(record, reason) for record, reason in chunk.rejects)
        if rejects:
            if self._rejects_file is None:
                self._rejects_file = open(self.rejects, "ab")  # noqa: SIM115  # held open for the whole run
            self._rejects_file.write(rejects)
        self._sizes = {"out": self._sizes["out"] + len(data), "rejects": self._sizes["rejects"] + len(rejects)}
        self._pending = {**state, "sizes": self._sizes, "done": False}
        if time.monotonic() - self._committed_at >= COMMIT_EVERY_S:
            self.commit()

    def commit(self) -> None:
        """Put on disk what was added, then the journal that vouches for it."""
        if self._pending is None:
            return
        for file in (self._file, self._rejects_file):
            if file is not None:
                file.flush()
                os.fsync(file.fileno())
        self._write_journal(self._pending)
        self._pending = None
        self._committed_at = time.monotonic()

    def _write_journal(self, state: Mapping[str, Any]) -> None:
        document = {"format": FORMAT, "identity": self._identity, **state}
        fresh = self.journal.with_name(f"{self.journal.name}.new")
        with fresh.open("w") as file:
            json.dump(document, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.journal)
        self._sync_folder()

    def _sync_folder(self) -> None:
        folder = os.open(self.out.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def finish(self, state: dict[str, Any]) -> None:
        """Everything is scored: put the output in its place."""
        if self._file is not None:
            self._pending = {**state, "sizes": self._sizes, "done": True}
            self.commit()
            self._sink.settle(self.partial, self.out)
            self._sync_folder()
        self.journal.unlink(missing_ok=True)
        self._sync_folder()

    def close(self) -> None:
        """Let go; what is not finished can be gone on with."""
        try:
            self.commit()
            if self._file is not None and not self.journal.exists() and self._holds_partial(self._file):
                self.partial.unlink()  # refused before the first batch: nothing to go on with
        finally:
            for file in (self._file, self._rejects_file):  # closing gives the lock back, on a full disk too
                if file is not None:
                    file.close()


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
    return text if len(text) <= 100 else f"{text[:97]}…"
