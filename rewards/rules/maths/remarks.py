"""What is said beside an answer, where reading takes it off: it may not say the opposite of what the reference says.

`f(x) = x for x > 0` is no `f(x) = x for x < 0`, and the minimum of 5 is no maximum.
"""

from __future__ import annotations

import re
from fractions import Fraction

from rewards.rules.maths.rivals import rivals, root

_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}")
_CONDITION = re.compile(r"(?<![A-Za-z])(?:for|when|where|with|if|provided)(?![A-Za-z])")
_BOUND = re.compile(
    r"(?<![A-Za-z\\])(?P<name>[A-Za-z])\s*(?P<sign>\\ge|\\le|\\ne|>=|<=|!=|=|<|>)\s*(?P<bound>-?\d+(?:\.\d+)?)(?![\d.]*[A-Za-z^/\\(])"
)
_BEHIND_COMMA = re.compile(r"[^<>,\\]*=(?:(?!\\(?:le|ge|ne)\b)[^<>,])*,\s*(?=[A-Za-z]\s*(?:\\(?:ge|le|ne)\b|[<>]))")
_COUNTED = re.compile(
    r"(?<![A-Za-z\\])(?P<name>[A-Za-z])\s*=\s*(?P<numbers>-?\d+(?:\s*,\s*-?\d+)+)(?![\d.]*[A-Za-z^/\\(])"
)
_SIGNS = {"\\ge": ">=", "\\le": "<=", "\\ne": "!="}
_WHOLE = frozenset("n k m N".split())
_LONGEST = 300


def opposed(reference: str, answer: str) -> bool:
    r"""Whether the words beside two equal answers exclude each other.

    >>> opposed("5 (minimum)", "5 (maximum)"), opposed("5 apples", "5 (maximum)"), opposed("n for n > 1", "n for n > 2")
    (True, False, True)
    """
    if max(len(reference), len(answer)) > _LONGEST:
        return False
    if not (_WORD.search(reference) and _WORD.search(answer)) and not ("," in reference and "," in answer):
        return False
    ours, theirs = (frozenset(map(root, _WORD.findall(text))) for text in (reference, answer))
    if ours - theirs and theirs - ours and rivals(ours, theirs - ours):
        return True
    first, second = _bounds(reference), _bounds(answer)
    return any(first[name] != second[name] for name in first.keys() & second.keys())


def _bounds(text: str) -> dict[str, frozenset[tuple[str, Fraction]]]:
    """Return what a text says, behind `for` or `when`, of the symbols that its answer holds for."""
    start = _CONDITION.search(text) or _BEHIND_COMMA.match(text)  # f(x) = 2x, x > 0
    found: dict[str, frozenset[tuple[str, Fraction]]] = {}
    for match in _BOUND.finditer(text, start.end()) if start else ():
        sign, bound = _SIGNS.get(match["sign"], match["sign"]), Fraction(match["bound"])
        if match["name"] in _WHOLE and sign in ("<", ">"):
            sign, bound = f"{sign}=", bound + (1 if sign == ">" else -1)
        found[match["name"]] = found.get(match["name"], frozenset()) | {(sign, bound)}
    for match in _COUNTED.finditer(text, start.end()) if start else ():  # for k = 0, 1, 2
        found[match["name"]] = frozenset(("=", Fraction(part)) for part in match["numbers"].split(","))
    return found
