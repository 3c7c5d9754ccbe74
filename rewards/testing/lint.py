"""What is wrong with the data that a reward would be trained on, found before the run."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rewards.compose.row_needs import Plan, asked, needed, plan_of, routed
from rewards.core.errors import BrokenReward
from rewards.core.groups import prompt_key
from rewards.core.reward import Reward
from rewards.core.rollout import Rollout
from rewards.core.score import FailureKind, Score, Status
from rewards.rules.answer import accepted
from rewards.testing.answer_text import PLACEHOLDERS, as_text, is_listed, is_null, is_program_reward, own_column
from rewards.testing.honest import Task, above, alike, check_reference, padded, reads_row, scores_of, tasks_of

__all__ = ["DOUBTS", "PROBLEMS", "Fault", "Lint", "is_null", "lint"]

FEWEST, MOST = 64, 4096
"""Rows scored between two words of progress."""


@dataclass(frozen=True)
class Fault:
    """Something wrong with one data row.

    Args:
        row: its position, from 0.
        problem: what kind of fault, one of `PROBLEMS`, or of `DOUBTS`.
        why: the fault in words, with the value received.
    """

    row: int
    problem: str
    why: str


PROBLEMS: Mapping[str, str] = {
    "column missing": "a column that the reward needs of this row is absent, null or NaN",
    "routed nowhere": "no branch of a route takes the row: every rollout of it would be failed",
    "reference empty": "there is no text where the right answer should be",
    "reference unreadable": "the reward cannot read the reference: every rollout of this row would be failed",
    "row not graded": "the reward fails on an honest completion: every rollout of this row would be failed",
    "reference unequal to itself": "a completion that gives the reference word for word is not paid as right",
    "prompt contradicted": "another row has the same prompt and another reference",
}
"""The kinds of fault, each with what it means."""

DOUBTS: Mapping[str, str] = {
    "reference looks empty": "a reference that may stand for none; take them out if so",
    "reference looks like a list": "a reference that looks like a list or mapping written as text, which is read as "
    "words; give the column a real list if so",
}
"""What may be right and rarely is, each with what it means and what to do."""


@dataclass(frozen=True)
class Lint:
    """What lint found, and what it could look at.

    Args:
        rows: how many rows there were.
        faults: by row.
        doubts: what may be meant so, by row.
        held: rows whose right answer was written down, scored and paid more than a wrong one.
        free: rows of which the reward needs no column, or which it skips, so that there is nothing to hold.
        unheld: why the right answer of other rows without a fault was not held against the reward, each with its count.
    """

    rows: int
    faults: list[Fault] = field(default_factory=list)
    doubts: list[Fault] = field(default_factory=list)
    held: int = 0
    free: int = 0
    unheld: Mapping[str, int] = field(default_factory=dict)


def lint(
    reward: Reward,
    rows: Sequence[Rollout],
    *,
    reference: str | None = None,
    template: str | None = None,
    places: Sequence[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Lint:
    """Check each data row against what a reward needs of it.

    The reference is written as an honest completion, in a shape that the reward pays (see `tasks_of`), and scored: the
    reward must be able to read it and must find it equal to itself, so that no row pays a right answer nothing. Under
    `route` and `first_scored` a row is held against the rewards that it comes to.

    Args:
        reward: the reward that would be trained on.
        rows: data rows; their completions are not used.
        reference: the column of the right answer; by default that of the first of a row's rewards with a `reference`.
        template: the honest completion with `{thinking}` and `{answer}` in it; by default one that the reward pays.
        places: what each row is called where another row's fault names it, such as `line 7`; by default `row 6`.
        progress: called with the number of rows that are done and that of all, now and then.

    Raises:
        ValueError: no row has the column `reference`.
    """
    check_reference(rows, reference)
    plan = plan_of(reward)
    faults = _missing(rows, plan, reference)
    faulty = {fault.row for fault in faults}
    sound = [at for at in range(len(rows)) if at not in faulty]
    whole = padded(rows)
    tasks = tasks_of(reward, [whole[at] for at in sound], reference=reference, template=template)
    for task, at in zip(tasks, sound, strict=True):
        task.at = at
    empty = list(_empty(tasks))
    emptied = {fault.row for fault in empty}
    found = _Found()
    _hold(reward, [task for task in tasks if task.at not in emptied], found, progress)
    faults += empty + found.faults + _contradicted(tasks, places or [f"row {at}" for at in range(len(rows))])
    doubts = sorted(_doubts(tasks), key=lambda doubt: doubt.row)
    return Lint(
        len(rows), sorted(faults, key=lambda fault: fault.row), doubts, found.held, found.free, dict(found.unheld)
    )


def _missing(rows: Sequence[Rollout], plan: Plan, reference: str | None) -> list[Fault]:
    known = routed(plan)
    faults = []
    for at, row in enumerate(rows):
        there = {name: value for name, value in row.columns.items() if not is_null(value)}
        there |= {} if row.prompt is None else {"prompt": row.prompt}
        columns, astray = needed(plan, there.get)
        parts = list(asked(plan, there.get)) if reference else []
        if reference and own_column(parts) is None and reads_row(parts):
            columns = columns | {reference}
        for name in sorted(columns - there.keys()):
            listed = ", ".join(sorted(row.columns)) or "none"
            why = f"no {name!r}; the columns there are: {listed}"
            if name in row.columns:
                why = f"column {name!r} is {'null' if row.columns[name] is None else 'NaN'}"
            faults.append(Fault(at, "column missing", why))
        for name, value in astray:
            taken = ", ".join(map(repr, known[name]))
            faults.append(Fault(at, "routed nowhere", f"column {name!r} is {value!r:.60}; known are {taken}"))
    return faults


def _empty(tasks: Sequence[Task]) -> Iterator[Fault]:
    """The rows with nothing in the column of the right answer; an empty list of tool calls is an answer."""
    for task in tasks:
        value = task.row.columns.get(task.column)
        if not task.writable and not is_null(value) and all(map(_blank, accepted(value) or ())):
            yield Fault(task.at, "reference empty", f"column {task.column!r} is {value!r:.60}")


def _blank(value: object) -> bool:
    return is_null(value) or (isinstance(value, str) and not value.strip())


@dataclass
class _Found:
    faults: list[Fault] = field(default_factory=list)
    held: int = 0
    free: int = 0
    unheld: Counter[str] = field(default_factory=Counter)


def _hold(reward: Reward, tasks: Sequence[Task], found: _Found, progress: Callable[[int, int], None] | None) -> None:
    """Hold what the rows have for a right answer against the rewards they come to."""
    told = progress or (lambda done, total: None)
    scored = _scored(reward, tasks, told)
    by_row = {task.at: (right, wrong) for task, right, wrong in scored}
    for members in alike(tasks):
        pairs = [by_row[task.at] for task in members]
        telling = any(above(right, wrong) for task, (right, wrong) in zip(members, pairs, strict=True) if task.writable)
        for task, (right, wrong) in zip(members, pairs, strict=True):
            _judge(task, right, wrong, telling, found)


def _judge(task: Task, right: Score, wrong: Score, telling: bool, found: _Found) -> None:
    """What the scores of a row's honest completions say of the row."""
    if right.kind is FailureKind.bad_reference:
        found.faults.append(Fault(task.at, "reference unreadable", right.why))
    elif right.status is Status.failed:
        found.faults.append(Fault(task.at, "row not graded", right.reason()))
    elif right.status is Status.skipped or not reads_row(task.parts):
        found.free += 1
    elif not task.writable:
        found.unheld[f"no right answer can be written down, for want of a text in column {task.column!r}"] += 1
    elif wrong.value is None:
        found.unheld[f"a wrong answer is {wrong.reason():.100}"] += 1
    elif above(right, wrong):
        found.held += 1
    elif not telling:
        found.unheld["a right answer, as lint writes it, is paid no more than a wrong one"] += 1
    else:
        said = f" ({right.why:.200})" if right.why else ""
        given = f"{task.honest.reference!r:.80} is given and earns {right.value:g}{said}"
        other = f"; a wrong answer earns {wrong.value:g}" if wrong.value else ""
        found.faults.append(Fault(task.at, "reference unequal to itself", given + other))


def _scored(
    reward: Reward, tasks: Sequence[Task], told: Callable[[int, int], None]
) -> Iterator[tuple[Task, Score, Score]]:
    """Each task with the scores of a right and a wrong completion; of one without a right answer the wrong one's."""
    begin, size = 0, FEWEST
    while begin < len(tasks):
        told(begin, len(tasks))
        start = time.monotonic()
        chunk = tasks[begin : begin + size]
        texts = [(task, text) for task in chunk for text in _texts(task)]
        scores = iter(_row_by_row(reward, texts) if len(chunk) < len(tasks) else scores_of(reward, texts))
        for task in chunk:
            said = [next(scores) for _ in _texts(task)]
            yield task, said[0], said[-1]
        begin += len(chunk)
        size = min(2 * size, MOST) if time.monotonic() - start < 1 else max(size // 2, FEWEST)
    told(len(tasks), len(tasks))


def _texts(task: Task) -> list[str]:
    return [task.honest.right, task.wrong_for_all] if task.writable else [task.wrong_for_all]


def _row_by_row(reward: Reward, texts: Sequence[tuple[Task, str]]) -> list[Score]:
    """The scores of some of the rows: that all of these fail does not mean that all rows do."""
    try:
        return scores_of(reward, texts)
    except BrokenReward:
        return [scores_of(reward, [item])[0] for item in texts]


def _contradicted(tasks: Sequence[Task], places: Sequence[str]) -> list[Fault]:
    first: dict[Hashable, tuple[int, str]] = {}
    faults = []
    for task in tasks:
        reference = as_text(task.row.columns.get(task.column))
        if task.row.prompt is None or not reference or any(map(is_program_reward, task.parts)):
            continue  # many programs are right
        earlier, known = first.setdefault(prompt_key(task.row.prompt), (task.at, reference))
        if known != reference:
            why = f"{places[earlier]} asks the same and has {known!r:.60}, this one {reference!r:.60}"
            faults.append(Fault(task.at, "prompt contradicted", why))
    return faults


def _doubts(tasks: Sequence[Task]) -> Iterator[Fault]:
    """References that read as if a program had written them for want of one, or had written a list."""
    for task in tasks:
        text = as_text(task.row.columns.get(task.column))
        if text.lower() in PLACEHOLDERS:
            yield Fault(task.at, "reference looks empty", f"column {task.column!r} is {text!r}")
        elif is_listed(text) and task.honest.reference == text:
            yield Fault(task.at, "reference looks like a list", f"column {task.column!r} is {text!r:.60}")
