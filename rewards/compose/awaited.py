"""Users' coroutines, awaited together."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


class _Loop:
    """An event loop on a daemon thread."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="rewards-awaited", daemon=True)
        self.thread.start()


_lock = threading.Lock()
_started: _Loop | None = None


def _running() -> _Loop:
    """The loop of this process; a fork has none of its parent's threads and starts its own."""
    global _started
    with _lock:
        if _started is None or _started.process != os.getpid():
            _started = _Loop()
        return _started


def awaited(coroutines: Sequence[Coroutine[Any, Any, T]]) -> list[T | BaseException]:
    """Await all at once and return their results in order; an exception stands where it was raised.

    All calls share one loop that lives as long as the process: a client session that a function keeps between calls
    belongs to the loop it was opened on. The caller may itself be inside a running loop, which this blocks.

    Raises:
        RuntimeError: called from one of these coroutines, which would wait for itself.
    """
    running = _running()
    if threading.current_thread() is running.thread:
        for coroutine in coroutines:
            coroutine.close()
        raise RuntimeError("an async reward was scored inside another one's coroutine; await `reward.as_async()` there")

    async def together() -> list[T | BaseException]:
        return await asyncio.gather(*coroutines, return_exceptions=True)

    future = asyncio.run_coroutine_threadsafe(together(), running.loop)
    try:
        return future.result()
    except BaseException:  # Ctrl-C: nobody waits for them any more
        future.cancel()
        raise
