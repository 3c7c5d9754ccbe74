"""Asking a judge about single responses, and deciding who is to blame where it can't be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rewards.core import FailureKind, Message
from rewards.models.engines import Engine, EngineFailure, Request, Sample, Sampling
from rewards.models.engines.checked import known_up

STAND_IN = "I don't know the answer to this."
"""A response that any judge can read and any model can score, put in the place of one that may be to blame."""


class Unread(NamedTuple):
    """Why a judge's text holds no vote."""

    why: str


class Asking(NamedTuple):
    """A question to a judge about one response.

    Args:
        response: the response.
        chat: makes the chat for a response.
        read: a sample's vote, or why it holds none.
    """

    response: str
    chat: Callable[[str], Sequence[Message]]
    read: Callable[[Sample], float | Unread]


@dataclass
class Said:
    """What a judge said of one response.

    Args:
        votes: what could be read.
        texts: the samples behind the votes.
        unread: why and text of each sample that could not be; no text where the engine gave none.
        blamed: why the response is to blame for having no quorum; empty where it is not.
        failed: what broke, where no one can be blamed but the judge.
        had: votes that it has from elsewhere, which count for the quorum.
        away: whether the engine has just refused to judge it alone.
        late: whether that was for want of time.
    """

    votes: list[float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)
    blamed: str = ""
    failed: tuple[FailureKind, str] | None = None
    had: int = 0
    away: bool = False
    late: bool = False

    @property
    def reason(self) -> str:
        """Why the last sample could not be read."""
        return self.unread[-1][0] if self.unread else "it gave fewer samples than were asked for"

    @property
    def refused(self) -> bool:
        """Whether the engine itself refused the last request."""
        return not self.unread[-1][1] if self.unread else self.away

    def lacks(self, quorum: int) -> bool:
        """Whether it has fewer votes."""
        return self.had + len(self.votes) < quorum


def ask(
    engine: Engine, sampling: Sampling, askings: Sequence[Asking], quorum: int, known: Sequence[Said] = ()
) -> list[Said]:
    """Ask about every response in one call of the engine, and settle who is to blame for those that lack a quorum.

    A response with fewer than `quorum` votes is replaced by a stand-in: if the judge can be read then, the response is
    to blame, else the judge. Where the engine refused the response it is asked once more, since it may have been away.

    Args:
        engine: runs the judge.
        sampling: how its samples are drawn.
        askings: what it is asked.
        quorum: votes that a response needs.
        known: what is known of each before, to be added to. One that the engine has just refused isn't asked about
            first: the engine has its own retries, and a judge that is down should cost no more time than it must.
    """
    said = list(known) or [Said() for _ in askings]
    cases = list(zip(askings, said, strict=True))
    _round(engine, sampling, [(asking, one) for asking, one in cases if not one.refused])
    short = [(asking, one) for asking, one in cases if one.lacks(quorum)]
    substitutes = [Said() for _ in short]
    stand_ins = [asking._replace(response=STAND_IN) for asking, _ in short]
    broken = _round(engine, sampling, list(zip(stand_ins, substitutes, strict=True)))
    for (_, one), substitute, failure in zip(short, substitutes, broken, strict=True):
        if failure is not None:
            one.failed = (failure.kind, failure.why)
        elif substitute.lacks(quorum):
            one.failed = (FailureKind.judge_unreadable, f"the judge can't be read: {one.reason}")
        elif not one.refused:
            one.blamed = f"it made the judge unreadable: {one.reason}"
    again = [(asking, one) for asking, one in short if one.failed is None and one.refused]
    _round(known_up(engine), sampling, again)  # the stand-ins were answered
    for _, one in again:
        if one.lacks(quorum) and one.refused and one.late:
            one.failed = (FailureKind.judge_unavailable, one.reason)
        elif one.lacks(quorum):
            one.blamed = f"the judge takes a stand-in and not it: {one.reason}"
    return said


def _round(engine: Engine, sampling: Sampling, asked: Sequence[tuple[Asking, Said]]) -> list[EngineFailure | None]:
    """Ask once and keep what can be read; the engine's failures, None where there was none."""
    if not asked:
        return []
    requests = [Request(asking.chat(asking.response), sampling) for asking, _ in asked]
    failures: list[EngineFailure | None] = []
    for (asking, one), answer in zip(asked, engine.generate(requests), strict=True):
        if isinstance(answer, EngineFailure):
            failures.append(answer)
            one.late = answer.late
            one.unread.append((answer.why, ""))
            continue
        failures.append(None)
        for sample in answer:
            vote = asking.read(sample)
            if isinstance(vote, Unread):
                one.unread.append((why_unread(vote, sample), sample.text or " "))
            else:
                one.votes.append(vote)
                one.texts.append(sample.text)
    return failures


def why_unread(unread: Unread, sample: Sample) -> str:
    """Why a sample holds no vote, and whether it was cut off."""
    return f"{unread.why}, cut off by max_tokens" if sample.finish_reason == "length" else unread.why
