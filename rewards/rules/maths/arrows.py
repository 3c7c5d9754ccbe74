r"""What a line of steps comes to: `2x + 3 = 17 \Rightarrow 2x = 14 \Rightarrow x = 7` is x = 7."""

from __future__ import annotations

from collections.abc import Callable

from rewards.rules.maths.brackets import Pieces, is_op, split
from rewards.rules.maths.equality import Effort, Undecided, same
from rewards.rules.maths.errors import TooMuch, Unreadable
from rewards.rules.maths.readings import Labelled, Reading, Value
from rewards.rules.maths.tokens import Token
from rewards.rules.maths.tree import symbols

Read = Callable[[Pieces, str, int], Reading]

_MOST_STEPS = 8


def concluded(pieces: Pieces, source: str, depth: int, read_part: Read) -> Labelled | None:
    """Read the named value behind the last arrow, where equations stand before it and none gives another value.

    None where there is no arrow.

    Raises:
        Unreadable: the arrows join something else.
    """
    if ("Rightarrow" not in source and "=>" not in source) or not any(map(_implies, pieces)):
        return None
    steps = split(pieces, _implies)
    if not 1 < len(steps) <= _MOST_STEPS or not all(any(is_op(token, "=") for token in step) for step in steps):
        raise Unreadable("an arrow")
    *before, last = [read_part(step, source, depth) for step in steps]
    if not isinstance(last, Labelled) or not last.label or any(_gives_another(step, last) for step in before):
        raise Unreadable("an arrow to what is no value")
    return last


def _implies(token: Token) -> bool:
    return token[:2] == ("cmd", "Rightarrow")


def _gives_another(step: Reading, last: Labelled) -> bool:
    r"""Whether a step gives what the last one names a value of its own: `x = 5 \Rightarrow x = 7` is two answers."""
    if not isinstance(step, Labelled) or step.label != last.label:
        return False
    if not isinstance(step.inner, Value) or not isinstance(last.inner, Value):
        return True
    if symbols(step.inner.node):
        return False
    try:
        return not same(step.inner.node, last.inner.node, Effort.quick)
    except (Undecided, TooMuch):
        return True
