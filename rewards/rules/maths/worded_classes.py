r"""Whole numbers named by a property, `all odd integers`, `powers of 2`, held against `n = 2k+1`, `n = 2^k`."""

from __future__ import annotations

import re

from rewards.rules.maths.readings import Congruence, Labelled, Reading, Value, Words
from rewards.rules.maths.tree import Node, number, symbols

_SAID = re.compile(
    r"(?:(?P<divisor>\d{1,4}) (?P<bar>\||\\not ?\||\\nmid|divides|does not divide) [a-z]\Z|"
    r"(?:(?:all |any |every )?[a-z] (?:is |are |must be |can be )?)?(?P<not>not )?(?:the )?(?:set of )?"
    r"(?:all |any |every |each )?(?:the )?(?:an? )?"
    r"(?:(?P<parity>even|odd)(?: (?:integers?|numbers?|whole numbers?))?"
    r"|(?:(?:integers?|numbers?) )?(?:[a-z] )?(?:that are |which are )?(?P<nor>not )?"
    r"(?:multiples? of|divisible by) (?P<of>\d{1,4})"
    r"|(?:perfect )?powers? of (?P<base>\d{1,4})|(?:perfect )?(?P<power>square|cube)s?(?: numbers?)?)"
    r"(?: [a-z])?\Z)"
)
_COUNTERS = frozenset("k m n l t j r s".split())
_POWERS = {"square": 2, "cube": 3}


def classes_in_words(reading: Reading) -> tuple[int, frozenset[int]] | None:
    """Return what `odd` or `multiples of 3` is among the residue classes; None for other words."""
    said = _matched(reading)
    if said is None or not (said["parity"] or said["of"] or said["divisor"]):
        return None
    modulus = 2 if said["parity"] else int(said["of"] or said["divisor"])
    residues = frozenset([int(said["parity"] == "odd")])
    denied = bool(said["not"] or said["nor"]) or "no" in (said["bar"] or "") or "nmid" in (said["bar"] or "")
    return (modulus, frozenset(range(modulus)) - residues if denied else residues) if modulus else None


def same_powers(words: Reading, other: Reading) -> bool:
    """Whether words name the powers that the other one counts through: `powers of 2` and `n = 2^k`."""
    said = _matched(words)
    node = other.inner.node if isinstance(other, Labelled) and isinstance(other.inner, Value) else None
    if said is None or said["not"] or node is None or node[0] != "pow":
        return False
    base, exponent = node[1], node[2]
    if said["base"]:
        return bool(base == number(int(said["base"])) and _counts(exponent))
    return bool(said["power"] and _counts(base) and exponent == number(_POWERS[said["power"]]))


def is_whole_family(reading: Reading) -> bool:
    """Whether a reading says which whole numbers one letter stands for."""
    if isinstance(reading, Congruence):
        return True
    if not isinstance(reading, Labelled) or len(reading.label) > 1 or reading.parameters:
        return False
    if not reading.label:  # {2k : k in Z}
        return bool(reading.declared)
    occurs = isinstance(reading.inner, Value) and reading.label in symbols(reading.inner.node)
    return bool(reading.label) and not occurs


def _counts(node: Node) -> bool:
    return node[0] == "sym" and node[1] in _COUNTERS


def _matched(reading: Reading) -> re.Match[str] | None:
    if not isinstance(reading, Words) or len(reading.source) > 80:
        return None
    return _SAID.match(" ".join(re.sub(r"\\text\b|[{}.$]", " ", reading.source).lower().split()))
