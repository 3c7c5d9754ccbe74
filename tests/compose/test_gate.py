"""`gate`: `then`'s value where the condition is at `at_least` or above, else `otherwise`."""

from __future__ import annotations

import math

import pytest

from rewards import FailureKind, Rollout, Score, Status, gate
from rewards.testing.scripted import scripted

FAIL = Score.fail("bad_reference", "solution is empty")
SKIP = Score.skip("no tests")


def fixed(name, value, bounds=(0.0, 1.0)):
    return scripted({...: value}, bounds=bounds).named(name)


def one(reward):
    return reward.score([Rollout("x")])[0]


@pytest.mark.parametrize(
    ("condition", "then", "bounds", "options", "value"),
    [
        (1.0, 0.7, (0, 1), {}, 0.7),  # open
        (0.99, 0.7, (0, 1), {}, 0.0),  # closed: min(0, low end 0)
        (0.0, 0.7, (-1, 1), {}, -1.0),  # closed: min(0, low end -1), so that breaking the condition never pays
        (0.0, 0.7, (0.5, 1), {}, 0.0),  # closed: min(0, low end 0.5)
        (0.0, 0.7, (0, 1), {"otherwise": 0.25}, 0.25),
        (0.0, 0.7, (0, 1), {"otherwise": -2}, -2.0),
        (0.5, 0.7, (0, 1), {"at_least": 0.5}, 0.7),
        (0.49, 0.7, (0, 1), {"at_least": 0.5}, 0.0),
        (0.1 + 0.2, 0.7, (0, 1), {"at_least": 0.3}, 0.7),
        (0.3, 0.7, (0, 1), {"at_least": 0.1 + 0.2}, 0.7),  # rounding forgiven
        (0.0, 0.7, (0, 1), {"at_least": 0}, 0.7),
    ],
)
def test_the_value_of_a_gate(condition, then, bounds, options, value):
    reward = gate(fixed("if", condition), then=fixed("then", then, bounds), **options)
    assert one(reward).value == value
    assert reward.range.holds(value)


@pytest.mark.parametrize(
    ("condition", "then", "status", "path"),
    [
        (FAIL, 1.0, Status.failed, "if"),
        (SKIP, 1.0, Status.skipped, ""),
        (1.0, FAIL, Status.failed, "then"),
        (1.0, SKIP, Status.skipped, ""),
        (0.0, FAIL, Status.scored, ""),  # closed: nobody asked
        (0.0, SKIP, Status.scored, ""),
    ],
)
def test_an_unscored_part_passes_its_status_on(condition, then, status, path):
    score = one(gate(fixed("if", condition), then=fixed("then", then)))
    assert (score.status, score.path) == (status, path)
    assert score.kind == (FailureKind.bad_reference if status is Status.failed else None)


def test_then_is_asked_only_where_the_gate_is_open():
    judge = scripted({...: 0.5}).named("judge")
    reward = gate(scripted({"open": 1.0, "fail": FAIL, ...: 0.0}), then=judge)
    rollouts = [Rollout(text) for text in ("open", "shut", "fail", "open", "shut")]
    assert [score.value for score in reward.score(rollouts)] == [0.5, 0.0, None, 0.5, 0.0]
    assert judge.asked == ["open", "open"]


@pytest.mark.parametrize(
    ("options", "bounds", "expected"),
    [({}, (0, 1), (0, 1)), ({}, (-1, 1), (-1, 1)), ({}, (0.5, 1), (0, 1)), ({"otherwise": 3}, (0, 1), (0, 3))],
)
def test_the_range_holds_both_ways(options, bounds, expected):
    assert gate(fixed("if", 1), then=fixed("then", 1, bounds), **options).range == expected


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: gate(fixed("a", 1), then=fixed("a", 1)), ValueError, r"two parts named 'a'.*\.named"),
        (lambda: gate(fixed("a", 1), then=fixed("b", 1), at_least=1.5), ValueError, "never opens: at_least=1.5"),
        (lambda: gate(fixed("a", 1), then=fixed("b", 1), at_least=math.nan), ValueError, "never opens"),
        (lambda: gate(fixed("a", 1), then=fixed("b", 1, (-math.inf, 1))), ValueError, "no low end.*otherwise=…"),
        (lambda: gate(fixed("a", 1), then=fixed("b", 1), otherwise=math.nan), ValueError, "otherwise=nan.*finite"),
        (lambda: gate(len, then=fixed("b", 1)), TypeError, "@as_reward"),
        (lambda: gate(fixed("a", 1), then=scripted), TypeError, r"call it: scripted\(…\)"),
    ],
)
def test_a_gate_that_makes_no_sense_is_refused(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_a_name_says_what_is_behind_what():
    assert gate(fixed("format", 1), then=fixed("accuracy", 1)).name == "accuracy_if_format"


@pytest.mark.parametrize("wrong", [{"at_least": "1"}, {"otherwise": "0"}, {"at_least": True}])
def test_a_threshold_that_is_no_number_is_named(wrong):
    with pytest.raises(TypeError, match=rf"{next(iter(wrong))} is a number, got"):
        gate(fixed("form", 1.0), then=fixed("right", 1.0), **wrong)
