"""The result for one rollout: a finite number, or the reason why there is none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn


class _Nothing(dict[str, Any]):
    """An empty mapping that all scores can share: it can't be filled, and unlike a mapping proxy it pickles."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("this empty mapping is shared and read-only; pass a dict of your own")

    __setitem__ = update = setdefault = __ior__ = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return 0

    def __reduce__(self) -> str:
        return "NOTHING"


NOTHING: Mapping[str, Any] = _Nothing()


class Status(StrEnum):
    """Whether a score holds a number, and if not, on whose account."""

    scored = "scored"
    skipped = "skipped"
    failed = "failed"


class FailureKind(StrEnum):
    """What broke when a rollout could not be graded; never the completion's fault."""

    bad_reference = "bad_reference"
    missing_column = "missing_column"
    missing_input = "missing_input"
    partial_group = "partial_group"
    unknown_route = "unknown_route"
    grader_timeout = "grader_timeout"
    grader_died = "grader_died"
    sandbox = "sandbox"
    judge_unavailable = "judge_unavailable"
    judge_unreadable = "judge_unreadable"
    bug = "bug"


def _set(score: Score, name: str, value: object) -> None:
    object.__setattr__(score, name, value)


@dataclass(frozen=True, slots=True)
class Score:
    """The result for one rollout.

    Args:
        value: the number trained on, finite; None where there is none.
        why: one line a person can read.
        status: `scored`, `skipped` (does not apply to this data row) or `failed` (could not be graded).
        kind: what broke; set exactly when the status is `failed`.
        parts: the scores this one was made from, by name.
        data: what else was seen (counts, extracted answers, verdicts), for people and logs.
        path: which part failed, as names joined by `/`; empty where the reward itself did.

    Raises:
        ValueError: for NaN or infinity, or a number beside a status other than `scored`.
        TypeError: for a value that is not a number.

    >>> Score(0.5, "half of the tests passed").value
    0.5
    >>> Score.fail(FailureKind.bad_reference, "solution is empty").status
    <Status.failed: 'failed'>
    """

    value: float | None
    why: str = ""
    status: Status = Status.scored
    kind: FailureKind | None = None
    parts: Mapping[str, Score] = NOTHING
    data: Mapping[str, Any] = NOTHING
    path: str = ""

    def __post_init__(self) -> None:
        value = self.value
        if value is None:
            self._check_unscored()
            return
        if type(value) is not float:
            value = _as_float(value)
            _set(self, "value", value)
        if not math.isfinite(value):
            raise ValueError(
                f"a score must be finite, got {value!r}; use Score.fail(kind, why) where there is no number"
            )
        if self.status is not Status.scored or self.kind is not None:
            raise ValueError(f"a score with a value ({value!r}) cannot be {self.status}; leave the value None")

    def _check_unscored(self) -> None:
        _set(self, "status", Status(self.status))
        if self.status is Status.scored:
            raise ValueError("a score without a value needs a reason: use Score.skip(why) or Score.fail(kind, why)")
        if (self.kind is not None) != (self.status is Status.failed):
            raise ValueError(f"kind goes with status failed, got status {self.status} and kind {self.kind!r}")
        if self.kind is not None:
            _set(self, "kind", FailureKind(self.kind))

    @classmethod
    def skip(cls, why: str, *, parts: Mapping[str, Score] = NOTHING, data: Mapping[str, Any] = NOTHING) -> Score:
        """The reward does not apply to this data row. Never decide this by what the completion says."""
        return cls(None, why, Status.skipped, None, parts, data)

    @classmethod
    def fail(
        cls,
        kind: FailureKind | str,
        why: str,
        *,
        parts: Mapping[str, Score] = NOTHING,
        data: Mapping[str, Any] = NOTHING,
        path: str = "",
    ) -> Score:
        """The instrument could not grade: bad reference, judge down, sandbox dead."""
        return cls(None, why, Status.failed, FailureKind(kind), parts, data, path)

    @property
    def scored(self) -> bool:
        """Whether there is a number."""
        return self.value is not None

    def reason(self) -> str:
        """The status in words: `failed: bad_reference (solution is empty)` at the path where it happened."""
        if self.value is not None:
            return self.why
        kind = f": {self.kind}" if self.kind else ""
        at = f"{self.path} " if self.path else ""
        return f"{at}{self.status}{kind} ({self.why})" if self.why else f"{at}{self.status}{kind}"


def _as_float(value: object) -> float:
    """Accept ints, bools and numpy or torch scalars; refuse text, which `float` would read."""
    if isinstance(value, (str, bytes)) or not hasattr(value, "__float__"):
        raise TypeError(f"a score must be a number or None, got {value!r} of type {type(value).__name__}")
    return float(value)
