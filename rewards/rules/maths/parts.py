r"""Answers in numbered parts: `(1) 3; (2) \frac{\pi}{6}`, `\text{(a) } 5 \quad \text{(b) } 7`."""

from __future__ import annotations

import re

_MARK = re.compile(
    r"(?:\\text\s*\{\s*)?(?:[Pp]art\s*)?(?:\(?\s*(?P<p>\d|[a-e]|iv|i{1,3})\s*\)|(?P<c>[\u2460-\u2468]))\s*(?P<dot>[.:]?)\s*(?P<end>\})?\s*"
)
_FIRST = re.compile(r"[(\\\u2460-\u2468]|[1ai]\)|[Pp]art\b")
_ORDERS = ("123456789", "abcde", ("i", "ii", "iii", "iv"))
_BEFORE = re.compile(r"(?:\A|[\s,;.}]|\\\\|and|quad)\s*\Z")
_BEHIND = " ,;.:\\"
_OPERATORS = ("+", "-", "*", "/", "=", "^", ")", "<", ">", "_", "\\cdot", "\\times", "\\le", "\\ge")
_MOST = 9


def numbered_parts(source: str) -> list[str] | None:
    r"""Cut a tidied answer at its part numbers; None where it has no two in their order, the first in front.

    >>> numbered_parts("(1) 3; (2) x + 1"), numbered_parts("(1) (2)"), numbered_parts("(1)(2) + 3")
    (['3', 'x + 1'], None, None)
    """
    if not _FIRST.match(source):
        return None
    for order in _ORDERS:
        marks = _in_order(source, order)
        if len(marks) < 2:
            continue
        ends = [mark.start() for mark in marks[1:]] + [len(source)]
        parts = [source[mark.end() : end].rstrip(_BEHIND).lstrip(" :") for mark, end in zip(marks, ends, strict=True)]
        fit = all(part and not part.startswith(_OPERATORS) for part in parts)
        return parts if fit else None
    return None


def _in_order(source: str, order: str | tuple[str, ...]) -> list[re.Match[str]]:
    marks: list[re.Match[str]] = []
    for match in _MARK.finditer(source):
        name = match["p"] or str(ord(match["c"]) - 0x245F)
        if (
            len(marks) < len(order)
            and name == order[len(marks)]
            and _BEFORE.search(source[max(0, match.start() - 8) : match.start()])
        ):
            marks.append(match)
            if len(marks) == 1 and match.start():
                return []
    return marks[:_MOST]
