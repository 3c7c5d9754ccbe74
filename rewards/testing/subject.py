"""What a conformance check works on: a reward, honest rollouts, hostile ones, and what was said of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from rewards.core.groups import by_prompt
from rewards.core.reward import Reward
from rewards.core.rollout import Rollout, Text
from rewards.core.score import FailureKind, Score
from rewards.testing.hostile import posing
from rewards.testing.untouched import changes, copied, pictured, seen

T = TypeVar("T")

HOSTILE_ROWS = 2
"""Data rows that each hostile completion is tried on."""


INCOMPLETE = {FailureKind.missing_column, FailureKind.missing_input, FailureKind.partial_group}

QUICK_S = 0.5
"""What takes longer is tried once."""


class TookTooLong(Exception):
    """A call did not come back in time; its thread can't be stopped and is left behind."""


class Attack(NamedTuple):
    """A hostile completion among honest rollouts, and what came of it.

    Args:
        name: the completion's.
        batch: the rollouts, the hostile one first.
        row: the honest rollout that it stands for.
        answer: its score, or what was raised.
        seconds: how long the batch took.
    """

    name: str
    batch: list[Rollout]
    row: int
    answer: Score | str
    seconds: float

    @property
    def quick(self) -> bool:
        """Whether it may be repeated."""
        return self.seconds < QUICK_S

    def __str__(self) -> str:
        return f"{self.name!r} ({pictured(self.batch[0])})"


@dataclass(frozen=True)
class Subject:
    """A reward under test.

    Args:
        reward: the reward.
        rollouts: honest ones.
        hostile: completions by name.
        sampled: whether two calls may give different values.
        names: what names in its text mean, besides those that are found.
        limit_s: how long one hostile completion, or one batch of honest ones, may take.

    Every call scores copies, so that a reward that changes its rollouts spoils neither the other promises nor the
    rollouts of whoever asked; `changed` holds what was seen of that, by the field or column.
    """

    reward: Reward
    rollouts: Sequence[Rollout]
    hostile: Mapping[str, Text]
    sampled: bool
    names: Mapping[str, Any]
    limit_s: float
    changed: dict[str, str] = field(default_factory=dict, init=False)

    @cached_property
    def scores(self) -> list[Score]:
        """The honest rollouts' scores."""
        return self.score(self.rollouts)

    def score(self, rollouts: Sequence[Rollout]) -> list[Score]:
        """The scores of a copy of a batch, in time.

        Raises:
            TookTooLong: it was not.
        """
        given = copied(rollouts)
        before = [seen(rollout) for rollout in given]
        scores = within(self.limit_s, lambda: self.reward.score(given))
        for rollout, was, after in zip(rollouts, before, given, strict=True):
            for place, words in changes(was, seen(after)):
                self.changed.setdefault(place, f"{words} (of {pictured(rollout)})")
        return scores

    def fresh(self) -> list[Rollout]:
        """Copies of the honest rollouts, for calls that do not go through `score`."""
        return copied(self.rollouts)

    @cached_property
    def together(self) -> list[list[int]]:
        """The honest rollouts that must be in one batch: each alone, or all of a prompt where groups are compared."""
        return by_prompt(self.rollouts) if self.reward.needs.group else [[row] for row in range(len(self.rollouts))]

    @cached_property
    def complete(self) -> list[list[int]]:
        """Those that can stand alone: one that lacks what the reward needs is refused where no neighbour has it."""
        return [rows for rows in self.together if not any(self.scores[row].kind in INCOMPLETE for row in rows)]

    @cached_property
    def attacks(self) -> list[Attack]:
        """Each hostile completion on the first data rows that are scored, and on the first that is not.

        A batch is as small as the reward allows: one rollout, or the rollouts of a prompt with the first one hostile.
        What takes long is tried on one row only.
        """
        attacks: list[Attack] = []
        slow: set[str] = set()
        for rows in self._rows_to_attack():
            honest = [self.rollouts[row] for row in rows]
            attacks += [
                self._attack(name, [posing(honest[0], completion), *honest[1:]], rows[0])
                for name, completion in self.hostile.items()
                if name not in slow
            ]
            slow = {attack.name for attack in attacks if not attack.quick}
        return attacks

    def _rows_to_attack(self) -> list[list[int]]:
        first_of: dict[str, list[int]] = {}
        for rows in self.complete:
            first_of.setdefault(_data(self.rollouts[rows[0]]), rows)
        scored = [rows for rows in first_of.values() if self.scores[rows[0]].scored]
        unscored = [rows for rows in first_of.values() if not self.scores[rows[0]].scored]
        return scored[:HOSTILE_ROWS] + unscored[:1]

    def _attack(self, name: str, batch: list[Rollout], row: int) -> Attack:
        start = time.perf_counter()
        answer: Score | str
        try:
            answer = self.score(batch)[0]
        except Exception as error:  # told, with the completion, by the promise that reads it
            answer = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
        return Attack(name, batch, row, answer, time.perf_counter() - start)

    @property
    def answered(self) -> list[tuple[Attack, Score]]:
        """The attacks that came back, each with the hostile rollout's score."""
        return [(attack, attack.answer) for attack in self.attacks if isinstance(attack.answer, Score)]

    def few(self) -> list[Attack]:
        """Some attacks that are quick, of every sort."""
        quick = sorted((attack for attack, _ in self.answered if attack.quick), key=lambda attack: attack.name)
        return quick[:: max(1, len(quick) // 8)]

    def differ(self, one: Score, other: Score) -> bool:
        """Whether two scores of one rollout are not the same, where they have to be."""
        if (one.status, one.kind) != (other.status, other.kind):
            return True
        return not self.sampled and one.value != other.value

    def at(self, row: int) -> str:
        """An honest rollout in a few words."""
        return f"rollout {row} ({pictured(self.rollouts[row])})"

    def different(self, scores: Sequence[Score], where: str) -> Iterator[str]:
        """The honest rollouts that `scores`, got `where`, score otherwise."""
        for row, score in enumerate(scores):
            if self.differ(score, self.scores[row]):
                yield f"{self.at(row)} scores {shown(self.scores[row])} here and {shown(score)} {where}"


def within(limit_s: float, call: Callable[[], T]) -> T:
    """What `call` returns or raises, on a thread of its own.

    Raises:
        TookTooLong: it did not come back in `limit_s`.
    """
    result: list[T] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            result.append(call())
        except BaseException as error:  # handed to the thread that waits
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(limit_s)
    if thread.is_alive():
        raise TookTooLong(f"it did not come back in {limit_s:g} s")
    if raised:
        raise raised[0]
    return result[0]


def shown(score: Score) -> str:
    """A score in a few words."""
    return f"{score.value:.6g}" if score.value is not None else score.reason()[:120]


def _data(rollout: Rollout) -> str:
    return repr((rollout.prompt, rollout.columns))


def keywords(rollouts: Sequence[Rollout]) -> dict[str, Any]:
    """The rollouts as TRL passes them."""
    names = {name for rollout in rollouts for name in rollout.columns}
    columns: dict[str, Any] = {name: [rollout.columns.get(name) for rollout in rollouts] for name in names}
    if any(rollout.finish_reason is not None for rollout in rollouts):
        columns["finish_reason"] = [rollout.finish_reason for rollout in rollouts]
    return {
        **columns,
        "completions": [rollout.completion for rollout in rollouts],
        "prompts": _all_or_none(rollout.prompt for rollout in rollouts),
        "completion_ids": _all_or_none(rollout.completion_ids for rollout in rollouts),
    }


def _all_or_none(values: Iterable[Any]) -> list[Any] | None:
    found = list(values)
    return None if any(value is None for value in found) else found
