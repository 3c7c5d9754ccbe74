"""Rounds of rollouts whose leader is interrupted, or never comes to be."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from rewards import Rollout, exact_match
from rewards.adapters import coalesce
from rewards.adapters.coalesce import Coalescer

ROLLOUT = Rollout("4", None, {"solution": "4"})


class Interrupted(threading.Event):
    """The user presses Ctrl-C while the round fills."""

    def wait(self, timeout: float | None = None) -> bool:
        raise KeyboardInterrupt


def test_a_round_whose_leader_is_interrupted_is_joined_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stayed open, so that the next call waited for a leader who was gone, for ever."""
    coalescer = Coalescer(exact_match("solution"))
    with monkeypatch.context() as patch:
        patch.setattr(coalesce.threading, "Event", Interrupted)
        with pytest.raises(KeyboardInterrupt):
            coalescer.score(ROLLOUT)
    values: list[Any] = []
    later = threading.Thread(target=lambda: values.append(coalescer.score(ROLLOUT).value), daemon=True)
    later.start()
    later.join(20)
    assert values == [1.0]


def test_a_round_for_which_no_thread_can_be_started_fails_and_the_next_is_led(monkeypatch: pytest.MonkeyPatch) -> None:
    coalescer = Coalescer(exact_match("solution"))

    def none_left(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def both() -> float | None:
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", none_left)
            with pytest.raises(RuntimeError, match="can't start new thread"):
                await coalescer.score_async(ROLLOUT)
        return (await asyncio.wait_for(coalescer.score_async(ROLLOUT), 20)).value

    assert asyncio.run(both()) == 1.0
