"""What every reward promises, each promise as a function that yields the counter-examples it finds."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rewards.core.explain import printable
from rewards.core.needs import Needs
from rewards.core.reward import Reward
from rewards.core.rollout import Rollout
from rewards.core.score import FailureKind, Score
from rewards.testing.rebuild import names_of, rebuilt
from rewards.testing.sameness import same_again, same_alone, same_as_chat, same_for_equals, same_in_any_order
from rewards.testing.spawned import score_elsewhere
from rewards.testing.subject import Subject, TookTooLong, keywords, shown, within
from rewards.testing.untouched import copied, pictured

Promise = Callable[[Subject], Iterator[str]]

LONGEST_WHY = 1000
THREADS = 4


def in_range(subject: Subject) -> Iterator[str]:
    """Every score lies in the range that the reward declares."""
    span = subject.reward.range
    honest = zip(map(pictured, subject.rollouts), subject.scores, strict=True)
    hostile = ((str(attack), score) for attack, score in subject.answered)
    for which, score in (*honest, *hostile):
        if score.value is not None and not span.holds(score.value):
            yield f"{which} scores {score.value:g}, outside [{span.low:g}, {span.high:g}]"


def no_bug(subject: Subject) -> Iterator[str]:
    """No completion, however hostile, makes it raise, hang or answer with what is no score."""
    for row, score in enumerate(subject.scores):
        if score.kind is FailureKind.bug:
            yield f"{subject.at(row)}: {score.why}"
    for attack in subject.attacks:
        if isinstance(attack.answer, str):
            yield f"{attack} raises {attack.answer}"
        elif attack.answer.kind is FailureKind.bug:
            yield f"{attack}: {attack.answer.why}"


def no_shelter(subject: Subject) -> Iterator[str]:
    """Whether a row is scored hangs on the row, never on what the completion says.

    A None is worth the group's mean, so a completion that provokes one is better off than a wrong answer.
    """
    for attack, answer in subject.answered:
        honest = subject.scores[attack.row]
        if answer.kind is not FailureKind.bug and (answer.status, answer.kind) != (honest.status, honest.kind):
            yield (
                f"{attack} is {shown(answer)}, where an honest completion of the same row is {shown(honest)}; "
                "where the completion is to blame, give the low end of the range"
            )


def why_is_one_line(subject: Subject) -> Iterator[str]:
    """Every reason is one printable line, and what is unscored has one."""
    answers = [*enumerate(subject.scores), *((attack.name, score) for attack, score in subject.answered)]
    for where, score in answers:
        for path, part in _flat(score, ""):
            if part.value is None and not part.why:
                yield f"{where!r}{path} is {part.status} without a reason"
            if len(part.why) > LONGEST_WHY or part.why != printable(part.why):
                yield f"{where!r}{path} has a why that is no short printable line, {part.why[:100]!r}; quote with repr"


def prints_as_its_call(subject: Subject) -> Iterator[str]:
    """The text of the reward is the call that makes it again, arguments and name included."""
    text = repr(subject.reward)
    try:
        again = rebuilt(text, {**names_of(subject.reward), **subject.names})
    except Exception as error:  # whatever a constructor raises
        yield f"{text} can't be built again: {error}"
        return
    if not isinstance(again, Reward) or repr(again) != text:
        yield f"{text} builds {again!r}"
    elif again.fingerprint != subject.reward.fingerprint:
        yield f"{text} builds a reward with another fingerprint: something it depends on is not in its text"
    else:
        yield from subject.different(again.score(subject.fresh()), "by the reward that its text builds")


def works_in_a_spawned_process(subject: Subject) -> Iterator[str]:
    """It pickles, and a fresh interpreter that unpickles it gives the same scores and fingerprint."""
    try:
        answer = score_elsewhere(subject.reward, subject.rollouts, subject.limit_s + 30)
    except ValueError as error:
        yield f"{error}; what it is made of must be importable by name, from a module and not inside a function"
        return
    if answer.text != repr(subject.reward):
        yield f"there it prints as {answer.text}"
    if answer.fingerprint != subject.reward.fingerprint:
        yield "its fingerprint is another there: something in its arguments prints differently in each process"
    yield from subject.different(answer.scores, "in a fresh process")


def works_in_threads(subject: Subject) -> Iterator[str]:
    """Several threads may score with it at once."""
    barrier = threading.Barrier(THREADS)
    answers: list[list[Score] | Exception] = []

    def call() -> None:
        barrier.wait()
        try:
            answers.append(subject.reward.score(subject.fresh()))
        except Exception as error:  # told by the thread that waits
            answers.append(error)

    threads = [threading.Thread(target=call, daemon=True) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(subject.limit_s)
    if len(answers) < THREADS:
        yield f"{THREADS - len(answers)} of {THREADS} threads that score at once did not come back"
    for answer in answers:
        if isinstance(answer, Exception):
            yield f"a thread raises {type(answer).__name__}: {answer}"
        else:
            yield from subject.different(answer, f"when {THREADS} threads score at once")


def same_log_keys(subject: Subject) -> Iterator[str]:
    """What is logged goes by the reward's tree: the same keys for every batch."""
    reward = subject.reward.with_max_unscored(1)

    def keys(rollouts: Sequence[Rollout]) -> list[str]:
        found: list[str] = []
        call = {**keywords(copied(rollouts)), "log_extra": lambda key, values: found.append(key)}
        within(subject.limit_s, lambda: reward(**call))
        return sorted(found)

    first = keys(subject.rollouts)
    tree = {path for path, _ in _branches(reward, "")}
    answers = [*enumerate(subject.scores), *((attack.name, score) for attack, score in subject.answered)]
    for where, score in answers:
        if stray := {path for path, _ in _flat(score, "")} - tree:
            yield f"{where!r} has parts {sorted(stray)} that are not among the reward's children, so no log shows them"
    for attack in subject.few():
        if (found := keys(attack.batch)) != first:
            yield f"{attack} logs {found}, other rollouts log {first}"


def says_what_it_needs(subject: Subject) -> Iterator[str]:
    """What it needs of a rollout is declared: it grades rollouts that have nothing else."""
    needs = subject.reward.needs
    bare = [
        replace(
            rollout,
            columns={name: value for name, value in rollout.columns.items() if name in needs.columns},
            prompt=rollout.prompt if needs.prompt else None,
            completion_ids=rollout.completion_ids if needs.completion_ids else None,
            finish_reason=rollout.finish_reason if needs.finish_reason else None,
        )
        for rollout in subject.rollouts
    ]
    try:
        scores = subject.score(bare)
    except TookTooLong:
        raise
    except Exception as error:
        yield f"given only what its own_needs declare ({_declared(needs)}), it raises {str(error).splitlines()[0]}"
        return
    for row, (score, before) in enumerate(zip(scores, subject.scores, strict=True)):
        if score.kind is FailureKind.bug and before.kind is not FailureKind.bug:
            yield f"{subject.at(row)}, given only what its own_needs declare ({_declared(needs)}), fails: {score.why}"


def composes(subject: Subject) -> Iterator[str]:
    """A weight multiplies it, a name labels a copy, and neither changes the reward itself."""
    reward = subject.reward
    before = repr(reward)
    named = reward.named("another_name")
    if (named.name, named.__name__) != ("another_name", "another_name"):
        yield f".named('another_name') gives a reward called {named.name!r}"
    if repr(reward) != before or reward.name == "another_name":
        yield ".named() changes the reward itself instead of a copy"
    if not reward.name or "/" in reward.name:
        yield f"its name {reward.name!r} can't stand in log keys, which use '/'"
    yield from subject.different(named.score(subject.fresh()), "under another name")
    for row, score in enumerate((0.5 * reward).score(subject.fresh())):
        value = subject.scores[row].value
        expected = None if value is None else 0.5 * value
        if not subject.sampled and score.value != expected:
            yield f"{subject.at(row)} scores {score.value} as 0.5 * reward, not {expected}"


def answers_a_trainer(subject: Subject) -> Iterator[str]:
    """TRL's call, its async form included, gives the values of the scores and minds no unknown keyword."""
    call: dict[str, Any] = {"trainer_state": object(), "some_other_column": list(subject.rollouts)}
    reward = subject.reward.with_max_unscored(1)
    first, second = keywords(subject.fresh()), keywords(subject.fresh())
    values = within(subject.limit_s, lambda: reward(**first, **call))
    awaited = within(subject.limit_s, lambda: asyncio.run(reward.as_async()(**second, **call)))
    for where, got in (("TRL's call", values), ("the async view", awaited)):
        for row, value in enumerate(got):
            expected = subject.scores[row].value
            if (value is None) != (expected is None) or (not subject.sampled and value != expected):
                yield f"{subject.at(row)} scores {value} by {where} and {expected} by score()"


PROMISES: Mapping[str, Promise] = {
    promise.__name__: promise
    for promise in (
        same_alone,
        same_in_any_order,
        same_again,
        same_for_equals,
        same_as_chat,
        in_range,
        no_bug,
        no_shelter,
        why_is_one_line,
        prints_as_its_call,
        works_in_a_spawned_process,
        works_in_threads,
        same_log_keys,
        says_what_it_needs,
        composes,
        answers_a_trainer,
    )
}
"""Every promise by name."""


def _flat(score: Score, path: str) -> Iterator[tuple[str, Score]]:
    yield path, score
    for name, part in score.parts.items():
        yield from _flat(part, f"{path}/{name}")


def _branches(reward: Reward, path: str) -> Iterator[tuple[str, Reward]]:
    yield path, reward
    for name, child in reward.children.items():
        yield from _branches(child, f"{path}/{name}")


def _declared(needs: Needs) -> str:
    return ", ".join([*(f"column {name!r}" for name in sorted(needs.columns)), *needs.inputs]) or "nothing"
