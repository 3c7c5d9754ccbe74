"""Whether a reward leaves the rollouts that it is given as they were."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from rewards.core.rollout import Rollout

FIELDS = tuple(one.name for one in fields(Rollout) if one.name != "columns")

Seen = Mapping[str, str]
"""What a rollout holds, by its fields and columns, as text, which later changes of it leave alone."""


def copied(rollouts: Sequence[Rollout]) -> list[Rollout]:
    """Each rollout with all that it holds, on its own: no two of the copies share what can be changed.

    >>> row = Rollout("b", columns={"choices": ["b", "a"]})
    >>> copied([row])[0].columns["choices"].sort()
    >>> row.columns["choices"]
    ['b', 'a']
    """
    return [
        Rollout(
            _copy(rollout.completion),
            _copy(rollout.prompt),
            {name: _copy(value) for name, value in rollout.columns.items()},
            _copy(rollout.completion_ids),
            rollout.finish_reason,
        )
        for rollout in rollouts
    ]


def _copy(value: Any) -> Any:
    """A deep copy; of what can't be copied, such as a lock, the thing itself."""
    if isinstance(value, str):
        return value
    try:
        return copy.deepcopy(value)
    except Exception:  # whatever a column's own type raises
        return value


def seen(rollout: Rollout) -> Seen:
    """What a rollout holds now.

    >>> seen(Rollout("b", columns={"choices": ["b", "a"]}))["column 'choices'"]
    "['b', 'a']"
    """
    own = {name: _seen(getattr(rollout, name)) for name in FIELDS}
    return own | {f"column {name!r}": _seen(value) for name, value in rollout.columns.items()}


def _seen(value: Any) -> str:
    return repr(value.tolist() if hasattr(value, "tolist") else value)  # an array's own text leaves out its middle


def changes(before: Seen, after: Seen) -> Iterator[tuple[str, str]]:
    """Each field or column that is another, and in words what it was and is.

    >>> dict(changes({"column 'a'": "[1]"}, {"column 'a'": "[1, 2]", "column 'b'": "3"}))
    {"column 'a'": "column 'a' is [1, 2] afterwards and was [1]", "column 'b'": "column 'b' is there afterwards"}
    """
    for place in dict.fromkeys([*before, *after]):
        if place not in after:
            yield place, f"{place} is gone afterwards"
        elif place not in before:
            yield place, f"{place} is there afterwards"
        elif before[place] != after[place]:
            yield place, f"{place} is {_told(after[place])} afterwards and was {_told(before[place])}"


def _told(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def pictured(rollout: Rollout) -> str:
    """A rollout in a few words."""
    columns = ", ".join(f"{name}={_short(value)}" for name, value in rollout.columns.items())
    return f"completion {_short(rollout.completion)}" + (f", {columns}" if columns else "")


def _short(value: object, most: int = 60) -> str:
    text = value if isinstance(value, str) else repr(value)
    return repr(text[:most]) + "…" if len(text) > most else repr(value)
