"""What a run has seen: for each part mean, spread and causes; the first failures; kept so that a run can go on."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from rewards.cli.batches import Chunk
from rewards.cli.group_tally import GroupTally
from rewards.cli.parts import Part, one_line
from rewards.cli.scoring import Scored
from rewards.core import Score, Status
from rewards.core.log import column

EXAMPLES = 2
"""How many rows are named of each reason."""

MOST_REASONS = 100
"""Reasons that are told apart, so that a run in which every row has its own does not fill the memory."""

VARYING = re.compile(r"(?<!column )'[^']*'|(?<!column )\"[^\"]*\"|\d+")
"""What differs between rows that fail for one reason: what was quoted of them, and numbers."""

NOT_ASKED = "not asked"


@dataclass
class Tally:
    """One part's numbers.

    Args:
        scored, mean, squares: count, mean, and sum of squared distances from the mean (Welford's).
        low, high: the least and the greatest value seen.
        causes: how many rows have no number, by cause.
        seconds: the time it took, its parts included.
    """

    scored: int = 0
    mean: float = 0.0
    squares: float = 0.0
    low: float | None = None
    high: float | None = None
    causes: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, scores: Sequence[Score | None], seconds: float) -> None:
        """Count a batch."""
        values = [score.value for score in scores if score is not None and score.value is not None]
        if values:
            self._merge(values)
            self.low = min(values) if self.low is None else min(self.low, *values)
            self.high = max(values) if self.high is None else max(self.high, *values)
        if len(values) < len(scores):
            causes = Counter(cause(score) for score in scores if score is None or score.value is None)
            for name, count in causes.items():
                self.causes[name] = self.causes.get(name, 0) + count
        self.seconds += seconds

    def _merge(self, values: list[float]) -> None:
        """Merge a batch's mean and squares: Chan, Golub and LeVeque's rule for two samples."""
        count = len(values)
        mean = math.fsum(values) / count
        squares = math.fsum((value - mean) ** 2 for value in values)
        both = self.scored + count
        apart = mean - self.mean
        self.mean += apart * count / both
        self.squares += squares + apart**2 * self.scored * count / both
        self.scored = both

    @property
    def spread(self) -> float | None:
        """The standard deviation of the values; None where there is none."""
        return math.sqrt(self.squares / self.scored) if self.scored else None


def cause(score: Score | None) -> str:
    """Why there is no number: `skipped`, or the kind of failure."""
    if score is None:
        return NOT_ASKED
    return "skipped" if score.status is Status.skipped else str(score.kind)


@dataclass
class Reason:
    """Why rows have no number, or lines are kept out.

    Args:
        text: the first one's reason.
        count: how many there are.
        places: file and line of the first.
    """

    text: str
    count: int = 0
    places: list[tuple[str, int]] = field(default_factory=list)


def noted(reasons: dict[str, Reason], text: str, file: str, line: int) -> None:
    """Count a reason among those that say the same."""
    key = VARYING.sub("", text)
    if key not in reasons and len(reasons) >= MOST_REASONS:
        key, text = "", "other reasons"
    reason = reasons.setdefault(key, Reason(text))
    reason.count += 1
    if len(reason.places) < EXAMPLES:
        reason.places.append((file, line))


@dataclass
class Summary:
    """All that the report at the end needs, as plain data.

    Args:
        tallies: one for each part, the whole first.
        rows: how many rows were scored, with or without a number.
        rejects: how many lines were kept out.
        failing, rejected: why rows failed and lines were kept out.
        slowest_batch: wall seconds, file, first number, last number, rows.
        wall_s: the time spent scoring.
        groups: what the rows of one prompt have in common.
    """

    tallies: list[Tally]
    rows: int = 0
    rejects: int = 0
    failing: dict[str, Reason] = field(default_factory=dict)
    rejected: dict[str, Reason] = field(default_factory=dict)
    slowest_batch: tuple[float, str, int, int, int] | None = None
    wall_s: float = 0.0
    groups: GroupTally = field(default_factory=GroupTally)

    @classmethod
    def empty(cls, parts: Sequence[Part]) -> Self:
        """That of a run which has seen nothing."""
        return cls([Tally() for _ in parts])

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        """That of an earlier run."""
        tallies = [Tally(**tally) for tally in state.pop("tallies")]
        for name in ("failing", "rejected"):
            state[name] = {key: _reason(**reason) for key, reason in state[name].items()}
        slowest = state.pop("slowest_batch")
        groups = GroupTally(**state.pop("groups", {}))
        return cls(tallies, groups=groups, slowest_batch=None if slowest is None else tuple(slowest), **state)

    def state(self) -> dict[str, Any]:
        """The same as plain data for JSON."""
        return asdict(self)

    @property
    def unscored(self) -> int:
        """Rows without a number."""
        return self.rows - self.tallies[0].scored

    @property
    def all_scored(self) -> bool:
        """Whether every row of the input has a number."""
        return not self.unscored and not self.rejects

    def add(self, chunk: Chunk, scored: Scored, parts: Sequence[Part]) -> None:
        """Count a batch."""
        scores = scored.scores
        for part, tally, seconds in zip(parts, self.tallies, scored.seconds, strict=True):
            tally.add(column(scores, part.path), seconds)
        self.groups.add(chunk.rollouts, scores)
        self.rows += len(scores)
        self.wall_s += scored.wall_s
        self.rejects += len(chunk.rejects)
        for record, reason in chunk.rejects:
            noted(self.rejected, reason, record.file, record.number)
        for record, score in zip(chunk.records, scores, strict=True):
            if score.status is Status.failed:
                noted(self.failing, one_line(score.reason()), record.file, record.number)
        if chunk.records and (self.slowest_batch is None or scored.wall_s > self.slowest_batch[0]):
            first, last = chunk.records[0], chunk.records[-1]
            self.slowest_batch = (scored.wall_s, first.file, first.number, last.number, len(chunk.records))


def _reason(text: str, count: int, places: list[list[Any]]) -> Reason:
    return Reason(text, count, [(file, line) for file, line in places])
