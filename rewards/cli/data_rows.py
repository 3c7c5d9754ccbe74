"""Data rows as rollouts without completions, for commands that write their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rewards.cli.errors import CommandError, Malformed
from rewards.cli.inputs import Source
from rewards.cli.rows import Columns
from rewards.core import Rollout


def data_rows(
    file: str, names: Mapping[str, str], most: int | None = None
) -> tuple[list[Rollout], list[int], list[str]]:
    """The rows of a data set, the line of each, and what was wrong with the lines that can't be read.

    Args:
        file: JSONL or parquet.
        names: `--map`, parsed.
        most: rows to take, spread over the file; None for all.

    Raises:
        CommandError: no row can be read, or none has a column that `names` speaks of.
    """
    columns = Columns({name: column for name, column in names.items() if name != "completion"})
    rollouts, lines, malformed = [], [], []
    there: dict[str, Any] = {}
    for record in Source([file]):
        if record.blank:
            continue
        try:
            row = record.row()
            rollouts.append(columns.rollout({**row, "completion": ""}))
            there.update(dict.fromkeys(row))
            lines.append(record.number)
        except Malformed as error:
            malformed.append(f"line {record.number}: {error}")
    if not rollouts:
        raise CommandError(f"{file} has no rows that can be read" + (f"; {malformed[0]}" if malformed else ""))
    columns.refuse_unmet([there], file)
    chosen = _spread(len(rollouts), most)
    return [rollouts[at] for at in chosen], [lines[at] for at in chosen], malformed


def _spread(count: int, most: int | None) -> Iterable[int]:
    """Positions spread evenly over `count`, the first and the last among them.

    >>> list(_spread(10, 4))
    [0, 3, 6, 9]
    """
    if most is None or count <= most:
        return range(count)
    return sorted({round(at * (count - 1) / max(most - 1, 1)) for at in range(most)})
