"""Promises about what must not change a score: neighbours, order, a second call, a copy, a chat around a text."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from rewards.core.needs import leaves
from rewards.testing.subject import Subject, shown

__all__ = ["same_again", "same_alone", "same_as_chat", "same_for_equals", "same_in_any_order"]


def same_alone(subject: Subject) -> Iterator[str]:
    """A rollout scores the same alone and in a batch, whatever stands beside it."""
    crowd = [
        replace(rollout, prompt=f"another prompt {number}") if subject.reward.needs.group else rollout
        for number, attack in enumerate(subject.few())
        for rollout in attack.batch
    ]
    crowded = subject.score([*crowd, *subject.rollouts])[len(crowd) :]
    for rows in subject.complete:
        alone = subject.score([subject.rollouts[row] for row in rows])
        for row, score in zip(rows, alone, strict=True):
            batches = [(f"a batch of {len(subject.rollouts)}", subject.scores[row])]
            batches += [("a batch with hostile neighbours", crowded[row])] if crowd else []
            for where, other in batches:
                if subject.differ(score, other):
                    yield f"{subject.at(row)} scores {shown(score)} alone and {shown(other)} in {where}"


def same_in_any_order(subject: Subject) -> Iterator[str]:
    """The order of a batch changes no score."""
    rows = list(range(len(subject.rollouts)))
    blocks = [list(block) for block in subject.together]
    shuffled = random.Random(0).sample(blocks, len(blocks))
    orders = [[row for block in reversed(blocks) for row in block], [row for block in shuffled for row in block]]
    if _one_group_a_prompt(subject):
        orders += [rows[::-1], random.Random(1).sample(rows, len(rows))]
    for order in orders:
        scores = dict(zip(order, subject.score([subject.rollouts[row] for row in order]), strict=True))
        for row in rows:
            if subject.differ(subject.scores[row], scores[row]):
                yield (
                    f"{subject.at(row)} scores {shown(subject.scores[row])} in the order given "
                    f"and {shown(scores[row])} in the order {order}"
                )


def same_again(subject: Subject) -> Iterator[str]:
    """The same batch scored twice gives the same scores, and the rollouts are left as they were."""
    for row, score in enumerate(subject.score(subject.rollouts)):
        if subject.differ(score, subject.scores[row]):
            yield f"{subject.at(row)} scores {shown(subject.scores[row])} first and {shown(score)} the second time"
    _ = subject.attacks  # a reward may change only what it refuses
    for words in subject.changed.values():
        yield (
            f"it changes the rollouts that it is given, and the next part of a sum sees them so: {words}; "
            "make a copy of what you change"
        )


def same_for_equals(subject: Subject) -> Iterator[str]:
    """Equal rollouts of one batch score the same, whichever comes first."""
    for rows in subject.complete:
        if subject.reward.needs.group and len(rows) < 2:
            continue
        first = subject.rollouts[rows[0]]
        batch = [first, first, *(subject.rollouts[row] for row in rows[2:])]
        one, other = subject.score(batch)[:2]
        if subject.differ(one, other):
            yield f"{subject.at(rows[0])} scores {shown(one)} and an equal one after it {shown(other)}"


def same_as_chat(subject: Subject) -> Iterator[str]:
    """A completion scores the same as text and as a chat of one message, which is how conversational data sets come."""
    wrapped = [
        replace(rollout, completion=[{"role": "assistant", "content": rollout.completion}])
        if isinstance(rollout.completion, str)
        else rollout
        for rollout in subject.rollouts
    ]
    for row, score in enumerate(subject.score(wrapped)):
        if subject.differ(subject.scores[row], score):
            yield f"{subject.at(row)} scores {shown(subject.scores[row])} as text and {shown(score)} as a chat message"


def _one_group_a_prompt(subject: Subject) -> bool:
    """Whether any order leaves the groups as they are."""
    sizes = {getattr(node, "group_size", None) for _, node in leaves(subject.reward) if node.own_needs.group}
    return all(sizes == {len(rows)} for rows in subject.together) if sizes else True
