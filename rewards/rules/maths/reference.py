"""The answer inside a reference, which is never taken bare when it comes with a mark of its own."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from numbers import Real

from rewards.text import all_boxed, find_answer, has_box, is_blank, quoted

_JOIN = re.compile(r"(?:[\s,;$.]|\\[,;: ]|\\\)|\\\(|\\\[|\\\]|\\text\{\s*(?:and|or|,)\s*\}|\\(?:q?quad)|and\b|or\b)*")

_DRESS = re.compile(r"\\(?:text|mathrm|textbf|mathbf|left|right|quad|qquad|displaystyle)(?![A-Za-z])|\\[,;:! ]|[{}$]")
"""What dresses an answer without being one."""


def reference_answer(reference: object) -> str:
    r"""Return what a reference holds: its boxes, what follows `####`, or all of it.

    Numbers are those of Python and of numpy, `Decimal` and `Fraction`.

    Raises:
        ValueError: it is empty or NaN, or neither text nor a number.

    >>> [reference_answer(text) for text in ("72 / 2 = 36 clips.\n#### 36", r"$\boxed{1}$ or $\boxed{2}$.", 7)]
    ['36', '1, 2', '7']
    """
    if isinstance(reference, bool) or not isinstance(reference, (str, Real, Decimal)):
        raise ValueError(
            f"a reference is text or a number, got {type(reference).__name__} {quoted(str(reference), 60)}"
        )
    if reference != reference:  # what a data set's reader makes of a value that is missing
        raise ValueError("the reference is NaN, no value; give the row a reference or leave it out")
    return _answer_of(str(reference).strip())


@lru_cache(maxsize=256)  # a group has one reference
def _answer_of(text: str) -> str:
    if not text:
        raise ValueError("the reference is empty")
    empty_set = text == "{}" or r"\{" in text
    if not empty_set and is_blank(_DRESS.sub("", text)):
        raise ValueError(f"the reference {quoted(text, 60)} holds nothing to compare with")
    if has_box(text):
        answer = joined_boxes(text)
        if not answer:
            raise ValueError("the reference's \\boxed{} is empty or never closed")
        return answer
    if "####" in text or "<answer>" in text:
        found = find_answer(text, ("answer_tag", "final_answer"))
        if not found.answer:
            raise ValueError(found.problem)
        return found.answer
    if ("\n" in text or len(text) > 60) and (found := find_answer(text, "final_answer")).answer:
        return found.answer
    return text


def joined_boxes(text: str) -> str | None:
    r"""Return the last box, with those before it that only commas or "and" separate from it.

    >>> joined_boxes(r"First \boxed{3}, no: $\boxed{1}$, $\boxed{2}$.")
    '1, 2'
    """
    boxes = all_boxed(text)
    if len(boxes) < 2:
        return boxes[-1] if boxes else None
    joined = [boxes[-1]]
    end = len(text)
    starts = [match.start() for match in re.finditer(r"\\boxed|\\fbox", text)]
    for start, earlier in zip(reversed(starts), reversed(boxes[:-1]), strict=False):
        close = text.rfind("}", 0, start)
        if close < 0 or not _JOIN.fullmatch(text, close + 1, start):
            break
        between = text[close + 1 : start]
        if not between.strip(" $\n"):
            break
        joined.append(earlier)
        end = start
    return ", ".join(reversed(joined)) if end >= 0 else None
