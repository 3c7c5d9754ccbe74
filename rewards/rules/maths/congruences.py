r"""Residue classes: `x \equiv 3 \pmod 5`, `n \equiv 1, 3 \pmod{4}`, and the same as `x = 5k + 3`."""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING

from rewards.rules.maths.brackets import Pieces, enclosed, is_op, levels, split
from rewards.rules.maths.equality import same
from rewards.rules.maths.errors import TooMuch, Unreadable
from rewards.rules.maths.exact import exact
from rewards.rules.maths.kinds import kind
from rewards.rules.maths.labels import plain_label
from rewards.rules.maths.lists import both_signs
from rewards.rules.maths.parse import parse
from rewards.rules.maths.readings import Congruence, Items, Labelled, Reading, Value, Words
from rewards.rules.maths.tokens import Token
from rewards.rules.maths.tree import Node, number, replaced, symbols
from rewards.rules.maths.worded_classes import classes_in_words, is_whole_family, same_powers

if TYPE_CHECKING:
    from rewards.rules.maths.compare import Comparison

_LARGEST = 100_000
_COUNTERS = frozenset("k n m l t q j r s a b p".split())
Classes = tuple[int, frozenset[int]]
"""A modulus and the residues below it."""


def congruence(pieces: Pieces, source: str, depth: int, read_part: object) -> Reading | None:
    r"""Read one residue class or several of one modulus; None where there is none."""
    at = next((at for at, token in enumerate(pieces) if token.value in ("pmod", "mod")), 0)
    if not at:
        return None
    signs = [place for place, token in enumerate(pieces) if token.kind == "cmd" and token.value in ("equiv", "cong")]
    left, modulus = list(pieces[:at]), _modulus(pieces, at)
    bracketed = is_op(left[-1], "(")
    if modulus is None or len(signs) > 1 or (not signs and pieces[at].value == "mod" and not bracketed):
        return None  # 7 mod 3 is a number
    left = left[:-1] if bracketed else left
    label, negated = "", False
    if signs:
        named = [token.value for token in left[: signs[0]] if not is_op(token, "{", "}")]
        negated = named[-1:] == ["not"]
        label, left = plain_label("".join(named[:-1] if negated else named)), left[signs[0] + 1 :]
    residues = tuple(parse(part, depth) for part in split(left, _separates) if part)
    if not residues:
        raise Unreadable("a congruence without residues")
    return Congruence(source, label, residues, parse(modulus, depth), negated)


def _separates(token: Token) -> bool:
    return is_op(token, ",", ";") or token.value in ("and", "or")


def _modulus(pieces: Pieces, at: int) -> Pieces | None:
    r"""Return what stands behind `\pmod`, or between `(mod` and its bracket; None where more follows."""
    behind = list(pieces[at + 1 :])
    if is_op(pieces[at - 1], "(") and behind and is_op(behind[-1], ")"):
        behind.pop()
    inner = enclosed(behind, "{", "}") or enclosed(behind, "(", ")") or behind
    plain = not any(_separates(token) or token.kind == "text" or token.value in ("=", "pmod", "mod") for token in inner)
    return inner if inner and plain and _balanced(inner) else None


def _balanced(pieces: Pieces) -> bool:
    try:
        return bool(levels(pieces))
    except Unreadable:
        return False


def same_classes(c: Comparison, reference: Reading, answer: Reading) -> bool:
    """Compare residue classes, whether written with a modulus or as what a whole number counts through."""
    names = [reading.label for reading in (reference, answer) if isinstance(reading, (Congruence, Labelled))]
    if len(names) == 2 and all(names) and names[0] != names[1]:
        return c.no(f"{names[1]} where {names[0]} is wanted")
    if isinstance(reference, Value) and isinstance(answer, Congruence) and not symbols(reference.node):
        alone = len(answer.residues) == 1 and not c.strict and not answer.negated and not _is_unknown(answer.label)
        equal = alone and same(reference.node, answer.residues[0], c.effort)
        return c.yes("the residue") if equal else c.no("another residue")
    if isinstance(reference, Congruence) and (literally := _literally(c, reference, answer)) is not None:
        return c.yes("the same residue") if literally else c.no("another residue")
    ours, theirs = residue_classes(reference), residue_classes(answer)
    if ours is None or theirs is None:
        return c.no(f"a {kind(answer)} where a residue class is wanted")
    modulus = lcm(ours[0], theirs[0])
    if modulus > _LARGEST:
        return c.no("moduli that have little in common")
    equal = _spread(ours, modulus) == _spread(theirs, modulus)
    return c.yes("the same residue classes") if equal else c.no("other residue classes")


def said_in_words(reference: Reading, answer: Reading) -> bool:
    """Whether one says in words which whole numbers the other counts through: `all odd integers`, `n = 2k+1`."""
    words, other = (reference, answer) if isinstance(reference, Words) else (answer, reference)
    if not isinstance(words, Words) or not (is_whole_family(other) or isinstance(other, Words)):
        return False
    ours, theirs = classes_in_words(words), residue_classes(other)
    if ours is not None and theirs is not None:
        modulus = lcm(ours[0], theirs[0])
        return modulus <= _LARGEST and _spread(ours, modulus) == _spread(theirs, modulus)
    return same_powers(words, other)


def _literally(c: Comparison, reference: Congruence, answer: Reading) -> bool | None:
    """Compare residue by residue: with a bare number, or where letters stand in them; None for anything else."""
    if isinstance(answer, Value) and len(reference.residues) == 1 and not c.strict and not symbols(answer.node):
        one = not reference.negated and not _is_unknown(reference.label)
        return one and same(reference.residues[0], answer.node, c.effort)
    if not isinstance(answer, Congruence) or not any(map(symbols, (reference.modulus, *reference.residues))):
        return None
    ours, theirs = reference.residues, answer.residues
    return (
        len(ours) == len(theirs)
        and reference.negated == answer.negated
        and same(reference.modulus, answer.modulus, c.effort)
        and all(same(a, b, c.effort) for a, b in zip(ours, theirs, strict=True))
    )


def _is_unknown(label: str) -> bool:
    r"""Whether a class is all that a letter may be, `x \equiv 3`, and no remainder of something known: `2^{100}`."""
    return len(label) == 1 and label.isalpha() and label.islower()


def _spread(classes: Classes, modulus: int) -> frozenset[int]:
    return frozenset(r for residue in classes[1] for r in range(residue, modulus, classes[0]))


def residue_classes(reading: Reading) -> Classes | None:
    """Return a reading as residue classes; None where it is none."""
    if isinstance(reading, Congruence):
        modulus = _whole(reading.modulus)
        values = [Value(reading.source, residue) for residue in reading.residues]
        residues = [_whole(item.node) for item in both_signs(tuple(values)) if isinstance(item, Value)]
        if not modulus or None in residues or not 0 < modulus <= _LARGEST:
            return None
        found = frozenset(residue % modulus for residue in residues if residue is not None)
        return modulus, frozenset(range(modulus)) - found if reading.negated else found
    if isinstance(reading, Labelled):
        if any(domain != "Z" for _, domain in reading.declared):
            return None
        return residue_classes(reading.inner)
    if isinstance(reading, Items) and reading.kind in ("list", "set"):
        return _union([residue_classes(item) for item in reading.items])
    return _counted(reading.node) if isinstance(reading, Value) else classes_in_words(reading)


def _union(parts: list[Classes | None]) -> Classes | None:
    known = [part for part in parts if part is not None]
    modulus = lcm(*(part[0] for part in known)) if known else 0
    if len(known) < len(parts) or not 0 < modulus <= _LARGEST:
        return None
    return modulus, frozenset().union(*(_spread(part, modulus) for part in known))


def _counted(node: Node) -> Classes | None:
    """Return what `5k + 3` counts through."""
    names = symbols(node)
    if len(names) != 1 or not names <= _COUNTERS:
        return None
    counter: Node = ("sym", next(iter(names)))
    values = [_whole(replaced(node, counter, number(k))) for k in (0, 1, 2, 7)]
    first, second, third, eighth = values
    if first is None or second is None or third is None or eighth is None:
        return None
    step = second - first
    linear = third - second == step and eighth - first == 7 * step
    return (abs(step), frozenset([first % abs(step)])) if linear and 0 < abs(step) <= _LARGEST else None


def _whole(node: Node) -> int | None:
    try:
        value = exact(node)
    except (TooMuch, ZeroDivisionError):
        return None
    return int(value) if value is not None and value.denominator == 1 else None
