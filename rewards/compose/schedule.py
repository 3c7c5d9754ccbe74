"""Weights that change with the trainer's step."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

from rewards.core.batch import Batch, Rows
from rewards.core.composite import Composite, check_reward
from rewards.core.grading import passed_on
from rewards.core.reward import Reward
from rewards.core.score import Score
from rewards.core.span import Range
from rewards.core.steps import current_step


@dataclass(frozen=True)
class schedule:
    """A weight that goes from `start` to `end` over some of the trainer's steps: `schedule(1, 0, steps=500) * reward`.

    With t the share of the way, min(1, max(0, (step - after) / steps)): `linear` start + t · (end - start); `cosine`
    start + (1 - cos(π t)) / 2 · (end - start); `jump` start while t < 1, then end.

    Where no trainer says its step (a file of rollouts, verl, OpenRLHF) the weight is `end`.

    Args:
        start: the weight up to step `after`.
        end: the weight from step `after + steps` on.
        steps: how many steps it takes.
        after: the step at which it begins to change.
        shape: `linear`, `cosine` or `jump`.

    Raises:
        ValueError: a weight that is not finite, `steps` below 1, another shape.

    >>> warmup = schedule(0.0, 1.0, steps=100)
    >>> warmup.at(0), warmup.at(25), warmup.at(1000), warmup.at(None)
    (0.0, 0.25, 1.0, 1.0)
    """

    start: float
    end: float
    steps: int = field(kw_only=True)
    after: int = field(default=0, kw_only=True)
    shape: Literal["linear", "cosine", "jump"] = field(default="linear", kw_only=True)

    def __post_init__(self) -> None:
        if not (math.isfinite(self.start) and math.isfinite(self.end)):
            raise ValueError(f"a weight must be finite, got {self.start!r} and {self.end!r}")
        if self.steps < 1 or self.shape not in ("linear", "cosine", "jump"):
            raise ValueError(
                f"steps must be at least 1 and shape linear, cosine or jump; got {self.steps!r}, {self.shape!r}"
            )

    def at(self, step: int | None) -> float:
        """The weight at a step."""
        way = 1.0 if step is None else min(1.0, max(0.0, (step - self.after) / self.steps))
        if self.shape == "cosine":
            way = (1 - math.cos(math.pi * way)) / 2
        elif self.shape == "jump":
            way = float(way >= 1)
        return float(self.end if way == 1 else self.start + way * (self.end - self.start))

    def __mul__(self, reward: object) -> scheduled:
        check_reward(reward, "a schedule")
        assert isinstance(reward, Reward)
        return scheduled(reward, self)

    def __rmul__(self, weight: float) -> schedule:
        """`0.5 * schedule(…)`: both ends times a number."""
        if not isinstance(weight, (int, float)):
            return NotImplemented
        return replace(self, start=weight * self.start, end=weight * self.end)


@dataclass(frozen=True, repr=False)
class scheduled(Composite):
    """A reward times a weight that changes with the trainer's step: value = by.at(step) · value of `reward`.

    `schedule(…) * reward` makes one. The weight is logged as `…/weight`.

    Args:
        reward: the reward.
        by: its schedule.

    Range: the smallest that holds the reward's range times `start` and times `end`. Unscored: where the reward is.

    >>> from rewards import as_reward
    >>> from rewards.core.steps import at_step
    >>> @as_reward
    ... def brief(completion):
    ...     return len(completion) < 10
    >>> with at_step(250):
    ...     (schedule(1.0, 0.0, steps=500) * brief)(completions=["Yes."])
    [0.5]
    """

    reward: Reward
    by: schedule

    measures: ClassVar[tuple[str, ...]] = ("weight",)

    def __post_init__(self) -> None:
        check_reward(self.reward, "scheduled")
        if not isinstance(self.by, schedule):
            raise TypeError(f"scheduled takes a schedule, got {self.by!r}; write schedule(start, end, steps=…)")

    @property
    def name(self) -> str:
        """The name given, else that of the reward inside."""
        return str(self.__dict__.get("_name") or self.reward.name)

    @property
    def children(self) -> Mapping[str, Reward]:
        """The reward inside, as `raw`."""
        return {"raw": self.reward}

    @property
    def range(self) -> Range:
        """The smallest that holds the reward's range times either end of the schedule."""
        return self.reward.range.scaled(self.by.start).hull(self.reward.range.scaled(self.by.end))

    def combine(self, batch: Batch, rows: Rows, /) -> list[Score]:
        """Ask the reward and weigh its numbers with this step's weight."""
        weight = self.by.at(current_step())
        return [self._one(score, weight) for score in batch.scores(self.reward, rows)]

    def _one(self, score: Score, weight: float) -> Score:
        parts = {"raw": score}
        if score.value is None:
            return passed_on(score, "raw", parts)
        why = f"{weight:.4g} × {score.value:.4g}" + (f": {score.why}" if score.why else "")
        return Score(weight * score.value, why, parts=parts, data={"weight": weight})
