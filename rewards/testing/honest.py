"""What an honest policy would write for a data row: the right answer, in the shape that the row's reward wants."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from rewards.compose.row_needs import Plan, asked, plan_of
from rewards.core.errors import RewardError
from rewards.core.needs import leaves
from rewards.core.reward import Reward
from rewards.core.rollout import Rollout, Text
from rewards.core.score import Score
from rewards.testing.answer_text import NO_CALL, is_null, own_column, written
from rewards.testing.hacks import BOX, Honest

TOLERANCE = 1e-6
"""Values closer than this are the same."""

NOBODYS = "-987654321.5"
"""A wrong answer to every question; another row's reference may happen to be right."""

TEMPLATES = (
    BOX,
    "<think>\n{thinking}\n</think>\n\n<answer>{answer}</answer>",
    "<think>\n{thinking}\n</think>\n\n#### {answer}",
    "<think>\n{thinking}\n</think>\n\n{answer}",
    "{answer}",
)
"""Shapes of an honest completion, tried in this order where a reward does not say which it wants."""

LOOK_AHEAD = 100
"""Rows whose references are tried as another row's wrong answer."""

SAMPLE = 4
"""Rows that a shape is tried on."""


@dataclass
class Task:
    """A data row and what an honest policy would make of it.

    Args:
        at: the row's position among those given.
        row: the row.
        parts: the rewards that it comes to, and their parts.
        column: where its right answer is looked for.
        honest: the honest answers; where no right one can be written, its reference is empty.
        nobodys: an honest completion that is wrong whatever was asked.
    """

    at: int
    row: Rollout
    parts: tuple[Reward, ...]
    column: str
    honest: Honest
    nobodys: str = field(default=NOBODYS)

    @property
    def writable(self) -> bool:
        """Whether a right answer can be written."""
        return bool(self.honest.reference)

    @property
    def wrong_for_all(self) -> str:
        """A completion in the honest shape that is wrong whatever was asked."""
        return self.honest.completion(self.nobodys)


def tasks_of(
    reward: Reward, rows: Sequence[Rollout], *, reference: str | None = None, template: str | None = None
) -> list[Task]:
    """The rows as tasks, those that come to the same rewards in the shape that these pay.

    Programs are written into a code block, calls of tools as the policy's template has them. For other answers the
    first of `TEMPLATES` is taken in which a right one earns more than a wrong one on some of the rows; where none does,
    the first of all.

    Args:
        reward: the reward that a policy would be trained on.
        rows: data rows.
        reference: the column of the right answer; by default, and for rows that lack it, that of the first of the
            row's rewards with a `reference`, else `solution`.
        template: the shape of all of them, with `{thinking}` and `{answer}` in it.
    """
    plan = plan_of(reward)
    tasks = [_task(plan, at, row, reference) for at, row in enumerate(rows)]
    for members in alike(tasks):
        for task, other in zip(members, _others(members), strict=True):
            task.honest = replace(task.honest, wrong=other)
        if template is not None:
            shape = template
        elif members[0].honest.template:
            continue
        else:
            shape = _shape(reward, [task for task in members if task.writable])
        for task in members:
            task.honest = replace(task.honest, template=shape)
    return tasks


def check_reference(rows: Sequence[Rollout], reference: str | None) -> None:
    """Refuse the name of a column that is nowhere, in whose place the rewards' own would be taken.

    Raises:
        ValueError: naming the columns there are.
    """
    if reference and rows and not any(reference in row.columns for row in rows):
        there = ", ".join(sorted({name for row in rows for name in row.columns})) or "none"
        raise ValueError(f"no row has a column {reference!r} for a reference; the columns there are: {there}")


def padded(rows: Sequence[Rollout]) -> list[Rollout]:
    """The rows, each with every column that any has, None where it lacks one, as tables have them."""
    blank = dict.fromkeys(name for row in rows for name in row.columns)
    return [replace(row, columns=blank | dict(row.columns)) for row in rows]


def reads_row(parts: Iterable[Reward]) -> bool:
    """Whether rewards need anything of a data row but the column that brought it to them."""
    return any(part.own_needs.columns for part in parts if not part.splits_rows)


def alike(tasks: Iterable[Task]) -> list[list[Task]]:
    """The tasks that come to the same rewards, together."""
    found: dict[tuple[int, ...], list[Task]] = {}
    for task in tasks:
        found.setdefault(tuple(map(id, task.parts)), []).append(task)
    return list(found.values())


def _task(plan: Plan, at: int, row: Rollout, reference: str | None) -> Task:
    parts = tuple(asked(plan, lambda name: None if is_null(row.columns.get(name)) else row.columns[name]))
    own = own_column(parts)
    given = reference if reference and (own is None or not is_null(row.columns.get(reference))) else None
    column = given or own or "solution"
    text, template, nobodys = written(parts, row, column)
    question = question_of(row.prompt)
    honest = Honest(question, text, "", thinking_for(question), template)
    return Task(at, row, parts, column, honest, nobodys or NOBODYS)


def _others(tasks: Sequence[Task]) -> Iterator[str]:
    """For each task a wrong answer: the next other reference, else a number."""
    references = [task.honest.reference for task in tasks]
    for at, reference in enumerate(references):
        after = (references[(at + step) % len(references)] for step in range(1, min(len(references), LOOK_AHEAD)))
        yield next((other for other in (*after, "0", "1") if other not in ("", reference, NO_CALL)), "")


def _shape(reward: Reward, tasks: Sequence[Task]) -> str:
    chosen = tasks[:: max(1, len(tasks) // SAMPLE)][:SAMPLE]
    for template in TEMPLATES if chosen else ():
        shaped = [replace(task, honest=replace(task.honest, template=template)) for task in chosen]
        items = [(task, text) for task in shaped for text in (task.honest.right, task.wrong_for_all)]
        try:
            scores = scores_of(reward, items)
        except RewardError:  # of these few rows perhaps, and said again where all are scored
            continue
        if any(above(right, wrong) for right, wrong in zip(scores[::2], scores[1::2], strict=True)):
            return template
    return TEMPLATES[0]


def above(one: Score, other: Score) -> bool:
    """Whether one earns more than the other, and both are scored."""
    return one.value is not None and other.value is not None and one.value > other.value + TOLERANCE


def scores_of(reward: Reward, items: Sequence[tuple[Task, str]], reason: str = "stop") -> list[Score]:
    """The score of each completion; where the reward needs groups, each leads a group of honest company.

    Args:
        reward: the reward.
        items: tasks, each with a completion.
        reason: why generation ended.
    """
    size = max((getattr(part, "group_size", 1) for _, part in leaves(reward)), default=1) if reward.needs.group else 1
    with_ids = reward.needs.completion_ids
    rollouts = []
    for at, (task, text) in enumerate(items):
        company = [(task.honest.right, "stop"), (task.honest.honest_wrong, "stop")] * size
        prompt = task.row.prompt or "" if size == 1 else f"group {at}"
        for completion, finish_reason in [(text, reason), *company][:size]:
            ids = stand_in_ids(completion) if with_ids else None
            rollouts.append(Rollout(completion, prompt, task.row.columns, ids, finish_reason))
    return reward.score(rollouts)[::size] if rollouts else []


def question_of(prompt: Text | None) -> str:
    """The last thing that was asked, as text."""
    if isinstance(prompt, str) or prompt is None:
        return prompt or ""
    contents = [message.get("content") for message in prompt if message.get("role") == "user"]
    return contents[-1] if contents and isinstance(contents[-1], str) else ""


def thinking_for(question: str) -> str:
    """Some sentences of honest English thinking about a question."""
    return (
        "I read the question carefully and write down what is given and what is asked. "
        f"{' '.join(question.split()[:40])} "
        "I start from what is known and go on one step at a time, so that each result follows from the one before. "
        "Then I put the results together, check them against the question, and state what I found."
    )


def stand_in_ids(text: str) -> list[int]:
    """Token ids in place of a tokenizer's: equal pieces have equal ids, and there is about one a word."""
    return [zlib.crc32(piece.encode("utf-8", "replace")) % 50_000 for piece in re.findall(r"\w+|\W", text)]
