"""Requests sent until they are answered, refused or out of time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rewards.core import FailureKind
from rewards.models.engines.contract import LATE, Answer, EngineFailure, Request, Sample
from rewards.models.engines.openai_wire import as_bytes, may_be_about_n, problem_of, samples_in
from rewards.models.engines.servers import Server, Servers
from rewards.models.engines.trouble import Refused, Trouble, backoff_s, one_line

if TYPE_CHECKING:
    import httpx2

_CONNECT_S = 10.0
_KEPT_S = 4.0
"""Idle connections are dropped before uvicorn, which vLLM and SGLang serve with, drops them at five seconds."""
_MOST_REPLY_BYTES = 64 << 20
_MOST_PAUSE_S = 20.0
_COURTESY_S = 0.05
"""How long a request that found a server down lets others go first, since it may be what fells it."""
_STRIKES: Mapping[str, int] = {"again": 2, "later": 1, "down": 0, "garbage": 3, "slow": 4}
"""What an attempt costs of a request's patience; a server that is down for all has a patience of its own."""


@dataclass(frozen=True)
class Terms:
    """What holds for every request of an engine; the arguments of `openai_engine`."""

    urls: tuple[str, ...]
    model: str
    headers: Mapping[str, str]
    extra: Mapping[str, Any]
    max_tokens_field: str
    concurrency: int
    timeout_s: float
    patience_s: float
    retries: int
    backoff_s: float


class Asker:
    """Sends requests over kept connections. Lives on the process's event loop.

    Args:
        terms: what holds for every request.
    """

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._clients: dict[str, httpx2.AsyncClient] = {}
        self._servers = Servers(terms.urls, terms.concurrency, terms.patience_s, terms.backoff_s)
        self._room = asyncio.Semaphore(terms.concurrency * len(terms.urls))
        self._most_n: int | None = None

    async def answers(self, requests: Sequence[Request], within_s: float) -> list[Answer]:
        """One answer for each request, none later than `within_s`."""
        until = time.monotonic() + within_s
        return list(await asyncio.gather(*(self._answer(request, until) for request in requests)))

    async def close(self) -> None:
        """Close the connections."""
        for client in self._clients.values():
            await client.aclose()

    async def _answer(self, request: Request, until: float) -> Answer:
        last: list[str] = []
        try:
            async with asyncio.timeout(max(0.0, until - time.monotonic())):
                return await self._all_samples(request, last)
        except Refused as refused:
            return EngineFailure(refused.why)
        except TimeoutError:
            before = f"; before that: {last[-1]}" if last else ""
            return EngineFailure(f"{LATE.why}{before}", late=True)
        except Exception as error:  # such as a chat that JSON can't hold: it must cost no other request
            return EngineFailure(one_line(f"{type(error).__name__}: {error}"), FailureKind.bug)

    async def _all_samples(self, request: Request, last: list[str]) -> list[Sample]:
        """All n samples; in several requests where the server gives fewer at a time."""
        wanted = request.sampling.n
        samples: list[Sample] = []
        while len(samples) < wanted:
            most = min(self._most_n or wanted, wanted)
            starts = range(len(samples), wanted, most)
            asked = [self._one_request(request, min(most, wanted - at), at, last) for at in starts]
            answers = await asyncio.gather(*asked, return_exceptions=True)
            for answer in answers:
                if isinstance(answer, BaseException):
                    raise answer
                samples += answer
        return samples[:wanted]

    async def _one_request(self, request: Request, n: int, first: int, last: list[str]) -> list[Sample]:
        try:
            samples = await self._until_answered(request, n, first, last)
        except Refused as refused:
            if n == 1 or not may_be_about_n(refused):
                raise
            samples, n = await self._until_answered(request, 1, first, last), 2
        if len(samples) < n:
            self._most_n = min(self._most_n or n, len(samples))
        return samples

    async def _until_answered(self, request: Request, n: int, first: int, last: list[str]) -> list[Sample]:
        terms = self._terms
        since, strikes, attempts = time.monotonic(), 0, 0
        slow, tried = list[Server](), list[Server]()
        found_down = dict[str, int]()  # how many requests a server had answered when it was down for this one
        async with self._room:
            body = as_bytes(request, n, first, terms.model, terms.max_tokens_field, terms.extra)
            while True:
                server = await self._servers.turn(since, tried, _COURTESY_S if found_down else 0.0)
                attempts += 1
                try:
                    return await self._attempt(server, body)
                except Trouble as trouble:
                    last.append(trouble.why)
                    strikes += _STRIKES[trouble.cure]
                    if trouble.cure == "down":  # it answered others meanwhile: perhaps this very request fells it
                        strikes += server.answered > found_down.get(server.url, server.answered)
                        found_down[server.url] = server.answered
                    tried.append(server)
                    slow += [server] if trouble.cure == "slow" else []
                    if len(slow) == len(self._servers.all) or strikes > terms.retries:
                        raise Refused(f"{trouble.why} (asked {attempts} times)") from trouble
                    if len(tried) == len(self._servers.all):  # none is left that might do better: wait, start again
                        tried = list(slow)
                        pause_s = backoff_s(terms.backoff_s, attempts, _MOST_PAUSE_S)
                        rests = trouble.cure in ("down", "slow") or trouble.wait_s is not None
                        await asyncio.sleep(0 if rests else pause_s)

    async def _attempt(self, server: Server, body: bytes) -> list[Sample]:
        """One exchange with a server, reported to the others.

        Raises:
            Trouble: it may succeed later.
            Refused: it never will.
        """
        try:
            samples = await self._exchange(server, body)
        except Trouble as trouble:
            self._servers.report(server, trouble)
            raise
        except Refused:
            self._servers.report(server)
            raise
        except BaseException:
            self._servers.leave(server)
            raise
        self._servers.report(server)
        return samples

    async def _exchange(self, server: Server, body: bytes) -> list[Sample]:
        import httpx2

        try:
            async with asyncio.timeout(self._terms.timeout_s):
                content = await self._post(server.url, body)
        except TimeoutError as error:
            raise Trouble(f"no whole reply from {server.url} in {self._terms.timeout_s:g} s", "slow") from error
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError) as error:
            raise Trouble(f"can't connect to {server.url}: {error or type(error).__name__}", "down") from error
        except (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError, httpx2.InvalidURL) as error:
            raise Refused(f"{server.url}: {error}") from error
        except httpx2.DecodingError as error:
            raise Trouble(f"{server.url}: {error}", "garbage") from error
        except httpx2.TransportError as error:
            raise Trouble(f"{server.url} broke off: {error or type(error).__name__}", "again") from error
        return samples_in(content)

    async def _post(self, url: str, body: bytes) -> bytes:
        """A reply's body, read piece by piece, so that one that never ends can't fill the memory."""
        content = bytearray()
        async with self._client(url).stream("POST", f"{url}/chat/completions", content=body) as response:
            async for piece in response.aiter_bytes():
                content += piece
                if len(content) > _MOST_REPLY_BYTES:
                    raise Trouble(f"{url} sent more than {_MOST_REPLY_BYTES >> 20} MiB", "garbage")
            if response.status_code != 200:
                raise problem_of(response.status_code, response.headers, bytes(content))
        return bytes(content)

    def _client(self, url: str) -> httpx2.AsyncClient:
        if url not in self._clients:
            import httpx2

            host = httpx2.URL(url).host
            self._clients[url] = httpx2.AsyncClient(
                headers={"content-type": "application/json", **self._terms.headers},
                timeout=httpx2.Timeout(None, connect=_CONNECT_S),  # the whole attempt has a deadline of its own
                limits=httpx2.Limits(max_keepalive_connections=self._terms.concurrency, keepalive_expiry=_KEPT_S),
                trust_env=host not in ("localhost", "127.0.0.1", "::1"),  # no proxy leads to this machine
            )
        return self._clients[url]
