"""A judge that decides each criterion of a rubric."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rewards.core import FailureKind, GradingFailed, Needs, Rollout
from rewards.models.blame import Unread
from rewards.models.engines import Sample
from rewards.models.grm.parse import scores_in
from rewards.models.judges.single import Judge


@dataclass(frozen=True, repr=False)
class rubric_judge(Judge):
    r"""The weighted share of a rubric's criteria that a response meets.

    With met_i in {0, 1} as the judge decides: Σ weight_i · met_i / Σ of the positive weights, cut to [0, 1]; a
    criterion of negative weight is a fault that costs. The value is the mean over k samples.

    Args:
        rubric: criterion to weight; None where each row brings its own.
        column: the column with a row's own rubric: a mapping, a list of criteria of weight 1, or a list of
            `{"criterion": …, "weight": …}`.

    The other arguments are those of `Judge`. Range: [0, 1]. Needs: the prompt; `column` where `rubric` is None.
    Unscored: as `reference_judge`; `bad_reference` for a row's rubric that is empty or malformed.

    >>> from rewards.models.engines import ScriptedEngine
    >>> rubric = {"names the capital": 3, "is polite": 1}
    >>> reward = rubric_judge(ScriptedEngine([r"\boxed{1, 0}"]), rubric=rubric)
    >>> reward(completions=["Paris!"], prompts=["The capital of France?"])
    [0.75]
    """

    rubric: Mapping[str, float] | None = None
    column: str = "rubric"

    label = "rubric"
    example: ClassVar[Mapping[str, Any]] = {"criteria": ["It is true."]}

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.rubric is not None:
            object.__setattr__(self, "rubric", dict(self.rubric))
            try:
                as_rubric(self.rubric)
            except ValueError as error:
                raise ValueError(f"rubric_judge: {error}") from None

    @property
    def own_needs(self) -> Needs:
        """The prompt, and the column with the row's own rubric."""
        return Needs(frozenset() if self.rubric is not None else frozenset({self.column}), prompt=True)

    def _criteria(self, rollout: Rollout) -> dict[str, float]:
        if self.rubric is not None:
            return dict(self.rubric)
        try:
            return as_rubric(rollout.columns[self.column])
        except ValueError as error:
            raise GradingFailed(FailureKind.bad_reference, f"column {self.column!r}: {error}") from None

    def values(self, rollout: Rollout) -> dict[str, Any]:
        """The criteria."""
        return {"criteria": list(self._criteria(rollout))}

    def read(self, sample: Sample, rollout: Rollout) -> float | Unread:
        """The weighted share of the ones in the last box."""
        criteria = self._criteria(rollout)
        met = scores_in(sample.text, len(criteria), 0, 1)
        if isinstance(met, Unread):
            return met
        possible = math.fsum(weight for weight in criteria.values() if weight > 0)
        earned = math.fsum(weight * one for weight, one in zip(criteria.values(), met, strict=True))
        return min(max(earned / possible, 0.0), 1.0)


def as_rubric(given: object) -> dict[str, float]:
    """A rubric as criterion to weight.

    Raises:
        ValueError: it is empty or malformed, a weight is not finite, or none is positive.

    >>> as_rubric(["short", {"criterion": "true", "weight": 3}])
    {'short': 1.0, 'true': 3.0}
    """
    if isinstance(given, Mapping):
        items = list(given.items())
    elif isinstance(given, (list, tuple)):
        items = [
            (one["criterion"], one.get("weight", 1.0))
            if isinstance(one, Mapping) and "criterion" in one
            else (one, 1.0)
            for one in given
        ]
    else:
        raise ValueError(f"a rubric is a mapping or a list of criteria, got {given!r:.80}")
    rubric: dict[str, float] = {}
    for criterion, weight in items:
        if not isinstance(criterion, str) or not criterion.strip():
            raise ValueError(f"a criterion is text, got {criterion!r:.80}")
        if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not math.isfinite(weight):
            raise ValueError(f"the weight of {criterion!r:.60} is a finite number, got {weight!r:.40}")
        rubric[criterion] = float(weight)
    if not any(weight > 0 for weight in rubric.values()):
        raise ValueError("a rubric needs a criterion with a weight above 0")
    return rubric
