"""What can be raised, and what never turns into a score.

RewardError                  always reaches the caller
├── MissingColumn            a column is absent from every row
├── UnmetNeed                the trainer does not supply what a reward needs
├── BrokenReward             every row of a batch failed with a bug
├── TooManyUnscored          too large a share of recent rollouts failed
└── Misconfigured            a model can't run as described (rewards.models.engines)
GradingFailed                raised inside `grade`: becomes a failed score of the kind it names
"""

from __future__ import annotations

from rewards.core.score import FailureKind


class RewardError(Exception):
    """A mistake in how rewards are built or called; it always reaches the caller."""


class MissingColumn(RewardError):
    """A column that a reward needs is absent from every row."""


class UnmetNeed(RewardError):
    """A reward needs something that the trainer does not supply."""


class BrokenReward(RewardError):
    """Every row of a batch of two or more failed with a bug."""


class TooManyUnscored(RewardError):
    """The share of failed rollouts over recent batches is above `max_unscored`."""


class GradingFailed(Exception):
    """Raise inside `grade` or `grade_one` when the instrument, not the completion, is at fault.

    Args:
        kind: what broke, a `FailureKind`.
        why: one line a person can act on.
    """

    def __init__(self, kind: FailureKind, why: str) -> None:
        super().__init__(kind, why)
        self.kind = kind
        self.why = why

    def __str__(self) -> str:
        return f"{self.kind}: {self.why}"
