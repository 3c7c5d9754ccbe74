"""Lint finds data rows that no reward can be trained on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rewards import Rollout, boxed_accuracy, think_format
from rewards.testing.lint import Fault, lint, placeholders

GOOD = [("What is 1 + 1?", "2"), ("What is 1 + 2?", "3"), ("Half of one?", r"\frac{1}{2}")]


def rows(*extra: tuple[str, Any]) -> list[Rollout]:
    return [Rollout("", prompt, {"solution": solution}) for prompt, solution in (*GOOD, *extra)]


def found(faults: list[Fault]) -> list[tuple[int, str]]:
    return [(fault.row, fault.problem) for fault in faults]


@pytest.mark.parametrize("reward", [boxed_accuracy(), 1.0 * boxed_accuracy() + 0.5 * think_format()])
def test_sound_rows_have_no_faults(reward: Any) -> None:
    assert lint(reward, rows()) == []


@pytest.mark.parametrize(
    ("solution", "problem"),
    [
        (None, "column missing"),
        (float("nan"), "column missing"),
        ("", "reference empty"),
        ("  ", "reference empty"),
        (r"\boxed{}", "reference unreadable"),
    ],
)
def test_a_reference_that_can_not_be_used_is_named(solution: str | None, problem: str) -> None:
    faults = lint(boxed_accuracy(), rows(("Why?", solution)))
    assert found(faults) == [(3, problem)]


@pytest.mark.parametrize("several", [["2", "two"], {"text": ["2"]}])
def test_the_first_of_several_references_stands_for_them(several: Any) -> None:
    assert lint(boxed_accuracy(), rows(("Why?", several))) == []
    assert found(lint(boxed_accuracy(), rows(("Why?", [])))) == [(3, "reference empty")]


def test_a_column_of_another_name_is_named_with_those_there_are() -> None:
    faults = lint(boxed_accuracy(), [Rollout("", "?", {"answer": "2"})])
    assert faults == [Fault(0, "column missing", "no 'solution'; the columns there are: answer")]


@pytest.mark.parametrize(("value", "said"), [(None, "null"), (float("nan"), "NaN")])
def test_a_column_that_is_there_without_a_value_is_not_called_absent(value: Any, said: str) -> None:
    """And a NaN contradicts no other row of its prompt."""
    faults = lint(boxed_accuracy(), rows(("What is 1 + 1?", value)))
    assert faults == [Fault(3, "column missing", f"column 'solution' is {said}")]


@pytest.mark.parametrize("text", ["nan", "N/A", "None", "null", " NULL "])
def test_a_text_that_stands_for_nothing_is_a_warning(text: str) -> None:
    """No fault, since it may be the answer."""
    data = rows(("Why?", text), ("Who?", "Nancy"))
    assert placeholders(boxed_accuracy(), data) == [
        Fault(3, "reference looks empty", f"column 'solution' is {text.strip()!r}")
    ]
    assert [fault for fault in lint(boxed_accuracy(), data) if fault.problem == "column missing"] == []


def test_one_prompt_with_two_references_is_a_contradiction() -> None:
    faults = lint(boxed_accuracy(), rows(("What is 1 + 1?", "3")))
    assert found(faults) == [(3, "prompt contradicted")]
    assert "row 0" in faults[0].why


def test_a_reference_that_the_reward_does_not_find_equal_to_itself_is_named() -> None:
    from rewards import as_reward

    @as_reward
    def careless(completion: str, solution: str) -> bool:
        return completion.rstrip(".").endswith(f"boxed{{{solution}}}") and "frac" not in solution

    assert found(lint(careless, rows())) == [(2, "reference unequal to itself")]


def test_every_reference_of_math_500_is_sound(shared_data: Path) -> None:
    lines = (shared_data / "math500" / "math500.jsonl").read_text().splitlines()
    data = [Rollout("", row["prompt"], {"solution": row["answer"]}) for row in map(json.loads, lines)]
    faults = [fault for fault in lint(boxed_accuracy(), data) if fault.problem != "prompt contradicted"]
    assert len(data) == 500
    assert faults == []
