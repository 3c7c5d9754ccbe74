"""A data set's columns beside rollouts that lack them: a trainer's log has prompts and completions, no references."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from rewards.cli.errors import CommandError, Malformed
from rewards.cli.inputs import Source
from rewards.cli.rows import ABSENT, message_text, value_at
from rewards.core.groups import prompt_key
from rewards.core.rollout import Text

NOTHING: Mapping[str, Any] = {}


class DataSet:
    """The columns that a reward needs, by prompt.

    Args:
        file: the data set, JSONL or parquet; held in memory, the needed columns alone.
        names: `--map`, parsed.
        needed: the columns.

    Attributes:
        found: those of them that some row has.
        there: all columns that some row has.

    Raises:
        CommandError: no row of it has a prompt.
    """

    def __init__(self, file: str, names: Mapping[str, str], needed: Iterable[str]) -> None:
        self._columns: dict[Hashable, dict[str, Any]] = {}
        self._ambiguous: dict[Hashable, int] = {}
        self.found: set[str] = set()
        self.there: dict[str, None] = {}
        digest = hashlib.blake2b(digest_size=8)
        wanted = {name: names.get(name, name) for name in needed}
        for record in Source([file]):
            digest.update(record.digest)
            if record.blank:
                continue
            try:
                self._take(record.row(), names.get("prompt", "prompt"), wanted, record.number)
            except Malformed as error:
                raise CommandError(f"--join {file}, line {record.number}: {error}") from None
        if not self._columns:
            raise CommandError(f"--join {file}: no row has a prompt; name its column: --map prompt=COLUMN")
        self.digest = digest.hexdigest()

    def _take(self, row: Mapping[str, Any], prompt: str, wanted: Mapping[str, str], line: int) -> None:
        self.there.update(dict.fromkeys(row))
        found = {name: value_at(row, column) for name, column in wanted.items()}
        found = {name: item for name, item in found.items() if item is not ABSENT}
        self.found |= found.keys()
        value = value_at(row, prompt)
        if value is ABSENT or value is None:
            return
        key = prompt_key(message_text("prompt", value))
        if self._columns.setdefault(key, found) != found:
            self._ambiguous.setdefault(key, line)

    def columns(self, prompt: Text | None) -> Mapping[str, Any]:
        """The columns of the row with this prompt; none where there is no such row.

        Raises:
            Malformed: the data set has the prompt twice, with different values.
        """
        if prompt is None:
            return NOTHING
        key = prompt_key(prompt)
        if key in self._ambiguous:
            raise Malformed(f"--join has this prompt again in line {self._ambiguous[key]}, with other values")
        return self._columns.get(key, NOTHING)
