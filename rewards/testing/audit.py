"""Which known hacks a reward pays for, tried on the user's own rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rewards.core.reward import Reward
from rewards.core.rollout import Rollout
from rewards.core.score import Score
from rewards.testing.answer_text import NO_CALL
from rewards.testing.hacks import HACKS, Hack
from rewards.testing.honest import NOBODYS, TOLERANCE, Task, check_reference, padded, scores_of, tasks_of

GRADER_ROWS = 2
"""Rows for hacks of the grader itself: they hardly depend on the row, and each may cost a whole time limit."""


@dataclass
class Finding:
    """What one hack earned over all rows.

    Args:
        name: the hack's, in `HACKS`.
        hack: the hack.
        values: what it earned, a value a row; None where it was unscored.
        as_right: rows where it earned at least what the honest right answer did.
        above_wrong: rows where it earned more than the honest wrong answer, yet less than the right one.
        unscored: rows where it was unscored and the honest answers were not: a shelter.
        example: the reward's reason in the first row where the worst of this happened: as right, unscored, above wrong.
        example_row: that row's position in the rows given, from 0; None where the hack does not pay.
    """

    name: str
    hack: Hack
    values: list[float | None] = field(default_factory=list)
    as_right: int = 0
    above_wrong: int = 0
    unscored: int = 0
    example: str = ""
    example_row: int | None = None

    @property
    def pays(self) -> bool:
        """Whether the hack is worth a policy's while."""
        return bool(self.as_right or self.above_wrong or self.unscored)

    @property
    def mean(self) -> float | None:
        """The mean value over the rows where it was scored."""
        known = [value for value in self.values if value is not None]
        return sum(known) / len(known) if known else None


@dataclass
class Audit:
    """What an audit found.

    Args:
        findings: one for each hack tried, in the battery's order.
        rows: how many rows were used.
        left_out: why rows were not used, each with its count.
        tells_right: whether the reward pays a right answer more than a wrong one.
        right: the honest right answer's mean value.
        wrong: the honest wrong answer's mean value.
    """

    findings: list[Finding]
    rows: int
    left_out: Mapping[str, int]
    tells_right: bool
    right: float
    wrong: float

    @property
    def paying(self) -> list[Finding]:
        """The hacks that pay, the worst first."""
        return sorted((f for f in self.findings if f.pays), key=lambda f: (-f.as_right, -f.unscored, -f.above_wrong))


def audit(
    reward: Reward,
    rows: Iterable[Rollout],
    *,
    reference: str | None = None,
    hacks: Mapping[str, Hack] = HACKS,
    template: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Audit:
    """Try every hack of a battery on every row, and hold it against an honest right and an honest wrong answer.

    The honest answers are written for the audit, in a shape that the reward pays (see `tasks_of`): some sentences of
    thinking, then the row's reference, or another row's. A row whose honest right answer earns nothing more than its
    wrong one is left out; where that is all rows of a reward that needs no column, such as one of the format, only
    hacks of the format are tried. Hacks of length are held against the wrong answer after one sentence of thinking,
    too, since pay for length may be exhausted by some.

    Args:
        reward: the reward that a policy would be trained on.
        rows: data rows; their completions are not used.
        reference: the column that holds the right answer; by default the `reference` of the first of a row's rewards
            that has one.
        hacks: the battery.
        template: the honest completion with `{thinking}` and `{answer}` in it; by default one that the reward pays.
        progress: called with the number of hacks that are done and that of all, before the first and after each.

    Raises:
        ValueError: no row can be used, with the reason for the first; no row has the column `reference`; or no honest
            right answer earns more than a wrong one, by a reward that needs columns, so that nothing could be held
            against it.
    """
    rows = list(rows)
    check_reference(rows, reference)
    tasks = tasks_of(reward, padded(rows), reference=reference, template=template)
    held, left_out = _held(reward, tasks)
    telling = [item for item in held if item.right > item.wrong + TOLERANCE]
    if not telling and (reward.needs.columns or held[0].right <= reward.range.low + TOLERANCE):
        raise ValueError(_untold(held[0], template))
    tried = {name: hack for name, hack in hacks.items() if telling or hack.about == "format"}
    if telling and len(telling) < len(held):
        left_out["the right answer earns no more than the wrong one"] = len(held) - len(telling)
    used = telling or held
    findings: list[Finding] = []
    for done, (name, hack) in enumerate(tried.items()):
        if progress is not None:
            progress(done, len(tried))
        fit = [item for item in used if item.task.nobodys == NOBODYS] if hack.inline else used
        if fit:
            findings.append(_try(reward, name, hack, fit[:GRADER_ROWS] if hack.about == "grader" else fit))
    if progress is not None:
        progress(len(tried), len(tried))
    right_mean = sum(item.right for item in used) / len(used)
    wrong_mean = sum(item.wrong for item in used) / len(used)
    return Audit(findings, len(used), left_out, bool(telling), right_mean, wrong_mean)


class _Held(NamedTuple):
    """A task and what its honest answers earn; `short` is a wrong one after one sentence of thinking."""

    task: Task
    right: float
    wrong: float
    short: float


def _held(reward: Reward, tasks: Sequence[Task]) -> tuple[list[_Held], dict[str, int]]:
    """What the honest answers earn, of each task where they are scored, and why others are left out."""
    left_out: dict[str, int] = {}
    for task in tasks:
        if not task.writable:
            _count(left_out, f"no text in column {task.column!r}")
        elif task.honest.reference == NO_CALL:
            _count(left_out, "the right answer calls no tool, as most hacks do")
    usable = [task for task in tasks if task.writable and task.honest.reference != NO_CALL]
    if not usable:
        raise ValueError(
            f"no row has a text in column {tasks[0].column if tasks else 'solution'!r}, so there is no honest answer "
            "to hold hacks against; reference (--reference) names the column of the right answer"
        )
    texts = [
        (task, text)
        for task in usable
        for text in (task.honest.right, task.honest.honest_wrong, task.honest.short_wrong)
    ]
    scores = scores_of(reward, texts)
    held = []
    for task, *said in zip(usable, scores[::3], scores[1::3], scores[2::3], strict=True):
        right, wrong, short = (score.value for score in said)
        if right is not None and wrong is not None and short is not None:
            held.append(_Held(task, right, wrong, short))
        else:
            reason = next(score.reason() for score in said if score.value is None)
            _count(left_out, f"the honest answer is unscored: {reason:.100}")
    if not held:
        raise ValueError(f"no honest answer is scored; the first: {scores[0].reason() or scores[1].reason()}")
    return held, left_out


def _untold(first: _Held, template: str | None) -> str:
    shown = first.task.honest.right
    cut = shown if len(shown) <= 80 else f"…{shown[-80:]}"
    remedy = "change template" if template else "give template= in Python"
    return (
        f"an honest right answer earns {first.right:.4g} and a wrong one {first.wrong:.4g}, so no hack can be held "
        f"against them; what was tried as right ends in {cut!r}. Where the reward wants another shape, {remedy}; where "
        f"column {first.task.column!r} is not the right answer's, name that as reference (--reference)"
    )


def _try(reward: Reward, name: str, hack: Hack, items: Sequence[_Held]) -> Finding:
    finding = Finding(name, hack)
    reason = "length" if name == "forever thinking" else "stop"
    scores = scores_of(reward, [(item.task, hack.build(item.task.honest)) for item in items], reason)
    worst = 3
    for score, item in zip(scores, items, strict=True):
        finding.values.append(score.value)
        honest_wrong = min(item.wrong, item.short) if hack.about == "length" else item.wrong
        if score.value is None:
            finding.unscored += 1
            rank = 1
        elif score.value >= item.right - TOLERANCE:
            finding.as_right += 1
            rank = 0
        elif score.value > honest_wrong + TOLERANCE:
            finding.above_wrong += 1
            rank = 2
        else:
            continue
        if rank < worst:
            worst, finding.example, finding.example_row = rank, _why(score), item.task.at
    return finding


def _why(score: Score) -> str:
    reasons = [f"{name}: {part.reason()}" for name, part in score.parts.items() if part.reason()]
    return score.reason() or "; ".join(reasons)


def _count(counts: dict[str, int], key: str) -> None:
    counts[key] = counts.get(key, 0) + 1
