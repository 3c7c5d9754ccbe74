"""What runs a model for us: a batch of chats in, samples out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from rewards.core import FailureKind, Message, RewardError
from rewards.models.arguments import check


@dataclass(frozen=True, slots=True)
class Sampling:
    """How completions are drawn.

    Args:
        n: samples for each chat.
        temperature: 0 is greedy.
        top_p: nucleus mass.
        max_tokens: most tokens in a sample.
        stop: texts that end a sample.
        logprobs: how many of the likeliest tokens to report at each position; 0 for none.
        seed: makes an engine that can be seeded repeat itself; None leaves it free. vLLM pays for a seed with a
            generator of its own for each request, so nothing here sets one.

    Raises:
        ValueError: for a value out of its range.
    """

    n: int = 1
    temperature: float = 0.0
    top_p: float = 1.0
    max_tokens: int = 1024
    stop: tuple[str, ...] = ()
    logprobs: int = 0
    seed: int | None = None

    def __post_init__(self) -> None:
        check(
            self,
            n=self.n >= 1,
            temperature=self.temperature >= 0,
            top_p=0 < self.top_p <= 1,
            max_tokens=self.max_tokens >= 1,
            logprobs=self.logprobs >= 0,
        )
        if self.n > 1 and self.temperature == 0:
            raise ValueError(f"{self.n} greedy samples are one sample {self.n} times; set a temperature above 0")

    def of(self, n: int) -> Sampling:
        """The same with `n` samples."""
        return replace(self, n=n)


@dataclass(frozen=True, slots=True)
class Request:
    """One chat to be continued.

    Args:
        chat: the messages, the last one the user's. Engines break control tokens in them (`<|im_end|>`), so that what
            a policy wrote can't end its turn in the judge's prompt.
        sampling: how.
    """

    chat: Sequence[Message]
    sampling: Sampling


@dataclass(frozen=True, slots=True)
class Sample:
    """One continuation.

    Args:
        text: what the model wrote.
        finish_reason: `stop`, or `length` where it was cut off.
        logprobs: for each token, the likeliest tokens with their log-probabilities, where asked for.
        tokens: how many tokens it has; 0 where the engine does not say.
    """

    text: str
    finish_reason: str = "stop"
    logprobs: Sequence[Mapping[str, float]] = ()
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class EngineFailure:
    """Why a request got no samples.

    Args:
        why: one line with the cause, such as the server's answer.
        kind: what broke.
        late: whether the call's time was over, which says nothing of the request, so that no reply is blamed for it.
    """

    why: str
    kind: FailureKind = FailureKind.judge_unavailable
    late: bool = False


LATE = EngineFailure("the batch ran out of time (batch_timeout_s)", late=True)
"""What was not answered before its deadline."""

Answer = Sequence[Sample] | EngineFailure
"""What comes back for one request: its samples, or why there are none."""


class Misconfigured(RewardError, ValueError):
    """A model that can't run as it is described: not there, of another kind, its key not set. It reaches the caller."""


@runtime_checkable
class Engine(Protocol):
    """Runs a model. One call holds a whole batch, so that an engine can fill itself.

    Calls come from several threads; an engine that can't serve them at once owns a lock. It never raises for one
    request: what failed is an `EngineFailure` in its place. What it raises all the same is taken for one, but for a
    `RewardError`, which reaches the caller.
    """

    @property
    def name(self) -> str:
        """The model, for fingerprints and logs."""

    def generate(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        """One answer for each request, in order."""


@runtime_checkable
class ScoringModel(Protocol):
    """A model with a scalar head: chats in, raw logits out. A meta reward model is one."""

    @property
    def name(self) -> str:
        """The model, for fingerprints and logs."""

    def logits(self, chats: Sequence[Sequence[Message]], /) -> Sequence[float | EngineFailure]:
        """The logit of each chat, in order, not squashed."""
