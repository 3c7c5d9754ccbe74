"""The reward that trains a judge: right or wrong, by rule."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from rewards.core import FailureKind, GradingFailed, Needs, Range, Reward, Rollout, Score
from rewards.models.grm.parse import Unread, scores_in, summary
from rewards.spct.correctness import best_of, is_right
from rewards.text import split


@dataclass(frozen=True, repr=False)
class judges_right(Reward):
    r"""Whether a judgement agrees with the labels of what it judges: 1, else -1. It trains a judge.

    Right (eq. 10): the response with the highest label gets a score strictly above every other; a lone response gets
    its label. The scores are those in the last box of the reply; what can't be read is wrong, and so is a tie.

    Args:
        labels: the column with how good each response is, by the responses' own numbers.
        order: the column with the responses' numbers as the prompt shows them; None where the labels stand in that
            order already.
        points: the column with the lowest and the highest score that the prompt allows; None for 1 to 10, and 0 or
            1 for a lone response.
        prefill: what the chat template writes ahead of the completion.

    Range: [-1, 1]. Needs: the columns. Unscored: failed `bad_reference` for labels without a single highest one, a lone
    label that is no score, or an order that is none.

    Source: SPCT, arXiv 2504.02495, eqs. 10 and 11.

    >>> reward = judges_right()
    >>> columns = {"labels": [[0, 1]] * 3, "order": [[1, 0]] * 3, "points": [[1, 10]] * 3}  # the better one is first
    >>> reward(completions=[r"\boxed{8, 3}", r"\boxed{5, 5}", "It is the first."], **columns)
    [1.0, -1.0, -1.0]
    """

    labels: str = "labels"
    order: str | None = "order"
    points: str | None = "points"
    prefill: str | None = field(default=None, kw_only=True)

    label: ClassVar[str] = "judges_right"

    @property
    def own_needs(self) -> Needs:
        """The columns."""
        return Needs(frozenset(name for name in (self.labels, self.order, self.points) if name is not None))

    @property
    def range(self) -> Range:
        """-1 or 1."""
        return Range(-1.0, 1.0)

    def grade_one(self, rollout: Rollout, /) -> Score:
        """Read the last box and hold it against the labels."""
        labels = self._shown_labels(rollout)
        low, high = self._scale(rollout, len(labels))
        if len(labels) == 1 and not (low <= labels[0] <= high and labels[0] == int(labels[0])):
            why = f"a lone response's label is a score from {low:g} to {high:g}, got {labels[0]:g}"
            raise GradingFailed(FailureKind.bad_reference, f"{why}: no judgement could be right")
        reply = split(rollout.completion, prompt=rollout.prompt, prefill=self.prefill).reply
        scores = scores_in(reply, len(labels), low, high)
        if isinstance(scores, Unread):
            return Score(-1.0, scores.why)
        right = is_right(scores, labels)
        wanted = f"response {best_of(labels) + 1} is best" if len(labels) > 1 else f"it deserves {labels[0]:g}"
        return Score(1.0 if right else -1.0, f"scores {summary(scores)}, {wanted}", data={"scores": scores})

    def _shown_labels(self, rollout: Rollout) -> list[float]:
        """The labels in the order that the judge was shown."""
        labels = _numbers(rollout.columns[self.labels], self.labels)
        order = list(range(len(labels)))
        if self.order is not None:
            numbers = _numbers(rollout.columns[self.order], self.order)
            if sorted(numbers) != order:  # 1.7 is nobody's number
                raise GradingFailed(FailureKind.bad_reference, f"order {numbers} is none of {len(labels)} responses")
            order = [int(at) for at in numbers]
        if len(labels) > 1:
            try:
                best_of(labels)
            except ValueError as error:
                raise GradingFailed(FailureKind.bad_reference, str(error)) from error
        return [labels[at] for at in order]

    def _scale(self, rollout: Rollout, count: int) -> tuple[float, float]:
        if self.points is None:
            return (0, 1) if count == 1 else (1, 10)
        points = _numbers(rollout.columns[self.points], self.points)
        if len(points) != 2 or points[0] >= points[1]:
            raise GradingFailed(FailureKind.bad_reference, f"points are the lowest and the highest score, got {points}")
        return points[0], points[1]


def _numbers(value: Any, column: str) -> Sequence[float]:
    try:
        if isinstance(value, (str, bytes, Mapping)):  # their letters and keys would be taken for the numbers
            raise TypeError(type(value).__name__)
        numbers = [float(one) for one in value]
    except (TypeError, ValueError) as error:
        why = f"column {column!r} is a list of numbers, got {value!r:.80}"
        raise GradingFailed(FailureKind.bad_reference, why) from error
    if not numbers or not all(map(math.isfinite, numbers)):
        raise GradingFailed(FailureKind.bad_reference, f"column {column!r} holds no usable number: {value!r:.80}")
    return numbers
