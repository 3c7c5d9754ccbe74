"""A reward that says what a table tells it to, for tests of compositions and of code that calls rewards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rewards.core.reward import Reward
from rewards.core.rollout import Rollout
from rewards.core.score import Score
from rewards.core.span import UNIT, Range, as_range
from rewards.text import split


@dataclass(frozen=True)
class scripted(Reward):
    """Give each completion what `table` says of it: a number, a `Score`, or an exception that is raised.

    Args:
        table: by the completion's text, of a chat that of its last turn; the key `...` stands for every other one.
        bounds: (low, high), the range it declares.

    `asked` lists the completions that it was asked for, in order, shared by its copies under other names.

    >>> accuracy = scripted({"4": 1, "5": 0, ...: Score.skip("no table for this")}).named("accuracy")
    >>> accuracy(completions=["4", "5", "?"])
    [1.0, 0.0, None]
    >>> accuracy.asked
    ['4', '5', '?']
    """

    table: Mapping[object, object]
    bounds: tuple[float, float] = field(default=UNIT, kw_only=True)
    asked: list[object] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def range(self) -> Range:
        """The range it was told to declare."""
        return as_range(self.bounds)

    def grade_one(self, rollout: Rollout, /) -> Score | float:
        """What the table says."""
        self.asked.append(rollout.completion)
        text = split(rollout.completion).text
        said = self.table[text if text in self.table else ...]
        if isinstance(said, BaseException):
            raise said
        return said  # type: ignore[return-value]  # what is no score is refused where every reward's results are
