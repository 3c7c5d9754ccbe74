"""A semi-scalar reward model: a critique in words, then a number from a head."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from rewards.core import Needs, Range, Reward, Rollout, Score
from rewards.core.span import ANY
from rewards.models.blame import STAND_IN
from rewards.models.engines import Engine, EngineFailure, Request, Sampling, ScoringModel
from rewards.models.engines.checked import CheckedEngine, CheckedScores, check_engine, check_scores
from rewards.models.scalar.contract import Chat, answered
from rewards.models.scalar.substitution import scored_or_blamed
from rewards.models.view import view_of


@dataclass(frozen=True, repr=False)
class critiqued(Reward):
    """The mean logit of a reward model that reads the completion and a critique of it, over k critiques.

    value = (1/k) Σ_j logit(prompt, completion, critique_j), each critique written by `engine`.

    Args:
        engine: writes critiques; it is asked with `instruction` after the completion.
        model: scores the chat that ends in the critique.
        k: critiques.
        instruction: what asks for a critique.
        temperature: by default 0 for k = 1, else 0.5.
        max_tokens: most tokens in a critique.
        lowest: what a completion gets that can't be scored while a stand-in can.
        prefill: what the chat template writes ahead of the completion.

    Range: unbounded. Needs: the prompt. Unscored: failed with the engine's or the model's own cause where a stand-in
    can't be scored either.

    Source: CLoud, arXiv 2408.11791.

    >>> from rewards.models.engines import ScriptedEngine, ScriptedScores
    >>> reward = critiqued(ScriptedEngine(["Wrong."]), ScriptedScores(lambda chat: -2.0 if "Wrong." in chat else 2.0))
    >>> reward(completions=["Rome"], prompts=["The capital of France?"])
    [-2.0]
    """

    engine: Engine
    model: ScoringModel
    k: int = field(default=1, kw_only=True)
    instruction: str = field(
        default="Write a short critique of the reply above: what is right, what is wrong.", kw_only=True
    )
    temperature: float | None = field(default=None, kw_only=True)
    max_tokens: int = field(default=1024, kw_only=True)
    lowest: float = field(default=-20.0, kw_only=True)
    prefill: str | None = field(default=None, kw_only=True)

    label: ClassVar[str] = "critiqued"

    def __post_init__(self) -> None:
        check_engine("critiqued", self.engine)
        check_scores("critiqued", "model", self.model)
        if self.k < 1:
            raise ValueError(f"k must be at least 1, got {self.k!r}")
        _ = self._sampling

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
        """It waits for its models."""
        return True

    @property
    def _sampling(self) -> Sampling:
        warm = 0.0 if self.k == 1 else 0.5
        return Sampling(self.k, warm if self.temperature is None else self.temperature, max_tokens=self.max_tokens)

    def identity(self) -> str:
        """The call and the models' names."""
        return f"{super().identity()} {self.engine.name} {self.model.name}"

    def grade(self, rollouts: Sequence[Rollout], /) -> list[Score]:
        """Ask for all critiques in one call, then for all logits in another."""
        chats: list[Chat] = [answered(rollout, view_of(rollout, "full", self.prefill)) for rollout in rollouts]
        return scored_or_blamed(
            chats,
            self._ask,
            lambda chat: [*chat[:-1], {"role": "assistant", "content": STAND_IN}],
            self._score,
            self.lowest,
        )

    def _ask(self, chats: Sequence[Chat]) -> list[list[tuple[str, float]] | EngineFailure]:
        asked: list[Chat] = [[*chat, {"role": "user", "content": self.instruction}] for chat in chats]
        requests = [Request(chat, self._sampling) for chat in asked]
        answers = CheckedEngine(self.engine, self.name).generate(requests)
        critiques = [[] if isinstance(one, EngineFailure) else [sample.text for sample in one] for one in answers]
        flat: list[Chat] = [
            [*chat, {"role": "assistant", "content": critique}]
            for chat, written in zip(asked, critiques, strict=True)
            for critique in written
        ]
        logits = iter(CheckedScores(self.model, self.name).logits(flat))
        results: list[list[tuple[str, float]] | EngineFailure] = []
        for answer, written in zip(answers, critiques, strict=True):
            own = [(critique, next(logits)) for critique in written]
            failure = next((logit for _, logit in own if isinstance(logit, EngineFailure)), None)
            if isinstance(answer, EngineFailure) or failure is not None:
                results.append(answer if isinstance(answer, EngineFailure) else failure)  # type: ignore[arg-type]
            else:
                results.append([(critique, float(logit)) for critique, logit in own])  # type: ignore[arg-type]
        return results

    def _score(self, said: Sequence[tuple[str, float]]) -> Score:
        value = math.fsum(logit for _, logit in said) / len(said)
        data = {"critiques": [critique for critique, _ in said], "logits": [logit for _, logit in said]}
        return Score(value, f"mean logit {value:.4g} over {len(said)} critiques", data=data)
