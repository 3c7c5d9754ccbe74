"""A score as text that a person understands at a glance."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from rewards.core.score import Score, Status

if TYPE_CHECKING:
    from rewards.core.reward import Reward


UNREAD = 200
"""Characters shown of a judgement that could not be read."""


class _Line(NamedTuple):
    """A part: its place in the tree, its number, its reason; and the guides that go on beside a second line."""

    place: str
    beside: str
    value: str
    text: str


def explain(reward: Reward, score: Score, width: int | None = None) -> str:
    """The arithmetic of one score, and under it a tree of the parts, each with its own value and reason.

    Args:
        reward: what scored.
        score: what it said.
        width: columns of the terminal, so that long reasons go on under themselves; None for one line each.

    >>> from rewards.core.reward import _example
    >>> reward = 1.0 * _example() + 0.5 * _example().named("other")
    >>> print(reward.explain("abc"))
    0 = 1 × example 0 + 0.5 × other 0
    ├─ example  0  wrote 'abc'
    └─ other    0  wrote 'abc'
    """
    lines = list(_tree(reward, score, ""))
    place_width = max((len(line.place) for line in lines), default=0)
    value_width = max((len(line.value) for line in lines), default=0)
    before = place_width + value_width + 4
    tree = []
    for line in lines:
        pieces = _wrapped(line.text, width - before) if width else [line.text]
        tree.append(f"{line.place:<{place_width}}  {line.value:<{value_width}}  {pieces[0]}")
        tree += [f"{line.beside:<{before}}{piece}" for piece in pieces[1:]]
    head = _wrapped(_head(reward, score), width) if width else [_head(reward, score)]
    heard = [piece for text in _unread(score, reward.name) for piece in (_wrapped(text, width) if width else [text])]
    return "\n".join(text.rstrip() for text in [*head, *tree, *heard])


def _unread(score: Score, name: str) -> Iterator[str]:
    """What a judge said last where it could not be read: the end of it, which says why."""
    told = score.data.get("unread")
    text = str(told[-1].get("text") or "").strip() if score.status is Status.failed and told else ""
    if text:
        yield printable(f"{name} ended in: {'…' if len(text) > UNREAD else ''}{' '.join(text[-UNREAD:].split())}")
    for part, inner in score.parts.items():
        yield from _unread(inner, part)


def _wrapped(text: str, width: int) -> list[str]:
    """Text in lines of `width`, or of a few words where there is hardly room for any."""
    return textwrap.wrap(text, max(width, 20)) or [""]


def _head(reward: Reward, score: Score) -> str:
    if score.value is None:
        return f"unscored: {printable(score.reason())}"
    if score.parts:
        return f"{score.value:.4g} = {printable(reward.equation(score) or _own_reason(score))}"
    return f"{score.value:.4g} = {reward.name}" + (f": {printable(score.why)}" if score.why else "")


def _tree(reward: Reward, score: Score, guide: str) -> Iterator[_Line]:
    last = len(score.parts) - 1
    for position, (name, part) in enumerate(score.parts.items()):
        child = reward.children.get(name)
        value = "–" if part.value is None else f"{part.value:.4g}"
        text = _own_reason(part) or (child.equation(part) if child is not None and part.parts else "")
        beside = guide + ("   " if position == last else "│  ")
        yield _Line(f"{guide}{'└─ ' if position == last else '├─ '}{name}", beside, value, printable(text))
        if child is not None:
            yield from _tree(child, part, beside)


def _own_reason(score: Score) -> str:
    """The reason without that of the only part, which has a line of its own."""
    text = score.reason()
    below = "".join(part.why for part in score.parts.values()) if len(score.parts) == 1 else ""
    return text.removesuffix(f": {below}") if below else text


def printable(text: str) -> str:
    """One line that any terminal can print: reasons quote completions, which hold escapes and broken unicode."""
    return "".join(character if character.isprintable() else "�" for character in text)
