"""A reward's tree as a flat list of parts, and the columns that scores are written to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rewards.cli.errors import CommandError
from rewards.core import Reward, Score, weighted_sum
from rewards.core.explain import printable
from rewards.core.log import column, why

LONGEST_WHY = 2000
LONGEST_NAME = 24


@dataclass(frozen=True)
class Part:
    """One node of a reward's tree.

    Args:
        reward: the node.
        path: the names that lead to it; empty for the whole.
        weight: its weight in the sum above it; None where there is none.
    """

    reward: Reward
    path: tuple[str, ...] = ()
    weight: float | None = None

    @property
    def key(self) -> str:
        """Its path as text; empty for the whole."""
        return "/".join(self.path)


def label(part: Part) -> str:
    """A part as a line of a tree: indented, its weight before its name."""
    if not part.path:
        return printable(part.reward.name) if len(part.reward.name) <= LONGEST_NAME else "total"
    weight = "" if part.weight is None else f"{part.weight:.4g} × "
    text = "  " * len(part.path) + weight + printable(part.path[-1])
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def folded(text: str, width: int) -> str:
    """A label in lines of `width`, those behind the first further in than it.

    >>> print(folded("  0.5 × a_long_name", 12))
      0.5 × a_lo
        ng_name
    """
    inset = " " * (len(text) - len(text.lstrip()) + 2)
    lines, rest = [text[:width]], text[width:]
    step = max(width - len(inset), 1)
    lines += [inset + rest[at : at + step] for at in range(0, len(rest), step)]
    return "\n".join(lines)


def parts_of(reward: Reward) -> list[Part]:
    """Every node of the tree, the whole first, each part before what it is made of."""
    found: list[Part] = []

    def walk(part: Part) -> None:
        found.append(part)
        node = part.reward
        weights = {t.reward.name: t.weight for t in node.terms} if isinstance(node, weighted_sum) else {}
        for name, child in node.children.items():
            walk(Part(child, (*part.path, name), weights.get(name)))

    walk(Part(reward))
    return found


class Fields:
    """The columns that a reward's scores are written to: the same for every row.

    Args:
        reward: the reward.
        name: what they begin with.
        data: write `NAME_data` too: what else was seen, of each part by its path.

    `NAME` is the value, `NAME_status`, `NAME_kind` and `NAME_why` say where it comes from, `NAME/part` is each
    part's value (nested parts by path), `NAME_fingerprint` the reward's.

    Raises:
        CommandError: `name` is empty or has a slash.
    """

    def __init__(self, reward: Reward, name: str, data: bool = False) -> None:
        if not name or "/" in name:
            raise CommandError(f"--as takes a word without '/', which tells parts apart; got {name!r}")
        self.name = name
        self.parts = parts_of(reward)
        self._fingerprint = reward.fingerprint
        self._data = f"{name}_data" if data else ""
        self.values = {part.path: f"{name}/{part.key}" if part.path else name for part in self.parts}
        self.texts = [f"{name}_status", f"{name}_kind", f"{name}_why", f"{name}_fingerprint"]

    @property
    def names(self) -> list[str]:
        """All columns, in the order they are written."""
        data = [self._data] if self._data else []
        return [self.name, *self.texts[:3], *list(self.values.values())[1:], *data, self.texts[3]]

    def of(self, scores: Sequence[Score]) -> list[dict[str, Any]]:
        """One dict of columns for each score."""
        status, kind, reason, fingerprint = self.texts
        columns = {name: column(scores, path) for path, name in self.values.items()}
        rows = []
        for index, score in enumerate(scores):
            row: dict[str, Any] = {
                self.name: score.value,
                status: str(score.status),
                kind: None if score.kind is None else str(score.kind),
                reason: one_line(why(score)),
            }
            for name, part_scores in columns.items():
                part = part_scores[index]
                row[name] = None if part is None else part.value
            if self._data:
                row[self._data] = data_of(score, self.parts)
            row[fingerprint] = self._fingerprint
            rows.append(row)
        return rows


def data_of(score: Score, parts: Sequence[Part]) -> dict[str, dict[str, Any]]:
    """What else was seen (verdicts, a judge's text), by the path of the part; the whole's by its name."""
    found = {}
    for part in parts:
        own = column([score], part.path)[0]
        if own is not None and own.data:
            found[part.key or part.reward.name] = dict(own.data)
    return found


def one_line(text: str) -> str:
    """A reason on one line, cut where it is longer than anyone reads."""
    text = " ".join(text.split()) if len(text.splitlines()) > 1 else text
    return text if len(text) <= LONGEST_WHY else f"{text[:LONGEST_WHY]}…"
