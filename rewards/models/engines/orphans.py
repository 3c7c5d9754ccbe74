"""Child processes that end with this one, also where it is killed and can't end them itself."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

GRACE_S = 10.0
"""How long a child has for ending by itself before it is killed."""
_WATCH = """
import os, select, signal, sys
parent, grace_s, *pids = sys.argv[1:]
watch = select.poll()
children = {}
for pid in pids:
    try:
        children[os.pidfd_open(int(pid))] = pid
    except ProcessLookupError:
        pass
for child in children:
    watch.register(child, select.POLLIN)
over = os.pidfd_open(int(parent)) if os.getppid() == int(parent) else None
if over is not None:
    watch.register(over, select.POLLIN)

def tell(sign):
    for child in children:
        try:
            signal.pidfd_send_signal(child, sign)
        except ProcessLookupError:
            pass

told = False
while children:
    if over is None and not told:
        tell(signal.SIGTERM)
        told = True
    ended = [fd for fd, _ in watch.poll(1000 * float(grace_s) if told else None)]
    if told and not ended:
        tell(signal.SIGKILL)
    for fd in ended:
        watch.unregister(fd)
        children.pop(fd, None)
        if fd == over:
            over = None
"""
_watchers: list[subprocess.Popen[bytes]] = []


def end_with_us(pids: Sequence[int], grace_s: float = GRACE_S) -> None:
    """See to it that children end when this process has, whatever ended it.

    A small process of its own waits for either, since a process that is killed runs no code. It holds the children by
    handles, so that no other process that got the number of one is ever told to end. Linux only; elsewhere nothing is
    done.

    Args:
        pids: the children.
        grace_s: how long they have before they are killed.
    """
    if not pids or not hasattr(os, "pidfd_open") or not sys.executable:
        return
    _watchers[:] = [watcher for watcher in _watchers if watcher.poll() is None]
    arguments = [str(os.getpid()), str(grace_s), *map(str, pids)]
    _watchers.append(
        subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _WATCH, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # a signal for all of our group is not for it
        )
    )
