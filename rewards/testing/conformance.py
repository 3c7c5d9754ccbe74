"""The promises that every reward keeps, ours and third parties', checked on a reward of yours.

from rewards.testing import check_conformance

def test_my_reward():
    check_conformance(my_reward(), ROLLOUTS)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rewards.core.reward import Reward
from rewards.core.rollout import Rollout, Text
from rewards.core.score import FailureKind
from rewards.testing.hostile import HOSTILE
from rewards.testing.promises import PROMISES
from rewards.testing.subject import Subject, TookTooLong, shown
from rewards.testing.untouched import pictured

LIMIT_S = 30.0
EXAMPLES = 3
"""Counter-examples shown of each broken promise."""


class NotConformant(AssertionError):
    """A reward breaks promises; the message lists them with a counter-example of each."""


@dataclass(frozen=True)
class Report:
    """What was checked, and what came of it; `str(report)` lists it.

    Args:
        reward: what the reward prints as.
        rollouts: how many honest ones it was tried on.
        hostile: how many hostile completions.
        kept: the promises that hold, each with its one line.
        broken: those that don't, each with its counter-examples.
        left_out: those that were not checked, each with the reason given.
    """

    reward: str
    rollouts: int
    hostile: int
    kept: Mapping[str, str]
    broken: Mapping[str, Sequence[str]]
    left_out: Mapping[str, str]

    def __str__(self) -> str:
        lines = [
            f"{self.reward} keeps {len(self.kept)} of {len(self.kept) + len(self.broken)} promises, "
            f"on {self.rollouts} honest rollouts and {self.hostile} hostile ones"
        ]
        for name, examples in self.broken.items():
            lines.append(f"  broken    {name}: {_first_line(PROMISES[name])}")
            lines += [f"            {example}" for example in examples[:EXAMPLES]]
            lines += [f"            … and {len(examples) - EXAMPLES} more"] if len(examples) > EXAMPLES else []
        lines += [f"  kept      {name}: {text}" for name, text in self.kept.items()]
        lines += [f"  left out  {name}: {reason}" for name, reason in self.left_out.items()]
        return "\n".join(lines)


def check_conformance(
    reward: Reward,
    rollouts: Sequence[Rollout],
    *,
    sampled: bool = False,
    hostile: Mapping[str, Text] = HOSTILE,
    names: Mapping[str, Any] | None = None,
    leave_out: Mapping[str, str] | None = None,
    limit_s: float = LIMIT_S,
) -> Report:
    """Check that a reward keeps the promises that trainers, composites and logs rely on.

    Args:
        reward: the reward, as you would hand it to a trainer.
        rollouts: honest ones that it scores, two or more, whose scores differ; whole groups where it compares groups.
        sampled: its values may differ from call to call, as a judge's do; only then are they not compared.
        hostile: completions by name that it must stand; `HOSTILE` has empty, huge, broken and tricky ones.
        names: what names in its text mean, where they can't be found in its module.
        leave_out: promises not to check, each with the reason, which the report shows.
        limit_s: how long a batch of the rollouts, or one hostile completion, may take.

    Returns:
        A report that lists what was checked.

    Raises:
        NotConformant: with every broken promise and counter-examples.
        ValueError: rollouts that prove nothing, or a name of no promise.

    >>> from rewards import as_reward
    >>> from rewards.testing import scripted
    >>> reward = scripted({"right": 1, ...: 0})
    >>> rollouts = [Rollout("right"), Rollout("wrong")]
    >>> print(check_conformance(reward, rollouts, hostile={"empty": ""}))  # doctest: +ELLIPSIS
    scripted({'right': 1, Ellipsis: 0}) keeps 16 of 16 promises, on 2 honest rollouts and 1 hostile ones
      kept      same_alone: A rollout scores the same alone and in a batch, whatever stands beside it.
      ...
    """
    __tracebackhide__ = True  # pytest then shows the caller's line
    subject = _subject(reward, rollouts, sampled, hostile, names, limit_s)
    left_out = dict(leave_out or {})
    _known(left_out)
    broken = {name: _counter_examples(name, subject) for name in PROMISES if name not in left_out}
    report = Report(
        repr(reward),
        len(rollouts),
        len(hostile),
        {name: _first_line(PROMISES[name]) for name, examples in broken.items() if not examples},
        {name: examples for name, examples in broken.items() if examples},
        left_out,
    )
    if report.broken:
        raise NotConformant(str(report))
    return report


def conformance_tests(
    make: Callable[[], Reward], rollouts: Sequence[Rollout], *, leave_out: Mapping[str, str] | None = None, **more: Any
) -> type:
    """A class of tests for pytest, one for each promise, so that a run lists what was checked.

        TestMyReward = conformance_tests(my_reward, ROLLOUTS)

    Args:
        make: makes the reward, when the first test runs.
        rollouts: as for `check_conformance`.
        leave_out: as for `check_conformance`.
        **more: as for `check_conformance`.

    Raises:
        ValueError: `leave_out` has a name of no promise.
    """
    left_out = dict(leave_out or {})
    _known(left_out)
    subjects: list[Subject] = []

    def subject() -> Subject:
        if not subjects:
            given = {"sampled": False, "hostile": HOSTILE, "names": None, "limit_s": LIMIT_S, **more}
            subjects.append(_subject(make(), rollouts, **given))
        return subjects[0]

    def test(name: str) -> Callable[[object], None]:
        def check(self: object) -> None:
            __tracebackhide__ = True
            if examples := _counter_examples(name, subject()):
                raise NotConformant("\n".join([_first_line(PROMISES[name]), *examples[:EXAMPLES]]))

        check.__doc__ = PROMISES[name].__doc__
        return check

    return type("Conformance", (), {f"test_{name}": test(name) for name in PROMISES if name not in left_out})


def _subject(
    reward: Reward,
    rollouts: Sequence[Rollout],
    sampled: bool,
    hostile: Mapping[str, Text],
    names: Mapping[str, Any] | None,
    limit_s: float,
) -> Subject:
    if not isinstance(reward, Reward):
        raise ValueError(f"a reward is wanted, got {reward!r}; make one of a function with @as_reward")
    if len(rollouts) < 2:
        raise ValueError(f"two rollouts or more are wanted, whose scores differ, got {len(rollouts)}")
    subject = Subject(reward, list(rollouts), hostile, sampled, names or {}, limit_s)
    if any(score.kind is FailureKind.bug for score in subject.scores):
        return subject  # for no_bug to tell
    values = {score.value for score in subject.scores if score.value is not None}
    if not values:
        listed = "; ".join(f"{pictured(r)}: {shown(s)}" for r, s in zip(rollouts[:3], subject.scores, strict=False))
        raise ValueError(f"none of the rollouts is scored, so nothing is proven: {listed}")
    if len(values) < 2 and not sampled:
        raise ValueError(
            f"all rollouts score {values.pop():g}, so a reward that mixes them up would pass: give right and wrong ones"
        )
    return subject


def _counter_examples(name: str, subject: Subject) -> list[str]:
    try:
        return list(PROMISES[name](subject))
    except TookTooLong as error:
        return [str(error)]
    except Exception as error:  # a reward that raises where it must not breaks the promise that was looked at
        return [f"it raises {type(error).__name__}: {str(error)[:500]}"]


def _known(left_out: Mapping[str, str]) -> None:
    for name in left_out:
        if name not in PROMISES:
            raise ValueError(f"there is no promise {name!r}; there are {', '.join(PROMISES)}")


def _first_line(promise: Callable[..., Any]) -> str:
    return (promise.__doc__ or "").splitlines()[0]
