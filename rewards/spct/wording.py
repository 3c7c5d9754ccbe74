"""The prompts of a judge in training: the same as those of `grm`, over a shuffle, with or without a hint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from rewards.core import Message
from rewards.evaluation import Item
from rewards.models.grm.prompt import FOLDER, Question, Shown, check_prompts, conversation_of, judge_chat, meta_chat
from rewards.models.templates import source_of
from rewards.spct.correctness import best_of
from rewards.text import split


@dataclass(frozen=True)
class Wording:
    """How a judge is asked; the arguments of `grm` that shape its prompts.

    Args:
        template: `en`, `zh`, or the path of a Jinja file.
        meta_template: the meta reward model's.
        points: (low, high), the scale for two responses or more.
        lone_points: the same for a lone response, 0 or 1 in training (SPCT, section 3.2).
        view: `reply`, or `full` to show thinking too.
        max_characters: a longer response is cut for the judge, and says so.
    """

    template: str = "en"
    meta_template: str = "meta"
    points: tuple[int, int] = (1, 10)
    lone_points: tuple[int, int] = (0, 1)
    view: Literal["reply", "full"] = "reply"
    max_characters: int = 32_000

    def __post_init__(self) -> None:
        for name in ("points", "lone_points"):
            low, high = getattr(self, name)
            object.__setattr__(self, name, (low, high))
            if not low < high:
                raise ValueError(f"{name} are two whole numbers, the lower first, got {(low, high)!r}")
        if self.view not in ("reply", "full") or self.max_characters < 1:
            raise ValueError(f"view is reply or full and max_characters 1 or more, got {self.view!r}")
        check_prompts(self.template, self.meta_template, 2)

    @property
    def digest(self) -> str:
        """What tells this wording from another."""
        text: list[object] = [source_of(self.template, FOLDER), source_of(self.meta_template, FOLDER)]
        text += [self.points, self.lone_points, self.view, self.max_characters]
        return hashlib.sha256(json.dumps(text).encode()).hexdigest()[:16]

    def scale(self, item: Item) -> tuple[int, int]:
        """The lowest and the highest score for an item."""
        return self.lone_points if len(item.responses) == 1 else self.points

    def chat(self, item: Item, order: Sequence[int], hint: str = "") -> list[Message]:
        """The chat that asks for scores of an item's responses in this order."""
        low, high = self.scale(item)
        shown = [Shown(self._view(item, at)) for at in order]
        (message,) = judge_chat(self.template, Question(conversation_of(item.prompt)), shown, low, high)
        text = f"{message['content']}\n\n{hint}" if hint else str(message["content"])
        return [{"role": "user", "content": text}]

    def _view(self, item: Item, at: int) -> str:
        """A response as `grm` shows it."""
        parts = split(item.responses[at], prompt=item.prompt)
        text = (parts.reply if self.view == "reply" else parts.text).strip()
        left = len(text) - self.max_characters
        return text if left <= 0 else f"{text[: self.max_characters]}\n[cut here, {left} characters left out]"

    def meta_chat(self, item: Item, order: Sequence[int], judgement: str) -> list[Message]:
        """The chat that a meta reward model scores."""
        shown = [Shown(self._view(item, at)) for at in order]
        return list(meta_chat(self.meta_template, Question(conversation_of(item.prompt)), shown, judgement))


def hint_for(item: Item, order: Sequence[int]) -> str:
    """The line that gives the answer away: which of the shown responses is best, and by how much where that is known.

    The strength is what a column `strength` says.

    >>> hint_for(Item("?", ("no", "yes"), (0, 1)), (1, 0))
    'Hint: the best response is response 1.'
    """
    if len(item.responses) == 1:
        return f"Hint: the response deserves {item.labels[0]:g}."
    place = list(order).index(best_of(item.labels)) + 1
    strength = (item.columns or {}).get("strength")
    by = f" ({strength})" if strength not in (None, "") else ""
    return f"Hint: the best response is response {place}{by}."


def shuffled(item: Item, *seed: object) -> tuple[int, ...]:
    """An order of an item's responses, drawn from what is judged and a seed."""
    said = json.dumps([list(item.responses), [str(one) for one in seed]])
    return tuple(Random(said).sample(range(len(item.responses)), len(item.responses)))
