"""grm with a meta reward model: which judgements count, and who is to blame for those that it can't read."""

from __future__ import annotations

from typing import Any

import pytest

from rewards import FailureKind, Status
from rewards.models import grm
from rewards.models.engines import EngineFailure, ScriptedEngine, ScriptedScores

from .test_grm import by_text, rollouts, shown, values


def test_the_meta_model_keeps_the_judgements_it_likes_best() -> None:
    engine = ScriptedEngine(by_text({"fine reply": [1, 9, 2, 10]}))
    meta = ScriptedScores(lambda text: 5.0 if "boxed{9}" in text or "boxed{10}" in text else -5.0)
    scores = grm(engine, k=4, meta=meta).score(rollouts("fine reply"))
    # k_meta = 4 / 2: 9 and 10 are kept -> 9.5 -> 8.5 / 9
    assert values(scores) == pytest.approx([8.5 / 9])
    assert scores[0].data["votes"] == [9, 10]
    assert [gone["vote"] for gone in scores[0].data["discarded"]] == [1, 2]
    assert values(grm(engine, k=4, meta=meta, k_meta=1).score(rollouts("fine reply"))) == pytest.approx([8 / 9])


def test_a_meta_model_that_is_down_fails_the_rollouts_it_was_needed_for() -> None:
    class Down:
        name = "down"

        def logits(self, chats: Any) -> list[EngineFailure]:
            return [EngineFailure("connection refused")] * len(chats)

    engine = ScriptedEngine(by_text({"fine reply": [5]}))
    score = grm(engine, k=1, meta=Down()).score(rollouts("fine reply"))[0]
    assert (score.status, score.kind) == (Status.failed, FailureKind.judge_unavailable)
    assert "connection refused" in score.why


class Chokes:
    """A meta reward model that refuses what holds a word, and gives the other judgements their logits in turn."""

    name = "chokes"

    def __init__(self, word: str = "poison", *logits: float) -> None:
        self.word, self.left = word, list(logits)

    def logits(self, chats: Any) -> list[Any]:
        return [self._of(" ".join(message["content"] for message in chat)) for chat in chats]

    def _of(self, text: str) -> Any:
        if self.word in text:
            return EngineFailure("too long: 9000 tokens of 8192")
        return self.left.pop(0) if self.left else 1.0


def rates_all(text: str, sample: int) -> str:
    """Seven for each response shown."""
    count = len(shown(text))
    return f"A critique.\nScores: \\boxed{{{', '.join('7' * count)}}}"


def test_a_response_whose_judgement_the_meta_model_can_not_read_is_to_blame_and_costs_no_other() -> None:
    """All of the batch was unscored before: a shelter that one long reply could open."""
    scores = grm(ScriptedEngine(rates_all), k=2, meta=Chokes()).score(rollouts("fine", "poison " * 9, "good"))
    assert values(scores) == pytest.approx([6 / 9, 0.0, 6 / 9])
    assert scores[1].why == (
        "a stand-in's judgement can be weighed and its own can't: the meta reward model: too long: 9000 tokens of 8192"
    )


def test_the_company_of_such_a_response_is_judged_alone_and_keeps_what_it_earns() -> None:
    engine = ScriptedEngine(rates_all)
    scores = grm(engine, k=2, group_size=3, meta=Chokes()).score(rollouts("fine", "poison " * 9, "good"))
    assert values(scores) == pytest.approx([6 / 9, 0.0, 6 / 9])


def test_a_judge_whose_every_judgement_the_meta_model_refuses_is_nobodys_fault() -> None:
    reward = grm(ScriptedEngine(rates_all), k=2, meta=Chokes("critique"))
    for score in reward.score(rollouts("fine", "good")):
        assert (score.kind, score.why[:22]) == (FailureKind.judge_unavailable, "the meta reward model:")


def test_a_vote_that_the_meta_model_can_not_weigh_is_none() -> None:
    """Logits 1, nan, 3, 4 of votes 1, 9, 2, 10: the best two are 2 and 10, whatever nan is compared with."""
    engine = ScriptedEngine(by_text({"fine reply": [1, 9, 2, 10]}))
    meta = Chokes("poison", 1.0, float("nan"), 3.0, 4.0)
    (score,) = grm(engine, k=4, meta=meta).score(rollouts("fine reply"))
    assert score.data["votes"] == [2, 10]
    assert [gone["vote"] for gone in score.data["discarded"]] == [1]
    assert "which is no finite number" in score.data["unread"][0]["why"]


def test_judgements_that_are_left_out_are_listed_though_another_says_the_same() -> None:
    """Four equal judgements, of which two count: two are left out, not none."""
    reward = grm(ScriptedEngine(rates_all), k=4, meta=ScriptedScores(lambda text: 1.0))
    (score,) = reward.score(rollouts("fine"))
    assert len(score.data["discarded"]) == 2
    assert score.why == "mean 7 of votes 7 7, 2 left out by the meta reward model"
