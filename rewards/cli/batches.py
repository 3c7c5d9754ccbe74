"""The records of an input in batches that fit the memory, a prompt's rollouts together where a reward asks for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rewards.cli.errors import CommandError, Malformed
from rewards.cli.inputs import Record, Source
from rewards.cli.row_needs import Plan
from rewards.cli.rows import Columns
from rewards.core import Rollout
from rewards.core.groups import prompt_key

MOST_BYTES = 16 * 2**20
"""Input bytes in a batch, so that megabyte completions travel few at a time."""

FEWEST, MOST = 64, 4096
QUICK_S, SLOW_S = 1.0, 4.0


@dataclass
class Pace:
    """How many rows the next batch has: it starts small, so that a mistake shows at once, and grows while quick.

    Args:
        rows: rows of the next batch.
        fixed: keep it so.
    """

    rows: int = FEWEST
    fixed: bool = False

    def took(self, seconds: float) -> None:
        """Learn from the last batch."""
        if self.fixed:
            return
        if seconds < QUICK_S:
            self.rows = min(self.rows * 2, MOST)
        elif seconds > SLOW_S:
            self.rows = max(self.rows // 2, FEWEST)


@dataclass
class Chunk:
    """Some records, those that can be scored with their rollouts.

    Args:
        records, rows, rollouts: what can be scored, in order.
        rejects: what can't, with the reason.
        consumed: how many records of the input end here.
        digest: of everything read up to here, in hex.
        at: how many bytes of the input are behind it.
    """

    records: list[Record] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    rollouts: list[Rollout] = field(default_factory=list)
    rejects: list[tuple[Record, str]] = field(default_factory=list)
    consumed: int = 0
    digest: str = ""
    at: int = 0


class Batches:
    """The batches of a source.

    Args:
        source: the inputs.
        columns: how rows become rollouts.
        pace: the size of each batch, asked anew every time.
        reserved: columns that the input must not have, since they are written.
        together: keep consecutive rows of one prompt in one batch.
        plan: what the reward needs of a row; the first batch is held against it.
    """

    def __init__(
        self,
        source: Source,
        columns: Columns,
        pace: Pace,
        reserved: frozenset[str] = frozenset(),
        together: bool = False,
        plan: Plan | None = None,
    ) -> None:
        self._records: Iterator[Record] = iter(source)
        self._columns = columns
        self._pace = pace
        self._reserved = reserved
        self._together = together
        self._hash = hashlib.blake2b(digest_size=16)
        self._consumed = 0
        self._checked = False
        self._plan = plan

    def skip(self, records: int) -> str:
        """Pass over what an earlier run has done; the digest of it."""
        for record in self._records:
            self._hash.update(record.digest)
            self._consumed += 1
            if self._consumed == records:
                break
        self._checked = records > 0
        self._plan = None if records else self._plan
        return self._hash.hexdigest() if self._consumed == records else ""

    def __iter__(self) -> Iterator[Chunk]:
        chunk, size = Chunk(), 0
        last_prompt: object = None
        for record in self._records:
            taken = None if record.blank else self._take(record)
            if isinstance(taken, str):
                chunk.rejects.append((record, taken))
            elif taken is not None:
                row, rollout = taken
                full = len(chunk.records) >= self._pace.rows or size >= MOST_BYTES or len(chunk.rejects) >= MOST
                prompt = prompt_key(rollout.prompt) if self._together else None
                if full and not (self._together and prompt == last_prompt and chunk.records):
                    yield self._closed(chunk)
                    chunk, size = Chunk(), 0
                last_prompt = prompt
                chunk.records.append(record)
                chunk.rows.append(row)
                chunk.rollouts.append(rollout)
                size += record.size
            self._hash.update(record.digest)
            self._consumed += 1
            chunk.at = record.at
        if chunk.at or chunk.rejects:
            yield self._closed(chunk)

    def _closed(self, chunk: Chunk) -> Chunk:
        if self._plan is not None and chunk.records:
            self._columns.check_needed(chunk.rows, chunk.rollouts, self._plan, chunk.records[0].file)
            self._plan = None
        chunk.consumed, chunk.digest = self._consumed, self._hash.hexdigest()
        return chunk

    def _take(self, record: Record) -> tuple[dict[str, Any], Rollout] | str:
        """The record's row and rollout, or why it is kept out."""
        try:
            row = record.row()
            if not self._checked:
                self._check_first(row, record)
            taken = self._reserved & row.keys()
            if taken:
                raise Malformed(f"it already has a column {min(taken)!r}, which is written; choose others: --as NAME")
            return row, self._columns.rollout(row)
        except Malformed as error:
            return str(error)

    def _check_first(self, row: dict[str, Any], record: Record) -> None:
        self._checked = True
        if taken := self._reserved & row.keys():
            raise CommandError(
                f"{record.file} already has a column {min(taken)!r}, which is written; choose other names: --as NAME"
            )
        self._columns.check(row, record.file)
