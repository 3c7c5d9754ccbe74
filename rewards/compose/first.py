"""`first_scored` and `first_passed`: rewards tried in order, cheap ones first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, ClassVar

from rewards.core.batch import Batch, Rows
from rewards.core.composite import Composite, by_name, check_reward
from rewards.core.grading import passed_on
from rewards.core.groups import drawn
from rewards.core.reward import Reward
from rewards.core.score import NOTHING, Score, Status
from rewards.core.span import Range, reached


@dataclass(frozen=True, init=False, repr=False)
class _Cascade(Composite):
    """Rewards asked in order, each only for the rows that the ones before leave open."""

    rewards: tuple[Reward, ...]

    joint: ClassVar[str] = "_or_"

    def _take(self, rewards: tuple[Reward, ...]) -> None:
        for reward in rewards:
            check_reward(reward, f"{type(self).__name__}")
        if len(rewards) < 2:
            raise ValueError(f"{type(self).__name__} needs two rewards or more, got {len(rewards)}")
        object.__setattr__(self, "rewards", rewards)
        _ = self.children

    @property
    def name(self) -> str:
        """The name given, else the parts' names joined."""
        return str(self.__dict__.get("_name") or self.joint.join(reward.name for reward in self.rewards))

    @property
    def children(self) -> Mapping[str, Reward]:
        """The rewards by name."""
        return by_name(self.rewards, f"{type(self).__name__}")

    @property
    def range(self) -> Range:
        """The smallest range that holds those of all rewards."""
        return reduce(Range.hull, (reward.range for reward in self.rewards))

    def settled(self, score: Score) -> bool:
        """Whether `score` ends the search."""
        raise TypeError(f"{type(self).__name__} must define settled(self, score)")

    def combine(self, batch: Batch, rows: Rows, /) -> list[Score]:
        """Ask each reward for the rows that are still open."""
        parts: dict[int, dict[str, Score]] = {row: {} for row in rows}
        still_open = list(rows)
        for reward in self.rewards:
            passed_over = self.passed_over(reward, batch, still_open)
            asked = [row for row in still_open if row not in passed_over]
            scores = dict(zip(asked, batch.scores(reward, asked), strict=True)) if asked else {}
            for row, score in (scores | passed_over).items():
                parts[row][reward.name] = score
            still_open = [row for row in still_open if row in passed_over or not self.settled(scores[row])]
        return [self._result(parts[row]) for row in rows]

    def passed_over(self, reward: Reward, batch: Batch, rows: Rows) -> dict[int, Score]:
        """The rows that `reward` need not be asked for, each with what it would say."""
        return {}

    def _result(self, parts: dict[str, Score]) -> Score:
        """The last score that is a number or a failure; skipped where all were."""
        said = {name: score for name, score in parts.items() if score.status is not Status.skipped}
        if not said:
            return Score.skip("; ".join(f"{name}: {score.why}" for name, score in parts.items()), parts=parts)
        name, score = list(said.items())[-1]
        if score.value is None:
            return passed_on(score, name, parts)
        why = f"{name}: {score.why}" if score.why else name
        return Score(score.value, why, parts=parts, data=self._data(parts))

    def _data(self, parts: Mapping[str, Score]) -> Mapping[str, Any]:
        """What is noted beside the value."""
        return NOTHING

    def _call(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.rewards))})"


@dataclass(frozen=True, init=False, repr=False)
class first_scored(_Cascade):
    """Give the first number: the next reward where the one before does not apply to the data row.

    A reward does not apply where it skips, and, but for the last, where the row has no value in a column it needs: that
    column is absent or None, as data sets fill it in.

    Args:
        rewards: asked in order, each only for the rows that those before it do not apply to.

    Range: the smallest that holds those of all. Unscored: failed where the reward whose turn it was failed (a bad
    reference or a dead sandbox never falls through); skipped where all skipped.

    Raises:
        ValueError: fewer than two rewards, or two of one name.

    >>> from rewards import as_reward
    >>> @as_reward
    ... def tests(completion, passed):
    ...     return passed
    >>> @as_reward
    ... def judge(completion):
    ...     return 0.5
    >>> first_scored(tests, judge)(completions=["def f(): …"] * 3, passed=[1, 0, None])  # the last row has no tests
    [1.0, 0.0, 0.5]
    """

    def __init__(self, *rewards: Reward) -> None:
        self._take(rewards)

    def settled(self, score: Score) -> bool:
        """A number or a failure ends the search."""
        return score.status is not Status.skipped

    def passed_over(self, reward: Reward, batch: Batch, rows: Rows) -> dict[int, Score]:
        """The rows without a value in a column that `reward` needs, where another reward comes after it."""
        if reward is self.rewards[-1] or reward.splits_rows:
            return {}
        found: dict[int, Score] = {}
        for column in sorted(reward.needs.columns, reverse=True):
            why = f"no value in column {column!r}"
            found.update((row, Score.skip(why)) for row in rows if batch.rollouts[row].columns.get(column) is None)
        return found


@dataclass(frozen=True, init=False, repr=False)
class first_passed(_Cascade):
    """Give the first value ≥ `at_least`, else the last number: a judge sees what a rule refused.

    Args:
        rewards: asked in order, each only for the rows that no reward before it passed.
        at_least: the value that counts as passed.
        checked_share: the share of prompts, drawn by what they say, whose passed rows the second reward is asked
            about too, to see whether it agrees; that changes no value.

    `…/agreement` is logged: the share of the rows which the first two both scored where both passed or both refused.

    Range: the smallest that holds those of all. Unscored: failed where a reward whose turn it was failed; skipped
    where all skipped. A skipped reward leaves the row to the next one.

    Raises:
        ValueError: fewer than two rewards; two of one name; one before the last could never pass.

    >>> from rewards import as_reward
    >>> @as_reward
    ... def rule(completion, solution):
    ...     return completion == solution
    >>> @as_reward
    ... def judge(completion):
    ...     return 0.5
    >>> first_passed(rule, judge)(completions=["42", "forty-two"], solution=["42", "42"])
    [1.0, 0.5]
    """

    at_least: float = field(default=1.0, kw_only=True)
    checked_share: float = field(default=0.0, kw_only=True)
    joint: ClassVar[str] = "_else_"
    measures: ClassVar[tuple[str, ...]] = ("agreement",)

    def __init__(self, *rewards: Reward, at_least: float = 1.0, checked_share: float = 0.0) -> None:
        object.__setattr__(self, "at_least", float(at_least))
        object.__setattr__(self, "checked_share", float(checked_share))
        if not 0 <= checked_share <= 1:
            raise ValueError(f"checked_share is a share between 0 and 1, got {checked_share!r}")
        self._take(rewards)
        for reward in rewards[:-1]:
            if not reached(reward.range.high, self.at_least):
                raise ValueError(
                    f"at_least={self.at_least:g} never passes: {reward.name} gives {reward.range.high:g} at most; "
                    "lower at_least"
                )

    def settled(self, score: Score) -> bool:
        """A pass or a failure ends the search."""
        return score.status is Status.failed or (score.value is not None and reached(score.value, self.at_least))

    def combine(self, batch: Batch, rows: Rows, /) -> list[Score]:
        """Ask each reward for the rows still open, and the second for some that the first passed."""
        scores = super().combine(batch, rows)
        if not self.checked_share:
            return scores
        first, second = self.rewards[:2]
        passed = [
            at for at, score in enumerate(scores) if list(score.parts) == [first.name] and score.value is not None
        ]
        asked = [at for at in passed if drawn(batch.rollouts[rows[at]].prompt) < self.checked_share]
        for at, said in zip(asked, batch.scores(second, [rows[at] for at in asked]) if asked else [], strict=True):
            own = scores[at]
            data = self._data({**own.parts, second.name: said})
            scores[at] = Score(own.value, own.why, parts=own.parts, data=data)
        return scores

    def _data(self, parts: Mapping[str, Score]) -> Mapping[str, Any]:
        said = [parts[reward.name].value for reward in self.rewards[:2] if reward.name in parts]
        numbers = [value for value in said if value is not None]
        if len(numbers) < 2:
            return NOTHING
        first, second = (reached(value, self.at_least) for value in numbers)
        return {"agreement": float(first == second)}

    def _call(self) -> str:
        arguments = [repr(reward) for reward in self.rewards]
        arguments += [f"at_least={self.at_least!r}"] if self.at_least != 1.0 else []
        arguments += [f"checked_share={self.checked_share!r}"] if self.checked_share else []
        return f"first_passed({', '.join(arguments)})"
