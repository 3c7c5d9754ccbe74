"""Equation 10 and the reward of equation 11, by a table and by an independent count of all small cases."""

from __future__ import annotations

import pickle
from itertools import product
from typing import Any

import pytest

from rewards import FailureKind, Rollout
from rewards.config import loads
from rewards.spct import is_right, judges_right

TABLE = [
    # scores, labels, right
    ([9, 4], [1, 0], True),
    ([4, 9], [1, 0], False),
    ([7, 7], [1, 0], False),  # a tie is wrong
    ([3, 9, 9], [0, 1, 0.5], False),  # tied on top
    ([3, 9, 3], [0, 1, 0.5], True),  # the others may tie
    ([2, 1, 3], [0.1, 0.2, 0.9], True),  # the order of the others does not matter
    ([1], [1], True),
    ([0], [1], False),
    ([0], [0], True),
    ([8], [1], False),  # a lone response gets its label itself
]


@pytest.mark.parametrize(("scores", "labels", "right"), TABLE)
def test_the_table(scores: list[float], labels: list[float], right: bool) -> None:
    assert is_right(scores, labels) is right


def test_all_small_cases_agree_with_sorting() -> None:
    """For two and three responses: right exactly where sorting by score puts the best last, alone."""
    for count in (2, 3):
        for scores in product(range(3), repeat=count):
            for labels in product(range(3), repeat=count):
                if sorted(labels)[-1] == sorted(labels)[-2]:
                    with pytest.raises(ValueError, match="no response is best"):
                        is_right(scores, labels)
                    continue
                ranked = sorted(zip(scores, labels, strict=True))
                alone = ranked[-1][0] != ranked[-2][0]
                assert is_right(scores, labels) == (alone and ranked[-1][1] == max(labels))


@pytest.mark.parametrize(("scores", "labels"), [([], []), ([1], [1, 0]), ([1, 2], [1])])
def test_unlike_counts_are_refused(scores: list[float], labels: list[float]) -> None:
    with pytest.raises(ValueError, match="give one for each"):
        is_right(scores, labels)


def graded(text: Any, **columns: Any) -> float | None:
    columns = {"labels": [0, 1], "order": [0, 1], "points": [1, 10], **columns}
    return judges_right().score([Rollout(text, "judge", columns)])[0].value


REPLIES = [
    (r"Principles:\n1. x\nScores: \boxed{3, 8}", {}, 1.0),
    (r"\boxed{3, 8}", {"order": [1, 0]}, -1.0),  # the better response was shown first
    (r"\boxed{8, 3}", {"order": [1, 0]}, 1.0),
    (r"\boxed{8, 3} no: \boxed{3, 8}", {}, 1.0),  # the last box counts
    (r"<think>\boxed{8, 3}</think>\boxed{3, 8}", {}, 1.0),
    (r"<think>\boxed{3, 8}", {}, -1.0),  # never came to a reply
    (r"\boxed{3, 8", {}, -1.0),
    (r"\boxed{3}", {}, -1.0),
    (r"\boxed{3, 8, 9}", {}, -1.0),
    (r"\boxed{0, 8}", {}, -1.0),  # off the scale
    (r"\boxed{3, 11}", {}, -1.0),
    (r"\boxed{3.5, 8}", {}, -1.0),
    (r"\boxed{nan, 8}", {}, -1.0),
    (r"\boxed{__import__('os').system('x'), 8}", {}, -1.0),
    ("", {}, -1.0),
    (r"\boxed{1}", {"labels": [1], "order": [0], "points": [0, 1]}, 1.0),
    (r"\boxed{1}", {"labels": [0], "order": [0], "points": [0, 1]}, -1.0),
    (r"\boxed{2}", {"labels": [1], "order": [0], "points": [0, 1]}, -1.0),
    (r"\boxed{2, 1, 9}", {"labels": [0, 3, 1], "order": [2, 0, 1]}, 1.0),  # shown: 1, 0, 3
]


@pytest.mark.parametrize(("text", "columns", "value"), REPLIES)
def test_a_judgement_earns_one_or_minus_one(text: str, columns: dict[str, Any], value: float) -> None:
    assert graded(text, **columns) == value
    assert graded([{"role": "assistant", "content": text}], **columns) == value


@pytest.mark.parametrize(
    "columns",
    [
        {"labels": [1, 1]},
        {"labels": []},
        {"labels": "10"[:0]},
        {"labels": None},
        {"labels": [float("nan"), 1]},
        {"order": [0, 0]},
        {"order": [0]},
        {"order": "ab"},
        {"points": [10, 1]},
        {"points": [1]},
        {"labels": "01"},  # two letters
        {"labels": {0: 0.9, 1: 0.2}},  # whose keys are 0 and 1
        {"labels": [0, float("inf")]},
        {"order": [0.2, 1.7]},  # which were cut to 0 and 1
        {"order": [float("inf"), 0]},
        {"labels": [0], "order": [0]},  # no score from 1 to 10 is 0: every judgement was wrong
        {"labels": [0.5], "order": [0], "points": [0, 1]},
    ],
)
def test_a_bad_row_is_failed_whatever_the_judge_writes(columns: dict[str, Any]) -> None:
    for text in (r"\boxed{3, 8}", "nothing"):
        whole = {"labels": [0, 1], "order": [0, 1], "points": [1, 10], **columns}
        score = judges_right().score([Rollout(text, "judge", whole)])[0]
        assert score.value is None
        assert score.kind in (FailureKind.bad_reference, FailureKind.missing_column)


def test_it_is_configured_pickled_and_needs_its_columns() -> None:
    reward = loads('[reward]\nuse = "rewards.spct:judges_right"\norder = "shown"')
    assert reward == judges_right(order="shown")
    assert pickle.loads(pickle.dumps(reward)) == reward
    assert reward.needs.columns == {"labels", "shown", "points"}
    assert judges_right(order=None, points=None)(completions=[r"\boxed{3, 8}"], labels=[[0, 1]]) == [1.0]
