"""Children that end with their parent, however it ends."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux's handles on processes")

PARENT = """
import subprocess, sys
from rewards.models.engines.orphans import end_with_us
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE)
child.stdout.readline()
end_with_us([child.pid], grace_s=0.2)
from rewards.models.engines.orphans import _watchers
print(child.pid, _watchers[0].pid, flush=True)
sys.stdin.readline()
child.kill()
child.wait()
sys.stdin.readline()
"""
WAITS = "import time; print('up', flush=True); time.sleep(600)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"


@contextmanager
def family(child: str) -> Iterator[tuple[subprocess.Popen[str], int, int]]:
    """A process with a child, and handles on that and on the watcher."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    parent = subprocess.Popen([sys.executable, "-c", PARENT, child], **pipes)  # type: ignore[call-overload]
    handles = []
    try:
        assert parent.stdout is not None
        handles = [os.pidfd_open(int(pid)) for pid in parent.stdout.readline().split()]
        yield parent, handles[0], handles[1]
    finally:
        parent.kill()
        parent.communicate()
        for handle in handles:
            if not ended(handle, 0):
                signal.pidfd_send_signal(handle, signal.SIGKILL)
            os.close(handle)


def ended(handle: int, within_s: float = 20) -> bool:
    return bool(select.select([handle], [], [], within_s)[0])


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("child", [WAITS, DEAF])
def test_a_child_ends_when_its_parent_was_killed_and_the_watcher_after_it(sign: signal.Signals, child: str) -> None:
    with family(child) as (parent, handle, watcher):
        assert not ended(handle, 0)
        parent.send_signal(sign)
        assert parent.wait(20) == -sign
        assert ended(handle)
        assert ended(watcher)


def test_the_watcher_ends_with_the_last_child() -> None:
    with family(WAITS) as (parent, handle, watcher):
        assert not ended(watcher, 0)
        assert parent.stdin is not None
        parent.stdin.write("\n")
        parent.stdin.flush()
        assert ended(handle)
        assert ended(watcher)
        assert parent.poll() is None
