"""What of a reward says that an answer is right."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from rewards.compose import budget, clip, gate, scale, scheduled
from rewards.core import Reward, Score, Status, weighted_sum
from rewards.core.needs import leaves
from rewards.core.span import reached
from rewards.rules.shaped import Shaped

GROUND_TRUTH = ("reference", "tests")
"""Arguments that name the column of what is right."""

MADE_OF = (weighted_sum, gate, clip, scale, scheduled, budget, Shaped)
"""Rewards whose value is made of their parts' values; in others parts stand in for each other."""


class Bar(NamedTuple):
    """The value from which an answer is right, and whose value that is.

    Args:
        least: the value.
        path: the part that says so, as names; empty for the whole.
        name: what that part is called.
        most: whether `least` is the most that it can give.
    """

    least: float
    path: tuple[str, ...]
    name: str
    most: bool

    def verdict(self, score: Score) -> bool | None:
        """Whether a score is that of a right answer; None where nobody can say."""
        if score.value is None:
            return None
        for name in self.path:
            if name not in score.parts:
                return False  # not asked: it stands behind a gate that is closed
            score = score.parts[name]
            if score.status is Status.skipped:
                return None
        return score.value is not None and reached(score.value, self.least)

    def __str__(self) -> str:
        if not self.most:
            return f"right is what scores {self.least:g} or more"
        return f"right is what {self.name} gives {self.least:g}, the most that it can"


def bar_of(reward: Reward, at_least: float | None = None) -> Bar:
    """The value from which an answer is right.

    By default the most that one part can give, where one alone is held against what is right: in a sum, other parts
    may add up to as much as that one. Elsewhere it is the most that the whole can give.

    Args:
        reward: what scores.
        at_least: the value of the whole, where it is known.

    Raises:
        ValueError: no value is given, and the reward has no highest one or cuts it off.

    >>> from rewards import boxed_accuracy, think_format
    >>> print(bar_of(boxed_accuracy() + 1.0 * think_format()))
    right is what accuracy gives 1, the most that it can
    """
    if at_least is not None:
        return Bar(at_least, (), reward.name, most=False)
    path, part = _deciding(reward) or ((), reward)
    if not math.isfinite(part.range.high) or (not path and _is_cut(reward)):
        lacks = "cuts values off, so a wrong answer may earn its most" if _is_cut(reward) else "has no highest value"
        raise ValueError(f"{part.name} {lacks}; say which is the least that is right: at_least=X, --at-least X")
    return Bar(part.range.high, path, part.name, most=True)


def _deciding(reward: Reward) -> tuple[tuple[str, ...], Reward] | None:
    """The only part that is held against what is right; None where there is none, or another may be it too."""
    parts = [(path, part, _tells(part)) for path, part in _parts(reward)]
    telling = [(path, part) for path, part, tells in parts if tells]
    unsure = any(tells is None for _, _, tells in parts)
    return telling[0] if len(telling) == 1 and not unsure else None


def _parts(reward: Reward, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Reward]]:
    """What a value is made of, side by side; rewards that stand in for each other are one part."""
    if not isinstance(reward, MADE_OF) or not reward.children:
        yield path, reward
        return
    weights = {term.reward.name: term.weight for term in reward.terms} if isinstance(reward, weighted_sum) else {}
    for name, child in reward.children.items():
        if weights.get(name, 1.0) > 0:  # what is logged only, or costs, says nothing of what is paid
            yield from _parts(child, (*path, name))


def _is_cut(reward: Reward) -> bool:
    """Whether something in it gives no more than a bound that its parts would exceed."""
    clips = [node for _, node in leaves(reward) if isinstance(node, clip)]
    return any(node.reward.range.high > node.range.high for node in clips)


def _tells(part: Reward) -> bool | None:
    """Whether a part is held against what is right; None where it is somebody's own that reads columns."""
    nodes = [node for _, node in leaves(part)]
    if any(isinstance(getattr(node, name, None), str) for node in nodes for name in GROUND_TRUTH):
        return True
    return None if any(_is_own(node) and node.own_needs.columns for node in nodes) else False


def _is_own(node: Reward) -> bool:
    """Whether somebody else wrote what it does."""
    function = getattr(node, "function", None)
    return not str((type(node) if function is None else function).__module__).startswith("rewards.")
