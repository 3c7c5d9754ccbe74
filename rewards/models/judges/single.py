"""Judges of one response at a time: what they share."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

from rewards.core import GradingFailed, Needs, Reward, Rollout, Score
from rewards.models.arguments import check, check_choices
from rewards.models.blame import Asking, Said, Unread, ask
from rewards.models.engines import Engine, Sample, Sampling
from rewards.models.engines.checked import CheckedEngine, check_engine
from rewards.models.grm.hardening import code_for, is_empty_of_content
from rewards.models.grm.parse import summary
from rewards.models.grm.prompt import conversation_of
from rewards.models.templates import check_syntax, check_template, fill, source_of
from rewards.models.view import VIEWS, view_of

FOLDER = Path(__file__).parent / "templates"
"""Where the judges' templates are."""


@dataclass(frozen=True, repr=False)
class Judge(Reward):
    """A reward that asks an engine about each response alone; write `read`, and `values` with an `example` of them.

    Args:
        engine: runs the judge.
        k: samples; the value is the mean of their votes.
        quorum: votes that a response needs, by default half of k, rounded up.
        view: `reply` or `full`.
        template: `en`-like name of ours, or the path of a Jinja file with the same variables.
        temperature: by default 0 for k = 1, else 0.5.
        max_tokens: most tokens in a sample.
        max_characters: a longer response is cut for the judge, and says so.
        prefill: what the chat template writes ahead of the completion.

    Raises:
        ValueError: for an argument out of its range, and for a template that uses a name which is no variable of it, or
            does not show the response.
        TypeError: for what is no engine.
    """

    engine: Engine
    k: int = field(default=1, kw_only=True)
    quorum: int | None = field(default=None, kw_only=True)
    view: Literal["reply", "full"] = field(default="reply", kw_only=True)
    template: str = field(default="", kw_only=True)
    temperature: float | None = field(default=None, kw_only=True)
    max_tokens: int = field(default=1024, kw_only=True)
    max_characters: int = field(default=32_000, kw_only=True)
    prefill: str | None = field(default=None, kw_only=True)

    example: ClassVar[Mapping[str, Any] | None] = None
    """What `values` gives for some row, to try the template on when the judge is made."""

    def __post_init__(self) -> None:
        check_engine(self.name, self.engine)
        check(
            self,
            k=self.k >= 1,
            quorum=self.quorum is None or 1 <= self.quorum <= self.k,
            max_characters=self.max_characters >= 1,
        )
        check_choices(self, view=VIEWS)
        _ = self.sampling
        self._check_template()

    @property
    def source(self) -> str:
        """The template's text."""
        return source_of(self._template, FOLDER)

    @property
    def _template(self) -> str:
        return self.template or f"{type(self).__name__}"

    def _check_template(self) -> None:
        """Try the template on what `values` gives; where a subclass gives no example, that waits for the first row."""
        own = self.example
        if own is None and type(self).values is not Judge.values:
            check_syntax(self._template, FOLDER)
            return

        def values(texts: Sequence[str]) -> dict[str, Any]:
            return {**(own or {}), "conversation": "q", "response": texts[0], "code": ""}

        check_template(self._template, FOLDER, values, ["response"])

    @property
    def own_needs(self) -> Needs:
        """The prompt."""
        return Needs(prompt=True)

    @property
    def waits(self) -> bool:
        """It waits for its engine."""
        return True

    @property
    def sampling(self) -> Sampling:
        """How its samples are drawn."""
        warm = 0.0 if self.k == 1 else 0.5
        temperature = warm if self.temperature is None else self.temperature
        return Sampling(self.k, temperature, max_tokens=self.max_tokens)

    def identity(self) -> str:
        """The call, the judge's name and the wording of its prompt."""
        return f"{super().identity()} {self.engine.name} {hashlib.sha256(self.source.encode()).hexdigest()}"

    def values(self, rollout: Rollout) -> dict[str, Any]:
        """What the template is filled with besides conversation, response and code."""
        return {}

    def read(self, sample: Sample, rollout: Rollout) -> float | Unread:
        """A sample's vote, on the reward's own range, or why it holds none."""
        raise TypeError(f"{type(self).__name__} must define read(self, sample, rollout)")

    def grade(self, rollouts: Sequence[Rollout], /) -> Sequence[Score]:
        """Ask about all different responses in one call of the engine."""
        empty = Score(self.range.low, "the response says nothing")
        scores: dict[int, Score] = {}
        askings: dict[tuple[str, ...], Asking] = {}
        places: dict[int, tuple[str, ...]] = {}
        for row, rollout in enumerate(rollouts):
            text = self._shown(rollout)
            try:
                key = (conversation_of(rollout.prompt), repr(self.values(rollout)), self._row(rollout), text)
            except GradingFailed as failure:  # this row's own: the others are asked about
                scores[row] = Score.fail(failure.kind, failure.why)
                continue
            if is_empty_of_content(text):
                scores[row] = empty
            else:
                places[row] = key
                askings.setdefault(key, self._asking(rollout, text))
        quorum = self.quorum or -(-self.k // 2)
        engine = CheckedEngine(self.engine, self.name)
        said = dict(zip(askings, ask(engine, self.sampling, list(askings.values()), quorum), strict=True))
        scores.update((row, self._score(said[key])) for row, key in places.items())
        return [scores[row] for row in range(len(rollouts))]

    def _row(self, rollout: Rollout) -> str:
        """What `read` may look at beside what is shown: rows that differ here are not read as one."""
        return repr([rollout.columns.get(name) for name in sorted(self.own_needs.columns)])

    def _shown(self, rollout: Rollout) -> str:
        return view_of(rollout, self.view, self.prefill, self.max_characters)

    def _asking(self, rollout: Rollout, text: str) -> Asking:
        conversation, values, source = conversation_of(rollout.prompt), self.values(rollout), self.source

        def chat(response: str) -> list[dict[str, str]]:
            code = code_for([conversation, response, repr(values)])
            filled = {**values, "conversation": conversation, "response": response, "code": code}
            return [{"role": "user", "content": fill(source, filled)}]

        return Asking(text, chat, lambda sample: self.read(sample, rollout))

    def _score(self, said: Said) -> Score:
        unread = [{"why": why, "text": text} for why, text in said.unread]
        data = {"votes": said.votes, "judgements": said.texts, "unread": unread}
        if said.blamed:
            return Score(self.range.low, said.blamed, data=data)
        if said.failed is not None:
            return Score.fail(*said.failed, data=data)
        mean = sum(said.votes) / len(said.votes)
        return Score(mean, f"mean {mean:.4g} of votes {summary(said.votes)}", data=data)
