"""Lint finds data rows that no reward can be trained on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rewards import (
    GroupReward,
    Rollout,
    as_reward,
    boxed_accuracy,
    choice_accuracy,
    first_scored,
    route,
    think_format,
    tool_call_accuracy,
)
from rewards.code import code_tests
from rewards.testing.lint import Fault, Lint, lint

GOOD = [("What is 1 + 1?", "2"), ("What is 1 + 2?", "3"), ("Half of one?", r"\frac{1}{2}")]


def rows(*extra: tuple[str, Any]) -> list[Rollout]:
    return [Rollout("", prompt, {"solution": solution}) for prompt, solution in (*GOOD, *extra)]


def found(result: Lint) -> list[tuple[int, str]]:
    return [(fault.row, fault.problem) for fault in result.faults]


@pytest.mark.parametrize("reward", [boxed_accuracy(), 1.0 * boxed_accuracy() + 0.5 * think_format()])
def test_sound_rows_have_no_faults(reward: Any) -> None:
    assert lint(reward, rows()) == Lint(3, held=3)


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
    assert found(lint(boxed_accuracy(), rows(("Why?", solution)))) == [(3, problem)]


@pytest.mark.parametrize("several", [["2", "two"], {"text": ["2"]}])
def test_the_first_of_several_references_stands_for_them(several: Any) -> None:
    assert lint(boxed_accuracy(), rows(("Why?", several))) == Lint(4, held=4)
    assert found(lint(boxed_accuracy(), rows(("Why?", [])))) == [(3, "reference empty")]


def test_a_column_of_another_name_is_named_with_those_there_are() -> None:
    faults = lint(boxed_accuracy(), [Rollout("", "?", {"answer": "2"})]).faults
    assert faults == [Fault(0, "column missing", "no 'solution'; the columns there are: answer")]


@pytest.mark.parametrize(("value", "said"), [(None, "null"), (float("nan"), "NaN")])
def test_a_column_that_is_there_without_a_value_is_not_called_absent(value: Any, said: str) -> None:
    """And a NaN contradicts no other row of its prompt."""
    faults = lint(boxed_accuracy(), rows(("What is 1 + 1?", value))).faults
    assert faults == [Fault(3, "column missing", f"column 'solution' is {said}")]


@pytest.mark.parametrize("text", ["nan", "N/A", "None", "null", " NULL "])
def test_a_text_that_stands_for_nothing_is_a_warning(text: str) -> None:
    """No fault, since it may be the answer."""
    data = rows(("Why?", text), ("Who?", "Nancy"))
    result = lint(boxed_accuracy(), data)
    assert result.doubts == [Fault(3, "reference looks empty", f"column 'solution' is {text.strip()!r}")]
    assert [fault for fault in result.faults if fault.problem == "column missing"] == []


def test_one_prompt_with_two_references_is_a_contradiction() -> None:
    result = lint(boxed_accuracy(), rows(("What is 1 + 1?", "3")))
    assert found(result) == [(3, "prompt contradicted")]
    assert "row 0" in result.faults[0].why


def test_two_programs_for_one_task_are_no_contradiction() -> None:
    data = [
        Rollout("", "Print 4.", {"tests": {"inputs": [""], "outputs": ["4"]}, "ref": f"print({n})"}) for n in (4, "2+2")
    ]
    assert lint(code_tests(), data, reference="ref") == Lint(2, held=2)


def test_a_reference_that_the_reward_does_not_find_equal_to_itself_is_named() -> None:
    @as_reward
    def careless(completion: str, solution: str) -> bool:
        return completion.rstrip(".").endswith(f"boxed{{{solution}}}") and "frac" not in solution

    assert found(lint(careless, rows())) == [(2, "reference unequal to itself")]


NO_TEXT = "no right answer can be written down, for want of a text in column 'solution'"
NOT_PAID = "a right answer, as lint writes it, is paid no more than a wrong one"


def programs(*extra: dict[str, Any]) -> list[Rollout]:
    sound = [
        {"tests": [f"assert times({n}) == {2 * n}"], "ref": f"def times(n):\n    return {2 * n}"} for n in range(1, 4)
    ]
    return [Rollout("", f"Task {at}.", row) for at, row in enumerate([*sound, *extra])]


BROKEN = {"tests": ["assert times(1=="], "ref": "def times(n): ..."}
OWN_FAILS = {"tests": ["assert times(1) == 5"], "ref": "def times(n):\n    return n"}
ANY_PASSES = {"tests": {"inputs": ["1"], "outputs": [""]}, "ref": "pass"}


def test_programs_are_held_against_their_tests_as_a_code_block() -> None:
    """Of six rows one test is no Python, one solution fails its test, and one test passes a wrong program, too."""
    result = lint(code_tests(), programs(BROKEN, OWN_FAILS, ANY_PASSES), reference="ref")
    assert found(result) == [
        (3, "reference unreadable"),
        (4, "reference unequal to itself"),
        (5, "reference unequal to itself"),
    ]
    assert "is given and earns 0 (0 of 1 tests passed; test 1: WA, " in result.faults[1].why
    assert result.faults[2].why == "'pass' is given and earns 1 (1 of 1 tests passed); a wrong answer earns 1"
    assert (result.held, result.free, result.unheld) == (3, 0, {})


def test_a_program_in_a_block_of_its_own_or_in_another_language_is_written_as_one() -> None:
    fenced = {"tests": {"inputs": ["2"], "outputs": ["4"]}, "ref": "Twice:\n```python\nprint(2 * int(input()))\n```"}
    bash = {"tests": {"inputs": ["2"], "outputs": ["2"], "language": "bash"}, "ref": "#### echo\nread n; echo $n"}
    holds_fence = {"tests": {"inputs": [""], "outputs": ["```"]}, "ref": "text = '''\n```\n'''\nprint(text.strip())"}
    result = lint(code_tests(), programs(fenced, bash, holds_fence), reference="ref")
    assert result == Lint(6, held=6)


def test_rows_without_a_right_answer_are_still_tried_and_counted_as_not_held() -> None:
    """No `solution` to write down, but a test that is no Python fails every program."""
    result = lint(code_tests(), programs(BROKEN))
    assert found(result) == [(3, "reference unreadable")]
    assert (result.held, result.unheld) == (0, {NO_TEXT: 3})


def test_a_shape_that_nobody_can_guess_is_said_not_to_be_held() -> None:
    @as_reward
    def shaped(completion: str, solution: str) -> bool:
        return completion.strip() == f"ANSWER={solution}"

    assert lint(shaped, rows()) == Lint(3, unheld={NOT_PAID: 3})
    assert lint(shaped, rows(), template="ANSWER={answer}") == Lint(3, held=3)


@pytest.mark.parametrize("around", ["{}", "<answer>{}</answer>", "#### {}"])
def test_the_shape_that_a_reward_pays_is_found(around: str) -> None:
    @as_reward
    def shaped(completion: str, solution: str) -> bool:
        return completion.split("</think>")[-1].strip() == around.format(solution)

    assert lint(shaped, rows()) == Lint(3, held=3)


def test_a_reward_that_needs_no_column_has_nothing_to_hold() -> None:
    assert lint(think_format(), rows()) == Lint(3, free=3)


def test_a_row_that_every_completion_fails_on_is_named() -> None:
    @as_reward
    def lookup(completion: str, solution: str) -> bool:
        return f"boxed{{{({'2': '2', '3': '3'})[solution]}}}" in completion

    result = lint(lookup, rows())
    assert found(result) == [(2, "row not graded")]
    assert "KeyError" in result.faults[0].why


def test_rewards_that_compare_groups_are_given_whole_ones() -> None:
    class best(GroupReward):
        group_size = 3

        def grade_group(self, group):  # type: ignore[no-untyped-def]
            return [float(f"boxed{{{rollout.columns['solution']}}}" in rollout.completion) for rollout in group]

    assert lint(1.0 * best() + boxed_accuracy(), rows()) == Lint(3, held=3)


MIXED = [Rollout("", f"{n} + {n}?", {"task": "maths", "answer": str(2 * n)}) for n in range(3)]


@pytest.mark.parametrize(
    "reward",
    [
        route("task", {"maths": boxed_accuracy("answer"), "code": code_tests()}),
        first_scored(code_tests(), boxed_accuracy("answer")),
    ],
)
@pytest.mark.parametrize("filled", [False, True])
def test_a_row_needs_the_columns_of_the_reward_that_it_comes_to(reward: Any, filled: bool) -> None:
    """Ragged as JSON lines are, or filled up with None as tables are; each task held against its own reference."""
    code = [Rollout("", row.prompt, {"task": "code", **row.columns}) for row in programs()]
    data = [*MIXED, *code]
    if filled:
        blank = dict.fromkeys(("task", "answer", "tests", "ref"))
        data = [Rollout("", row.prompt, {**blank, **row.columns}) for row in data]
    assert lint(reward, data, reference="ref") == Lint(6, held=6)
    result = lint(reward, data)
    assert (result.faults, result.held, result.unheld) == ([], 3, {NO_TEXT: 3})
    lacking = [*data, Rollout("", "?", {"task": "maths"})]
    assert found(lint(reward, lacking, reference="ref")) == [(6, "column missing")]


def test_a_row_that_no_branch_takes_is_named() -> None:
    reward = route("task", {"maths": boxed_accuracy("answer"), "chat": think_format()})
    result = lint(reward, [*MIXED, Rollout("", "?", {"task": "math"}), Rollout("", "Hello!", {"task": "chat"})])
    assert result.faults == [Fault(3, "routed nowhere", "column 'task' is 'math'; known are 'maths', 'chat'")]
    assert (result.held, result.free, result.unheld) == (3, 1, {})


def test_a_column_that_was_named_as_the_reference_may_not_be_missing() -> None:
    result = lint(code_tests(), programs({"tests": ["assert f(1)"]}), reference="ref")
    assert result.faults == [Fault(3, "column missing", "no 'ref'; the columns there are: tests")]


def test_options_by_their_place_and_calls_of_tools_are_written_as_the_policy_would() -> None:
    options = [Rollout("", f"{place}?", {"choices": ["Oslo", "Bern", "Rome"], "answer": place}) for place in (0, 1, 2)]
    assert lint(choice_accuracy(), options) == Lint(3, held=3)
    calls = [[], [{"name": "add", "arguments": {"a": 1}}], '[{"name": "add", "arguments": {"a": 2}}]']
    tools = [Rollout("", f"Tool {at}?", {"tool_calls": call}) for at, call in enumerate(calls)]
    assert lint(tool_call_accuracy(), tools) == Lint(3, held=3)


@pytest.mark.parametrize("text", ["['4']", '["4", "5"]', '{"text": ["4"]}', "[4]", "('a', 'b')"])
def test_a_list_written_as_text_is_a_warning(text: str) -> None:
    """It is read as words, so that the right answer 4 earns 0, while the text itself, word for word, is paid."""
    result = lint(boxed_accuracy(), rows(("Why?", text)))
    assert result.doubts == [Fault(3, "reference looks like a list", f"column 'solution' is {text!r}")]


@pytest.mark.parametrize("text", ["[1, 2]", "(0, 1)", "{1}", r"\{1, 2\}", "f'(x)", "'tis"])
def test_an_interval_a_set_and_a_prime_are_no_lists(text: str) -> None:
    assert lint(boxed_accuracy(), rows(("Why?", text))).doubts == []


def test_calls_written_as_json_are_no_doubt() -> None:
    calls = '[{"name": "add", "arguments": {}}]'
    assert lint(tool_call_accuracy(), [Rollout("", "?", {"tool_calls": calls})]).doubts == []


def test_progress_is_told_and_costs_no_more_than_the_rows() -> None:
    """300 rows in chunks of 64, 128 and the rest; each row is graded twice, and 8 samples for the shape besides."""
    asked: list[int] = []

    class counting(boxed_accuracy):
        def grade(self, rollouts, /):  # type: ignore[no-untyped-def]
            asked.append(len(rollouts))
            return super().grade(rollouts)

    data = [Rollout("", f"{n}?", {"solution": str(n)}) for n in range(300)]
    steps: list[tuple[int, int]] = []
    assert lint(counting(), data, progress=lambda *step: steps.append(step)).held == 300
    assert (steps[0], steps[-1]) == ((0, 300), (300, 300))
    assert [done for done, _ in steps] == sorted({done for done, _ in steps})
    assert (len(steps) > 2, sum(asked)) == (True, 2 * 300 + 8)


def test_every_reference_of_math_500_is_sound(shared_data: Path) -> None:
    lines = (shared_data / "math500" / "math500.jsonl").read_text().splitlines()
    data = [Rollout("", row["prompt"], {"solution": row["answer"]}) for row in map(json.loads, lines)]
    faults = [fault for fault in lint(boxed_accuracy(), data).faults if fault.problem != "prompt contradicted"]
    assert len(data) == 500
    assert faults == []
