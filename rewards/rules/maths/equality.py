"""Whether two expressions have the same value, for all values of their symbols."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from fractions import Fraction
from typing import Any

from rewards.rules.maths.errors import TooMuch, Unreadable
from rewards.rules.maths.exact import exact
from rewards.rules.maths.numeric import Floats, Imprecise, Undefined, branches
from rewards.rules.maths.tree import Node, contains, same_but_for_bound, symbols, walk

LARGEST_QUICK = 400
"""Nodes of a tree beyond which the comparison is left to a worker."""

_POINTS = (
    0.6180339, 1.4142135, 0.3819660, 1.8392867, 0.8414709, 1.2020569, 0.5671432, 1.7724538, 0.9159655, 1.0471975,
    0.7390851, 1.5849625, 0.4342944, 1.3247179, 0.6434105, 1.9021605,
)  # fmt: skip
_POSITIVE = frozenset(["hbar", "k_B", "epsilon_0", "mu_0", "N_A", "ell"])
_WHOLE = frozenset("n m k N M p q".split())
_INFINITY: Node = ("const", "oo")


class Effort(Enum):
    """How much a comparison may cost: floats here, or as many digits as it takes in a worker."""

    quick = "quick"
    full = "full"


class Undecided(Exception):
    """The question needs more effort than was allowed.

    Args:
        why: in words.
        unknown: whether it is no matter of effort: something in it is unknown here that another instrument may know.
    """

    def __init__(self, why: str, unknown: bool = False) -> None:
        super().__init__(why)
        self.unknown = unknown


def same(a: Node, b: Node, effort: Effort) -> bool:
    """Whether two trees have the same value.

    Constants are compared exactly where they are rational, else numerically; expressions with symbols at sixteen
    fixed points. Where real values are defined on both sides they must agree; complex ones count only where no
    choice of branch is involved.

    Raises:
        Undecided: nothing could be evaluated, or not with this effort.
    """
    if a == b or same_but_for_bound(a, b):
        return True
    if effort is Effort.quick and sum(1 for tree in (a, b) for _ in walk(tree)) > LARGEST_QUICK:
        raise Undecided("long expressions")
    if _is_infinite(a) or _is_infinite(b):
        return False  # equal trees were seen above
    names = sorted(symbols(a) | symbols(b))
    if not names:
        return _same_constants(a, b, effort)
    if symbols(a) != symbols(b) and not (_vanish(a, names) or _vanish(b, names)):
        return False
    if _steps(a, names) and _steps(b, names) and _same_at(a, b, _many_whole_points(names), effort):
        return True
    for points in (_real_points(names), _whole_points(names), _small_points(names)):
        decision = _same_at(a, b, points, effort)
        if decision is not None:
            return decision
    decision = _same_at(a, b, _real_points(names), effort, real_only=False)
    if decision is not None:
        return decision
    raise Undecided("no point where both have a value", unknown=True)


def _is_infinite(tree: Node) -> bool:
    return tree in (_INFINITY, ("neg", _INFINITY))


def _vanish(tree: Node, names: list[str]) -> bool:
    """Whether a symbol may cancel, as in x + 1 - x: it occurs more than once."""
    seen = [node[1] for node in walk(tree) if node[0] == "sym"]
    return len(seen) > len(set(seen)) or contains(tree, "pow", "mul")


def _steps(tree: Node, names: list[str]) -> bool:
    """Whether a tree is made for whole numbers: its symbols are called so, and it has steps or alternating signs."""
    if not _WHOLE.issuperset(names):
        return False
    return any(
        (part[0] == "fn" and part[1] in ("floor", "ceil", "mod", "gcd"))
        or (part[0] == "pow" and part[1] == ("neg", ("num", Fraction(1))))
        for part in walk(tree)
    )


def _same_constants(a: Node, b: Node, effort: Effort) -> bool:
    most_bits = 8_000 if effort is Effort.quick else 300_000
    one_rational = False
    try:
        left, right = exact(a, most_bits), exact(b, most_bits)
        if left is not None and right is not None:
            return left == right
        one_rational = (left is None) != (right is None)
    except ZeroDivisionError:
        return False
    except TooMuch:
        pass
    equal = _compare(a, b, {}, effort)
    if equal and (effort is Effort.full or one_rational):  # floats could be fooled by a near miss
        if effort is Effort.quick:
            raise Undecided("a closed form that seems to be rational")
        equal = _compare_precisely(a, b, {})
    if equal is None:
        raise Undecided("a value that can't be found", unknown=True)
    return equal


def _compare(a: Node, b: Node, at: dict[str, Any], effort: Effort, real_only: bool = True) -> bool | None:
    """Compare values at a point; None where one is undefined there or may not be compared."""
    try:
        try:
            engine = Floats()
            branched = real_only and bool(at) and (branches(a) or branches(b))
            return _close(engine.value(a, at), engine.value(b, at), branched, 1e-11)
        except (Imprecise, TooMuch, Unreadable) as error:
            if effort is Effort.quick:
                raise Undecided(str(error), isinstance(error, Unreadable)) from None
        return _compare_precisely(a, b, at)
    except Undefined:
        return None
    except Unreadable as error:
        raise Undecided(str(error), unknown=True) from None


def _compare_precisely(a: Node, b: Node, at: dict[str, Any]) -> bool | None:
    from rewards.rules.maths.precise import Precise

    costly = contains(a, "int", "sum", "prod") or contains(b, "int", "sum", "prod")
    for digits in (25,) if costly else (60, 200, 900):
        engine = Precise(digits, 30_000 if costly else 100_000)
        here = {name: engine.number(Fraction(str(value.real))) for name, value in at.items()}
        try:
            left, right = engine.value(a, here), engine.value(b, here)
            tolerance = 1e-12 if costly else 10.0 ** (15 - min(digits, 200))
            return _close(left, right, bool(at) and (branches(a) or branches(b)), tolerance)
        except Imprecise:
            continue
        except TooMuch as error:
            raise Undecided(str(error)) from None
    raise Undecided("more digits than are reasonable")


def _close(left: Any, right: Any, real_only: bool, tolerance: float) -> bool | None:
    if real_only:
        if abs(left.imag) > 1e-9 * abs(left) or abs(right.imag) > 1e-9 * abs(right):
            return None
        left, right = left.real, right.real
    scale = max(abs(left), abs(right))
    return bool(abs(left - right) <= tolerance * scale) if scale else True


def _same_at(a: Node, b: Node, points: Iterator[dict[str, Any]], effort: Effort, real_only: bool = True) -> bool | None:
    agreed = 0
    for at in points:
        verdict = _compare(a, b, at, effort, real_only)
        if verdict is False:
            return False
        agreed += verdict is True
    return True if agreed >= 3 else None


def _real_points(names: list[str]) -> Iterator[dict[str, Any]]:
    """Yield points: positive ones first, then of either sign, small and larger.

    Three symbols and more are lengths, masses, probabilities: only positive values of theirs are tried.
    """
    positive = len(names) > 2 or any(name in _POSITIVE for name in names)
    for round_ in range(10):
        at = {}
        for place, name in enumerate(names):
            value = _POINTS[(round_ * 5 + place * 3) % len(_POINTS)]
            value *= (1, 1, 1.7, 0.4, 2.9, 1, 1, 1.3, 0.3, 3.7)[round_]
            negative = not positive and ((round_ >= 5 and (round_ + place) % 2 == 1) or round_ == 9)
            at[name] = complex(round(-value if negative else value, 7))
        yield {name: value.real + 0j for name, value in at.items()}


def _whole_points(names: list[str]) -> Iterator[dict[str, Any]]:
    """Yield whole numbers, for what is defined only there: (-1)^n, n!, sums up to n."""
    for round_ in range(8):
        yield {
            name: complex((round_ * (3 if place else 1) + 2 * place) % 7 + 1 + place)
            for place, name in enumerate(names)
        }


def _small_points(names: list[str]) -> Iterator[dict[str, Any]]:
    """Yield points near zero, for what is defined only there: arcsin 5x."""
    for at in _real_points(names):
        yield {name: value / 40 for name, value in at.items()}


def _many_whole_points(names: list[str]) -> Iterator[dict[str, Any]]:
    """Yield whole numbers enough to tell steps apart."""
    for round_ in range(40):
        yield {name: complex((round_ * (1 + 5 * place)) % 41 + 1) for place, name in enumerate(names)}
