"""Rewards from number-giving models, against formulas in numpy and models that refuse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from rewards import FailureKind, Reward, Rollout, Score, Status
from rewards.models.engines import EngineFailure, ScriptedEngine, ScriptedScores
from rewards.models.scalar import (
    ScriptedLogprobs,
    ScriptedPairs,
    ScriptedSteps,
    critiqued,
    implicit_reward,
    pair_reward,
    perplexity,
    process,
    random_baseline,
    scalar_reward,
)
from rewards.models.scalar.contract import question_chat, question_text


def rollouts(*texts: str) -> list[Rollout]:
    return [Rollout(text, "Question?") for text in texts]


def values(scores: Sequence[Score]) -> list[float | None]:
    return [score.value for score in scores]


def logprob(word: str) -> float:
    return -len(word) / 4


TEXTS = ("a bb ccc", "one two three four", "single", "dd " * 40)


def arrays() -> list[np.ndarray[Any, Any]]:
    return [np.array([-len(word) / 4 for word in text.split()]) for text in TEXTS]


def test_implicit_reward_is_beta_times_the_difference_of_log_likelihoods() -> None:
    reward = implicit_reward(ScriptedLogprobs(logprob), ScriptedLogprobs(lambda word: -1.0), beta=0.1)
    expected = [0.1 * (own.sum() + len(own)) for own in arrays()]
    assert values(reward.score(rollouts(*TEXTS))) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("form", "formula"),
    [("sum", np.sum), ("average", np.mean), ("norm", lambda own: -np.linalg.norm(own))],
)
def test_reference_free_forms_agree_with_numpy(form: Any, formula: Any) -> None:
    scores = implicit_reward(ScriptedLogprobs(logprob), form=form).score(rollouts(*TEXTS))
    assert values(scores) == pytest.approx([float(formula(own)) for own in arrays()])


def test_perplexity_is_the_geometric_mean_probability() -> None:
    scores = perplexity(ScriptedLogprobs(logprob)).score(rollouts(*TEXTS))
    assert values(scores) == pytest.approx([float(np.exp(own).prod() ** (1 / len(own))) for own in arrays()])


@pytest.mark.parametrize(
    ("reduce", "value"), [("min", 0.2), ("last", 0.9), ("mean", (0.5 + 0.2 + 0.9) / 3), ("product", 0.5 * 0.2 * 0.9)]
)
def test_process_reduces_the_steps(reduce: Any, value: float) -> None:
    marks = {"first": 0.5, "second": 0.2, "third": 0.9}
    score = process(ScriptedSteps(marks.__getitem__), reduce=reduce).score(rollouts("first\n\nsecond\n\n\n\nthird"))[0]
    assert score.value == pytest.approx(value)
    assert score.data["steps"] == [0.5, 0.2, 0.9]
    assert "the worst is step 2" in score.why


def test_process_joins_steps_beyond_the_most_and_gives_nothing_for_none() -> None:
    seen: list[str] = []

    def script(step: str) -> float:
        seen.append(step)
        return 0.5

    scores = process(ScriptedSteps(script), max_steps=2).score(rollouts("a\n\nb\n\nc", " \n\n "))
    assert seen == ["a", "b\n\nc"]
    assert values(scores) == [0.5, 0.0]


def test_scalar_reward_is_the_raw_logit() -> None:
    scores = scalar_reward(ScriptedScores(lambda text: -15.8 if "bad" in text else 1.7)).score(rollouts("good", "bad"))
    assert values(scores) == [1.7, -15.8]


def test_critiqued_is_the_mean_logit_over_critiques() -> None:
    logits = {"fine": 2.0, "wrong": -1.0, "dull": 0.5}
    engine = ScriptedEngine(["fine", "wrong", "dull"])
    model = ScriptedScores(lambda text: logits[text.rsplit("\n", 1)[-1]])
    score = critiqued(engine, model, k=3).score(rollouts("reply"))[0]
    assert score.value == pytest.approx(0.5)  # (2 - 1 + 0.5) / 3
    assert score.data["critiques"] == ["fine", "wrong", "dull"]


def test_pair_reward_cancels_a_liking_for_the_first_place() -> None:
    strength = {"weak": 0.0, "fair": 1.0, "good": 3.0}
    model = ScriptedPairs(lambda first, second: strength[first] - strength[second] + 2.5)
    scores = pair_reward(model, 3).score(rollouts(*strength))

    def share(own: float) -> float:
        others = [other for other in strength.values() if other != own]
        return float(np.mean([1 / (1 + np.exp(-(own - other))) for other in others]))

    assert values(scores) == pytest.approx([share(own) for own in strength.values()])


def test_pair_reward_shares_between_equals_and_fails_partial_groups() -> None:
    model = ScriptedPairs(lambda first, second: 0.0)
    scores = pair_reward(model, 2).score(rollouts("same", "same", "alone"))
    assert values(scores) == [0.5, 0.5, None]
    assert scores[2].kind is FailureKind.partial_group


def refusing(*words: str) -> Any:
    """A script that refuses texts with one of these words."""

    def script(*texts: str) -> float:
        if any(word in text for word in words for text in texts):
            raise ValueError("too long")
        return -0.5

    return script


class RefusingScores:
    """A scoring model that refuses chats with a word."""

    name = "refusing"

    def __init__(self, *words: str) -> None:
        self.words = words

    def logits(self, chats: Any, /) -> list[float | EngineFailure]:
        texts = [str(chat[-1]["content"]) for chat in chats]
        return [EngineFailure("too long") if any(word in text for word in self.words) else 1.0 for text in texts]


REFUSING = [
    (lambda *words: implicit_reward(ScriptedLogprobs(refusing(*words)), lowest=-9.0), -9.0),
    (lambda *words: perplexity(ScriptedLogprobs(refusing(*words))), 0.0),
    (lambda *words: process(ScriptedSteps(refusing(*words))), 0.0),
    (lambda *words: scalar_reward(RefusingScores(*words), lowest=-9.0), -9.0),
    (lambda *words: critiqued(ScriptedEngine(["poison"]), RefusingScores(*words), lowest=-9.0), None),
]


@pytest.mark.parametrize(("make", "lowest"), REFUSING[:4])
def test_a_completion_that_the_model_refuses_gets_the_lowest_value(make: Any, lowest: float) -> None:
    made: Reward = make("poison")
    if isinstance(made, process):  # a step's number must lie in [0, 1]
        made = process(ScriptedSteps(lambda step: refusing("poison")(step) + 1))
    scores = made.score(rollouts("fine", "poison"))
    assert scores[0].value is not None
    assert scores[1].value == lowest
    assert "takes a stand-in and not this: too long" in scores[1].why


@pytest.mark.parametrize(("make", "lowest"), REFUSING)
def test_a_model_that_refuses_the_stand_in_too_is_failed(make: Any, lowest: float | None) -> None:
    score = make("poison", "know", "fine").score(rollouts("fine"))[0]
    assert (score.status, score.kind) == (Status.failed, FailureKind.judge_unavailable)
    assert score.why == "too long"


def test_a_refused_pair_is_blamed_on_the_response_that_can_not_be_compared() -> None:
    scores = pair_reward(ScriptedPairs(refusing("poison")), 2).score(rollouts("fine", "poison"))
    # fine is compared with a stand-in, logit -0.5 in either order: (-0.5 + 0.5) / 2 = 0 -> 1 / (1 + e^0)
    assert values(scores) == pytest.approx([0.5, 0.0])


def test_the_random_baseline_is_uniform_repeatable_and_seeded() -> None:
    batch = rollouts(*map(str, range(4000)))
    drawn = [value for value in values(random_baseline().score(batch)) if value is not None]
    assert values(random_baseline().score(batch[::-1])) == drawn[::-1]
    assert values(random_baseline(1).score(batch)) != drawn
    # the mean of 4,000 uniform numbers has a standard deviation of sqrt(1 / 12 / 4000) = 0.0046
    assert np.mean(drawn) == pytest.approx(0.5, abs=5 * 0.0046)
    assert 0 <= min(drawn) <= max(drawn) < 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: implicit_reward(ScriptedLogprobs(logprob), ScriptedLogprobs(logprob), form="average"),
        lambda: implicit_reward(ScriptedLogprobs(logprob), beta=0),
        lambda: process(ScriptedSteps(logprob), reduce="max"),  # type: ignore[arg-type]
        lambda: process(ScriptedSteps(logprob), separator=""),
        lambda: pair_reward(ScriptedPairs(lambda a, b: 0.0), 1),
        lambda: critiqued(ScriptedEngine(["x"]), ScriptedScores(len), k=0),
    ],
)
def test_arguments_that_make_no_sense_are_refused(make: Any) -> None:
    with pytest.raises(ValueError, match=r"form|beta|reduce|separator|group_size|k must"):
        make()


def test_a_response_whose_company_can_not_be_compared_meets_the_stand_in_in_both_orders() -> None:
    """A model that adds 3 for the first place and likes both equally: 1 / (1 + e^-((3 - 3) / 2)) = 1/2, not 0.95."""

    def first(one: str, other: str) -> float:
        if "poison" in (one, other):
            raise ValueError("too long")
        return 3.0

    scores = pair_reward(ScriptedPairs(first), 2).score(rollouts("honest", "poison"))
    assert values(scores) == [0.5, 0.0]


@pytest.mark.parametrize("form", ["sum", "average", "norm"])
def test_a_completion_without_tokens_is_not_the_likeliest_of_all(form: Any) -> None:
    """It had 0, above every completion that says something."""
    scores = implicit_reward(ScriptedLogprobs(logprob), form=form, lowest=-50.0).score(rollouts("", "one two"))
    assert scores[0].value == -50.0
    assert scores[1].value is not None
    assert scores[1].value > -50.0
    paired = implicit_reward(ScriptedLogprobs(logprob), ScriptedLogprobs(logprob)).score(rollouts(""))
    assert values(paired) == [0.0]  # a difference of two sums over nothing


@pytest.mark.parametrize("content", ["Right?", [{"type": "text", "text": "Right?"}]])
def test_a_question_in_parts_is_its_text_to_a_pair_model(content: Any) -> None:
    """PairRM and SteamSHP were shown the list as Python prints it."""
    rollout = Rollout("yes", [{"role": "user", "content": content}])
    assert question_text(question_chat(rollout)) == "Right?"
    assert question_text([{"role": "user", "content": None}]) == ""
