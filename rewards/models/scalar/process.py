"""A process reward model: a number for each step."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from rewards.core import Needs, Reward, Rollout, Score
from rewards.models.arguments import check_choices
from rewards.models.blame import STAND_IN
from rewards.models.scalar.checked import check_model, steps_of
from rewards.models.scalar.contract import Solution, StepModel, question_chat
from rewards.models.scalar.substitution import scored_or_blamed
from rewards.models.view import VIEWS, view_of

REDUCE: Mapping[str, Callable[[Sequence[float]], float]] = {
    "min": min,
    "last": lambda scores: scores[-1],
    "mean": lambda scores: math.fsum(scores) / len(scores),
    "product": math.prod,
}
"""How the steps' numbers become one."""


@dataclass(frozen=True, repr=False)
class process(Reward):
    r"""The worst, last or mean step of a completion, by a process reward model.

    value = reduce(score of each step), each in [0, 1]; the steps are what blank lines, or `separator`, tell apart.

    Args:
        model: the process reward model.
        reduce: `min` (a chain is as good as its weakest step), `last`, `mean` or `product`.
        separator: what stands between steps.
        max_steps: more steps are joined to the last one, so that many empty ones gain nothing.
        view: `full` to score the thinking too, or `reply`.
        prefill: what the chat template writes ahead of the completion.

    Range: [0, 1]. Needs: the prompt. A completion without text scores 0. Unscored: failed with the model's own cause
    where it can't score a stand-in either. The steps and their scores are in `data`.

    Raises:
        ValueError: for an argument out of its range.
        TypeError: for a model that scores no steps.

    Source: Lightman et al., arXiv 2305.20050.

    >>> from rewards.models.scalar import ScriptedSteps
    >>> steps = ScriptedSteps(lambda step: 0.9 if "so" in step else 0.4)
    >>> process(steps)(completions=["2 + 2\n\nso 4"], prompts=["?"]), process(steps, reduce="last")(
    ...     completions=["2 + 2\n\nso 4"], prompts=["?"])
    ([0.4], [0.9])
    """

    model: StepModel
    reduce: Literal["min", "last", "mean", "product"] = field(default="min", kw_only=True)
    separator: str = field(default="\n\n", kw_only=True)
    max_steps: int = field(default=256, kw_only=True)
    view: Literal["full", "reply"] = field(default="full", kw_only=True)
    prefill: str | None = field(default=None, kw_only=True)

    label: ClassVar[str] = "process"

    def __post_init__(self) -> None:
        check_model("process", "model", self.model, StepModel, "transformers_steps(…)")
        check_choices(self, view=VIEWS)
        if self.reduce not in REDUCE:
            raise ValueError(f"reduce is one of {', '.join(REDUCE)}, got {self.reduce!r}")
        if not self.separator or self.max_steps < 1:
            raise ValueError(f"separator is text and max_steps at least 1, got {self.separator!r}, {self.max_steps!r}")

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

    def grade(self, rollouts: Sequence[Rollout], /) -> list[Score]:
        """Score all steps of the batch in one call of the model."""
        cut = [self._steps(view_of(rollout, self.view, self.prefill)) for rollout in rollouts]
        asked = [at for at, steps in enumerate(cut) if steps]
        solutions = [Solution(question_chat(rollouts[at]), cut[at]) for at in asked]
        said = scored_or_blamed(
            list(zip(solutions, range(len(solutions)), strict=True)),
            lambda items: steps_of(self.model, self.name, [solution for solution, _ in items]),
            lambda item: (Solution(item[0].question, [STAND_IN]), item[1]),
            self._score,
            0.0,
        )
        known = dict(zip(asked, said, strict=True))
        return [known.get(at, Score(0.0, "there are no steps")) for at in range(len(rollouts))]

    def _steps(self, text: str) -> list[str]:
        steps = [step.strip() for step in text.split(self.separator)]
        steps = [step for step in steps if step]
        if len(steps) > self.max_steps:
            steps = [*steps[: self.max_steps - 1], self.separator.join(steps[self.max_steps - 1 :])]
        return steps

    def _score(self, scores: Sequence[float]) -> Score:
        worst = min(range(len(scores)), key=scores.__getitem__)
        why = f"{self.reduce} of {len(scores)} steps, the worst is step {worst + 1} with {scores[worst]:.4g}"
        return Score(REDUCE[self.reduce](scores), why, data={"steps": list(scores)})
