"""DeepSeek-R1's rules for supervised data: which rollouts are worth learning from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rewards.core import Reward, Rollout, Score
from rewards.core.groups import by_prompt
from rewards.core.log import why
from rewards.rules.accuracy import boxed_accuracy
from rewards.rules.language import language_consistency
from rewards.spct.rightness import Bar, bar_of
from rewards.text import code_blocks, split, without_code

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Letters of scripts that set no spaces between words."""


def words_in(paragraph: str) -> int:
    """How many words a paragraph has, however it is spaced: scripts without spaces have one in two letters.

    >>> words_in("one two three"), words_in("一共有四个苹果"), words_in("x" * 1200)
    (3, 4, 100)
    """
    unspaced = len(_UNSPACED.findall(paragraph))
    least = (len(paragraph) - unspaced) // 12  # longer words than that on average are no words
    return max(len(_UNSPACED.sub(" ", paragraph).split()), least) + (unspaced + 1) // 2


class Kept(NamedTuple):
    """The rollouts that are kept, by position with their values, and how many were dropped for what.

    For each rule that dropped some, `examples` holds the first: its position, and what its score or the rule says.
    """

    rows: list[tuple[int, float]]
    counts: dict[str, int]
    examples: dict[str, tuple[int, str]]


@dataclass(frozen=True)
class R1Filter:
    """Keeps right rollouts whose thinking can be read: in one language, in short paragraphs, without code blocks.

    Args:
        reward: what says which rollouts are right.
        at_least: the least value that is right; by default what `bar_of` says of the reward, see `right`.
        language: the thinking's language, such as `en`; None leaves it unlooked at.
        language_share: the least share of its words in that language.
        paragraph_words: most words in a paragraph of the thinking, code left out.
        code: whether code blocks in the thinking are fine.
        thinking: whether rollouts without thinking are dropped.
        most: rollouts kept of one prompt, those of the highest value first; None for all.
        prefill: what the chat template writes ahead of the completion.

    Source: DeepSeek-R1, arXiv 2501.12948, section 2.3.3. The thresholds are ours; the paper gives none.
    """

    reward: Reward = field(default_factory=boxed_accuracy)
    at_least: float | None = None
    language: str | None = None
    language_share: float = 0.9
    paragraph_words: int = 300
    code: bool = False
    thinking: bool = True
    most: int | None = None
    prefill: str | None = None

    def __post_init__(self) -> None:
        if self.paragraph_words < 1 or (self.most is not None and self.most < 1):
            raise ValueError(f"paragraph_words and most are 1 or more, got {self.paragraph_words!r}, {self.most!r}")
        if not 0 < self.language_share <= 1:
            raise ValueError(f"language_share is a share above 0, got {self.language_share!r}")
        _ = self._in_language, self.right

    @property
    def right(self) -> Bar:
        """What a right answer earns: `at_least`, or the most that the reward's part for it, or the whole, can give."""
        return bar_of(self.reward, self.at_least)

    def keep(self, rollouts: Sequence[Rollout], scores: Sequence[Score] | None = None) -> Kept:
        """The rollouts that pass every rule, and what the others were dropped for, each by the first that it breaks.

        Args:
            rollouts: what is looked through.
            scores: what is known of them already; by default `reward` scores them.

        Raises:
            ValueError: scores are given without `at_least`: which of them are right is not known.
        """
        if scores is not None and self.at_least is None:
            raise ValueError("scores that are known don't say which is right; give the least that is: at_least=X")
        reasons = ("unscored", "wrong", "no_thinking", "language", "paragraph", "code", "beyond_most", "same")
        counts = dict.fromkeys(("rollouts", "kept", *reasons), 0)
        counts["rollouts"] = len(rollouts)
        good: dict[int, float] = {}
        examples: dict[str, tuple[int, str]] = {}
        known = self.reward.score(rollouts) if scores is None else scores
        right = self.right
        for at, (rollout, score) in enumerate(zip(rollouts, known, strict=True)):
            reason = self._fault(rollout, right.verdict(score))
            if reason:
                counts[reason] += 1
                told = score.why or why(score)  # of a sum what its parts say
                examples.setdefault(reason, (at, told if reason in ("unscored", "wrong") else ""))
            elif score.value is not None:
                good[at] = score.value
        kept = [at for group in by_prompt(rollouts) for at in self._chosen(group, rollouts, good, counts)]
        counts["kept"] = len(kept)
        return Kept([(at, good[at]) for at in sorted(kept)], counts, examples)

    def fault(self, rollout: Rollout, score: Score) -> str:
        """The first rule that a rollout breaks; empty for none."""
        return self._fault(rollout, self.right.verdict(score))

    def _fault(self, rollout: Rollout, is_right: bool | None) -> str:
        if not is_right:
            return "unscored" if is_right is None else "wrong"
        thinking = split(rollout.completion, prompt=rollout.prompt, prefill=self.prefill).thinking
        if thinking is None or not thinking.strip():
            return "no_thinking" if self.thinking else ""
        if self._in_language is not None and not self._speaks(self._in_language.grade_one(rollout)):
            return "language"
        if max(map(words_in, _BLANK_LINE.split(without_code(thinking)))) > self.paragraph_words:
            return "paragraph"
        return "code" if not self.code and code_blocks(thinking) else ""

    def _speaks(self, score: Score) -> bool:
        """Whether enough words are in the language; a thinking without words, such as formulas, has none in another."""
        return score.data.get("words") == 0 or (score.value or 0.0) >= self.language_share

    @property
    def _in_language(self) -> language_consistency | None:
        # one word is enough: whether there is enough thinking is not this rule's question
        return None if self.language is None else language_consistency(self.language, min_words=1, prefill=self.prefill)

    def _chosen(
        self, group: Sequence[int], rollouts: Sequence[Rollout], good: dict[int, float], counts: dict[str, int]
    ) -> list[int]:
        """A prompt's best rollouts, equal ones once."""
        ranked = sorted((at for at in group if at in good), key=lambda at: (-good[at], at))
        different = {str(rollouts[at].completion): at for at in reversed(ranked)}
        single = [at for at in ranked if different[str(rollouts[at].completion)] == at]
        chosen = single[: self.most]
        counts["same"] += len(ranked) - len(single)
        counts["beyond_most"] += len(single) - len(chosen)
        return chosen


def sft_row(rollout: Rollout, value: float) -> dict[str, Any]:
    """A row of TRL's prompt and completion layout: all text, or all messages."""
    prompt, completion = rollout.prompt, rollout.completion
    if isinstance(prompt, str) and isinstance(completion, str):
        return {"prompt": prompt, "completion": completion, "score": value}
    asked = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else [dict(one) for one in prompt or ()]
    said = [{"role": "assistant", "content": completion}] if isinstance(completion, str) else map(dict, completion)
    return {"prompt": asked, "completion": list(said), "score": value}
