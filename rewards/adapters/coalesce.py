"""Single rollouts from many threads or tasks, scored together: 64 of them, or what came within 5 ms."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from typing import Any

from rewards.core.guard import observe
from rewards.core.log import announce, logger
from rewards.core.reward import Reward
from rewards.core.rollout import Rollout
from rewards.core.score import Score
from rewards.core.tally import Tally

MOST = 64
WAIT_S = 0.005


class _Round:
    """Rollouts that will be scored together, each with the future of its score."""

    def __init__(self) -> None:
        self.rollouts: list[Rollout] = []
        self.futures: list[Future[Score]] = []
        self.full = threading.Event()


class Coalescer:
    """Turns calls of one rollout each into batches, for trainers that call from threads or tasks.

    The first rollout of a round waits for others, at most `wait_s`, and scores them all; the next one to come begins
    the next round, so rounds overlap where scoring is slow. The share of unscored rollouts is logged, and too many
    failures stop the run (`max_unscored`).

    Args:
        reward: what scores them.
        most: how many rollouts a round holds.
        wait_s: how long the first one waits for others.

    >>> from rewards.core.reward import _example
    >>> Coalescer(_example()).score(Rollout("a")).value
    0.0
    """

    def __init__(self, reward: Reward, most: int = MOST, wait_s: float = WAIT_S) -> None:
        if most < 1 or wait_s < 0:
            raise ValueError(f"most must be at least 1 and wait_s at least 0, got {most!r} and {wait_s!r}")
        self.reward = reward
        self.most = most
        self.wait_s = wait_s
        self._tally = Tally(reward.name)
        self._open: _Round | None = None
        self._seen: set[str] = set()
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.reward, self.most, self.wait_s)

    def score(self, rollout: Rollout) -> Score:
        """Score one rollout, together with those that other threads bring meanwhile.

        Raises:
            RewardError: what the reward raises for its round, on every thread that waits for it.
        """
        round_, future, first = self._join(rollout)
        if first:
            self._lead(round_)
        return future.result()

    async def score_async(self, rollout: Rollout) -> Score:
        """The same, awaited; the scoring is done on a daemon thread."""
        round_, future, first = self._join(rollout)
        if first:
            try:
                threading.Thread(target=self._lead, args=(round_,), daemon=True).start()
            except RuntimeError as error:  # there are too many threads
                self._close(round_)
                self._fail(round_, error)
        return await asyncio.wrap_future(future)

    def _join(self, rollout: Rollout) -> tuple[_Round, Future[Score], bool]:
        future: Future[Score] = Future()
        with self._lock:
            round_ = self._open
            first = round_ is None
            if round_ is None:
                round_ = self._open = _Round()
            round_.rollouts.append(rollout)
            round_.futures.append(future)
            if len(round_.rollouts) >= self.most:
                self._open = None
                round_.full.set()
        return round_, future, first

    def _lead(self, round_: _Round) -> None:
        """Wait for the round to fill, score it and tell everyone who waits."""
        try:
            try:
                round_.full.wait(self.wait_s)
            finally:  # a round that nobody leads must not be joined
                self._close(round_)
            scores = self._scores(round_.rollouts)
        except BaseException as error:  # whoever waits must hear of it; what interrupts this thread goes on below
            self._fail(round_, error)
            if not isinstance(error, Exception):
                raise
            return
        for future, score in zip(round_.futures, scores, strict=True):
            if future.set_running_or_notify_cancel():
                future.set_result(score)

    def _close(self, round_: _Round) -> None:
        with self._lock:
            if self._open is round_:
                self._open = None

    def _fail(self, round_: _Round, error: BaseException) -> None:
        for future in round_.futures:
            if future.set_running_or_notify_cancel():
                future.set_exception(error)

    def _scores(self, rollouts: list[Rollout]) -> list[Score]:
        announce(self.reward)
        try:
            scores = self.reward.score(self._even(rollouts))
            self._tally.count(scores)
            observe(self.reward, scores)
        except Exception as error:  # some trainers swallow what a reward raises; the log must say it
            logger.error("reward %s: %s: %s", self.reward.name, type(error).__name__, error)
            raise
        return scores

    def _even(self, rollouts: list[Rollout]) -> list[Rollout]:
        """Give every rollout the columns that any rollout had so far.

        Otherwise it would depend on what else is in the round whether an absent column is one row's failure or, being
        absent from all rows, an error.
        """
        needed = self.reward.needs.columns
        with self._lock:
            self._seen.update(name for rollout in rollouts for name in rollout.columns if name in needed)
            known = dict.fromkeys(sorted(self._seen))
        if all(known.keys() <= rollout.columns.keys() for rollout in rollouts):
            return rollouts
        return [
            Rollout(r.completion, r.prompt, {**known, **r.columns}, r.completion_ids, r.finish_reason) for r in rollouts
        ]
