"""Several servers of one model: whom to ask next, whom to leave alone, and when to give up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from rewards.models.engines.trouble import Refused, Trouble, backoff_s

_MOST_PAUSE_S = 5.0
"""A server that is down is looked at this often: one request goes ahead, the others wait for what becomes of it."""

_LOOK_S = 1.0
"""A request that waits looks at least this often whether the patience is over."""


@dataclass
class Server:
    """One server and how it fares.

    Args:
        url: where its API is, such as `http://host:8000/v1`.
        most: requests that it gets at once: halved when it says 429, and grown again with every answer.
        in_flight: requests that it is answering.
        rests_until: when it may be asked again.
        down_since: when it was first found down; None while it is up.
        failures: how often in a row it was found down.
        looked_at: when it was last found down.
        why: what was wrong then.
        answered: requests that it has answered, or refused for good.
    """

    url: str
    most: float
    in_flight: int = 0
    rests_until: float = 0.0
    down_since: float | None = None
    failures: int = 0
    looked_at: float = 0.0
    why: str = ""
    answered: int = 0

    def is_ready(self, now: float) -> bool:
        """Whether it may be asked; one that is down is asked by one request at a time."""
        return now >= self.rests_until and self.in_flight < (self.most if self.down_since is None else 1)


class Servers:
    """Servers that share the work. Used on one event loop.

    Args:
        urls: where they are.
        concurrency: most requests at once on each.
        patience_s: how long all may be down before requests are given up.
        first_pause_s: how long one rests that is found down; doubled each time, to five seconds.
    """

    def __init__(self, urls: Sequence[str], concurrency: int, patience_s: float, first_pause_s: float) -> None:
        self.all = [Server(url, concurrency) for url in urls]
        self._concurrency = concurrency
        self._patience_s = patience_s
        self._first_pause_s = first_pause_s
        self._changed = asyncio.Event()

    async def turn(self, since: float, avoiding: Sequence[Server], behind_s: float = 0.0) -> Server:
        """Wait for a server that may be asked: the least busy, counted as busy until `report`.

        Args:
            since: when the request came; a server is not given up before it was looked at again.
            avoiding: those not to ask, unless all are.
            behind_s: how long others go first when a server may be asked again.

        Raises:
            Refused: all have been down for longer than the patience.
        """
        while True:
            now = time.monotonic()
            usable = [server for server in self.all if not self._given_up(server, now, since)]
            if not usable:
                raise Refused("; ".join(f"{s.why}, down for {now - (s.down_since or now):.0f} s" for s in self.all))
            choice = [server for server in usable if server not in avoiding] or usable
            ready = [server for server in choice if server.is_ready(now - behind_s)]
            if ready:
                server = min(ready, key=lambda one: (one.in_flight, one.looked_at))
                server.in_flight += 1
                return server
            ends = [server.rests_until + behind_s for server in choice]
            resting = [end - now for end in ends if end > now]
            await self._change(min([_LOOK_S, *resting]))

    def report(self, server: Server, trouble: Trouble | None = None) -> None:
        """Say how an attempt went; it is over."""
        now = time.monotonic()
        server.in_flight -= 1
        if trouble is None:
            server.down_since, server.failures, server.answered = None, 0, server.answered + 1
            server.most = min(self._concurrency, server.most + 1 / server.most)
        elif trouble.cure == "down":
            server.down_since = now if server.down_since is None else server.down_since
            server.failures += server.rests_until <= now  # those that were under way together count once
            pause_s = backoff_s(self._first_pause_s, server.failures, _MOST_PAUSE_S)
            server.rests_until = max(server.rests_until, now + (trouble.wait_s or pause_s))
            server.looked_at, server.why = now, trouble.why
        elif trouble.cure == "later":
            if server.rests_until <= now:  # those that were under way together count once
                server.most = max(1.0, server.most / 2)
            server.rests_until = max(server.rests_until, now + (trouble.wait_s or self._first_pause_s))
        self._changed.set()
        self._changed = asyncio.Event()

    def leave(self, server: Server) -> None:
        """An attempt was called off; nothing is known of the server."""
        server.in_flight -= 1
        self._changed.set()
        self._changed = asyncio.Event()

    def _given_up(self, server: Server, now: float, since: float) -> bool:
        down_since = server.down_since
        return down_since is not None and now - down_since >= self._patience_s and server.looked_at >= since

    async def _change(self, timeout_s: float) -> None:
        try:
            async with asyncio.timeout(timeout_s):
                await self._changed.wait()
        except TimeoutError:
            return
