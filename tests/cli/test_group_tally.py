"""Groups of one prompt in a file, over batches and over a run that was stopped."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from rewards import Rollout, Score
from rewards.cli.group_tally import GroupTally
from rewards.core import FailureKind

CHAT = [{"role": "user", "content": "b"}]
ROWS: list[tuple[object, float | None]] = [
    ("a", 1.0), ("a", 0.0), ("a", 1.0),  # differs
    (CHAT, 0.5), (CHAT, 0.5),  # flat
    ("c", 1.0), ("c", None),  # one reward only: no group
    (None, 1.0), (None, 0.0),  # no prompt: no group
    ("a", 0.2), ("a", 0.2 + 1e-12), ("a", None),  # the prompt again, and flat but for rounding
    ("d", None), ("d", None),
    ("e", 1.0), ("e", 2.0),  # differs; the last group of the file
]  # fmt: skip


def score(value: float | None) -> Score:
    return Score.fail(FailureKind.sandbox, "gone") if value is None else Score(value)


def added(tally: GroupTally, rows: list[tuple[object, float | None]]) -> None:
    tally.add([Rollout("x", prompt) for prompt, _ in rows], [score(value) for _, value in rows])  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_batches_of_any_size_and_a_stopped_run_make_the_same_groups(size: int) -> None:
    tally = GroupTally()
    for at in range(0, len(ROWS), size):
        tally = GroupTally(**asdict(tally))  # as a run that goes on reads it
        added(tally, ROWS[at : at + size])
    found = tally.whole()
    assert (found.groups, found.flat, found.least, found.most) == (4, 2, 2, 3)
    assert tally.groups == 3  # the last one is still open: its prompt may go on


def test_nothing_is_said_where_there_are_no_groups() -> None:
    tally = GroupTally()
    added(tally, [("a", 1.0), ("b", 1.0), (None, 1.0)])
    assert tally.whole().groups == 0
