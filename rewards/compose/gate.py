"""`gate`: one reward only where another allows it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from rewards.core.batch import Batch, Rows
from rewards.core.composite import Composite, by_name, check_reward
from rewards.core.grading import passed_on
from rewards.core.reward import Reward
from rewards.core.score import Score
from rewards.core.span import Range, reached


@dataclass(frozen=True, repr=False)
class gate(Composite):
    r"""Give `then`'s value where `condition` ≥ `at_least`, else `otherwise`.

    `then` is asked only where the gate is open, so a dear judge sees only what a cheap rule lets through.

    Args:
        condition: the reward that opens the gate.
        then: the reward behind it.
        at_least: the condition's value from which the gate is open.
        otherwise: the value where it is closed; by default min(0, low end of `then`), so that breaking the condition
            never pays.

    Range: that of `then`, widened to hold `otherwise`. Unscored: where the condition is, or where the gate is open
    and `then` is; its status is passed on.

    Raises:
        ValueError: the gate could never open; `then` has no low end and `otherwise` is not given, or not finite.

    >>> from rewards import boxed_accuracy, think_format
    >>> reward = gate(think_format(), then=boxed_accuracy())  # no format, no accuracy
    >>> print(reward.explain("It is \\boxed{42}.", solution="42"))
    0 = closed: format 0 is below 1
    └─ format  0  no <think>
    """

    condition: Reward
    then: Reward = field(kw_only=True)
    at_least: float = field(default=1.0, kw_only=True)
    otherwise: float | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        check_reward(self.condition, "gate")
        check_reward(self.then, "gate")
        _ = self.children
        for name in ("at_least", "otherwise"):
            if isinstance(value := getattr(self, name), (str, bool)):
                raise TypeError(f"{name} is a number, got {value!r}")
        if not reached(self.condition.range.high, self.at_least):
            raise ValueError(
                f"gate never opens: at_least={self.at_least:g}, but {self.condition.name} gives "
                f"{self.condition.range.high:g} at most; lower at_least"
            )
        if self.otherwise is not None and not math.isfinite(self.otherwise):
            raise ValueError(f"otherwise={self.otherwise!r} must be finite")
        if not math.isfinite(self.closed_value):
            raise ValueError(f"{self.then.name} has no low end; give gate the value for a closed gate: otherwise=…")

    @property
    def closed_value(self) -> float:
        """What a closed gate gives."""
        return min(0.0, self.then.range.low) if self.otherwise is None else float(self.otherwise)

    @property
    def name(self) -> str:
        """The name given, else `then_if_condition`."""
        return str(self.__dict__.get("_name") or f"{self.then.name}_if_{self.condition.name}")

    @property
    def children(self) -> Mapping[str, Reward]:
        """The condition and what is behind it, by name."""
        return by_name((self.condition, self.then), "gate")

    @property
    def range(self) -> Range:
        """That of `then`, widened to hold `otherwise`."""
        return self.then.range.hull(Range(self.closed_value, self.closed_value))

    def combine(self, batch: Batch, rows: Rows, /) -> list[Score]:
        """Ask the condition for every row and `then` where it is open."""
        conditions = batch.scores(self.condition, rows)
        is_open = [score.value is not None and reached(score.value, self.at_least) for score in conditions]
        behind = iter(batch.scores(self.then, [row for row, opened in zip(rows, is_open, strict=True) if opened]))
        return [
            self._open(condition, next(behind)) if opened else self._shut(condition)
            for condition, opened in zip(conditions, is_open, strict=True)
        ]

    def _open(self, condition: Score, then: Score) -> Score:
        parts = {self.condition.name: condition, self.then.name: then}
        if then.value is None:
            return passed_on(then, self.then.name, parts)
        return Score(then.value, f"open: {self.then.name} {then.value:.4g}", parts=parts)

    def _shut(self, condition: Score) -> Score:
        name = self.condition.name
        parts = {name: condition}
        if condition.value is None:
            return passed_on(condition, name, parts)
        return Score(
            self.closed_value, f"closed: {name} {condition.value:.4g} is below {self.at_least:.4g}", parts=parts
        )
