"""Weights that change with the trainer's step."""

from __future__ import annotations

import asyncio
import math
from types import SimpleNamespace
from typing import Any

import pytest

from rewards import FailureKind, Rollout, Score, schedule, scheduled
from rewards.config import dumps, loads
from rewards.core.steps import at_step, current_step
from rewards.testing.scripted import scripted

one = scripted({...: 1}).named("one")


@pytest.mark.parametrize(
    ("by", "step", "weight"),
    [
        (schedule(0, 1, steps=100), 0, 0.0),
        (schedule(0, 1, steps=100), 30, 0.3),
        (schedule(0, 1, steps=100), 100, 1.0),
        (schedule(0, 1, steps=100), 10**9, 1.0),
        (schedule(0, 1, steps=100), None, 1.0),
        (schedule(0.5, 0.1, steps=10, after=20), 20, 0.5),
        (schedule(0.5, 0.1, steps=10, after=20), 25, 0.3),  # half the way from 0.5 to 0.1
        (schedule(0, 1, steps=100, shape="cosine"), 50, 0.5),
        (schedule(0, 1, steps=100, shape="cosine"), 25, (1 - math.cos(math.pi / 4)) / 2),
        (schedule(2, 3, steps=100, shape="jump"), 99, 2.0),
        (schedule(2, 3, steps=100, shape="jump"), 100, 3.0),
    ],
)
def test_the_weight_follows_the_formula(by: schedule, step: int | None, weight: float) -> None:
    assert by.at(step) == pytest.approx(weight)
    with at_step(step):
        assert (by * one).score([Rollout("a")])[0].value == pytest.approx(weight)


def state(step: int) -> Any:
    return SimpleNamespace(global_step=step)


def test_trl_says_its_step_and_the_weight_is_logged() -> None:
    logged: dict[str, list[float]] = {}
    reward = 1.0 * one + schedule(0, 1, steps=10) * scripted({...: 1}).named("two")
    for step in (0, 5, 10):
        values = reward(
            completions=["a", "b"],
            trainer_state=state(step),
            log_metric=lambda key, value: logged.setdefault(key, []).append(value),
        )
        assert values == pytest.approx([1 + step / 10] * 2)
    assert logged["reward/two/weight"] == pytest.approx([0, 0, 0.5, 0.5, 1, 1])
    assert logged["reward/two/raw"] == [1.0] * 6
    assert current_step() is None


def test_the_step_reaches_parts_on_other_threads_and_the_async_view() -> None:
    class waiting(type(one)):  # type: ignore[misc]
        waits = True

    reward = schedule(0, 1, steps=10) * waiting({...: 1}).named("x") + schedule(0, 1, steps=4) * waiting(
        {...: 1}
    ).named("y")
    values = asyncio.run(reward.as_async()(completions=["a"], trainer_state=state(2)))
    assert values == pytest.approx([0.2 + 0.5])


def test_range_repr_and_toml() -> None:
    reward = schedule(1, -0.5, steps=10) * one
    assert reward.range == (-0.5, 1)
    made = loads(
        '[[part]]\nuse="scheduled"\nreward={use="think_format"}\nby={use="schedule",start=0.5,end=0.0,steps=9}'
    )
    assert (
        repr(made)
        == "1.0 * scheduled(think_format(), by=schedule(start=0.5, end=0.0, steps=9, after=0, shape='linear'))"
    )
    assert loads(dumps(made)) == made


def test_a_failed_reward_stays_failed() -> None:
    broken = scripted({...: Score.fail(FailureKind.sandbox, "dead")})
    score = (schedule(0, 1, steps=10) * broken).score([Rollout("a")])[0]
    assert (score.kind, score.path) == (FailureKind.sandbox, "raw")


def test_a_number_times_a_schedule_weighs_both_ends() -> None:
    assert 0.5 * schedule(1, 0.2, steps=10, after=3) == schedule(0.5, 0.1, steps=10, after=3)


def test_arguments_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        schedule(math.inf, 1, steps=10)
    with pytest.raises(ValueError, match="steps must be at least 1"):
        schedule(0, 1, steps=0)
    with pytest.raises(TypeError, match="takes rewards"):
        schedule(0, 1, steps=10) * 2  # type: ignore[operator]
    with pytest.raises(TypeError, match="takes a schedule"):
        scheduled(one, 0.5)  # type: ignore[arg-type]
