r"""Judges against scripted engines: arithmetic, blame, and what the judge is shown."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

from rewards import FailureKind, Rollout, Score, Status, boxed_accuracy, first_passed
from rewards.models import grm
from rewards.models.blame import STAND_IN
from rewards.models.engines import EngineFailure, Sample, ScriptedEngine
from rewards.models.judges import pairwise_judge, rating, reference_judge, rubric_judge
from rewards.models.judges.rubric_judge import as_rubric
from rewards.models.judges.verdicts import token_preference, verdict

RESPONSE = re.compile(r"\[response (\w{8})\]\n(.*?)\n\[end of response \1\]", re.DOTALL)
PAIR = re.compile(r"\[response ([AB]) (\w{8})\]\n(.*?)\n\[end of response \1 \2\]", re.DOTALL)


def judged(prompt: str) -> str:
    """The one response that a prompt shows."""
    found = RESPONSE.search(prompt)
    assert found is not None
    return found[2]


def rollouts(*texts: str, **columns: Any) -> list[Rollout]:
    return [Rollout(text, "What is 2 + 2?", columns) for text in texts]


def values(scores: list[Score]) -> list[float | None]:
    return [score.value for score in scores]


# Right or wrong against a reference.


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ([r"\boxed{correct}"], 1.0),
        ([r"\boxed{incorrect}"], 0.0),
        ([r"\boxed{\text{Correct}}."], 1.0),
        ([r"\boxed{correct} no, \boxed{incorrect}"], 0.0),
        ([r"\boxed{correct}", r"\boxed{incorrect}", r"\boxed{correct}", r"\boxed{correct}"], 0.75),  # 3 of 4
    ],
)
def test_reference_judge_is_the_share_of_samples_that_say_correct(said: list[str], value: float) -> None:
    reward = reference_judge(ScriptedEngine(said), k=len(said))
    assert values(reward.score(rollouts("four", solution="4"))) == [value]


def test_reference_judge_sees_only_what_the_rule_refused() -> None:
    engine = ScriptedEngine(
        lambda prompt, sample: r"\boxed{correct}" if "vier" in judged(prompt) else r"\boxed{incorrect}"
    )
    reward = first_passed(boxed_accuracy(), reference_judge(engine))
    texts = (r"\boxed{4}", r"\boxed{vier}", r"\boxed{5}")
    assert values(reward.score(rollouts(*texts, solution="4"))) == [1.0, 1.0, 0.0]
    assert sorted(judged(request.chat[0]["content"]) for request in engine.requests) == [r"\boxed{5}", r"\boxed{vier}"]


def test_one_row_with_an_empty_reference_costs_its_neighbours_nothing() -> None:
    batch = rollouts("four", solution="4") + rollouts("four", solution=" ")
    scores = reference_judge(ScriptedEngine([r"\boxed{correct}"])).score(batch)
    assert values(scores) == [1.0, None]
    assert scores[1].kind is FailureKind.bad_reference


# Who is to blame; the same for all judges of one response.


def test_a_response_that_makes_the_judge_unreadable_gets_the_lowest_value() -> None:
    engine = ScriptedEngine(lambda prompt, sample: "No." if "poison" in judged(prompt) else r"\boxed{correct}")
    scores = reference_judge(engine).score(rollouts("fine", "poison", solution="4"))
    assert values(scores) == [1.0, 0.0]
    assert "made the judge unreadable" in scores[1].why


def test_a_judge_that_can_not_be_read_is_failed() -> None:
    score = reference_judge(ScriptedEngine(["Hm."])).score(rollouts("fine", solution="4"))[0]
    assert (score.status, score.kind) == (Status.failed, FailureKind.judge_unreadable)


def test_an_engine_that_is_down_is_failed_with_its_words() -> None:
    score = rating(ScriptedEngine([EngineFailure("502 from the server")])).score(rollouts("fine"))[0]
    assert (score.kind, score.why) == (FailureKind.judge_unavailable, "502 from the server")


def test_a_response_that_the_engine_refuses_where_it_takes_a_stand_in_gets_the_lowest_value() -> None:
    class TooLong(ScriptedEngine):
        def _said(self, chat: Any, number: int) -> Any:
            return EngineFailure("400: too long") if "xxx" in chat[0]["content"] else super()._said(chat, number)

    scores = rating(TooLong([r"\boxed{5}"])).score(rollouts("fine", "x" * 99))
    assert values(scores) == [1.0, 0.0]


@pytest.mark.parametrize("text", ["", ":", "Thought process:", "<think>hidden</think>"])
def test_a_response_that_says_nothing_is_not_shown(text: str) -> None:
    engine = ScriptedEngine([r"\boxed{5}"])
    assert values(rating(engine).score(rollouts(text))) == [0.0]
    assert engine.requests == []


@pytest.mark.parametrize(
    ("make", "vote"),
    [
        (reference_judge, r"\boxed{correct}"),
        (rating, r"\boxed{5}"),
        (lambda engine, **more: rubric_judge(engine, rubric={"a": 1}, **more), r"\boxed{1}"),
        (grm, r"\boxed{10}"),
    ],
)
def test_a_judge_is_read_after_its_thinking_and_not_at_all_where_that_never_ended(make: Any, vote: str) -> None:
    batch = rollouts("fine", solution="4")
    cut = make(ScriptedEngine(f"<think>Perhaps {vote}")).score(batch)[0]
    assert cut.kind is FailureKind.judge_unreadable
    assert cut.why == "the judge can't be read: its thinking was never closed"
    assert {one["why"] for one in cut.data["unread"]} == {"its thinking was never closed"}
    assert values(make(ScriptedEngine(f"<think>Perhaps not.</think>{vote}")).score(batch)) == [1.0]
    half = make(ScriptedEngine([vote, f"<think>Perhaps {vote}"]), k=2).score(batch)[0]
    assert (half.value, len(half.data["votes"])) == (1.0, 1)


# Ratings.


def test_rating_is_scaled_to_the_unit_range() -> None:
    said = [r"\boxed{4}", r"\boxed{5}", r"\boxed{6}"]  # 6 is out of range: no vote
    score = rating(ScriptedEngine(said), k=3).score(rollouts("fine"))[0]
    assert score.value == pytest.approx((3 / 4 + 1) / 2)
    assert len(score.data["unread"]) == 1


def test_rating_in_chinese() -> None:
    engine = ScriptedEngine([r"清楚。\boxed{3}"])
    assert values(rating(engine, template="rating_zh").score(rollouts("四"))) == [0.5]
    assert "评价" in engine.requests[0].chat[0]["content"]


# Rubrics.


@pytest.mark.parametrize(
    ("rubric", "met", "value"),
    [
        ({"a": 3, "b": 1}, "1, 0", 0.75),
        ({"a": 3, "b": 1}, "0, 1", 0.25),
        ({"a": 2, "b": 2, "fault": -1}, "1, 1, 1", 0.75),  # (2 + 2 - 1) / 4
        ({"a": 1, "fault": -5}, "1, 1", 0.0),  # (1 - 5) / 1 = -4, cut to 0
    ],
)
def test_rubric_value_is_the_weighted_share(rubric: dict[str, float], met: str, value: float) -> None:
    engine = ScriptedEngine([f"\\boxed{{{met}}}"])
    assert values(rubric_judge(engine, rubric=rubric).score(rollouts("fine"))) == [value]


def test_a_row_brings_its_own_rubric_and_a_broken_one_is_failed() -> None:
    engine = ScriptedEngine([r"\boxed{1, 0}"])
    own = [{"criterion": "short", "weight": 1}, {"criterion": "true", "weight": 3}]
    batch = rollouts("fine", rubric=own) + rollouts("fine", rubric=["short", ""])
    scores = rubric_judge(engine).score(batch)
    assert values(scores) == [0.25, None]
    assert scores[1].kind is FailureKind.bad_reference


@pytest.mark.parametrize("rubric", [{}, [], {"a": 0}, {"a": -1}, {"a": math.nan}, {"a": True}, "be good", [3]])
def test_rubrics_that_make_no_sense_are_refused(rubric: Any) -> None:
    with pytest.raises(ValueError, match=r"rubric|criterion|weight"):
        as_rubric(rubric)


# Pairs.


def better(strength: dict[str, float]) -> ScriptedEngine:
    """A judge that prefers the stronger text; what it does not know is weakest."""

    def script(prompt: str, sample: int) -> str:
        texts = {letter: text for letter, _, text in PAIR.findall(prompt)}
        first, second = (strength.get(texts[letter], -1) for letter in "AB")
        return "[[A]]" if first > second else "[[B]]" if second > first else "[[C]]"

    return ScriptedEngine(script)


def test_pairwise_value_is_the_share_of_comparisons_won() -> None:
    strength = {"weak": 1.0, "fair": 2.0, "good": 3.0, "best": 4.0}
    engine = better(strength)
    scores = pairwise_judge(engine, 4).score(rollouts(*strength))
    # each meets three others in both orders: wins 0, 2, 4, 6 of 6
    assert values(scores) == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert len(engine.requests) == 2 * len(list(combinations(strength, 2)))


def test_a_judge_that_always_prefers_the_first_ranks_nobody() -> None:
    scores = pairwise_judge(ScriptedEngine(["[[A]]"]), 3).score(rollouts("one", "two", "three"))
    assert values(scores) == [0.5, 0.5, 0.5]


def test_ties_are_half_a_win_where_they_are_allowed() -> None:
    strength = {"one": 1.0, "two": 1.0}
    assert values(pairwise_judge(better(strength), 2, ties=True).score(rollouts(*strength))) == [0.5, 0.5]
    scores = pairwise_judge(better({**strength, STAND_IN: 0.0}), 2).score(rollouts(*strength))
    # [[C]] is no verdict there; a stand-in is weaker than both, so each keeps what it wins against it
    assert values(scores) == [1.0, 1.0]


def test_fewer_opponents_cost_fewer_comparisons_and_everyone_meets_as_many() -> None:
    strength = {f"text {at}": float(at) for at in range(8)}
    engine = better(strength)
    scores = pairwise_judge(engine, 8, opponents=2).score(rollouts(*strength))
    assert len(engine.requests) == 8 * 2  # a ring of 8 has 8 pairs, in two orders
    assert [len(score.data["votes"]) for score in scores] == [4] * 8


def test_equal_responses_share_one_value_and_empty_ones_lose() -> None:
    strength = {"good": 2.0, "bad": 1.0}
    scores = pairwise_judge(better(strength), 4).score(rollouts("good", "bad", "good", ":"))
    assert values(scores) == [1.0, 0.0, 1.0, 0.0]


def test_a_response_that_spoils_every_comparison_is_found_out() -> None:
    def script(prompt: str, sample: int) -> str:
        if "poison" in prompt:
            return "I can't."
        texts = {letter: text for letter, _, text in PAIR.findall(prompt)}
        return "[[A]]" if texts["A"] == "honest" else "[[B]]"

    scores = pairwise_judge(ScriptedEngine(script), 2).score(rollouts("honest", "poison"))
    assert values(scores) == [1.0, 0.0]


def test_a_groups_value_does_not_depend_on_another_group_of_the_same_prompt() -> None:
    """ "fair" loses to "good" in its group and beats "weak" in the other: 0 and 1, not 1/2 in both."""
    reward = pairwise_judge(better({"weak": 1.0, "fair": 2.0, "good": 3.0}), 2)
    assert values(reward.score(rollouts("fair", "good"))) == [0.0, 1.0]
    assert values(reward.score(rollouts("fair", "good", "fair", "weak"))) == [0.0, 1.0, 1.0, 0.0]


def first_but(unread: Callable[[str, str], bool]) -> ScriptedEngine:
    """A judge that always prefers the first, and gives no verdict on some pairs."""

    def script(prompt: str, sample: int) -> str:
        texts = {letter: text for letter, _, text in PAIR.findall(prompt)}
        return "I can't." if unread(texts["A"], texts["B"]) else "[[A]]"

    return ScriptedEngine(script)


def test_a_response_gains_nothing_by_spoiling_the_order_in_which_it_stands_second() -> None:
    """Of three comparisons that could be read "poison" won three, and had 1; the others 2 of 5."""
    scores = pairwise_judge(first_but(lambda a, b: b == "poison"), 4).score(rollouts("poison", "one", "two", "three"))
    assert values(scores) == [0.0, 0.5, 0.5, 0.5]


def test_a_response_whose_company_spoils_the_judging_meets_the_stand_in_in_both_orders() -> None:
    """In one order alone it had 1, for standing first."""
    scores = pairwise_judge(first_but(lambda a, b: "poison" in (a, b)), 2).score(rollouts("honest", "poison"))
    assert values(scores) == [0.5, 0.0]


def test_token_probabilities_are_normalised_over_the_two_letters() -> None:
    # P(A) = 0.6, P(B) = 0.2 -> 0.6 / 0.8 = 0.75; another token holds the rest
    likeliest = {"A": math.log(0.6), "B": math.log(0.15), " B": math.log(0.05), "C": math.log(0.2)}
    sample = Sample("[[A]]", logprobs=[{"[[": -0.01}, likeliest, {"]]": -0.01}])
    assert token_preference(sample) == pytest.approx(0.75)
    assert token_preference(Sample("[[A]]")) is None


@pytest.mark.parametrize("verdict_tokens", [("[[", "B", "]]"), ("[[B", "]]"), ("[", "[", "B", "]]\n")])
def test_a_word_behind_the_verdict_is_no_letter_of_it(verdict_tokens: tuple[str, ...]) -> None:
    """ "[[B]] A is …" says B; the article's probability was read before."""
    said = [*verdict_tokens, "\n\n", "A", " is", " wrong"]
    places = [{token: math.log(0.9), "A" if "B" in token else "?": math.log(0.1)} for token in said]
    assert token_preference(Sample("".join(said), logprobs=places)) == pytest.approx(0.1)
    bare = [{"Answer": -0.1}, {" B": math.log(0.8), " A": math.log(0.2)}]
    assert token_preference(Sample("Answer B", logprobs=bare)) == pytest.approx(0.2)


def test_a_letter_in_the_judges_thinking_is_no_preference() -> None:
    letter, close = {"A": math.log(0.6), "B": math.log(0.2)}, {"</think>": -0.01}
    thought = [{"<think>": -0.01}, letter]
    assert token_preference(Sample("<think>A", logprobs=thought)) is None
    assert token_preference(Sample("<think>A</think>Hm", logprobs=[*thought, close, {"Hm": -0.1}])) is None
    assert token_preference(Sample("<think>A</think>A", logprobs=[*thought, close, letter])) == pytest.approx(0.75)


def test_by_token_averages_over_both_orders() -> None:
    class Tokens:
        name = "tokens"

        def generate(self, requests: Any, /) -> Any:
            assert all(request.sampling.logprobs == 20 for request in requests)
            return [[Sample("A", logprobs=[{"A": math.log(0.7), "B": math.log(0.3)}])] for _ in requests]

    # the judge says 0.7 for whoever stands first: (0.7 + 0.3) / 2 = 0.5 for both
    scores = pairwise_judge(Tokens(), 2, by="token").score(rollouts("one", "two"))
    assert values(scores) == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize(
    ("text", "ties", "expected"),
    [
        ("[[A]]", False, 1.0),
        ("[[A]] no [[B]]", False, 0.0),
        ("[[C]]", True, 0.5),
        ("[[C]]", False, None),
        ("A", True, None),
        ("<think>[[A]]", False, None),
        ("<think>[[A]]</think>[[B]]", False, 0.0),
        ("<think>[[A]]</think>Hm.", False, None),
    ],
)
def test_the_last_verdict_counts(text: str, ties: bool, expected: float | None) -> None:
    assert verdict(text, ties) == expected


def test_equal_responses_under_rubrics_of_unlike_weights_are_read_by_their_own() -> None:
    """The judge finds the first criterion met and not the second: 3 / 4 by one row's weights, 1 / 4 by the other's."""
    rubrics = [{"names it": 3, "is polite": 1}, {"names it": 1, "is polite": 3}, {"names it": 3, "is polite": 1}]
    reward = rubric_judge(ScriptedEngine(r"\boxed{1, 0}"))
    scores = reward.score([Rollout("Paris", "The capital?", {"rubric": rubric}) for rubric in rubrics])
    assert [score.value for score in scores] == [0.75, 0.25, 0.75]
    assert len(reward.engine.requests) == 2  # type: ignore[attr-defined]  # equal rows share one
