"""Models that answer with numbers instead of text, as the rewards here use them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from rewards.core import Message, Rollout
from rewards.models.engines import EngineFailure
from rewards.models.grm.prompt import content_of, conversation_of

Chat = Sequence[Message]


@runtime_checkable
class LogprobModel(Protocol):
    """A language model that says how likely it finds a reply."""

    @property
    def name(self) -> str:
        """The model, for fingerprints and logs."""

    def token_logprobs(self, chats: Sequence[Chat], /) -> Sequence[Sequence[float] | EngineFailure]:
        """The log-probability of each token of each chat's last message, in nats."""


class Solution(NamedTuple):
    """A question and the steps of an answer.

    Args:
        question: the chat that asks.
        steps: the answer, cut into steps.
    """

    question: Chat
    steps: Sequence[str]


@runtime_checkable
class StepModel(Protocol):
    """A process reward model: how good each step is."""

    @property
    def name(self) -> str:
        """The model, for fingerprints and logs."""

    def steps(self, solutions: Sequence[Solution], /) -> Sequence[Sequence[float] | EngineFailure]:
        """For each solution a number in [0, 1] for each step."""


class Comparison(NamedTuple):
    """Two replies to one question, in this order."""

    question: Chat
    first: str
    second: str


@runtime_checkable
class PairModel(Protocol):
    """A model that compares two replies; positive where it prefers the first."""

    @property
    def name(self) -> str:
        """The model, for fingerprints and logs."""

    def preferences(self, comparisons: Sequence[Comparison], /) -> Sequence[float | EngineFailure]:
        """A raw logit for each comparison."""


def question_chat(rollout: Rollout) -> Chat:
    """The prompt as messages."""
    prompt = rollout.prompt
    if prompt is None or isinstance(prompt, str):
        return [{"role": "user", "content": prompt or ""}]
    return list(prompt)


def question_text(question: Chat) -> str:
    """A question as one text: a lone message as it is, a dialogue with each message under its role."""
    if len(question) == 1:
        return content_of(question[0])
    return conversation_of(list(question))


def answered(rollout: Rollout, text: str) -> Chat:
    """The prompt and the reply as one chat."""
    return [*question_chat(rollout), {"role": "assistant", "content": text}]
