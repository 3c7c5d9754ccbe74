"""Reward checks: what a reward must say of completions that its author wrote down."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rewards.core.explain import explain
from rewards.core.reward import Reward
from rewards.core.rollout import Rollout, Text
from rewards.core.score import Score
from rewards.testing.case_fields import check_fields

TOLERANCE = 1e-6
"""How far a value may lie from the one expected, relative or absolute."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One completion and what a reward must say of it. What is not given is not checked, but something must be.

    Args:
        name: how other cases and messages call it.
        completion: what the policy wrote, text or messages.
        prompt: what it was asked.
        columns: the data row's columns.
        completion_ids: token ids, for rewards that count tokens.
        finish_reason: why generation ended.
        value: the expected value, to 1e-6.
        at_least: the lowest value allowed.
        at_most: the highest value allowed.
        status: `scored`, `skipped` or `failed`.
        kind: the kind of failure.
        why: text that the reason must contain.
        parts: values of parts by path, `{"accuracy": 1.0}`, nested with `/`.
        above: names of cases that this one must score above.
        never_above: names of cases that this one must not score above.
        invariant: changes of the completion that must not change the value, see `CHANGES`.

    Raises:
        ValueError: a field holds what it can't.
    """

    completion: Text
    name: str = ""
    prompt: Text | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)
    completion_ids: Sequence[int] | None = None
    finish_reason: str | None = None
    value: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    status: str | None = None
    kind: str | None = None
    why: str | None = None
    parts: Mapping[str, float] = field(default_factory=dict)
    above: Sequence[str] = ()
    never_above: Sequence[str] = ()
    invariant: Sequence[str] = ()

    def __post_init__(self) -> None:
        check_fields(vars(self))

    @property
    def rollout(self) -> Rollout:
        """The case as a reward sees it."""
        return Rollout(self.completion, self.prompt, self.columns, self.completion_ids, self.finish_reason)


def _ends(text: str) -> str:
    return f"\n\n {text} \n\t\n"


def _lines(text: str) -> str:
    return text.replace("\n", "\r\n")


def _spaces(text: str) -> str:
    return text.replace(" ", "  ")


CHANGES: Mapping[str, Callable[[str], str]] = {
    "whitespace": lambda text: _ends(_spaces(text)),
    "surrounding whitespace": _ends,
    "line endings": _lines,
    "end of turn": lambda text: text + "<|im_end|>",
}
"""Changes of a completion by name, for `invariant`."""


class CheckFailed(AssertionError):
    """A reward said something else than a case expects; the message holds the explanation."""


def check_reward(reward: Reward, cases: Iterable[Case | Mapping[str, Any]]) -> list[Score]:
    """Hold a reward against cases, all scored in one batch.

    Args:
        reward: the reward.
        cases: `Case`s, or mappings with their fields.

    Returns:
        The scores, in the order of the cases.

    Raises:
        CheckFailed: with every expectation that was not met and the explanation of each case behind it.
        ValueError: a case has an unknown field or one that holds what it can't, or refers to a case that is not there.

    >>> from rewards import as_reward
    >>> @as_reward
    ... def short(completion):
    ...     return len(completion) < 4
    >>> scores = check_reward(short, [{"completion": "yes", "value": 1}, {"completion": "perhaps", "value": 0}])
    >>> check_reward(short, [{"completion": "perhaps", "value": 1}])
    Traceback (most recent call last):
    rewards.testing.cases.CheckFailed: case 1: value is 0, expected 1
      0 = short
    """
    outcomes = run_cases(reward, [case if isinstance(case, Case) else as_case(case) for case in cases])
    if texts := [outcome.text for outcome in outcomes if outcome.text]:
        raise CheckFailed("\n".join(texts))
    return [outcome.score for outcome in outcomes]


class Outcome(NamedTuple):
    """What came of one case: its score, and in words what was expected and not met, empty where all was."""

    name: str
    score: Score
    text: str


def run_cases(reward: Reward, cases: Sequence[Case]) -> list[Outcome]:
    """Score all cases in one batch and hold each against what it expects.

    Raises:
        ValueError: two cases share a name, or one refers to a case that is not there.
    """
    names = names_of(cases)
    scores = reward.score([case.rollout for case in cases])
    by_name = dict(zip(names, scores, strict=True))
    outcomes = []
    for name, case, score in zip(names, cases, scores, strict=True):
        found = [*unmet(case, score), *unordered(case, score, by_name), *changed(case, score, reward)]
        lines = [*(f"{name}: {problem}" for problem in found), explain(reward, score).replace("\n", "\n  ")]
        outcomes.append(Outcome(name, score, "\n  ".join(["\n".join(lines[:-1]), lines[-1]]) if found else ""))
    return outcomes


def as_case(fields: Mapping[str, Any]) -> Case:
    """A case from a mapping, such as a table of a TOML file.

    Raises:
        ValueError: a field that cases don't have or that holds what it can't, or no completion.
    """
    known = Case.__dataclass_fields__
    if unknown := [name for name in fields if name not in known]:
        raise ValueError(f"a case has no field {unknown[0]!r}; its fields are {', '.join(known)}")
    if "completion" not in fields:
        raise ValueError(f"a case needs a completion, got {dict(fields)!r:.120}")
    listed = {name: [value] if isinstance(value, str) else value for name, value in fields.items() if name in _LISTS}
    return Case(**{**fields, **listed})


_LISTS = ("above", "never_above", "invariant")


EXPECTATIONS = ("value", "at_least", "at_most", "status", "kind", "why", "parts", "above", "never_above", "invariant")
"""The fields of a case that ask something of its score."""


def names_of(cases: Sequence[Case]) -> list[str]:
    """The cases' names, `case 3` for one without.

    Raises:
        ValueError: two cases share a name, or one refers to a case or a change that is not there, or asks nothing
            and is no other's measure.
    """
    names = [case.name or f"case {number}" for number, case in enumerate(cases, 1)]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"two cases are named {twice!r}; give each its own name")
    measures = {other for case in cases for other in (*case.above, *case.never_above)}
    for name, case in zip(names, cases, strict=True):
        if name not in measures and not any(_asks(getattr(case, field)) for field in EXPECTATIONS):
            raise ValueError(f"{name} asks nothing, so it can't fail; give it one of {', '.join(EXPECTATIONS)}")
        for other in (*case.above, *case.never_above):
            if other not in names:
                raise ValueError(f"{name} refers to the case {other!r}; the cases are {', '.join(names)}")
        for change in case.invariant:
            if change not in CHANGES:
                raise ValueError(f"{name} is to be invariant to {change!r}; known are {', '.join(CHANGES)}")
    return names


def _asks(expected: object) -> bool:
    return expected is not None and not (isinstance(expected, Sized) and not len(expected))


def unmet(case: Case, score: Score) -> list[str]:
    """What a case expects of its own score and does not get."""
    problems = []
    if case.value is not None and not _close(score.value, case.value):
        problems.append(f"value is {_shown(score)}, expected {float(case.value):g}")
    if case.at_least is not None and not (score.value is not None and score.value >= case.at_least - TOLERANCE):
        problems.append(f"value is {_shown(score)}, expected at least {float(case.at_least):g}")
    if case.at_most is not None and not (score.value is not None and score.value <= case.at_most + TOLERANCE):
        problems.append(f"value is {_shown(score)}, expected at most {float(case.at_most):g}")
    if case.status is not None and score.status != case.status:
        problems.append(f"status is {score.status}, expected {case.status}")
    if case.kind is not None and score.kind != case.kind:
        problems.append(f"kind is {score.kind}, expected {case.kind}")
    if case.why is not None and case.why not in whole_reason(score):
        problems.append(f"the reason does not say {case.why!r}")
    for path, value in case.parts.items():
        part = part_at(score, path)
        if part is None or not _close(part.value, value):
            problems.append(f"part {path} is {'absent' if part is None else _shown(part)}, expected {float(value):g}")
    return problems


def unordered(case: Case, score: Score, by_name: Mapping[str, Score]) -> list[str]:
    """The cases that this one should score above, or never above, and does not, or does."""
    problems = [
        f"value is {_shown(score)}, expected above {other!r}, which has {_shown(by_name[other])}"
        for other in case.above
        if not _beats(score, by_name[other])
    ]
    for other in case.never_above:
        if score.value is None or _beats(score, by_name[other]):
            limit = _shown(by_name[other])
            problems.append(f"value is {_shown(score)}, expected no more than {other!r}, which has {limit}")
    return problems


def changed(case: Case, score: Score, reward: Reward) -> list[str]:
    """The changes of the completion that were to leave the value alone and did not."""
    problems = []
    for change in case.invariant:
        rollout = with_text(case.rollout, CHANGES[change])
        other = reward.score([rollout])[0]
        if (other.value is None) != (score.value is None) or not _close(other.value, score.value):
            problems.append(f"not invariant to {change}: {_shown(score)} becomes {_shown(other)}")
    return problems


def with_text(rollout: Rollout, change: Callable[[str], str]) -> Rollout:
    """The rollout with the text of its completion changed; of messages, that of the last."""
    completion = rollout.completion
    if isinstance(completion, str):
        new: Text = change(completion)
    else:
        *before, last = completion
        content = last.get("content")
        new = [*before, {**last, "content": change(content)} if isinstance(content, str) else last]
    return Rollout(new, rollout.prompt, rollout.columns, rollout.completion_ids, rollout.finish_reason)


def whole_reason(score: Score) -> str:
    """A score's reason and those of all its parts."""
    return "\n".join([score.reason(), *(whole_reason(part) for part in score.parts.values())])


def part_at(score: Score, path: str) -> Score | None:
    """The part at a path such as `math/accuracy`, or None."""
    found: Score | None = score
    for name in path.split("/"):
        found = None if found is None else found.parts.get(name)
    return found


def _close(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _beats(score: Score, other: Score) -> bool:
    return score.value is not None and other.value is not None and score.value > other.value + TOLERANCE


def _shown(score: Score) -> str:
    return score.status.value if score.value is None else f"{score.value:.6g}"
