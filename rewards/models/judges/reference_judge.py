"""A judge that says whether a response reaches the reference's result."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rewards.core import FailureKind, GradingFailed, Needs, Rollout
from rewards.models.blame import Unread
from rewards.models.engines import Sample
from rewards.models.grm.parse import final_box
from rewards.models.judges.single import Judge

_WORDS = {"correct": 1.0, "right": 1.0, "yes": 1.0, "正确": 1.0, "incorrect": 0.0, "wrong": 0.0, "no": 0.0, "错误": 0.0}


@dataclass(frozen=True, repr=False)
class reference_judge(Judge):
    r"""Whether the response reaches the same final result as the reference, by a judge's word.

    value = share of the k samples that end in `\boxed{correct}` rather than `\boxed{incorrect}`.

    Made for `first_passed(boxed_accuracy(), reference_judge(engine))`: the judge sees what the rule refused.

    Args:
        reference: the column with the reference.

    The other arguments are those of `Judge`. Range: [0, 1]. Needs: the prompt, `reference`. A response that says
    nothing gets 0 unseen, one that makes the judge unreadable gets 0. Unscored: failed `judge_unreadable` or
    `judge_unavailable` where a stand-in in its place can't be judged either; `bad_reference` for an empty reference.

    >>> from rewards.models.engines import ScriptedEngine
    >>> engine = ScriptedEngine([r"Both say four. \boxed{correct}"])
    >>> reference_judge(engine)(completions=["It is four."], prompts=["2 + 2?"], solution=["4"])
    [1.0]
    """

    reference: str = "solution"

    label = "judge"
    example: ClassVar[Mapping[str, Any]] = {"reference": "4"}

    @property
    def own_needs(self) -> Needs:
        """The prompt and the reference's column."""
        return Needs(frozenset({self.reference}), prompt=True)

    def values(self, rollout: Rollout) -> dict[str, Any]:
        """The reference."""
        reference = str(rollout.columns[self.reference]).strip()
        if not reference:
            raise GradingFailed(FailureKind.bad_reference, f"column {self.reference!r} is empty")
        return {"reference": reference}

    def read(self, sample: Sample, rollout: Rollout) -> float | Unread:
        """1 for correct, 0 for incorrect."""
        return read_word(sample, _WORDS)


def read_word(sample: Sample, words: dict[str, float]) -> float | Unread:
    """The value of the word in a sample's last box, or why there is none."""
    box = final_box(sample.text)
    if isinstance(box, Unread):
        return box
    word = re.sub(r"\\(?:text|mathrm|textbf)\s*\{([^{}]{0,40})\}", r"\1", box[:80]).strip(" .*$'\"\n").lower()
    return words[word] if word in words else Unread(f"{box[:40]!r} is none of {', '.join(words)}")
