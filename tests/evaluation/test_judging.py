"""What a judge said, as votes: as many as it votes, whatever became of its samples."""

from __future__ import annotations

import re

import pytest

from rewards.evaluation import Item, evaluate, judge_items
from rewards.models import grm, pairwise_judge
from rewards.models.engines import EngineFailure, ScriptedEngine

BLOCK = re.compile(r"\[response \d+ (\w{8})\]\n(.*?)\n\[end of response \d+ \1\]", re.DOTALL)


def pairs(count: int) -> list[Item]:
    return [Item(f"Question {at}?", ("good", "bad"), (1.0, 0.0)) for at in range(count)]


def shown(prompt: str) -> list[str]:
    return [text for _, text in BLOCK.findall(prompt)]


def rated(prompt: str, **scores: int) -> str:
    given = [scores.get(text.split()[0], 5) for text in shown(prompt)]
    return f"\\boxed{{{', '.join(map(str, given))}}}"


def test_a_response_that_was_shown_again_has_no_more_votes_than_the_judge() -> None:
    """One item of six had 16 samples, and the curve a point for 16 votes, of which the others had eight."""

    def script(prompt: str, sample: int) -> str:
        if "Question 1?" in prompt and len(shown(prompt)) == 2 and sample < 3:
            return "no score"
        return rated(prompt, good=7, bad=4)

    judged = judge_items(grm(ScriptedEngine(script), k=8, group_size=2), pairs(6))
    assert [[len(votes) for votes in one.votes] for one in judged] == [[8, 8]] * 6
    curve = evaluate(judged, [1, 2, 4, 8, 16, 32])["curve"]
    assert [point["k"] for point in curve] == [1, 2, 4, 8]
    assert curve[-1]["accuracy"]["mean"] == 1.0  # all eight count: a subset of 16 might have had none of "bad"


def test_samples_that_an_engine_refused_are_counted_one_by_one() -> None:
    """Of 6 items by 8 samples those of one are lost: 1/6, though one request stands for several samples."""

    def script(prompt: str, sample: int) -> str | EngineFailure:
        return EngineFailure("too long") if "Question 1?" in prompt else rated(prompt, good=7, bad=4)

    judged = judge_items(grm(ScriptedEngine(script), k=8, group_size=2), pairs(6))  # type: ignore[arg-type]
    assert evaluate(judged, [8])["unread_share"] == pytest.approx(1 / 6)
    assert judged[1].votes == [[None] * 8] * 2


def test_a_response_that_says_nothing_has_the_lowest_score_in_every_vote() -> None:
    """On a scale from -5 it had one vote of 0, the reward's own value, and won over a -3."""
    items = [Item("Question?", (":", "bad"), (0.0, 1.0))]
    judged = judge_items(grm(ScriptedEngine(r"\boxed{-3}"), k=4, group_size=2, points=(-5, 5)), items)
    assert judged[0].votes == [[(-5.0, None)] * 4, [(-3.0, None)] * 4]
    assert [point["accuracy"]["mean"] for point in evaluate(judged, [1, 4])["curve"]] == [1.0, 1.0]


def test_a_response_that_is_to_blame_does_not_win_by_the_votes_it_left() -> None:
    """Three of sixteen samples praise it and the rest can't be read: the reward gives it the lowest value."""

    def script(prompt: str, sample: int) -> str:
        if "poison" in prompt and not (sample < 3 and prompt.count("poison") == 1):
            return "no score"
        return rated(prompt, poison=10, good=7)

    items = [Item("Question?", ("good", "poison " * 2), (1.0, 0.0)), Item("Other?", ("good", "poison"), (1.0, 0.0))]
    judged = judge_items(grm(ScriptedEngine(script), k=16), items)
    assert judged[1].values == [pytest.approx(6 / 9), 0.0]
    assert judged[1].votes[1] == [(1.0, None)] * 16
    assert judged[1].places == [[0] * 16, [-1] * 16]  # which nobody was shown in any place
    assert evaluate(judged, [16])["curve"][-1]["accuracy"]["mean"] == 1.0


def test_a_judge_that_takes_no_single_response_says_so_before_any_is_asked() -> None:
    """The pairs ahead of it had been judged, and paid for, by then."""
    engine = ScriptedEngine("[[A]]")
    with pytest.raises(ValueError, match=r"pairwise_judge: group_size=1 is out of range"):
        judge_items(pairwise_judge(engine, 2), [*pairs(3), Item("Question?", ("good",), (1.0,))])
    assert engine.requests == []


def test_a_cause_that_tells_another_time_is_one_cause() -> None:
    """Both stood in an item's reasons, and the command counted the item twice."""
    down = [EngineFailure("can't connect, down for 0 s"), EngineFailure("can't connect, down for 1 s")]
    (judged,) = judge_items(grm(ScriptedEngine(down), k=1), pairs(1))
    assert len(judged.reasons) == 1
