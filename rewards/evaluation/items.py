"""Preference data: questions, responses to each, and which one people or a checker found better."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rewards.core import Text
from rewards.core.groups import prompt_key
from rewards.evaluation.layouts import Tied, prompt_of, replies_of, responses_of


@dataclass(frozen=True)
class Item:
    """One question with its responses.

    Args:
        prompt: the question.
        responses: one or more.
        labels: how good each is; of several, one must be best; of a single one, 1 or 0.
        subset: which part of the data it belongs to.
        columns: the row's columns, for judges that read a reference.
    """

    prompt: Text
    responses: tuple[str, ...]
    labels: tuple[float, ...]
    subset: str = ""
    columns: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if not self.responses or len(self.responses) != len(self.labels):
            raise ValueError(f"{len(self.responses)} responses with {len(self.labels)} labels; give one for each")
        if not all(
            map(math.isfinite, self.labels)
        ):  # JSON readers take NaN, which is neither above nor below any other
            raise ValueError(f"labels are finite numbers, got {list(self.labels)}")
        if len(self.responses) > 1 and sorted(self.labels)[-1] == sorted(self.labels)[-2]:
            raise ValueError(f"no response is best: labels {list(self.labels)}")
        if len(self.responses) == 1 and self.labels[0] not in (0, 1):
            raise ValueError(f"a single response is labelled 0 or 1, got {self.labels[0]!r}")

    @property
    def best(self) -> int:
        """The number of the best response."""
        return max(range(len(self.labels)), key=self.labels.__getitem__)

    @property
    def question(self) -> str:
        """What rows about one question share: resampling takes or leaves them together."""
        return str(prompt_key(self.prompt))


def item_of(row: Mapping[str, Any]) -> Item:
    """An item from a row, by the columns that it has.

    - `prompt`, `chosen`, `rejected` (or a list of them): the first is best; where chosen and rejected are whole
      dialogues, the prompt may be left out
    - `prompt`, `responses` (or `response_1`, `response_2`, …), and `labels` (a number for each) or `best` (from 0)
    - `prompt`, `response_1`, `response_2`, `label` (1 or 2, `model_a` or `model_b`)
    - `prompt`, `response`, `label` (0 or 1, `error` or `no_error`)

    A response is a text, a list of messages, or a table with its `content`, `answer` or `text`.

    Raises:
        Tied: no response is best.
        ValueError: it has none of these layouts.

    >>> item_of({"prompt": "?", "chosen": "yes", "rejected": ["no", "perhaps"]}).labels
    (1.0, 0.0, 0.0)
    """
    (item,) = items_of({name: value for name, value in row.items() if name != "pairs"})
    return item


def items_of(row: Mapping[str, Any]) -> list[Item]:
    """The items of a row: one, or with a column `pairs` (such as [[0, 3], [2, 1]]) one for each pair of responses.

    Raises:
        Tied: no response of an item is best.
        ValueError: as `item_of`.
    """
    prompt = prompt_of(row)
    texts, labels = responses_of(replies_of(row))
    if len(texts) != len(labels):
        raise ValueError(f"{len(texts)} responses with {len(labels)} labels; give one for each")
    groups = _pairs(row["pairs"], len(texts)) if "pairs" in row else [range(len(texts))]
    columns, subset = dict(row), str(row.get("subset", ""))
    found = []
    for group in groups:
        mine = tuple(labels[at] for at in group)
        if len(mine) > 1 and mine.count(max(mine)) > 1:
            raise Tied(f"no response is best: labels {list(mine)}")
        found.append(Item(prompt, tuple(texts[at] for at in group), mine, subset, columns))
    return found


def _pairs(given: Any, count: int) -> list[Sequence[int]]:
    """Which responses meet.

    Raises:
        ValueError: they aren't lists of two numbers or more, each of another response.
    """
    groups = list(given) if isinstance(given, (list, tuple)) else [given]
    for group in groups:
        numbers = group if isinstance(group, (list, tuple)) else ()
        known = all(type(at) is int and 0 <= at < count for at in numbers)
        if len(numbers) < 2 or not known or len(set(numbers)) < len(numbers):
            raise ValueError(
                f"pairs are lists of two numbers from 0 to {count - 1}, such as [[0, 1]]; got {group!r:.80}"
            )
    return groups


def questions(items: Iterable[Item]) -> list[str]:
    """The items' questions, in order."""
    return [item.question for item in items]
