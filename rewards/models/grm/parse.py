"""What a judge wrote, read: its scores and its principles. Nothing in it is evaluated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rewards.models.blame import Unread as Unread
from rewards.text import last_boxed, split

_NUMBER = re.compile(r"[-+]?\d{1,9}(?:\.\d{1,9})?")
_WEIGHT = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s{0,3}[%％]")
_ITEM = re.compile(r"^\s{0,8}(?:[-*•]|\(?\d{1,2}[.)、:：])\s{0,4}(\S.*)$")
_PRINCIPLES = re.compile(
    r"^[#*\s]{0,8}(?:specific |evaluation )?(?:principles|criteria|原则|评价标准|标准)(?![a-z])[^\n]{0,40}$", re.I
)
_CRITIQUE = re.compile(r"^[#*\s]{0,8}(?:critique|analysis|评论|分析)", re.I)
_MENTIONED = re.compile(r"(?<=[^\s>])[ \t]*<think>")
"""An opening tag in mid-line: a judge that speaks of a response's thinking, not one that thinks."""
_MOST_LINES = 400
MOST_BEHIND = 400
"""A closing sentence or two behind the box."""


class Principle(NamedTuple):
    """One thing that the judge said makes a good response.

    Args:
        text: the principle.
        weight: in percent, None where the judge gave none. No code applies it.
    """

    text: str
    weight: float | None


def scores_in(text: str, count: int, low: float, high: float) -> list[float] | Unread:
    r"""The scores in the last box, or why there are none.

    Args:
        text: what the judge wrote.
        count: how many responses it was shown.
        low: the lowest score it may give.
        high: the highest.

    >>> scores_in(r"Scores: \boxed{7, 4}", 2, 1, 10)
    [7.0, 4.0]
    >>> scores_in(r"\boxed{7}", 2, 1, 10)
    Unread(why='1 scores for 2 responses')
    """
    box = final_box(text)
    if isinstance(box, Unread):
        return box
    words = [word.strip(" $\n\t[]()*") for word in re.split(r"[,，、;；]", box)]
    if len(words) != count:
        return Unread(f"{len(words)} scores for {count} responses")
    scores = []
    for word in words:
        if not _NUMBER.fullmatch(word):
            return Unread(f"{word[:40]!r} is not a score")
        score = float(word)
        if not low <= score <= high or score != int(score):
            return Unread(f"{word} is not a whole number from {low:g} to {high:g}")
        scores.append(score)
    return scores


def reply_in(text: str) -> str | Unread:
    r"""What a judge says after its thinking, or that it never came to say anything.

    >>> reply_in(r"<think>Hm, \boxed{2}?</think>Scores: \boxed{7}"), reply_in(r"<think>Hm, \boxed{2}")
    ('Scores: \\boxed{7}', Unread(why='its thinking was never closed'))
    """
    parts = split(_MENTIONED.sub("", text), prefill="")
    return parts.reply if parts.closed or parts.thinking is None else Unread("its thinking was never closed")


def final_box(text: str) -> str | Unread:
    r"""What the box holds that ends a judge's reply, or why there is none. What it thinks before is no vote.

    A box with a page of text behind it is a quote, of a response that would like to set its own score for example, in
    a judgement that broke off or forgot its own.

    >>> final_box(r"It says \boxed{10}. Scores: \boxed{3}")
    '3'
    """
    reply = reply_in(text)
    if isinstance(reply, Unread):
        return reply
    box = last_boxed(reply)
    if box is None:
        return Unread("no closed \\boxed{} at the end")
    behind = len(reply.rstrip()) - max(reply.rfind("\\boxed"), reply.rfind("\\fbox")) - len(box)
    return box if behind <= MOST_BEHIND else Unread(f"{behind} characters follow the last \\boxed{{}}")


def principles_in(text: str) -> list[Principle]:
    r"""The principles that a judge wrote down, with their weights where it gave them.

    >>> principles_in("Principles:\n1. Is it true? (weight: 60%)\n2. Short enough\nCritique:\n1. Not this")
    [Principle(text='Is it true?', weight=60.0), Principle(text='Short enough', weight=None)]
    """
    reply = reply_in(text)
    found: list[Principle] = []
    inside = False
    for line in [] if isinstance(reply, Unread) else reply.split("\n", _MOST_LINES)[:_MOST_LINES]:
        if _CRITIQUE.match(line):
            break
        item = _ITEM.match(line)
        if _PRINCIPLES.match(line):
            inside = True
        elif inside and item:
            found.append(_principle(item[1][:1000]))
    return found


def _principle(line: str) -> Principle:
    weight = _WEIGHT.search(line)
    if weight is None:
        return Principle(line.strip(" *"), None)
    open_bracket = max(line.rfind(bracket, 0, weight.start()) for bracket in "(（[")
    cut = open_bracket if open_bracket >= 0 else weight.start()
    return Principle(line[:cut].strip(" *:：-—,，") or line.strip(), float(weight[1]))


def critique_in(text: str) -> str:
    """What stands between the principles and the scores; all of the text where it is not told apart."""
    lines = text.split("\n")
    start = next((at for at, line in enumerate(lines) if _CRITIQUE.match(line)), None)
    return text if start is None else "\n".join(lines[start:])


def summary(values: Sequence[float]) -> str:
    """Votes in a few characters: `7 8 7`."""
    return " ".join(f"{value:g}" for value in values)
