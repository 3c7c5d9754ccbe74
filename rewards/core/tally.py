"""Says how many rollouts were left unscored, and why: trainers would not show it."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rewards.core.log import logger
from rewards.core.score import FailureKind, Score, Status
from rewards.core.skips import Skips

if TYPE_CHECKING:
    from rewards.core.reward import Reward

EVERY = 1024
"""Rollouts between two lines in the log."""


class Tally:
    """Counts unscored rollouts and logs their share, at the first and every 1,024 rollouts.

    A bug's traceback is logged once, and so is a part that has skipped all it was asked for.

    Args:
        name: the reward's name.
        skips: whether skipped rollouts count too, where the trainer is given a number for them.
    """

    def __init__(self, name: str, *, skips: bool = True) -> None:
        self._name = name
        self._skips = skips
        self._bug_shown = False
        self._seen = 0
        self._reasons: Counter[str] = Counter()
        self._silent = True
        self._parts = Skips()
        self._lock = threading.Lock()

    def count(self, scores: Sequence[Score]) -> None:
        """Count a batch; a warning is logged where some were unscored."""
        with self._lock:
            self._seen += len(scores)
            unscored = [score for score in scores if score.value is None]
            unscored = [score for score in unscored if self._skips or score.status is Status.failed]
            self._reasons.update(score.reason()[:160] for score in unscored)
            self._show_bug(unscored)
            self._show_skips(scores)
            if self._seen < EVERY and not (self._silent and self._reasons):
                return
            seen, reasons = self._seen, self._reasons
            self._silent = self._silent and not reasons
            if seen >= EVERY:
                self._seen, self._reasons = 0, Counter()
        count = reasons.total()
        worst = "".join(f"; {times} × {reason}" for reason, times in reasons.most_common(3))
        level = logging.WARNING if count else logging.INFO
        logger.log(level, "reward %s: %d of %d rollouts unscored%s", self._name, count, seen, worst)

    def _show_bug(self, unscored: Sequence[Score]) -> None:
        bug = next((score for score in unscored if score.kind is FailureKind.bug), None)
        if bug is not None and not self._bug_shown:
            self._bug_shown = True
            logger.error("reward %s: a bug left a rollout unscored: %s\n%s", self._name, bug.why, _traceback(bug))

    def _show_skips(self, scores: Sequence[Score]) -> None:
        for path, times, why in self._parts.count(scores):
            part, meaning = (f", its part {path}", "; a skipped part counts as nothing") if path else ("", "")
            logger.warning(
                "reward %s%s: all of the first %d rollouts that it was asked for were skipped (%s)%s",
                self._name,
                part,
                times,
                why or "no reason given",
                meaning,
            )


_making = threading.Lock()


def say_failed(reward: Reward, scores: Sequence[Score]) -> None:
    """Count a batch of `reward` in its own tally, made at the first call."""
    state = reward.__dict__
    with _making:
        tally: Tally | None = state.get("_tally")
        if tally is None:
            tally = state["_tally"] = Tally(reward.name, skips=False)
    tally.count(scores)


def _traceback(score: Score) -> str:
    """The traceback that the failed part of a composite keeps, or the score's own."""
    own = score.data.get("traceback")
    return str(own) if own else next(filter(None, map(_traceback, score.parts.values())), "")
