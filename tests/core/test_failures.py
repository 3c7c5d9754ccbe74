"""One place turns exceptions into failures, and a reward that is simply broken raises."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from rewards import (
    BrokenReward,
    FailureKind,
    GradingFailed,
    MissingColumn,
    Needs,
    Reward,
    Rollout,
    Score,
    Status,
    TooManyUnscored,
    UnmetNeed,
    as_reward,
    first_passed,
    gate,
)
from rewards.testing.scripted import scripted


def rollouts(*completions, **columns):
    return [Rollout(completion, columns=columns) for completion in completions]


@dataclass(frozen=True)
class batch_of(Reward):
    """Grades a whole batch at once, and raises where a completion says so."""

    def grade(self, rollouts, /):
        for rollout in rollouts:
            if rollout.completion == "poison":
                raise ZeroDivisionError("poisoned")
            if rollout.completion == "judge down":
                raise GradingFailed(FailureKind.judge_unavailable, "no answer")
        return [1.0] * len(rollouts)


@dataclass(frozen=True)
class wants(Reward):
    """Grades 1 where it has what it wants."""

    column: str = "solution"
    inputs: tuple[str, ...] = ()

    @property
    def own_needs(self):
        return Needs(columns=frozenset({self.column}) - {""}, **dict.fromkeys(self.inputs, True))

    def grade_one(self, rollout, /):
        return 1.0


class batch_of_some(Reward):
    """Can't do with nothing."""

    def grade(self, rollouts, /):
        return [1.0 / len(rollouts)] * len(rollouts) if rollouts else [rollouts[0]]


@pytest.mark.parametrize("reward", [scripted({"poison": ZeroDivisionError("poisoned"), ...: 1.0}), batch_of()])
def test_a_poisoned_row_costs_only_itself(reward):
    scores = reward.score(rollouts("a", "poison", "b"))
    assert [score.value for score in scores] == [1.0, None, 1.0]
    assert (scores[1].kind, scores[1].why) == (FailureKind.bug, "ZeroDivisionError: poisoned")
    assert "test_failures.py" in scores[1].data["traceback"] or "scripted.py" in scores[1].data["traceback"]


@pytest.mark.parametrize("reward", [scripted({"poison": ZeroDivisionError("poisoned")}), batch_of()])
def test_a_batch_that_fails_on_every_row_raises_with_the_traceback(reward):
    with pytest.raises(BrokenReward, match=r"failed on all 2 rows: ZeroDivisionError: poisoned\nTraceback") as raised:
        reward.score(rollouts("poison", "poison"))
    assert reward.name in str(raised.value)


def test_a_single_poisoned_row_is_a_failure():
    assert batch_of().score(rollouts("poison"))[0].kind is FailureKind.bug


def test_all_rows_failed_by_the_instrument_do_not_raise():
    scores = scripted({...: GradingFailed(FailureKind.sandbox, "gone")}).score(rollouts("a", "b"))
    assert [(score.kind, score.why) for score in scores] == [(FailureKind.sandbox, "gone")] * 2


def test_an_instrument_that_fails_a_whole_batch_fails_each_row():
    scores = batch_of().score(rollouts("a", "judge down"))
    assert [score.kind for score in scores] == [FailureKind.judge_unavailable] * 2


@pytest.mark.parametrize(
    ("result", "why"),
    [
        (float("nan"), "ValueError: a score must be finite, got nan"),
        (float("inf"), "ValueError: a score must be finite, got inf"),
        (np.float32("nan"), "ValueError: a score must be finite, got nan"),
        ("1.0", "TypeError: a score must be a number or None, got '1.0' of type str"),
        (None, "TypeError: grade returned None; return a number, Score.skip"),
        (1.5, "value 1.5 lies outside the declared range [0, 1]; declare the true range"),
        (-1e-3, "value -0.001 lies outside the declared range [0, 1]"),
        (Score(2.0), "value 2 lies outside the declared range"),
    ],
)
def test_what_is_no_score_of_this_reward_is_a_bug(result, why):
    good, bad = scripted({"good": 1.0, "bad": result}).score(rollouts("good", "bad"))
    assert good.value == 1.0
    assert (bad.status, bad.kind) == (Status.failed, FailureKind.bug)
    assert bad.why.startswith(why)


def test_rounding_at_the_ends_of_the_range_is_forgiven():
    assert scripted({...: 0.1 + 0.2}, bounds=(0, 0.3)).score(rollouts("x"))[0].value == 0.1 + 0.2


@pytest.mark.parametrize("returned", [[1.0], [1.0, 1.0, 1.0], [], 1.0, None])
def test_a_batch_answer_of_another_length_is_a_bug_even_if_it_fits_one_row(returned):
    class short(Reward):
        def grade(self, rollouts, /):
            return returned

    with pytest.raises(BrokenReward):
        short().score(rollouts("a", "b"))


@pytest.mark.parametrize("results", [lambda n: (1.0 for _ in range(n)), np.ones, lambda n: (1,) * n])
def test_a_batch_may_answer_with_any_iterable(results):
    class loose(Reward):
        def grade(self, rollouts, /):
            return results(len(rollouts))

    assert [score.value for score in loose().score(rollouts("a", "b"))] == [1.0, 1.0]


def test_a_message_of_many_lines_and_a_megabyte_becomes_one_short_line():
    score = scripted({...: ValueError("one\ntwo\r\n" * 100_000)}).score(rollouts("x"))[0]
    assert score.why.startswith("ValueError: one two one two")
    assert "\n" not in score.why
    assert len(score.why) < 400


def test_an_exception_that_cannot_say_what_it_is_is_still_a_failure():
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError("no words")

    assert scripted({...: Mute()}).score(rollouts("x"))[0].why.startswith("Mute: ")


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_passes(interrupt):
    reward = 1.0 * scripted({...: interrupt()}).named("a") + scripted({...: 1.0}).named("b")
    with pytest.raises(interrupt):
        reward.score(rollouts("x", "y"))


def test_a_gate_that_no_row_opens_asks_nothing_of_what_is_behind():
    assert gate(scripted({...: 0.0}), then=batch_of_some()).score(rollouts("a", "b"))[0].value == 0.0


def test_no_rollouts_give_no_scores_and_ask_nothing():
    asked = wants()
    assert asked.score([]) == batch_of_some().score([]) == []
    assert (asked + 0.5 * gate(batch_of(), then=asked.named("b"))).score([]) == []
    assert asked(completions=[]) == []


def test_a_reward_without_grade_says_what_to_write():
    class empty(Reward):
        pass

    with pytest.raises(BrokenReward, match=r"empty must define grade_one\(self, rollout\) or grade"):
        empty().score(rollouts("a", "b"))


def test_score_is_final():
    with pytest.raises(TypeError, match=r"own_score defines score.* define grade"):

        class own_score(Reward):
            def score(self, rollouts, /):
                return []


def test_a_column_absent_everywhere_raises_and_names_what_there_is():
    with pytest.raises(
        MissingColumn,
        match=r"wants needs column 'solution'; the columns there are: answer, task\. Use wants\(column=…\)",
    ):
        wants().score(rollouts("a", "b", answer="4", task="math"))
    with pytest.raises(MissingColumn, match="the columns there are: none"):
        wants().score(rollouts("a"))


def test_a_column_absent_or_none_in_one_row_fails_that_row():
    batch = [Rollout("a", columns={"solution": "4"}), Rollout("b"), Rollout("c", columns={"solution": None})]
    scores = wants().score(batch)
    assert [score.value for score in scores] == [1.0, None, None]
    assert {score.kind for score in scores[1:]} == {FailureKind.missing_column}
    assert scores[1].why == "column 'solution' is absent or None in this row"


def test_a_column_that_is_none_in_every_row_fails_every_row():
    assert [s.kind for s in wants().score(rollouts("a", "b", solution=None))] == [FailureKind.missing_column] * 2


def test_a_falsy_value_is_there():
    assert [s.value for s in wants().score(rollouts("a", solution="") + rollouts("b", solution=0))] == [1.0, 1.0]


def test_a_column_absent_everywhere_raises_before_any_part_is_asked():
    dear = scripted({...: 0.0})
    for reward in (
        dear + wants().named("b"),
        gate(dear, then=wants()),
        first_passed(dear, 0.5 * wants(), at_least=0.5),
    ):
        with pytest.raises(MissingColumn, match="needs column 'solution'"):
            reward.score(rollouts("a", "b", answer="4"))
    with pytest.raises(UnmetNeed, match="needs prompt"):
        (dear + wants("", inputs=("prompt",))).score(rollouts("a"))
    assert dear.asked == []


def test_rows_behind_a_gate_that_lack_a_column_are_failed_where_other_rows_have_it():
    behind = gate(scripted({"open": 1.0, "shut": 0.0}), then=wants())
    scores = behind.score([Rollout("open"), Rollout("shut", columns={"solution": "4"})])
    assert [(score.value, score.kind) for score in scores] == [(None, FailureKind.missing_column), (0.0, None)]


def test_an_input_absent_everywhere_raises_and_in_one_row_fails_it():
    reward = wants("", inputs=("prompt", "completion_ids", "finish_reason"))
    with pytest.raises(UnmetNeed, match="wants needs prompt, which no rollout of this batch has"):
        reward.score([Rollout("a"), Rollout("b")])
    whole = Rollout("a", "p", completion_ids=[1], finish_reason="stop")
    scores = reward.score([whole, Rollout("b", "p", completion_ids=[])])
    assert [(score.value, score.kind) for score in scores] == [(1.0, None), (None, FailureKind.missing_input)]
    assert scores[1].why == "this rollout has no finish_reason"


def test_the_guard_stops_a_run_whose_rewards_mostly_fail():
    reward = scripted({"bad": Score.fail("sandbox", "gone"), ...: 1.0})
    for _ in range(8):
        reward(completions=["bad", "good", "good", "good"] * 4)  # 32 of 128: a quarter
    with pytest.raises(
        TooManyUnscored,
        match=r"288 of the last 384 .*max_unscored=0\.5: 288 × sandbox: gone\. Mend .*with_max_unscored\(0\.80\)",
    ):
        reward(completions=["bad"] * 256)


def test_the_guard_forgives_few_rows_and_counts_no_skipped_ones():
    assert scripted({...: Score.fail("sandbox", "gone")})(completions=["x"] * 63) == [None] * 63
    assert scripted({...: Score.skip("no tests")})(completions=["x"] * 200) == [None] * 200


def test_more_may_be_allowed_by_name():
    reward = scripted({...: Score.fail("sandbox", "gone")}).with_max_unscored(1)
    assert reward(completions=["x"] * 200) == [None] * 200
    with pytest.raises(TooManyUnscored):
        reward.with_max_unscored(0.2)(completions=["x"] * 64)
    with pytest.raises(ValueError, match="between 0 and 1, got 2"):
        reward.with_max_unscored(2)


def test_copies_have_a_guard_of_their_own():
    reward = scripted({...: Score.fail("sandbox", "gone")})
    reward(completions=["x"] * 63)
    assert reward.named("other")(completions=["x"]) == [None]
    with pytest.raises(TooManyUnscored):
        reward(completions=["x"])


def test_a_part_that_skips_all_it_is_asked_is_said_once(caplog):
    """A function that forgets its `return` is worth nothing in a sum, for a whole run."""
    forgets = as_reward(lambda completion: None).named("forgets")
    rarely = as_reward(lambda completion: 1.0 if completion == "7" else None).named("rarely")
    reward = scripted({...: 1}).named("base") + 0.5 * forgets + 0.5 * gate(scripted({"0": 1, ...: 0}), then=rarely)
    for start in range(0, 800, 80):
        reward(completions=[str(number % 10) for number in range(start, start + 80)])
    told = [record.getMessage() for record in caplog.records if "skipped" in record.getMessage()]
    assert told == [
        "reward base+forgets+rarely_if_scripted, its part forgets: all of the first 320 rollouts that it was asked for were skipped "
        "(the function returned None); a skipped part counts as nothing"
    ]
