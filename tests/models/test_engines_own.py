r"""Engines and scoring models of a user's own that break their contract, or raise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from rewards import FailureKind, Reward, RewardError, Rollout, Score, Status
from rewards.models import critiqued, grm, pairwise_judge, rating, reference_judge, rubric_judge, scalar_reward
from rewards.models.engines import (
    EngineFailure,
    Request,
    Sample,
    ScriptedEngine,
    ScriptedScores,
    cached_engine,
    transformers_engine,
    transformers_scores,
)

Generate = Callable[[Sequence[Request]], Any]


class Own:
    """An engine that is a function of its requests, and counts how often it is asked."""

    name = "own"

    def __init__(self, generate: Generate) -> None:
        self._generate = generate
        self.calls = 0

    def generate(self, requests: Sequence[Request], /) -> Any:
        self.calls += 1
        return self._generate(requests)


class OwnScores(Own):
    """The same for logits."""

    def logits(self, chats: Sequence[Any], /) -> Any:
        return self.generate(chats)


JUDGES: dict[str, Callable[[Any], Reward]] = {
    "grm": grm,
    "rating": rating,
    "judge": reference_judge,
    "rubric": lambda engine: rubric_judge(engine, rubric={"a": 1}),
    "pairwise": lambda engine: pairwise_judge(engine, 2),
    "critiqued": lambda engine: critiqued(engine, ScriptedScores(len)),
}


def rollouts(*texts: str) -> list[Rollout]:
    return [Rollout(text, "What is 2 + 2?", {"solution": "4"}) for text in texts]


def good(requests: Sequence[Request]) -> list[list[Sample]]:
    return [[Sample(r"\boxed{5}")] for _ in requests]


def raises(requests: Sequence[Request]) -> Any:
    raise OSError("no route\nto host")


RAISED = f"test_engines_own.py, line {raises.__code__.co_firstlineno + 1}"
"""Where it raises, in the words of a failure."""


BROKEN: dict[str, tuple[Generate, str]] = {
    "too few": (lambda requests: good(requests)[1:], "was sent 2 and returned 1"),
    "too many": (lambda requests: [*good(requests), []], "was sent 2 and returned 3"),
    "nothing": (lambda requests: None, "was sent 2 and returned None"),
    "one text": (lambda requests: "5", "was sent 2 and returned '5'"),
    "texts": (lambda requests: ["5" for _ in requests], "answered request 0 with '5'"),
    "lists of texts": (lambda requests: [["5"] for _ in requests], r"answered request 0 with \['5'\]"),
    "no text": (lambda requests: [*good(requests)[1:], [Sample(5)]], r"answered request 1 with \[Sample\(text=5"),  # type: ignore[arg-type]
    "a sample bare": (lambda requests: [Sample("5") for _ in requests], r"answered request 0 with Sample\(text='5'"),
}


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("fault", BROKEN)
def test_an_engine_that_breaks_its_contract_is_named_with_what_came_and_what_is_wanted(judge: str, fault: str) -> None:
    generate, came = BROKEN[fault]
    wanted = "generate\\(\\) gives one answer for each request, in order: a list of Sample, or an EngineFailure$"
    with pytest.raises(RewardError, match=f"^{judge}: engine 'own' {came}.*; {wanted}"):
        JUDGES[judge](Own(generate)).score(rollouts("fine", "good"))


@pytest.mark.parametrize("judge", JUDGES)
def test_an_engine_that_raises_fails_its_rollouts_with_the_cause(judge: str) -> None:
    reward = JUDGES[judge](Own(raises))
    for score in reward.score(rollouts("fine", "good")):
        assert (score.status, score.kind) == (Status.failed, FailureKind.judge_unavailable)
        assert score.why == f"{judge}: engine 'own' raised OSError: no route to host ({RAISED})"


def test_an_engine_that_is_down_is_asked_a_few_requests_alone_and_no_more() -> None:
    engine = Own(raises)
    scores = grm(engine).score(rollouts(*(f"reply {at}" for at in range(100))))
    assert {score.kind for score in scores} == {FailureKind.judge_unavailable}
    assert engine.calls == 2 * (1 + 4)  # the responses and the stand-ins: all at once, then four alone


@pytest.mark.parametrize("judge", ["grm", "rating", "rubric"])
def test_a_response_that_makes_the_engine_raise_costs_no_other(judge: str) -> None:
    def chokes(requests: Sequence[Request]) -> list[list[Sample]]:
        if any("poison" in str(request.chat) for request in requests):
            raise ValueError("can't encode it")
        return [[Sample(r"\boxed{1}")] for _ in requests]

    texts = [*(f"fine {at}" for at in range(5)), "poison", "good"]
    alone = JUDGES[judge](Own(chokes)).score(rollouts("fine 0"))[0].value
    scores = JUDGES[judge](Own(chokes)).score(rollouts(*texts))
    assert [score.value for score in scores] == [*[alone] * 5, 0.0, alone]
    assert scores[5].why.startswith("the judge takes a stand-in and not it: ")
    assert "raised ValueError: can't encode it" in scores[5].why


def chokes_on_poison(found: Any) -> Callable[[Sequence[Any]], list[Any]]:
    """Answers with the same for each, but raises for a batch that holds the word."""

    def answer(items: Sequence[Any]) -> list[Any]:
        if "poison" in repr(items):
            raise ValueError("can't encode it")
        return [found for _ in items]

    return answer


MANY: dict[str, Callable[[], Reward]] = {
    **{
        name: partial(JUDGES[name], Own(chokes_on_poison([Sample(r"\boxed{1}")])))
        for name in ("grm", "rating", "rubric", "critiqued")
    },
    "grm, together": lambda: grm(Own(chokes_on_poison([Sample(r"\boxed{1}")])), group_size=2),
    "its meta model": lambda: grm(ScriptedEngine(r"\boxed{1}"), meta=OwnScores(chokes_on_poison(1.0))),
    "scalar": lambda: scalar_reward(OwnScores(chokes_on_poison(1.5))),
}


@pytest.mark.parametrize("name", MANY)
@pytest.mark.parametrize("poisoned", [range(8), [0, 5, 10, 15], [0, 1, 5, 6, 10, 11, 15]])
def test_a_group_that_makes_the_engine_raise_is_not_taken_for_an_engine_that_is_down(
    name: str, poisoned: Sequence[int]
) -> None:
    """The first four asked alone failed, so all did; a stand-in did not, so all were blamed, the innocent too."""
    batch = [Rollout(f"{'poison' if at in poisoned else 'fine'} {at}", f"Question {at // 2}?") for at in range(16)]
    for at, score in enumerate(MANY[name]().score(batch)):
        assert ("takes a stand-in and not" in score.why or "stand-in's judgement" in score.why) == (at in poisoned)
        assert score.value is not None


def test_a_reward_error_reaches_the_caller() -> None:
    def stop(requests: Sequence[Request]) -> Any:
        raise RewardError("the budget is used up")

    for make in JUDGES.values():
        with pytest.raises(RewardError, match=r"^the budget is used up$"):
            make(Own(stop)).score(rollouts("fine", "good"))


@pytest.mark.parametrize("make", [grm, rating])
def test_a_model_that_can_not_be_loaded_reaches_the_caller(make: Callable[[Any], Reward], tmp_path: Any) -> None:
    pytest.importorskip("transformers")
    with pytest.raises(RewardError, match="nowhere"):
        make(transformers_engine(str(tmp_path / "nowhere"))).score(rollouts("fine", "good"))


def test_an_engine_behind_a_cache_is_named_too() -> None:
    short = grm(cached_engine(Own(BROKEN["too few"][0])))
    with pytest.raises(RewardError, match=r"^cached_engine: engine 'own' was sent 2 and returned 1; generate"):
        short.score(rollouts("fine", "good"))
    for score in grm(cached_engine(Own(raises))).score(rollouts("fine", "good")):
        assert score.why == f"cached_engine: engine 'own' raised OSError: no route to host ({RAISED})"


# Scoring models.


def with_meta(model: Any) -> Reward:
    return grm(ScriptedEngine(r"\boxed{5}"), meta=model)


@pytest.mark.parametrize(("make", "owner"), [(with_meta, "grm"), (scalar_reward, "scalar")])
def test_a_scoring_model_is_held_to_its_contract_too(make: Callable[[Any], Reward], owner: str) -> None:
    wanted = r"logits\(\) gives one number for each chat, in order, or an EngineFailure$"
    with pytest.raises(RewardError, match=f"^{owner}: model 'own' was sent 2 and returned 1; {wanted}"):
        make(OwnScores(lambda chats: [0.5])).score(rollouts("fine", "good"))
    with pytest.raises(RewardError, match=f"^{owner}: model 'own' answered request 1 with 'high'; {wanted}"):
        make(OwnScores(lambda chats: [0.5, "high"])).score(rollouts("fine", "good"))
    for score in make(OwnScores(raises)).score(rollouts("fine", "good")):
        assert score.kind is FailureKind.judge_unavailable
        assert f"{owner}: model 'own' raised OSError: no route to host" in score.why


def test_a_reply_that_makes_a_scoring_model_raise_costs_no_other() -> None:
    def chokes(chats: Sequence[Any]) -> list[float]:
        if any("poison" in str(chat) for chat in chats):
            raise ValueError("can't encode it")
        return [1.5] * len(chats)

    scores = scalar_reward(OwnScores(chokes), lowest=-9.0).score(rollouts("fine", "poison", "good"))
    assert [score.value for score in scores] == [1.5, -9.0, 1.5]


@pytest.mark.parametrize(
    ("meta", "shown"),
    [
        (ScriptedEngine("x"), "ScriptedEngine(…, name='scripted')"),
        (transformers_scores, "the class transformers_scores: call it"),
        ("judge", "'judge'"),
    ],
)
def test_a_meta_model_that_gives_no_logits_is_refused_with_the_classes_that_do(meta: Any, shown: str) -> None:
    wanted = "is a model that gives raw logits, with a name and logits(chats), such as transformers_scores(…) or "
    for make, argument in ((with_meta, "grm: meta"), (scalar_reward, "scalar_reward: model")):
        with pytest.raises(TypeError) as refused:
            make(meta)
        assert str(refused.value) == f"{argument} {wanted}vllm_scores(…); got {shown}"


@pytest.mark.parametrize("engine", [ScriptedScores(len), ScriptedEngine, "judge", None])
def test_what_is_no_engine_is_refused(engine: Any) -> None:
    for make in JUDGES.values():
        with pytest.raises(
            TypeError, match=r"takes an engine, with a name and generate\(requests\), such as openai_en"
        ):
            make(engine)


def test_a_failure_among_answers_stays_one() -> None:
    def some(requests: Sequence[Request]) -> list[Any]:
        return [EngineFailure("too long") if "long" in str(one.chat) else good([one])[0] for one in requests]

    scores: list[Score] = rating(Own(some)).score(rollouts("fine", "a long one"))
    assert [score.value for score in scores] == [1.0, 0.0]
