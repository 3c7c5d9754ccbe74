"""Reward checks: every expectation a case can state, met and not met."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import numpy
import pytest

from rewards import FailureKind, Score, as_reward
from rewards.testing.case_fields import RULES
from rewards.testing.cases import Case, CheckFailed, check_reward


@as_reward(range=(-1, 1))
def marks(completion: str, mark: float | None = None) -> Score:
    """The mark in the column, skipped for 9, failed for 8."""
    if mark == 9:
        return Score.skip("nine")
    if mark == 8:
        return Score.fail(FailureKind.bad_reference, "eight is no mark")
    return Score(0.0 if mark is None else mark, f"{len(completion)} letters")


def case(mark: float | None = None, **fields: Any) -> dict[str, Any]:
    return {"completion": "abc", "columns": {"mark": mark}, **fields}


MET = [
    case(0.5, value=0.5),
    case(0.5, at_least=0.5, at_most=0.5),
    case(9, status="skipped"),
    case(8, status="failed", kind="bad_reference", why="no mark"),
    case(0.5, why="3 letters"),
    case(0.5, invariant="line endings"),
]

NOT_MET = [
    (case(0.5, value=0.6), "value is 0.5, expected 0.6"),
    (case(0.5, value=0.50001), "value is 0.5, expected 0.50001"),
    (case(8, value=0), "value is failed, expected 0"),
    (case(0.5, at_least=0.6), "value is 0.5, expected at least 0.6"),
    (case(0.5, at_most=0.4), "value is 0.5, expected at most 0.4"),
    (case(9, at_most=1), "value is skipped, expected at most 1"),
    (case(0.5, status="failed"), "status is scored, expected failed"),
    (case(8, kind="sandbox"), "kind is bad_reference, expected sandbox"),
    (case(0.5, why="four"), "the reason does not say 'four'"),
    (case(0.5, parts={"format": 1}), "part format is absent, expected 1"),
]


@pytest.mark.parametrize("fields", MET)
def test_an_expectation_that_holds_passes(fields: dict[str, Any]) -> None:
    assert len(check_reward(marks, [fields])) == 1


@pytest.mark.parametrize(("fields", "problem"), NOT_MET)
def test_an_expectation_that_does_not_hold_is_named_with_the_explanation(fields: dict[str, Any], problem: str) -> None:
    with pytest.raises(CheckFailed) as caught:
        check_reward(marks, [fields])
    first, *explanation = str(caught.value).splitlines()
    assert first == f"case 1: {problem}"
    assert explanation
    assert "marks" in explanation[0] or "unscored" in explanation[0]


def test_order_between_cases_is_checked_both_ways() -> None:
    low, high = case(0.1, name="low"), case(0.9, name="high", above="low")
    assert check_reward(marks, [low, high])
    with pytest.raises(CheckFailed, match=r"low: value is 0\.1, expected above 'high', which has 0\.9"):
        check_reward(marks, [case(0.1, name="low", above="high"), case(0.9, name="high")])
    with pytest.raises(CheckFailed, match=r"high: value is 0\.9, expected no more than 'low'"):
        check_reward(marks, [low, case(0.9, name="high", never_above="low")])


def test_a_case_that_only_others_are_held_against_asks_nothing_itself() -> None:
    assert len(check_reward(marks, [case(0.1, name="low"), case(0.9, name="high", above="low")])) == 2


def test_an_unscored_case_is_a_shelter_for_never_above() -> None:
    with pytest.raises(CheckFailed, match="hidden: value is failed, expected no more than 'low'"):
        check_reward(marks, [case(0.1, name="low"), case(8, name="hidden", never_above="low")])


def test_a_value_that_changes_with_whitespace_is_shown() -> None:
    @as_reward(range=(0, 99))
    def letters(completion: str) -> int:
        return len(completion)

    # "a b" has 3 characters; with two spaces between 4, with 3 blanks before and 4 after 11
    with pytest.raises(CheckFailed, match="not invariant to whitespace: 3 becomes 11"):
        check_reward(letters, [{"completion": "a b", "invariant": "whitespace"}])


def test_parts_are_found_by_path() -> None:
    inner = (1.0 * marks + 0.5 * marks.named("other")).named("both")
    reward = 2.0 * inner + 1.0 * marks.named("alone")
    # both = 0.5 + 0.5 * 0.5 = 0.75; total = 2 * 0.75 + 0.5 = 2.0
    check_reward(reward, [case(0.5, value=2.0, parts={"both": 0.75, "both/other": 0.5, "alone": 0.5})])


@pytest.mark.parametrize(
    ("cases", "message"),
    [
        ([{"completion": "a", "valeu": 1}], "a case has no field 'valeu'"),
        ([{"value": 1}], "a case needs a completion"),
        ([case(name="a"), case(name="a")], "two cases are named 'a'"),
        ([case(name="a", above="b")], "a refers to the case 'b'; the cases are a"),
        ([case(invariant="upper case")], "invariant to 'upper case'; known are"),
        ([case(0.5, name="idle")], "idle asks nothing, so it can't fail; give it one of value, at_least"),
        ([case(0.5, why="", parts={})], "case 1 asks nothing"),
    ],
)
def test_a_case_that_makes_no_sense_is_refused(cases: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_reward(marks, cases)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"value": "1"}, "value is a finite number, got '1'"),
        ({"value": float("nan")}, "value is a finite number, got nan"),
        ({"value": 1, "name": 3}, "name is text, got 3"),
        ({"at_least": "0.5", "name": "low"}, "low: at_least is a finite number, got '0.5'"),
        ({"at_most": [1]}, "at_most is a finite number, got [1]"),
        ({"parts": {"accuracy": "1"}}, "parts is a table of finite numbers by path, got {'accuracy': '1'}"),
        ({"parts": 1}, "parts is a table of finite numbers by path, got 1"),
        ({"why": 3}, "why is text, got 3"),
        ({"status": "ok"}, "status is one of scored, skipped, failed, got 'ok'"),
        ({"kind": "bad"}, "got 'bad'"),
        ({"kind": ["bug"]}, "kind is one of bad_reference, missing_column, "),
        ({"value": 1, "finish_reason": 5}, "finish_reason is text, got 5"),
        ({"value": 1, "completion_ids": "1 2"}, "completion_ids is a list of whole numbers, got '1 2'"),
        ({"value": 1, "completion_ids": [1.5]}, "completion_ids is a list of whole numbers, got [1.5]"),
        ({"value": 1, "completion": 4}, "completion is text, or a list of messages, got 4"),
        ({"value": 1, "prompt": ["Hi"]}, "prompt is text, or a list of messages, got ['Hi']"),
        ({"value": 1, "columns": "solution"}, "columns is a table of columns, got 'solution'"),
        ({"above": 1}, "above is text, or a list of texts, got 1"),
        ({"invariant": [True]}, "invariant is text, or a list of texts, got [True]"),
    ],
)
def test_a_field_that_holds_what_it_can_not_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        check_reward(marks, [{**case(0.5), **fields}])
    with pytest.raises(ValueError, match=re.escape(message)):
        Case(**{**case(0.5), **fields})


def test_every_field_has_its_rule_and_what_other_libraries_make_is_taken() -> None:
    assert set(RULES) == set(Case.__dataclass_fields__)
    numbers = numpy.array([1, 2])
    check_reward(marks, [case(0.5, value=numpy.float64(0.5), completion_ids=numbers, at_most=Fraction(1, 2))])
    check_reward(marks, [case(1.0, value=True, completion_ids=(1, 2), status=None)])
