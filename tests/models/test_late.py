"""Calls whose time was over before all was answered: nobody's reply is to blame for a slow machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from rewards import FailureKind, Reward, Rollout
from rewards.models import (
    critiqued,
    grm,
    implicit_reward,
    pair_reward,
    pairwise_judge,
    process,
    rating,
    scalar_reward,
)
from rewards.models.engines import EngineFailure, Sample, ScriptedEngine, ScriptedScores
from rewards.models.engines.contract import LATE

from .loopback import QUICK, Exchange, ask, engine_for, loopback


class Own:
    """A model of every kind that has one answer for all, and another for what holds a word."""

    name = "own"

    def __init__(self, answer: Any, failure: EngineFailure) -> None:
        self._answer, self._failure = answer, failure

    def _answers(self, items: Sequence[Any], /) -> list[Any]:
        return [self._failure if "last in the queue" in repr(item) else self._answer for item in items]

    generate = logits = steps = preferences = token_logprobs = _answers


KINDS: dict[str, Callable[[EngineFailure], Reward]] = {
    "grm": lambda failure: grm(Own([Sample(r"\boxed{5}")], failure)),
    "grm, together": lambda failure: grm(Own([Sample(r"\boxed{5}")], failure), group_size=2),
    "grm's meta": lambda failure: grm(ScriptedEngine(r"\boxed{5}"), meta=Own(1.0, failure)),
    "rating": lambda failure: rating(Own([Sample(r"\boxed{5}")], failure)),
    "pairwise": lambda failure: pairwise_judge(Own([Sample("[[A]]")], failure), 2),
    "critiqued": lambda failure: critiqued(Own([Sample("fine")], failure), ScriptedScores(len)),
    "scalar": lambda failure: scalar_reward(Own(1.0, failure)),
    "process": lambda failure: process(Own([0.5], failure)),
    "pair": lambda failure: pair_reward(Own(1.0, failure), 2),
    "implicit": lambda failure: implicit_reward(Own([-0.5], failure)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_reply_that_no_time_was_left_for_is_unscored_and_not_blamed(kind: str) -> None:
    """The stand-in is short and came in time, so the reply had the lowest value."""
    batch = [Rollout("in time", "Question?"), Rollout("last in the queue", "Question?")]
    late = KINDS[kind](LATE).score(batch)[1]
    assert (late.value, late.kind) == (None, FailureKind.judge_unavailable)
    assert "ran out of time" in late.why
    refused = KINDS[kind](EngineFailure("too long")).score(batch)[1]  # which is said of the reply, and blamed on it
    assert refused.value is not None


def test_a_server_that_is_too_slow_for_the_batch_is_late() -> None:
    async def never(exchange: Exchange) -> None:
        await exchange.reader.read()

    with loopback(never) as server:
        engine = engine_for(server, **{**QUICK, "batch_timeout_s": 0.3})
        (failure,) = engine.generate([ask()])
    assert isinstance(failure, EngineFailure)
    assert failure.late
    with loopback(never) as server:
        engine = engine_for(server, **{**QUICK, "timeout_s": 0.3})
        (failure,) = engine.generate([ask()])
    assert isinstance(failure, EngineFailure)
    assert not failure.late  # one request that never comes back may be the reply's doing
