"""A model behind a server that speaks OpenAI's chat-completions API."""

from __future__ import annotations

import asyncio
import os
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rewards.models.arguments import check
from rewards.models.engines.asking import Asker, Terms
from rewards.models.engines.contract import Answer, Misconfigured, Request
from rewards.models.engines.event_loop import background_loop, wait_for
from rewards.models.engines.printing import as_call


@dataclass(frozen=True, repr=False)
class openai_engine:
    """A model behind one or several servers that speak OpenAI's chat-completions API: vLLM, SGLang, a hosted one.

    All requests of a call are under way at once, at most `concurrency` on each server, the least busy one first, over
    connections that are kept between calls and shared by threads. What a server refuses (400: too long) fails at
    once; 429, 5xx, disconnects and unreadable replies are tried again after a growing, jittered pause, or after the one
    that the server asks for; a server that is down is looked at by one request while the others wait or go elsewhere.
    No call takes longer than `batch_timeout_s`.

    Args:
        base_url: where the API is, or several places that serve the same model: `http://host:8000/v1`, `host:8000` (so
            that verl's `reward_router_address` can be given as it is).
        model: the server's name for the model.
        api_key: `$NAME` for the key in that environment variable, read when first used; or the key itself, which is
            then left out of the repr.
        concurrency: requests under way at once on each server; one request holds all samples of its prompt.
        timeout_s: longest time for one attempt, the whole reply included. A server that takes longer isn't asked again
            for this request.
        batch_timeout_s: longest time for one call of `generate`.
        patience_s: how long all servers may be down before requests fail; enough for a restart.
        retries: how many times a request that met a 429, or a 502 to 504 while others are answered, is asked again;
            half as often for another 5xx or a disconnect, a third as often for an unreadable reply.
        backoff_s: first pause after a failure.
        headers: further HTTP headers.
        extra: further fields of the request's body, such as
            `{"chat_template_kwargs": {"enable_thinking": False}}`.
        max_tokens_field: what the server calls the limit on tokens; some hosted models want `max_completion_tokens`.

    A request that fails is an `EngineFailure` with the server's words. Needs `httpx2`, in the extra `models`.

    Raises:
        ValueError: for an argument out of its range; when first used, for an environment variable that is not there.

    Source: the chat-completions API as vLLM 0.32 and OpenAI serve it.

    >>> openai_engine("localhost:8000", "judge").urls
    ('http://localhost:8000/v1',)
    """

    base_url: str | tuple[str, ...]
    model: str
    api_key: str | None = field(default=None, repr=False)
    concurrency: int = 256
    timeout_s: float = 600.0
    batch_timeout_s: float = 3600.0
    patience_s: float = 120.0
    retries: int = 8
    backoff_s: float = 0.5
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict)
    max_tokens_field: str = "max_tokens"

    def __post_init__(self) -> None:
        if not isinstance(self.base_url, str):
            object.__setattr__(self, "base_url", tuple(self.base_url))
        check(
            self,
            base_url=bool(self.base_url) and all(map(str.strip, self.urls)),
            model=bool(self.model),
            concurrency=self.concurrency >= 1,
            timeout_s=self.timeout_s > 0,
            batch_timeout_s=self.batch_timeout_s > 0,
            patience_s=self.patience_s >= 0,
            retries=self.retries >= 0,
            backoff_s=self.backoff_s > 0,
        )

    @property
    def name(self) -> str:
        """The model, for fingerprints and logs."""
        return self.model

    @property
    def urls(self) -> tuple[str, ...]:
        """Where the API is, written out."""
        given = (self.base_url,) if isinstance(self.base_url, str) else self.base_url
        return tuple(dict.fromkeys(_written_out(url) for url in given))

    def generate(self, requests: Sequence[Request], /) -> list[Answer]:
        """One answer for each request, all under way at once, within `batch_timeout_s`."""
        return wait_for(self._answers(requests)) if requests else []

    async def _answers(self, requests: Sequence[Request]) -> list[Answer]:
        return await self._asker().answers(requests, self.batch_timeout_s)

    def _asker(self) -> Asker:
        """What holds the connections, one for each process; called on the event loop alone, so without a lock."""
        loop = background_loop()
        known: tuple[asyncio.AbstractEventLoop, Asker] | None = self.__dict__.get("_known")
        if known is None or known[0] is not loop:
            asker = Asker(self._terms())
            weakref.finalize(self, _close_later, asker, loop, os.getpid()).atexit = False
            known = self.__dict__["_known"] = (loop, asker)
        return known[1]

    def _terms(self) -> Terms:
        key = self._key()
        authorization = {"authorization": f"Bearer {key}"} if key else {}
        return Terms(
            self.urls,
            self.model,
            {**authorization, **self.headers},
            self.extra,
            self.max_tokens_field,
            self.concurrency,
            self.timeout_s,
            self.patience_s,
            self.retries,
            self.backoff_s,
        )

    def _key(self) -> str | None:
        if self.api_key is None or not self.api_key.startswith("$"):
            return self.api_key
        name = self.api_key[1:]
        if not os.environ.get(name):
            raise Misconfigured(f"openai_engine: api_key={self.api_key!r}, but the variable {name} is not set; set it")
        return os.environ[name]

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_known"}

    def __repr__(self) -> str:
        named = self.api_key is not None and self.api_key.startswith("$")
        return as_call(self, bare=2, instead={"api_key": repr(self.api_key)} if named else None)


def _written_out(url: str) -> str:
    """A base URL with its scheme and path.

    >>> _written_out("10.0.0.1:30000"), _written_out("https://api.example.org/openai/")
    ('http://10.0.0.1:30000/v1', 'https://api.example.org/openai')
    """
    url = url.strip().rstrip("/")
    if url and "://" not in url:
        url = f"http://{url}"
    bare = url.count("/") == 2
    return f"{url}/v1" if bare else url


def _close_later(asker: Asker, loop: asyncio.AbstractEventLoop, pid: int) -> None:
    """Close the connections of an engine that is gone, unless they are the parent process's."""
    if os.getpid() == pid:
        asyncio.run_coroutine_threadsafe(asker.close(), loop)
