"""`first_scored` and `first_passed`: rewards tried in order, each for the rows that those before leave open."""

from __future__ import annotations

import math

import pytest

from rewards import (
    FailureKind,
    MissingColumn,
    Rollout,
    Score,
    Status,
    boxed_accuracy,
    exact_match,
    first_passed,
    first_scored,
)
from rewards.testing.scripted import scripted

FAIL, SKIP = Score.fail("bad_reference", "solution is empty"), Score.skip("no tests")


def fixed(name, value):
    return scripted({...: value}).named(name)


def one(reward):
    return reward.score([Rollout("x")])[0]


def outcome(score):
    """The value, or how it was unscored and where."""
    if score.value is not None:
        return score.value
    return "skipped" if score.status is Status.skipped else f"failed at {score.path}"


@pytest.mark.parametrize(
    ("first", "second", "scored", "passed"),
    [
        (1.0, 0.5, 1.0, 1.0),
        (0.0, 0.5, 0.0, 0.5),  # a judge sees what a rule refused
        (0.0, 0.0, 0.0, 0.0),
        (0.6, 0.5, 0.6, 0.5),  # the last number, not the best
        (SKIP, 0.5, 0.5, 0.5),
        (0.5, SKIP, 0.5, 0.5),
        (SKIP, SKIP, "skipped", "skipped"),
        (FAIL, 0.5, "failed at a", "failed at a"),  # a bad reference never falls through
        (0.0, FAIL, 0.0, "failed at b"),
        (SKIP, FAIL, "failed at b", "failed at b"),
        (1.0, FAIL, 1.0, 1.0),
    ],
)
def test_who_decides(first, second, scored, passed):
    assert outcome(one(first_scored(fixed("a", first), fixed("b", second)))) == scored
    assert outcome(one(first_passed(fixed("a", first), fixed("b", second)))) == passed


def test_each_is_asked_only_for_what_is_open():
    table = {"skip": SKIP, "fail": FAIL, "pass": 1.0, ...: 0.0}
    rollouts = [Rollout(text) for text in ("skip", "fail", "pass", "wrong")]
    for kind, expected in ((first_scored, ["skip"]), (first_passed, ["skip", "wrong"])):
        judge = scripted({...: 0.5}).named("judge")
        kind(scripted(table).named("rule"), judge).score(rollouts)
        assert judge.asked == expected


def test_at_least_says_what_counts_as_passed():
    reward = first_passed(fixed("a", 0.5), fixed("b", 0.25), at_least=0.5)
    assert one(reward).value == 0.5
    assert repr(reward).endswith("at_least=0.5)")
    assert one(first_passed(fixed("a", 0.3), fixed("b", 0.0), at_least=0.1 + 0.2)).value == 0.3


def test_three_in_a_row():
    reward = first_passed(fixed("a", 0.0), fixed("b", SKIP), fixed("c", 0.75))
    score = one(reward)
    assert (score.value, list(score.parts), reward.name) == (0.75, ["a", "b", "c"], "a_else_b_else_c")
    assert first_scored(fixed("a", 0.0), fixed("b", 0.0)).name == "a_or_b"


def test_the_range_holds_those_of_all():
    assert first_scored(fixed("a", 0), scripted({...: 0}, bounds=(-2, 0.5))).range == (-2, 1)


def test_a_failure_keeps_its_kind():
    assert one(first_scored(fixed("a", FAIL), fixed("b", 1.0))).kind is FailureKind.bad_reference


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: first_scored(fixed("a", 1)), ValueError, "two rewards or more, got 1"),
        (lambda: first_passed(), ValueError, "two rewards or more, got 0"),
        (lambda: first_passed(fixed("a", 1), fixed("a", 0)), ValueError, "two parts named 'a'"),
        (lambda: first_passed(fixed("a", 1), len), TypeError, "@as_reward"),
        (lambda: first_passed(fixed("a", 1), fixed("b", 1), at_least=2), ValueError, "at_least=2.*a gives 1 at most"),
        (lambda: first_passed(fixed("a", 1), fixed("b", 1), at_least=math.nan), ValueError, "at_least=nan"),
    ],
)
def test_a_cascade_that_makes_no_sense_is_refused(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_a_row_without_the_column_of_the_first_goes_to_the_next():
    rows = [{"solution": "4", "answers": "x"}, {"solution": None, "answers": "4"}, {"answers": "4"}, {"solution": None}]
    rows.append({"solution": "", "answers": "4"})  # a value, and a bad one: it never falls through
    scores = first_scored(boxed_accuracy(), exact_match()).score([Rollout(r"\boxed{4}", columns=row) for row in rows])
    assert [score.value for score in scores] == [1.0, 1.0, 1.0, None, None]
    assert [score.kind for score in scores[3:]] == [FailureKind.missing_column, FailureKind.bad_reference]
    assert scores[1].parts["accuracy"].reason() == "skipped (no value in column 'solution')"


def test_a_column_that_no_row_has_is_a_mistake():
    with pytest.raises(MissingColumn, match="needs column 'solution'"):
        first_scored(boxed_accuracy(), fixed("judge", 0.5))(completions=["4", "5"], solutions=["4", "5"])
