"""Rewards from how likely a language model finds a completion: DPO's implicit reward, and perplexity."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from rewards.core import Needs, Range, Reward, Rollout, Score
from rewards.core.span import ANY
from rewards.models.arguments import check_choices
from rewards.models.blame import STAND_IN
from rewards.models.engines import EngineFailure
from rewards.models.scalar.checked import check_model, logprobs_of
from rewards.models.scalar.contract import Chat, LogprobModel, answered
from rewards.models.scalar.substitution import scored_or_blamed
from rewards.models.view import VIEWS, view_of


@dataclass(frozen=True, repr=False)
class _Likelihood(Reward):
    """What rewards of a completion's token log-probabilities share."""

    model: LogprobModel

    def __post_init__(self) -> None:
        check_model(type(self).__qualname__, "model", self.model, LogprobModel, "transformers_logprobs(…)")
        check_choices(self, view=VIEWS)

    @property
    def own_needs(self) -> Needs:
        """The prompt."""
        return Needs(prompt=True)

    @property
    def waits(self) -> bool:
        """It waits for its model."""
        return True

    def identity(self) -> str:
        """The call and the model's name."""
        return f"{super().identity()} {self.model.name}"


@dataclass(frozen=True, repr=False)
class implicit_reward(_Likelihood):
    """DPO's implicit reward: how much likelier a trained model finds a completion than the model it came from.

    With log p_t the log-probability of completion token t, T tokens:
    with `reference`: beta · (Σ log p_t - Σ log reference_t); without, by `form`: `sum` Σ log p_t, `average`
    Σ log p_t / T, `norm` -sqrt(Σ (log p_t)²).

    Args:
        model: the trained policy.
        reference: the model it was trained from; None for one of the reference-free forms.
        beta: DPO's beta.
        form: `sum`, `average` or `norm`; only without `reference`.
        lowest: what a completion gets that the model can't score while it can score a stand-in; without `reference`
            also one without tokens.
        view: `full` or `reply`.
        prefill: what the chat template writes ahead of the completion.

    Range: unbounded. Needs: the prompt. Unscored: failed with the model's own cause where it can't score a stand-in
    either.

    Raises:
        ValueError: for an argument out of its range.
        TypeError: for a model that gives no log-probabilities.

    Source: DPO, arXiv 2305.18290, eq. 5; the reference-free forms as in RewardBench, arXiv 2403.13787.

    >>> from rewards.models.scalar import ScriptedLogprobs
    >>> halves, tenths = ScriptedLogprobs(lambda word: -0.5), ScriptedLogprobs(lambda word: -1.0)
    >>> implicit_reward(halves, tenths, beta=0.1)(completions=["two words"], prompts=["?"])  # 0.1 * (-1 + 2)
    [0.1]
    """

    reference: LogprobModel | None = None
    beta: float = field(default=1.0, kw_only=True)
    form: Literal["sum", "average", "norm"] = field(default="sum", kw_only=True)
    lowest: float = field(default=-100.0, kw_only=True)
    view: Literal["full", "reply"] = field(default="full", kw_only=True)
    prefill: str | None = field(default=None, kw_only=True)

    label: ClassVar[str] = "implicit"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.reference is not None:
            check_model("implicit_reward", "reference", self.reference, LogprobModel, "transformers_logprobs(…)")
        if self.form not in ("sum", "average", "norm") or (self.reference is not None and self.form != "sum"):
            raise ValueError(f"form is sum, average or norm, the last two without reference; got {self.form!r}")
        if not (math.isfinite(self.beta) and self.beta > 0):
            raise ValueError(f"beta must be a number above 0, got {self.beta!r}")

    @property
    def range(self) -> Range:
        """Unbounded."""
        return ANY

    def identity(self) -> str:
        """The call and the models' names."""
        return f"{super().identity()} {self.reference.name if self.reference is not None else ''}"

    def grade(self, rollouts: Sequence[Rollout], /) -> list[Score]:
        """Score the whole batch in one call of each model."""
        chats: list[Chat] = [answered(rollout, view_of(rollout, self.view, self.prefill)) for rollout in rollouts]
        return scored_or_blamed(chats, self._ask, _stand_in, self._score, self.lowest)

    def _ask(self, chats: Sequence[Chat]) -> list[tuple[Sequence[float], Sequence[float]] | EngineFailure]:
        own = logprobs_of(self.model, self.name, chats)
        none: list[Sequence[float] | EngineFailure] = [()] * len(chats)
        other = none if self.reference is None else logprobs_of(self.reference, self.name, chats)
        pairs: list[tuple[Sequence[float], Sequence[float]] | EngineFailure] = []
        for one, two in zip(own, other, strict=True):
            failure = next((said for said in (one, two) if isinstance(said, EngineFailure)), None)
            pairs.append(failure or (one, two))  # type: ignore[arg-type]  # no failure: both are numbers
        return pairs

    def _score(self, logprobs: tuple[Sequence[float], Sequence[float]]) -> Score:
        own, other = logprobs
        total, tokens = math.fsum(own), len(own)
        if self.reference is not None:
            value = self.beta * (total - math.fsum(other))
            return Score(value, f"{self.beta:g} × ({total:.4g} - {math.fsum(other):.4g}) over {tokens} tokens")
        if not tokens:  # 0 would be as likely as can be
            return Score(self.lowest, "there are no tokens")
        if self.form == "average":
            total /= tokens
        elif self.form == "norm":
            total = -math.sqrt(math.fsum(one * one for one in own))
        return Score(total, f"{self.form} of {tokens} log-probabilities")


@dataclass(frozen=True, repr=False)
class perplexity(_Likelihood):
    """How likely a language model finds a completion: 1 / perplexity = exp(Σ log p_t / T), for T tokens.

    Args:
        model: the language model.
        view: `full` or `reply`.
        prefill: what the chat template writes ahead of the completion.

    Range: [0, 1]. Needs: the prompt. Known hack: text that repeats itself is very likely; add `repetition()`.
    A completion without tokens scores 0. Unscored: failed with the model's own cause where it can't score a stand-in.

    >>> from rewards.models.scalar import ScriptedLogprobs
    >>> perplexity(ScriptedLogprobs(lambda word: -0.5))(completions=["two words"], prompts=["?"])  # exp(-0.5)
    [0.6065306597126334]
    """

    view: Literal["full", "reply"] = field(default="full", kw_only=True)
    prefill: str | None = field(default=None, kw_only=True)

    label: ClassVar[str] = "perplexity"

    def grade(self, rollouts: Sequence[Rollout], /) -> list[Score]:
        """Score the whole batch in one call of the model."""
        chats: list[Chat] = [answered(rollout, view_of(rollout, self.view, self.prefill)) for rollout in rollouts]
        return scored_or_blamed(
            chats, lambda asked: logprobs_of(self.model, self.name, asked), _stand_in, _likelihood, 0.0
        )


def _likelihood(logprobs: Sequence[float]) -> Score:
    if not logprobs:
        return Score(0.0, "there are no tokens")
    mean = math.fsum(logprobs) / len(logprobs)
    return Score(min(1.0, math.exp(mean)), f"perplexity {math.exp(min(-mean, 700)):.4g} over {len(logprobs)} tokens")


def _stand_in(chat: Chat) -> Chat:
    return [*chat[:-1], {"role": "assistant", "content": STAND_IN}]
