"""Models that compare two replies with one number, over a whole group."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from rewards.core import FailureKind, GroupReward, Rollout, Score
from rewards.core.groups import grouped
from rewards.models.arguments import check_choices
from rewards.models.blame import STAND_IN
from rewards.models.engines import EngineFailure
from rewards.models.scalar.checked import check_model, preferences_of
from rewards.models.scalar.contract import Comparison, PairModel, question_chat
from rewards.models.view import VIEWS, view_of


@dataclass(frozen=True, repr=False)
class pair_reward(GroupReward):
    """The probability that a pair model prefers a response to the others of its group.

    With d = (logit(response, other) - logit(other, response)) / 2, which cancels a liking for the first place:
    value = mean over the other responses of 1 / (1 + exp(-d)).

    Args:
        model: compares two replies, such as PairRM or SteamSHP.
        group_size: GRPO's G, 2 or more.
        view: `full` or `reply`.
        prefill: what the chat template writes ahead of the completion.

    Range: [0, 1]. Needs: the prompt, whole groups. Equal responses count as 1/2 against each other. Unscored: failed
    where the model can't compare stand-ins; a response it can't compare while it can those gets 0.

    Raises:
        ValueError: for an argument out of its range.
        TypeError: for a model that compares nothing.

    Source: LLM-Blender's PairRM, arXiv 2306.02561, section 3.2.

    >>> from rewards.models.scalar import ScriptedPairs
    >>> longer = ScriptedPairs(lambda first, second: 0.5 * (len(first) - len(second)))
    >>> values = pair_reward(longer, 2)(completions=["yes", "certainly"], prompts=["Right?"] * 2)
    >>> [round(value, 3) for value in values]  # 1 / (1 + e^3), 1 / (1 + e^-3)
    [0.047, 0.953]
    """

    model: PairModel
    group_size: int
    view: Literal["full", "reply"] = field(default="full", kw_only=True)
    prefill: str | None = field(default=None, kw_only=True)

    label: ClassVar[str] = "pair"

    def __post_init__(self) -> None:
        check_model("pair_reward", "model", self.model, PairModel, "transformers_pairs(…) or steam_shp(…)")
        check_choices(self, view=VIEWS)
        if not isinstance(self.group_size, int) or self.group_size < 2:
            raise ValueError(f"group_size is a whole number, 2 or more, got {self.group_size!r}")

    @property
    def waits(self) -> bool:
        """It waits for its model."""
        return True

    def identity(self) -> str:
        """The call and the model's name."""
        return f"{super().identity()} {self.model.name}"

    def grade(self, rollouts: Sequence[Rollout], /) -> list[Score]:
        """Compare all pairs of all groups in one call of the model."""
        groups, partial = grouped(rollouts, self.group_size)
        why = f"this rollout belongs to no whole group of {self.group_size} rollouts of its prompt"
        scores = {row: Score.fail(FailureKind.partial_group, why) for row in partial}
        texts = {row: view_of(rollouts[row], self.view, self.prefill) for group in groups for row in group}
        keys: dict[tuple[int, str, str], Comparison] = {}
        for number, group in enumerate(groups):
            for one in group:
                for other in group:
                    if texts[one] != texts[other]:
                        question = question_chat(rollouts[one])
                        keys[number, texts[one], texts[other]] = Comparison(question, texts[one], texts[other])
        answers = self._ask(list(keys.values()))
        said = dict(zip(keys, answers, strict=True))
        for number, group in enumerate(groups):
            for row in group:
                others = [texts[other] for other in group if other != row]
                scores[row] = self._score(number, texts[row], others, said)
        lost = [row for row, score in scores.items() if score.status == "failed" and row not in partial]
        scores.update(self._blamed(lost, rollouts, texts, scores))
        return [scores[row] for row in range(len(rollouts))]

    def _ask(self, comparisons: Sequence[Comparison]) -> list[float | EngineFailure]:
        return preferences_of(self.model, self.name, comparisons)

    def _score(
        self, group: int, text: str, others: Sequence[str], said: dict[tuple[int, str, str], float | EngineFailure]
    ) -> Score:
        shares: list[float] = []
        failure = None
        for other in others:
            if other == text:
                shares.append(0.5)
                continue
            there, back = said[group, text, other], said[group, other, text]
            if isinstance(there, EngineFailure) or isinstance(back, EngineFailure):
                failure = there if isinstance(there, EngineFailure) else back
                continue
            shares.append(_logistic((there - back) / 2))
        if not shares:
            assert isinstance(failure, EngineFailure)
            return Score.fail(failure.kind, failure.why)
        value = math.fsum(shares) / len(shares)
        return Score(value, f"preferred to {len(shares)} others with mean {value:.4g}", data={"preferences": shares})

    def _blamed(
        self, rows: Sequence[int], rollouts: Sequence[Rollout], texts: dict[int, str], scores: dict[int, Score]
    ) -> dict[int, Score]:
        """For responses that could not be compared: whether the model can compare stand-ins, and only them."""
        other = f"{STAND_IN} Nobody does."
        checks = [Comparison(question_chat(rollouts[row]), STAND_IN, other) for row in rows]
        there = [check._replace(first=texts[row]) for row, check in zip(rows, checks, strict=True)]
        back = [one._replace(first=one.second, second=one.first) for one in there]
        answers = self._ask([*checks, *there, *back])
        blamed = {}
        for at, row in enumerate(rows):
            check, *trial = answers[at :: len(rows)]
            if isinstance(check, EngineFailure):
                continue
            refused = next((one for one in trial if isinstance(one, EngineFailure)), None)
            if refused is not None and refused.late:
                continue
            if refused is not None:
                blamed[row] = Score(0.0, f"the model compares a stand-in and not this: {refused.why}")
            else:
                first, second = (one for one in trial if not isinstance(one, EngineFailure))
                value = _logistic((first - second) / 2)
                blamed[row] = Score(value, "compared with a stand-in, its company could not be")
        return {**{row: scores[row] for row in rows}, **blamed}


def _logistic(x: float) -> float:
    """1 / (1 + exp(-x)) without overflow."""
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-x))
    return math.exp(x) / (1.0 + math.exp(x))
