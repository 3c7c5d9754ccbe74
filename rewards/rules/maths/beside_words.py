r"""Mathematics that stands beside words and is no part of what they say: `97, yes`, `\text{Alice} = 5`."""

from __future__ import annotations

import re

_TEXT = re.compile(r"\\text\s*\{([^{}]*)\}")
_LEADS = re.compile(
    r"\s*(?:\\(?:frac|sqrt)\s*\{|\\\{|\[|[-+]|\d[\d.]*\s*(?:[,;+*/=(]|\^(?!\s*\{?\s*(?:st|nd|rd|th)))|"
    r"[a-z]\s*[-+*/=]\s*\d)"
)
_JOINS = re.compile(
    r"(?<![A-Za-z\\])(?:[A-Za-z]{3,}|[\u3400-\u9fff]|[\u2460-\u2473])[.)]?\s*"
    r"(?:[+*^=<>]\s*+|\\(?:ne|to|le|ge|cdot|times|Rightarrow)\b\s*+)(?![A-Za-z]{3})|\)\s*\^"
)
_HEDGES = re.compile(r"\b(?:maybe|perhaps|possibly|probably|unless|either)\b", re.I)
_DENIALS = re.compile(r"\b(?:not|never|isn't|wrong|incorrect|or)\b", re.I)
_SPACE = re.compile(r"\s+")
_LETTERS = re.compile("[A-Za-z]{2,}")


def adds_mathematics(reference: str, answer: str) -> bool:
    r"""Whether an answer in words hedges, or has mathematics in front or behind a sign, and the reference has not.

    >>> adds_mathematics("yes", "97, yes"), adds_mathematics("Bob", "Bob = 3"), adds_mathematics("even", "n is even")
    (True, True, False)
    >>> adds_mathematics("continuous", r"\text{f is continuous at } x=0"), adds_mathematics("No", "No, since 4 = 2^2")
    (False, False)
    """
    ours, theirs = (_TEXT.sub(r" \1 ", text) for text in (reference, answer))
    for pattern in (_LEADS, _JOINS):
        found = pattern.match(theirs) if pattern is _LEADS else pattern.search(theirs)
        if (
            found
            and not (pattern.match(ours) if pattern is _LEADS else pattern.search(ours))
            and _SPACE.sub("", found.group()) not in _SPACE.sub("", ours)  # x = 2 is a minimum, a minimum at x = 2
        ):
            return True
    if _HEDGES.search(theirs) and not _HEDGES.search(ours):
        return True
    return bool(_DENIALS.search(theirs)) and not _LETTERS.search(ours)
