"""What is judged, how, and what was said of it so far."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from rewards.core import FailureKind, Message
from rewards.models.engines import Engine, Sampling, ScoringModel
from rewards.models.grm.ballot import Ballot
from rewards.models.grm.prompt import Question, Shown, judge_chat


@dataclass(frozen=True)
class Manner:
    """How to judge; the arguments of `grm` that its sessions need.

    Args:
        engine: runs the judge.
        k: judgements of each response.
        quorum: votes that a response needs.
        low, high: the scale.
        sampling: how the judge's samples are drawn.
        template: the judge's prompt.
        most_at_once: responses in one prompt.
        orders: orders shared by the samples of one prompt.
        meta: the meta reward model, if any.
        meta_template: its prompt.
    """

    engine: Engine
    k: int
    quorum: int
    low: float
    high: float
    sampling: Sampling
    template: str
    most_at_once: int
    orders: int
    meta: ScoringModel | None
    meta_template: str


@dataclass
class Panel:
    """The responses to one question, each different, and what was said of them.

    Args:
        question: what they answer.
        responses: the different responses, in an order that does not depend on the batch.
        ballot: the votes so far.
        blamed: responses that made the judge unreadable, with what happened.
        failed: responses that could not be judged, with the cause.
    """

    question: Question
    responses: Sequence[Shown]
    ballot: Ballot = field(init=False)
    blamed: dict[int, str] = field(default_factory=dict)
    failed: dict[int, tuple[FailureKind, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ballot = Ballot(len(self.responses))

    def random(self) -> Random:
        """A source of shuffles that depends on what is judged alone, so that the same input gives the same prompts."""
        digest = hashlib.sha256(self.question.conversation.encode("utf-8", "surrogatepass"))
        for shown in self.responses:
            digest.update(b"\0" + (shown.text + shown.evidence).encode("utf-8", "surrogatepass"))
        return Random(digest.digest())


def chat_of(panel: Panel, responses: Sequence[Shown], manner: Manner) -> Sequence[Message]:
    """The chat that asks the judge for scores of some responses to a panel's question."""
    return judge_chat(manner.template, panel.question, responses, manner.low, manner.high)


def short_of_quorum(panels: Sequence[Panel], quorum: int) -> list[tuple[Panel, int]]:
    """The responses with too few votes of which nothing is settled yet."""
    return [
        (panel, response)
        for panel in panels
        for response in range(len(panel.responses))
        if len(panel.ballot.about(response)) < quorum and response not in panel.blamed and response not in panel.failed
    ]
