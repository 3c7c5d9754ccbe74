"""A scalar reward model: one number for a chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from rewards.core import Needs, Range, Reward, Rollout, Score
from rewards.core.span import ANY
from rewards.models.arguments import check_choices
from rewards.models.blame import STAND_IN
from rewards.models.engines import ScoringModel
from rewards.models.engines.checked import CheckedScores, check_scores
from rewards.models.scalar.contract import Chat, answered
from rewards.models.scalar.substitution import scored_or_blamed
from rewards.models.view import VIEWS, view_of


@dataclass(frozen=True, repr=False)
class scalar_reward(Reward):
    """The raw logit of a Bradley-Terry reward model for prompt and completion.

    value = logit(prompt, completion), not squashed; differences between two are log-odds that one is preferred.

    Args:
        model: the reward model, such as `transformers_scores(…)`.
        view: `full`, what such models are trained on, or `reply`, without the thinking.
        lowest: what a completion gets that the model can't score while it can score a stand-in.
        prefill: what the chat template writes ahead of the completion.

    Range: unbounded; `clip` and `scale` bring it to another. Needs: the prompt. Unscored: failed with the model's own
    cause where it can't score a stand-in in the completion's place either.

    Source: Bradley and Terry (1952); InstructGPT, arXiv 2203.02155, section 3.5.

    >>> from rewards.models.engines import ScriptedScores
    >>> scalar_reward(ScriptedScores(len))(completions=["Paris"], prompts=["Capital?"])
    [14.0]
    """

    model: ScoringModel
    view: Literal["full", "reply"] = field(default="full", kw_only=True)
    lowest: float = field(default=-20.0, kw_only=True)
    prefill: str | None = field(default=None, kw_only=True)

    label: ClassVar[str] = "scalar"

    def __post_init__(self) -> None:
        check_scores("scalar_reward", "model", self.model)
        check_choices(self, view=VIEWS)

    @property
    def own_needs(self) -> Needs:
        """The prompt."""
        return Needs(prompt=True)

    @property
    def range(self) -> Range:
        """Unbounded."""
        return ANY

    @property
    def waits(self) -> bool:
        """It waits for its model."""
        return True

    def identity(self) -> str:
        """The call and the model's name."""
        return f"{super().identity()} {self.model.name}"

    def grade(self, rollouts: Sequence[Rollout], /) -> list[Score]:
        """Score the whole batch in one call of the model."""
        chats: list[Chat] = [answered(rollout, view_of(rollout, self.view, self.prefill)) for rollout in rollouts]
        return scored_or_blamed(
            chats,
            CheckedScores(self.model, self.name).logits,
            lambda chat: [*chat[:-1], {"role": "assistant", "content": STAND_IN}],
            lambda logit: Score(logit, f"logit {logit:.4g}"),
            self.lowest,
        )
