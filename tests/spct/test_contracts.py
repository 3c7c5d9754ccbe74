"""Engines and meta reward models that give less than they were asked for, or no number."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from rewards import RewardError
from rewards.evaluation import Item
from rewards.models.engines import EngineFailure, Request, Sample, ScriptedEngine
from rewards.models.engines.contract import LATE
from rewards.spct import Draw, Incomplete, Trajectory, Wording, read_trajectories, sample_trajectories
from rewards.spct.measuring import logits_of

ITEMS = [Item(f"question {at}", ("good", "bad"), (1.0, 0.0)) for at in range(3)]
DRAW = Draw(n=4, hinted=0)
FINE = ScriptedEngine(r"\boxed{7, 4}")


class Own:
    """An engine that is a function of a request."""

    name = "own"

    def __init__(self, answer: Callable[[Request], Any]) -> None:
        self._answer = answer

    def generate(self, requests: Sequence[Request], /) -> list[Any]:
        return [self._answer(request) for request in requests]


def test_an_item_with_fewer_judgements_than_were_drawn_is_not_done(tmp_path: Path) -> None:
    """It was written down as done, and had fewer votes in every number that was made of it."""

    def one_at_a_time(request: Request) -> list[Sample]:
        few = "question 1" in str(request.chat)
        return [Sample(r"\boxed{7, 4}")] * (1 if few else request.sampling.n)

    with pytest.raises(Incomplete, match=r"1 of 3 items have no judgement, such as: engine 'own' gave 1 of \d samples"):
        sample_trajectories(Own(one_at_a_time), ITEMS, tmp_path / "t.jsonl", draw=DRAW)
    with pytest.raises(ValueError, match="judgements of 2 of 3 items"):
        read_trajectories(tmp_path / "t.jsonl", ITEMS)
    assert [len(own) for own in sample_trajectories(FINE, ITEMS, tmp_path / "t.jsonl", draw=DRAW)] == [4, 4, 4]


def test_an_engine_that_breaks_its_contract_is_named(tmp_path: Path) -> None:
    with pytest.raises(RewardError, match=r"^spct: engine 'own' answered request 0 with 'text'; generate\(\) gives"):
        sample_trajectories(Own(lambda request: "text"), ITEMS, tmp_path / "t.jsonl", draw=DRAW)


class Meta:
    """A meta reward model that is a function of a chat's text."""

    name = "meta"

    def __init__(self, logit: Callable[[str], Any]) -> None:
        self._logit = logit

    def logits(self, chats: Sequence[Any], /) -> list[Any]:
        return [self._logit(" ".join(message["content"] for message in chat)) for chat in chats]


def judgements(*texts: str) -> dict[tuple[int, int], tuple[Item, Trajectory]]:
    return {(0, at): (ITEMS[0], Trajectory((0, 1), False, text, (7.0, 4.0), True)) for at, text in enumerate(texts)}


@pytest.mark.parametrize("answer", [EngineFailure("too long"), math.nan, math.inf])
def test_a_judgement_that_the_meta_model_can_not_score_has_no_logit_and_stops_nothing(answer: Any) -> None:
    """One too long stopped the stage each time it was run; NaN was written down, and sorted by."""
    model = Meta(lambda text: answer if "on and on" in text else 1.5)
    assert logits_of(model, Wording(), judgements("short", "on and on", "brief")) == {(0, 0): 1.5, (0, 2): 1.5}


def test_one_that_was_away_for_a_moment_is_asked_again() -> None:
    failures = [EngineFailure("out of time")]
    model = Meta(lambda text: failures.pop() if failures else 2.5)
    assert logits_of(model, Wording(), judgements("short", "brief")) == {(0, 0): 2.5, (0, 1): 2.5}


def test_one_that_runs_out_of_time_stops_the_stage() -> None:
    model = Meta(lambda text: LATE if "brief" in text else EngineFailure("too long") if "on and on" in text else 1.5)
    with pytest.raises(Incomplete, match=r"no logit for 2 judgements: the batch ran out of time .*; run again"):
        logits_of(model, Wording(), judgements("short", "brief", "on and on"))


def test_one_that_scores_nothing_stops_the_stage() -> None:
    with pytest.raises(Incomplete, match=r"the meta reward model has no logit for 2 judgements: no device; run again"):
        logits_of(Meta(lambda text: EngineFailure("no device")), Wording(), judgements("short", "brief"))
