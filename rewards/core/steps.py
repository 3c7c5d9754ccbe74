"""The trainer's call under way: its step, for rewards that change over a run, and what else it passed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import Any

from rewards.core.score import NOTHING

_PASSED: ContextVar[Mapping[str, Any]] = ContextVar("passed", default=NOTHING)
_STEP: ContextVar[int | None] = ContextVar("step", default=None)


def current_step() -> int | None:
    """The trainer's step of the call under way; None where no trainer says."""
    return _STEP.get()


@contextlib.contextmanager
def at_step(step: int | None) -> Iterator[None]:
    """Score as at a trainer's step.

    >>> with at_step(3):
    ...     current_step()
    3
    """
    token = _STEP.set(step)
    try:
        yield
    finally:
        _STEP.reset(token)


def passed() -> Mapping[str, Any]:
    """What the trainer passed to the call under way beside rollouts and columns, such as TRL's `log_metric`."""
    return _PASSED.get()


@contextlib.contextmanager
def passing(what: Mapping[str, Any]) -> Iterator[None]:
    """Score in a trainer's call that passed this.

    >>> with passing({"trainer_state": "…"}):
    ...     passed()
    {'trainer_state': '…'}
    """
    token = _PASSED.set(what)
    try:
        yield
    finally:
        _PASSED.reset(token)
