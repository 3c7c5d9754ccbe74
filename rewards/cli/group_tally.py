"""What a trainer that compares the rollouts of a prompt would learn from: groups, and how many say nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from rewards.core import Rollout, Score
from rewards.core.groups import prompt_key

ALIKE = 1e-9
"""Rewards of a group that lie closer than this give no advantage."""


_NONE_YET = object()


@dataclass
class GroupTally:
    """Groups of consecutive rows with one prompt.

    Args:
        groups: how many there are with two rewards or more.
        flat: how many of these have one reward for all: every advantage (reward - mean) is zero.
        least, most: rewards in the smallest and in the largest.
        prompt: a digest of the prompt of the last row; the group that it belongs to may go on in the next batch.
        scored, low, high: of that group, how many rewards, the least and the greatest.
        fewest, largest: rows of one prompt in the smallest and in the largest run of them, with a reward or without.
        rows: how many the last run has so far.
    """

    groups: int = 0
    flat: int = 0
    least: int = 0
    most: int = 0
    prompt: str = ""
    scored: int = 0
    low: float = 0.0
    high: float = 0.0
    fewest: int = 0
    largest: int = 0
    rows: int = 0

    def add(self, rollouts: Sequence[Rollout], scores: Sequence[Score]) -> None:
        """Count a batch; a row without a number is in no group."""
        last: object = _NONE_YET
        for rollout, score in zip(rollouts, scores, strict=True):
            key = prompt_key(rollout.prompt)
            if key != last:
                last = key
                prompt = _digest(key)
                if prompt != self.prompt:
                    self._close()
                    self.prompt = prompt
            self.rows += bool(self.prompt)
            if score.value is None or not self.prompt:
                continue
            self.low = min(self.low, score.value) if self.scored else score.value
            self.high = max(self.high, score.value) if self.scored else score.value
            self.scored += 1

    def whole(self) -> GroupTally:
        """The same with the last group counted, as at the end of the input."""
        ended = GroupTally(**vars(self))
        ended._close()
        return ended

    def _close(self) -> None:
        if self.scored > 1:
            self.least = min(self.least, self.scored) if self.groups else self.scored
            self.most = max(self.most, self.scored)
            self.groups += 1
            self.flat += self.high - self.low < ALIKE
        if self.rows:
            self.fewest = min(self.fewest, self.rows) if self.largest else self.rows
            self.largest = max(self.largest, self.rows)
        self.scored = self.rows = 0


def _digest(key: Hashable) -> str:
    """Empty where there is no prompt."""
    return hashlib.blake2b(repr(key).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest() if key else ""
