"""Async functions as rewards: together, on one loop, and one that raises costs its own row alone."""

from __future__ import annotations

import asyncio
import os
import threading
from functools import partial
from typing import Any

import pytest

from rewards import Rollout, Score, as_reward
from rewards.core import FailureKind

ROWS = [
    Rollout("1", columns={"answer": "1"}),
    Rollout("2", columns={"answer": "3"}),
    Rollout("x", columns={"answer": "0"}),
]


async def same(completion: str, answer: str) -> float:
    await asyncio.sleep(0)
    return float(int(completion) == int(answer))


async def lengths(completions: list[str]) -> list[float | None]:
    return [None if text == "x" else 1 / len(text) for text in completions]


class Judge:
    """Keeps something that belongs to the loop it was made on, as HTTP clients do."""

    def __init__(self) -> None:
        self.session: asyncio.Queue[int] | None = None
        self.loops: set[int] = set()

    async def __call__(self, completion: str) -> float:
        self.session = self.session or asyncio.Queue()
        self.loops.add(id(asyncio.get_running_loop()))
        await asyncio.wait_for(self.session.put(1), 5)
        return 1.0


def test_each_row_gets_its_own_result_and_an_error_is_its_rows_alone() -> None:
    scores = as_reward(same).score(ROWS)
    assert [score.value for score in scores] == [1.0, 0.0, None]
    assert scores[2].kind is FailureKind.bug
    assert "invalid literal for int" in scores[2].why


def test_a_batch_function_is_awaited_once() -> None:
    assert as_reward(lengths)(completions=["ab", "x", "abcd"]) == [0.5, None, 0.25]


def test_all_rows_are_awaited_at_once() -> None:
    """Each waits for the last one to arrive: one after the other they would wait for ever."""
    arrived: list[asyncio.Event] = []

    async def together(completion: str) -> float:
        event = arrived[0] if arrived else asyncio.Event()
        arrived.append(event)
        if len(arrived) == 20:
            event.set()
        await asyncio.wait_for(event.wait(), 30)
        return 1.0

    assert as_reward(together)(completions=["a"] * 20) == [1.0] * 20


def test_one_loop_serves_all_calls_from_any_thread() -> None:
    judge = Judge()
    reward = as_reward(judge)
    assert reward(completions=["a", "b"]) == [1.0, 1.0]
    other = threading.Thread(target=reward, kwargs={"completions": ["c"]})
    other.start()
    other.join()

    async def trainer() -> list[float | None]:
        return reward(completions=["d"])

    assert asyncio.run(trainer()) == [1.0]
    assert len(judge.loops) == 1


def test_it_waits_so_that_a_sum_overlaps_it_and_the_step_is_known() -> None:
    from rewards.core.steps import at_step, current_step

    async def step(completion: str) -> float:
        return float(current_step() == 7)

    total = 1.0 * as_reward(step) + 2.0 * as_reward(partial(same, answer="1"))
    assert total.waits
    with at_step(7):
        assert total(completions=["1"]) == [3.0]


def test_a_cancellation_is_a_failure_with_its_name() -> None:
    async def cancelled(completion: str) -> float:
        raise asyncio.CancelledError

    score = as_reward(cancelled).score([Rollout("a")])[0]
    assert score.kind is FailureKind.bug
    assert "CancelledError" in score.why


def test_scoring_inside_a_coroutine_of_the_same_loop_is_refused_instead_of_waiting_for_ever() -> None:
    inner = as_reward(same)

    async def outer(completion: str) -> Score:
        return inner.score(ROWS[:1])[0]

    score = as_reward(outer).score([Rollout("a")])[0]
    assert score.kind is FailureKind.bug
    assert "as_async()" in score.why


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_fork_starts_a_loop_of_its_own() -> None:
    reward: Any = as_reward(partial(same, answer="1"))
    assert reward(completions=["1"]) == [1.0]
    child = os.fork()
    if child == 0:
        os._exit(0 if reward(completions=["1"]) == [1.0] else 1)
    assert os.waitpid(child, 0)[1] == 0
