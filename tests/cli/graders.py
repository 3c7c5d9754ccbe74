"""Rewards that the command's tests name by path, and what they are scored on."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rewards import FailureKind, GroupReward, Reward, Rollout, Score, as_reward


@as_reward
def short(completion: str) -> Score:
    """1 for nothing, 0 for ten characters and more."""
    return Score(max(0.0, 1 - len(completion) / 10), f"{len(completion)} characters")


@as_reward
def same(completion: str, solution: str) -> Score:
    """Whether the completion is the solution; skips rows of another task, fails on a bad reference."""
    if solution == "skip":
        return Score.skip("not of this task")
    if solution == "bad":
        return Score.fail(FailureKind.bad_reference, "solution says bad")
    return Score(float(completion == solution))


@as_reward
def with_default(completion: str, weight: str = "none") -> Score:
    """Can do without a column."""
    return Score(1.0, weight)


@as_reward
def sees_all(rollout: Rollout) -> Score:
    """Looks at a column that it does not declare."""
    return Score(1.0, str(rollout.columns.get("weight")))


@as_reward
def talkative(completion: str) -> Score:
    """Tells what it saw besides, of completions that hold anything."""
    data = {"verdicts": ["pass", "fail"], "text": completion * 4000}
    return Score(0.5, "half", data=data if completion else {})


@as_reward
def broken(completion: str) -> float:
    """A typo that fails every row."""
    return completion.no_such_attribute  # type: ignore[attr-defined, no-any-return]


@as_reward
def broken_later(completion: str) -> float:
    """Right for short completions only."""
    return 1.0 if len(completion) < 5 else 1 / 0


@as_reward
def echo(completion: str) -> Score:
    """Quotes the completion in its reason."""
    return Score(1.0, completion)


@as_reward
def deadly(completion: str) -> float:
    """Kills the process at the completion `die`, once for each marker file that the environment names."""
    marker = os.environ.get("KILL_MARKER")
    if completion == "die" and marker and not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return float(len(completion) % 2)


@as_reward
def wants_ids(completion: str, completion_ids: Sequence[int], finish_reason: str) -> float:
    """Needs what few trainers pass."""
    return float(len(completion_ids) > 1 and finish_reason == "stop")


@dataclass(frozen=True)
class longest(GroupReward):
    """1 for the longest completion of a prompt's group."""

    group_size: int = 4

    def grade_group(self, group: Sequence[Rollout], /) -> list[float]:
        most = max(len(rollout.completion) for rollout in group)
        return [float(len(rollout.completion) == most) for rollout in group]


@dataclass(frozen=True)
class size_of_batch(Reward):
    """Not a reward anyone wants: it shows how many rollouts came together."""

    def grade(self, rollouts: Sequence[Rollout], /) -> list[float]:
        return [1.0 / len(rollouts)] * len(rollouts)


@as_reward
def keys(rollout: Rollout) -> Score:
    """The keys of the completion's only message."""
    assert not isinstance(rollout.completion, str)
    return Score(1.0, " ".join(sorted(rollout.completion[0])))


@as_reward
def interrupting(completion: str) -> float:
    """Presses Ctrl-C at the completion `stop`, once for each marker file that the environment names."""
    marker = os.environ.get("KILL_MARKER")
    if completion == "stop" and marker and not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGINT)
    return 1.0
