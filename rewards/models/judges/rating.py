"""A judge that rates a single response on a short scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from rewards.models.blame import Unread
from rewards.models.engines import Sample
from rewards.models.grm.parse import scores_in
from rewards.models.judges.single import Judge


@dataclass(frozen=True, repr=False)
class rating(Judge):
    r"""A rating from 1 to 5: value = (rating - low) / (high - low), the mean over k samples.

    Args:
        points: (low, high), whole numbers.
        template: `rating` (English), `rating_zh` (Chinese), or the path of a Jinja file.

    The other arguments are those of `Judge`. Range: [0, 1]. Needs: the prompt. Unscored: as `reference_judge`.

    >>> from rewards.models.engines import ScriptedEngine
    >>> rating(ScriptedEngine([r"Clear and true. \boxed{4}"]))(completions=["Paris."], prompts=["Capital?"])  # 3 / 4
    [0.75]
    """

    points: tuple[int, int] = field(default=(1, 5), kw_only=True)

    example: ClassVar[Mapping[str, Any]] = {"low": 1, "high": 5}

    def __post_init__(self) -> None:
        low, high = self.points
        object.__setattr__(self, "points", (low, high))
        if low != int(low) or high != int(high) or not low < high:
            raise ValueError(f"points are two whole numbers, the lower first, got {self.points!r}")
        super().__post_init__()

    def values(self, rollout: object) -> dict[str, int]:
        """The scale."""
        low, high = self.points
        return {"low": low, "high": high}

    def read(self, sample: Sample, rollout: object) -> float | Unread:
        """The rating in the last box, on [0, 1]."""
        low, high = self.points
        scores = scores_in(sample.text, 1, low, high)
        return scores if isinstance(scores, Unread) else (scores[0] - low) / (high - low)
