"""Votes: what the samples of a judge say of each response, filtered and counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from rewards.models.grm.parse import Principle, principles_in


@dataclass
class Vote:
    """One sample of the judge that could be read.

    Args:
        order: the responses it was shown, by number.
        scores: a score for each, in that order.
        text: what the judge wrote.
        logit: what the meta reward model thinks of it; None without one.
    """

    order: tuple[int, ...]
    scores: Sequence[float]
    text: str
    logit: float | None = None

    @cached_property
    def principles(self) -> list[Principle]:
        """What it said makes a good response; read once, though it counts for each response it was shown."""
        return principles_in(self.text)

    def of(self, response: int) -> float:
        """Its score for a response that it was shown."""
        return self.scores[self.order.index(response)]

    def place_of(self, response: int) -> int:
        """Where a response stood among those shown, from 1."""
        return self.order.index(response) + 1


@dataclass
class Ballot:
    """All that was said of the responses to one prompt.

    Args:
        count: how many responses there are.
        votes: the samples that could be read.
        unread: for each sample that could not be, which responses it was shown, why, and its text; none where the
            engine refused.
    """

    count: int
    votes: list[Vote] = field(default_factory=list)
    unread: list[tuple[tuple[int, ...], str, str]] = field(default_factory=list)

    def about(self, response: int) -> list[Vote]:
        """The votes that hold a score for a response."""
        return [vote for vote in self.votes if response in vote.order]

    def only_refused(self, response: int) -> bool:
        """Whether the engine gave nothing for a response that it was shown alone."""
        unread = [(order, text) for order, _, text in self.unread if response in order]
        return bool(unread) and all(order == (response,) and not text for order, text in unread)

    def lose(self, vote: Vote, why: str) -> None:
        """Take a vote off that can't be counted after all."""
        self.votes = [one for one in self.votes if one is not vote]
        self.unread.append((vote.order, why, vote.text or " "))

    def kept(self, response: int, k_meta: int | None) -> list[Vote]:
        """The votes that count for a response: with a meta reward model the `k_meta` it likes best."""
        votes = self.about(response)
        if k_meta is None:
            return votes
        ranked = sorted(range(len(votes)), key=lambda at: (-(votes[at].logit or 0.0), at))
        return [votes[at] for at in sorted(ranked[:k_meta])]

    def data(self, response: int, k_meta: int | None) -> dict[str, Any]:
        """A response's votes for people: scores, places, principles, critiques, what was left out."""
        kept = self.kept(response, k_meta)
        dropped = [vote for vote in self.about(response) if not any(vote is one for one in kept)]
        return {
            "votes": [vote.of(response) for vote in kept],
            "samples": [(vote.of(response), vote.logit, vote.place_of(response)) for vote in self.about(response)],
            "places": [vote.place_of(response) for vote in kept],
            "principles": [vote.principles for vote in kept],
            "judgements": [vote.text for vote in kept],
            "meta_logits": [vote.logit for vote in kept if vote.logit is not None],
            "discarded": [{"vote": vote.of(response), "logit": vote.logit, "text": vote.text} for vote in dropped],
            "unread": [{"why": why, "text": text} for order, why, text in self.unread if response in order],
            "position_bias": self.position_bias(),
        }

    def position_bias(self) -> list[float]:
        """How far the mean score in each place lies from the mean of all; the shuffle evens it out.

        >>> Ballot(2, [Vote((0, 1), (8, 4), ""), Vote((1, 0), (6, 6), "")]).position_bias()
        [1.0, -1.0]
        """
        places: dict[int, list[float]] = {}
        for vote in self.votes:
            for place, score in enumerate(vote.scores):
                places.setdefault(place, []).append(score)
        every = [score for scores in places.values() for score in scores]
        mean = sum(every) / len(every) if every else 0.0
        return [sum(scores) / len(scores) - mean for _, scores in sorted(places.items())]
