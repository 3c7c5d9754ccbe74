"""What is wrong with the data that a reward would be trained on, found before the run."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from rewards.core.groups import prompt_key
from rewards.core.needs import leaves
from rewards.core.reward import Reward
from rewards.core.rollout import Rollout
from rewards.core.score import FailureKind, Score
from rewards.testing.audit import TOLERANCE, as_text, honest_rows, reference_column, stand_in_ids


@dataclass(frozen=True)
class Fault:
    """Something wrong with one data row.

    Args:
        row: its position, from 0.
        problem: what kind of fault, one of `PROBLEMS`.
        why: the fault in words, with the value received.
    """

    row: int
    problem: str
    why: str


NOBODYS = "-987654321.5"
"""A wrong answer to every question; another row's reference may happen to be right."""

PROBLEMS: Mapping[str, str] = {
    "column missing": "a column that the reward needs is absent, null or NaN",
    "reference empty": "there is no text where the right answer should be",
    "reference unreadable": "the reward cannot read the reference: every rollout of this row would be failed",
    "reference unequal to itself": "a completion that gives the reference word for word is not paid as right",
    "prompt contradicted": "another row has the same prompt and another reference",
}
"""The kinds of fault, each with what it means."""


def lint(
    reward: Reward, rows: Sequence[Rollout], *, reference: str | None = None, places: Sequence[str] | None = None
) -> list[Fault]:
    """Check each data row against what a reward needs of it.

    The reference is written as an honest completion, in a box after some thinking, and scored: the reward must be
    able to read it and must find it equal to itself, so that no row pays a right answer nothing.

    Args:
        reward: the reward that would be trained on.
        rows: data rows; their completions are not used.
        reference: the column of the right answer; by default that of the reward's first part with a `reference`.
        places: what each row is called where another row's fault names it, such as `line 7`; by default `row 6`.

    Returns:
        The faults, by row. An empty list means that every row can be trained on.
    """
    column = reference or reference_column(reward)
    columns = {name for _, part in leaves(reward) for name in part.own_needs.columns}
    faults = _missing(rows, columns, column)
    faulty = {fault.row for fault in faults}
    sound = [row for row in range(len(rows)) if row not in faulty]
    faults += _empty(rows, sound, column)
    faults += _unpaid(reward, rows, sound, column)
    faults += _contradicted(rows, column, places or [f"row {at}" for at in range(len(rows))])
    return sorted(faults, key=lambda fault: fault.row)


PLACEHOLDERS = ("nan", "n/a", "na", "none", "null", "nil", "undefined", "-", "?")
"""What a program writes where there is no value; as a text it may also be an answer."""


def is_null(value: object) -> bool:
    """Whether a column's value is none: None, or the NaN that tables are filled up with.

    >>> is_null(None), is_null(float("nan")), is_null(0.0), is_null("nan")
    (True, True, False, False)
    """
    return value is None or (isinstance(value, float) and math.isnan(value))


def placeholders(reward: Reward, rows: Sequence[Rollout], *, reference: str | None = None) -> list[Fault]:
    """The rows whose reference reads as if a program had written it for want of one, such as 'N/A'; no fault by itself.

    Args:
        reward: the reward that would be trained on.
        rows: data rows.
        reference: the column of the right answer; as in `lint`.
    """
    column = reference or reference_column(reward)
    written = [as_text(row.columns.get(column)) for row in rows]
    return [
        Fault(at, "reference looks empty", f"column {column!r} is {text!r}")
        for at, text in enumerate(written)
        if text.lower() in PLACEHOLDERS
    ]


def _missing(rows: Sequence[Rollout], columns: set[str], reference: str) -> list[Fault]:
    """A row that goes by another route may lack a column, so only those that no row has count as absent there."""
    faults = []
    for at, row in enumerate(rows):
        for name in sorted(columns):
            if not is_null(row.columns.get(name)) or (name != reference and name in row.columns):
                continue
            there = ", ".join(sorted(row.columns)) or "none"
            why = f"no {name!r}; the columns there are: {there}"
            if name in row.columns:
                why = f"column {name!r} is {'null' if row.columns[name] is None else 'NaN'}"
            faults.append(Fault(at, "column missing", why))
    return faults


def _empty(rows: Sequence[Rollout], sound: Sequence[int], column: str) -> list[Fault]:
    return [
        Fault(at, "reference empty", f"column {column!r} is {rows[at].columns[column]!r:.60}")
        for at in sound
        if column in rows[at].columns and not as_text(rows[at].columns[column])
    ]


def _unpaid(reward: Reward, rows: Sequence[Rollout], sound: Sequence[int], column: str) -> list[Fault]:
    """The rows whose own reference the reward can't read, or pays no better than a wrong answer."""
    honest, _ = honest_rows([rows[at] for at in sound], column, None)
    positions = {id(rows[at]): at for at in sound}
    right = _scores(reward, [(row, h.right) for row, h in honest])
    wrong = _scores(reward, [(row, h.completion(NOBODYS)) for row, h in honest])
    telling = any(_above(r, w) for r, w in zip(right, wrong, strict=True))
    faults = []
    for (row, h), r, w in zip(honest, right, wrong, strict=True):
        at = positions[id(row)]
        if r.kind is FailureKind.bad_reference:
            faults.append(Fault(at, "reference unreadable", r.why))
        elif r.value is not None and w.value is not None and telling and not _above(r, w):
            faults.append(
                Fault(at, "reference unequal to itself", f"{h.reference!r:.80} is given and earns {r.value:g}")
            )
    return faults


def _scores(reward: Reward, items: Sequence[tuple[Rollout, str]]) -> list[Score]:
    if not items:
        return []
    return reward.score(
        [Rollout(text, row.prompt or "", row.columns, stand_in_ids(text), "stop") for row, text in items]
    )


def _above(right: Score, wrong: Score) -> bool:
    return right.value is not None and wrong.value is not None and right.value > wrong.value + TOLERANCE


def _contradicted(rows: Sequence[Rollout], column: str, places: Sequence[str]) -> list[Fault]:
    first: dict[Hashable, tuple[int, str]] = {}
    faults = []
    for at, row in enumerate(rows):
        reference = as_text(row.columns.get(column))
        if row.prompt is None or not reference:
            continue
        earlier, known = first.setdefault(prompt_key(row.prompt), (at, reference))
        if known != reference:
            why = f"{places[earlier]} asks the same and has {known!r:.60}, this one {reference!r:.60}"
            faults.append(Fault(at, "prompt contradicted", why))
    return faults
