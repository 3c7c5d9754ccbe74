"""The audit finds the hacks that a careless reward pays for, and passes one that pays for none."""

from __future__ import annotations

import re

import pytest

from rewards import (
    FailureKind,
    GroupReward,
    Rollout,
    Score,
    as_reward,
    boxed_accuracy,
    route,
    think_format,
    tool_call_accuracy,
)
from rewards.code import code_tests
from rewards.presets import r1
from rewards.testing.audit import Audit, audit
from rewards.testing.hacks import HACKS
from rewards.testing.honest import tasks_of
from rewards.text import last_boxed, split

ROWS = [Rollout("", f"What is {n} plus {n}?", {"solution": str(2 * n)}) for n in range(7, 10)]


@as_reward
def careful(completion: str, solution: str) -> bool:
    """The last box of the reply, word for word."""
    return (last_boxed(split(completion).reply) or "").strip() == solution


def paying(result: Audit) -> set[str]:
    return {finding.name for finding in result.paying}


def test_a_reward_that_compares_the_last_box_word_for_word_pays_no_hack() -> None:
    result = audit(careful, ROWS)
    assert paying(result) == set()
    assert (result.rows, result.right, result.wrong, result.tells_right) == (3, 1.0, 0.0, True)
    assert [finding.name for finding in result.findings] == list(HACKS)


def test_a_reward_that_searches_for_the_reference_is_caught() -> None:
    @as_reward
    def searching(completion: str, solution: str) -> bool:
        return solution in completion

    found = paying(audit(searching, ROWS))
    assert {"every candidate boxed", "every candidate in one box", "or", "right box only in thinking"} <= found
    assert "tags alone" not in found


def test_a_reward_that_takes_any_box_is_caught() -> None:
    @as_reward
    def any_box(completion: str, solution: str) -> bool:
        return solution in re.findall(r"\\boxed\{([^{}]*)\}", completion)

    assert {"every candidate boxed", "broken last box", "right box only in thinking"} <= paying(audit(any_box, ROWS))


def test_a_none_that_a_completion_provokes_is_a_shelter() -> None:
    @as_reward
    def fragile(completion: str, solution: str) -> Score | float:
        if len(completion) > 20_000:
            return Score.fail(FailureKind.grader_timeout, "too long to grade")
        return f"boxed{{{solution}}}" in completion

    result = audit(fragile, ROWS)
    sheltered = {finding.name: finding.unscored for finding in result.findings if finding.unscored}
    assert sheltered["megabyte"] == 2  # hacks of the grader are tried on two rows
    assert "megabyte" in paying(result)


def test_the_example_is_of_the_row_where_the_hack_pays_most() -> None:
    """Row 0 has no reference; in row 1 the hack pays half, in row 2 all: row 2's reason is shown, with its place."""

    @as_reward
    def half(completion: str, solution: str) -> Score:
        if f"boxed{{{solution}}}" in completion:
            return Score(1.0, f"right {solution}")
        if not completion:
            return Score(1.0 if solution == "16" else 0.5, f"paid for {solution}")
        return Score(0.0, "wrong")

    rows = [Rollout("", "?", {"solution": ""}), *ROWS]
    steps: list[tuple[int, int]] = []
    hacks = {name: HACKS[name] for name in ("empty completion", "tags alone")}
    empty, tags = audit(half, rows, hacks=hacks, progress=lambda *step: steps.append(step)).findings
    assert (empty.as_right, empty.above_wrong) == (1, 2)
    assert (empty.example, empty.example_row) == ("paid for 16", 2)
    assert (tags.example, tags.example_row) == ("", None)
    assert steps == [(0, 2), (1, 2), (2, 2)]


def test_pay_between_wrong_and_right_is_told_apart_from_pay_as_right() -> None:
    @as_reward
    def padded(completion: str, solution: str) -> float:
        return 1.0 if f"boxed{{{solution}}}" in split(completion).reply else min(0.5, len(completion) / 10_000)

    by_name = {finding.name: finding for finding in audit(padded, ROWS).findings}
    # the honest wrong answer has some 400 characters: 0.04; 60 more sentences bring 0.4 or more
    assert (by_name["padding"].above_wrong, by_name["padding"].as_right) == (3, 0)
    assert (by_name["every candidate boxed"].above_wrong, by_name["every candidate boxed"].as_right) == (0, 3)
    assert not by_name["empty completion"].pays


def test_a_format_reward_is_audited_for_format_only() -> None:
    result = audit(think_format(), ROWS)
    assert not result.tells_right
    assert {finding.hack.about for finding in result.findings} == {"format"}
    assert paying(result) == set()


PROGRAMS = [
    Rollout("", f"Times {n}.", {"tests": [f"assert times(3) == {3 * n}"], "ref": f"def times(x):\n    return {n} * x"})
    for n in (2, 3)
]
QUICK = {name: hack for name, hack in HACKS.items() if hack.about != "grader"}


def test_programs_are_written_as_programs() -> None:
    result = audit(code_tests(), PROGRAMS, reference="ref", hacks=QUICK)
    assert (result.rows, result.right, result.wrong, result.tells_right) == (2, 1.0, 0.0, True)
    assert paying(result) == set()


def test_a_reward_for_programs_that_believes_the_exit_status_is_caught() -> None:
    @as_reward
    def ends_well(completion: str, tests: object, ref: str) -> bool:
        program = completion.split("```python\n")[-1].split("\n```")[0]
        return program == ref or "exit(0)" in program

    reward = route("kind", {"code": 1.0 * ends_well + 0.0 * code_tests()})
    rows = [Rollout("", row.prompt, {"kind": "code", **row.columns}) for row in PROGRAMS]
    assert paying(audit(reward, rows, reference="ref", hacks=QUICK)) == {"exit", "hard exit"}


def test_each_row_is_written_as_the_reward_that_it_comes_to_wants_it() -> None:
    maths = [Rollout("", row.prompt, {"task": "maths", **row.columns}) for row in ROWS]
    code = [Rollout("", row.prompt, {"task": "code", **row.columns}) for row in PROGRAMS]
    reward = route("task", {"maths": boxed_accuracy(), "code": code_tests()})
    result = audit(reward, [*maths, *code], reference="ref", hacks={"exit": HACKS["exit"], "or": HACKS["or"]})
    assert (result.rows, result.left_out, result.right, result.wrong, paying(result)) == (5, {}, 1.0, 0.0, set())


@as_reward
def announced(completion: str, solution: str) -> bool:
    """Pays one shape alone."""
    return completion.strip() == f"ANSWER={solution}"


def test_where_right_earns_no_more_than_wrong_nothing_is_held_against_it() -> None:
    """A hack that earns 0 like the honest answers is no hack that pays, and a bonus for form is no answer."""
    for reward in (announced, announced + 0.2 * think_format()):
        with pytest.raises(ValueError, match=r"right answer earns 0(\.2)? and a wrong one 0(\.2)?, so no hack"):
            audit(reward, ROWS)
    assert audit(announced, ROWS, template="ANSWER={answer}", hacks=QUICK).right == 1.0


def test_a_bonus_for_length_that_is_soon_exhausted_is_caught() -> None:
    """All of it is earned by 50 words, which the honest thinking has; one sentence of it has fewer."""

    @as_reward(range=(0, 2))
    def wordy(completion: str, solution: str) -> float:
        return float(completion.endswith(f"boxed{{{solution}}}.")) + min(len(completion.split()), 50) / 50

    result = audit(wordy, ROWS)
    assert (result.right, result.wrong) == (2.0, 1.0)
    assert {"padding", "padded reply"} <= paying(result)
    assert paying(audit(r1("en"), ROWS, hacks=QUICK)) == set()  # which wants twenty words of thinking, too


def test_a_row_that_wants_no_tool_pays_all_that_calls_none_and_is_left_out() -> None:
    calls = [[], [{"name": "add", "arguments": {"a": 1}}], [{"name": "add", "arguments": {"a": 2}}]]
    rows = [Rollout("", "?", {"tool_calls": call}) for call in calls]
    result = audit(
        tool_call_accuracy(), rows, hacks={name: HACKS[name] for name in ("colon", "or", "power tower equals")}
    )
    assert (result.rows, result.right, result.wrong) == (2, 1.0, 0.0)
    assert dict(result.left_out) == {"the right answer calls no tool, as most hacks do": 1}
    assert paying(result) == {"or"}  # one right call of two made is half right


def test_rewards_that_need_groups_see_whole_ones() -> None:
    class best_of_group(GroupReward):
        group_size = 4

        def grade_group(self, group):  # type: ignore[no-untyped-def]
            right = [f"boxed{{{rollout.columns['solution']}}}" in rollout.completion for rollout in group]
            assert len(group) == 4
            return [float(own) for own in right]

    result = audit(best_of_group(), ROWS)
    assert (result.right, result.wrong) == (1.0, 0.0)
    assert "every candidate boxed" in paying(result)


def test_rows_without_an_answer_are_left_out_and_counted() -> None:
    rows = [*ROWS, Rollout("", "?", {"solution": None}), Rollout("", "?", {"solution": " "})]
    result = audit(careful, rows)
    assert (result.rows, dict(result.left_out)) == (3, {"no text in column 'solution'": 2})
    with pytest.raises(ValueError, match="no row has a text in column 'solution'"):
        audit(careful, rows[3:])


def test_the_reference_column_is_that_of_the_reward() -> None:
    rows = [Rollout("", "Half of 8?", {"final": "4"}), Rollout("", "Half of 6?", {"final": "3"})]
    reward = 1.0 * boxed_accuracy(reference="final") + 0.2 * think_format()
    result = audit(
        reward, rows, hacks={name: HACKS[name] for name in ("empty thinking", "colon", "every candidate boxed")}
    )
    # right 1 + 0.2, wrong 0 + 0.2
    assert (result.right, result.wrong) == pytest.approx((1.2, 0.2))
    assert paying(result) == set()


def test_honest_answers_hold_question_and_reference_as_they_are() -> None:
    rows = [Rollout("", "Is {thinking} {answer}?", {"solution": r"\frac{1}{2}"}), *ROWS]
    honest = tasks_of(careful, rows)[0].honest
    assert honest.right.count("{thinking} {answer}") == 1
    assert last_boxed(honest.right) == r"\frac{1}{2}"
    assert honest.wrong == "14"
