"""Models of a user's own that answer with numbers, and break their contract, or raise."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from rewards import FailureKind, Reward, RewardError, Rollout, Score
from rewards.core.errors import BrokenReward
from rewards.models import critiqued, grm, implicit_reward, pair_reward, perplexity, process, scalar_reward
from rewards.models.engines import Request, Sample, ScriptedScores
from rewards.models.scalar import ScriptedLogprobs, ScriptedPairs, ScriptedSteps

Answer = Callable[[Any], Any]


class Own:
    """A model of every kind that is a function of one item; `lost` answers of a call are kept back."""

    name = "own"

    def __init__(self, answer: Answer, lost: int = 0) -> None:
        self._answer = answer
        self._lost = lost

    def _answers(self, items: Sequence[Any], /) -> list[Any]:
        return [self._answer(item) for item in items][self._lost :]

    steps = preferences = token_logprobs = logits = _answers


def logprobs_with(own: Any) -> Reward:
    return implicit_reward(ScriptedLogprobs(lambda word: -1.0), own)


MAKERS: dict[str, Callable[[Any], Reward]] = {
    "process": process,
    "pair": lambda model: pair_reward(model, 2),
    "implicit": implicit_reward,
    "implicit's reference": logprobs_with,
    "perplexity": perplexity,
    "scalar": scalar_reward,
}
FINE: dict[str, Answer] = {
    "process": lambda solution: [0.5] * len(solution.steps),
    "pair": lambda comparison: 1.0,
    "implicit": lambda chat: [-0.5, -0.5],
    "implicit's reference": lambda chat: [-0.5, -0.5],
    "perplexity": lambda chat: [-0.5, -0.5],
    "scalar": lambda chat: 1.0,
}
SEVERAL = [kind for kind in MAKERS if kind not in ("pair", "scalar")]
TEXTS = ("one\n\ntwo\n\nthree", "other")


def score(kind: str, model: Any, *texts: str) -> list[Score]:
    return MAKERS[kind](model).score([Rollout(text, "Question?") for text in texts or TEXTS])


@pytest.mark.parametrize("kind", MAKERS)
def test_too_few_answers_are_an_error_that_names_the_reward_the_model_and_what_is_wanted(kind: str) -> None:
    with pytest.raises(RewardError, match=r"^\w+: model 'own' was sent 2 and returned 1; \w+\(\) gives .* EngineFail"):
        score(kind, Own(FINE[kind], lost=1))


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("answer", [None, "high", {"score": 1}, object(), [[0.5], [0.5]], np.array([[0.5, 0.5]])])
def test_an_answer_of_another_shape_is_an_error_that_shows_it(kind: str, answer: Any) -> None:
    with pytest.raises(RewardError, match=r"^\w+: model 'own' answered request 0 with .*; \w+\(\) gives "):
        score(kind, Own(lambda item: answer))


@pytest.mark.parametrize("kind", SEVERAL)
def test_one_number_in_the_place_of_several_is_an_error(kind: str) -> None:
    with pytest.raises(RewardError, match=r"answered request 0 with -0\.5"):
        score(kind, Own(lambda item: -0.5))


@pytest.mark.parametrize("numbers", [[], [0.9], [0.9] * 4, [0.9, 0.9, 1.5], [0.9, -0.2, 0.9]])
def test_a_process_reward_model_gives_one_number_in_range_for_each_step(numbers: list[float]) -> None:
    with pytest.raises(RewardError, match=r"for each step of each solution"):
        score("process", Own(lambda solution: numbers))


def test_numbers_a_rounding_beyond_their_range_are_brought_back_into_it() -> None:
    (said,) = score("process", Own(lambda solution: [1.0002]), "one step")
    assert said.value == 1.0
    (said,) = score("perplexity", Own(lambda chat: [0.0002]), "one step")
    assert said.value == 1.0


@pytest.mark.parametrize("kind", ["implicit", "implicit's reference", "perplexity"])
def test_probabilities_in_the_place_of_their_logarithms_are_an_error(kind: str) -> None:
    with pytest.raises(RewardError, match=r"answered request 0 with \[0\.9, 0\.9\]; .*numbers, 0 or less"):
        score(kind, Own(lambda chat: [0.9, 0.9]))


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_reply_that_makes_a_model_give_no_finite_number_gets_the_lowest_value(kind: str, bad: float) -> None:
    """The model gives the stand-in a number, so the reply is to blame; min of [0.5, nan] was 0.5 before."""

    def answer(item: Any) -> Any:
        if "poison" not in repr(item):
            return FINE[kind](item)
        return [0.5 if kind == "process" else -0.5, bad] if kind in SEVERAL else bad

    said = score(kind, Own(answer), "poison\n\nand more", "other")
    lowest = {"process": 0.0, "pair": 0.0, "perplexity": 0.0, "scalar": -20.0}.get(kind, -100.0)
    assert said[0].value == lowest
    assert f"answered {bad}, which is no finite number" in said[0].why
    assert said[1].value is not None
    assert said[1].value > lowest


@pytest.mark.parametrize("kind", MAKERS)
def test_a_model_that_gives_no_finite_number_for_anything_stops_the_run(kind: str) -> None:
    def nan(item: Any) -> Any:
        return [math.nan] * 3 if kind in SEVERAL else math.nan

    with pytest.raises(BrokenReward, match=r"model 'own' answered nan, which is no finite number"):
        score(kind, Own(nan))


@pytest.mark.parametrize("kind", MAKERS)
def test_a_reply_that_makes_a_model_raise_costs_no_other(kind: str) -> None:
    def chokes(item: Any) -> Any:
        if "poison" in repr(item):
            raise OSError("out of\nmemory")
        return FINE[kind](item)

    texts = ["poison", "fine"] if kind == "pair" else ["fine", "poison", "good"]
    said = score(kind, Own(chokes), *texts)
    assert "raised OSError: out of memory" in said[texts.index("poison")].why
    assert all(one.value is not None for one in said)


@pytest.mark.parametrize("kind", MAKERS)
def test_a_model_that_raises_for_anything_fails_its_rollouts_with_the_cause(kind: str) -> None:
    def down(item: Any) -> Any:
        raise OSError("no device")

    for one in score(kind, Own(down)):
        assert one.kind is FailureKind.judge_unavailable
        assert "model 'own' raised OSError: no device" in one.why


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: process(ScriptedPairs(lambda a, b: 1.0)), r"process: model is a StepModel, .* steps\(solutions\)"),  # type: ignore[arg-type]
        (lambda: pair_reward(ScriptedSteps(len), 2), r"pair_reward: model is a PairModel, .* preferences\(comparisons"),  # type: ignore[arg-type]
        (lambda: implicit_reward(ScriptedSteps), r"implicit_reward: model is .* the class ScriptedSteps: call it$"),  # type: ignore[arg-type]
        (lambda: logprobs_with("judge"), r"implicit_reward: reference is a LogprobModel, .*; got 'judge'$"),
        (lambda: perplexity(ScriptedScores(len)), r"perplexity: model is a LogprobModel"),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_model_of_the_kind_is_refused_when_the_reward_is_made(make: Callable[[], Reward], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        make()


@pytest.mark.parametrize("kind", MAKERS)
def test_a_misspelt_view_is_refused(kind: str) -> None:
    """It was taken for `full` before, so that the thinking was judged where the reply was meant."""
    made = MAKERS[kind](Own(FINE[kind]))
    with pytest.raises(ValueError, match=r"view='answer' is out of range; it is one of 'reply', 'full'"):
        type(made)(**{**{name: getattr(made, name) for name in ("model",)}, **more(kind), "view": "answer"})


def more(kind: str) -> dict[str, Any]:
    return {"group_size": 2} if kind == "pair" else {}


class Short:
    """An engine that gives `count` samples, whatever it is asked for."""

    name = "short"

    def __init__(self, count: int) -> None:
        self._count = count

    def generate(self, requests: Sequence[Request], /) -> list[list[Sample]]:
        return [[Sample(r"\boxed{7}")] * self._count for _ in requests]


def test_an_engine_that_gives_no_samples_or_too_few_is_named_with_the_cause() -> None:
    rollout = Rollout("reply", "Question?")
    for make in (grm, lambda engine: critiqued(engine, ScriptedScores(len))):
        (said,) = make(Short(0)).score([rollout])
        assert said.kind is FailureKind.judge_unavailable
        assert said.why.endswith("engine 'short' gave none of 1 samples")
    (said,) = grm(Short(1), k=8).score([rollout])
    assert said.why == "the judge can't be read: it gave fewer samples than were asked for"
    (said,) = grm(Short(5), k=8).score([rollout])
    assert said.value == pytest.approx(6 / 9)
