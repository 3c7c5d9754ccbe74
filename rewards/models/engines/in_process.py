"""Models in this process: loaded when first used, one call at a time, never longer than a deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from rewards.core import RewardError
from rewards.models.engines.contract import Misconfigured

T = TypeVar("T")


class Busy(Exception):
    """Another call held the model until this one's time was over."""


class Held(Generic[T]):
    """What a process holds of a model: a lock, and the model once it was loaded. Copies and pickles start empty.

    Args:
        load: makes the model.
    """

    def __init__(self, load: Callable[[], T]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._model: T | None = None

    @contextmanager
    def turn(self, within_s: float) -> Iterator[tuple[T, float]]:
        """Hold the model, and the moment on the monotonic clock when the call must be over.

        Raises:
            Busy: it did not become free in time.
            Misconfigured: it can't be loaded.
        """
        until = time.monotonic() + within_s
        if not self._lock.acquire(timeout=min(within_s, threading.TIMEOUT_MAX)):
            raise Busy(f"another call held the model for {within_s:g} s (batch_timeout_s)")
        try:
            if self._model is None:
                self._model = loaded(self._load)
            yield self._model, until
        finally:
            self._lock.release()

    def forget(self) -> None:
        """Drop the model; the next turn loads it again. Called in a turn."""
        self._model = None


def loaded(load: Callable[[], T]) -> T:
    """What `load` makes.

    Raises:
        Misconfigured: it raised; asking again would change nothing.
    """
    try:
        return load()
    except RewardError:
        raise
    except Exception as error:  # whatever a loader raises reaches the caller
        kind = "" if isinstance(error, (ValueError, OSError, ImportError)) else f"{type(error).__name__}: "
        raise Misconfigured(f"{kind}{error}") from error


def within(call: Callable[[], T], timeout_s: float) -> T:
    """What `call` returns or raises, run on a daemon thread, which is left behind where it takes longer.

    Raises:
        Busy: it took longer.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:  # handed to the thread that waits
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(min(timeout_s, threading.TIMEOUT_MAX))
    if errors:
        raise errors[0]
    if not results:
        raise Busy(f"the model did not come back in {timeout_s:g} s")
    return results[0]


def held(owner: Any, load: Callable[[], T]) -> Held[T]:
    """What this process holds for `owner`, a frozen dataclass; made when first asked for."""
    found = owner.__dict__.get(HELD)
    if found is None:
        found = owner.__dict__.setdefault(HELD, Held(load))  # atomic, so that two threads get one
    return found  # type: ignore[no-any-return]


HELD = "_held"
"""The attribute that holds it, left out of copies and pickles."""


def state_of(owner: Any) -> dict[str, Any]:
    """What a copy or pickle of `owner` holds: its arguments."""
    return {key: value for key, value in owner.__dict__.items() if key != HELD}


def model_name(model: Any) -> str:
    """What to call a model: a path or hub name as it is, a loaded one by what it was loaded from."""
    if isinstance(model, str):
        return model
    return str(getattr(getattr(model, "config", None), "_name_or_path", "") or type(model).__name__)
