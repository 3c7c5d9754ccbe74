"""An engine without a model, so that rewards with a judge are tested without one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from rewards.core import Message
from rewards.models.engines.contract import Answer, EngineFailure, Request, Sample

Script = Callable[[str, int], str]


class ScriptedEngine:
    """Answers with what a function says, or with a list of texts in turn.

    Args:
        script: `(prompt, sample) -> text`, called with all of a chat's text and the number of the sample, from 0; or a
            sequence of texts, given out in order and from the start again; or one text, always the same. An
            `EngineFailure` in the place of a text stands for a request that failed.
        name: what fingerprints call it.

    `requests` lists every request it was sent.

    >>> engine = ScriptedEngine(lambda prompt, sample: f"{len(prompt)} letters")
    >>> engine.ask("How long?")
    '9 letters'
    """

    def __init__(self, script: Script | Sequence[str | EngineFailure], name: str = "scripted") -> None:
        self._script = [script] if isinstance(script, str) else script
        self._name = name
        self._next = 0
        self._lock = threading.Lock()
        self.requests: list[Request] = []

    @property
    def name(self) -> str:
        """What fingerprints call it."""
        return self._name

    def generate(self, requests: Sequence[Request], /) -> list[Answer]:
        """One answer for each request."""
        with self._lock:
            self.requests += requests
            return [self._answer(request) for request in requests]

    def ask(self, text: str) -> str:
        """What it says to one user message."""
        from rewards.models.engines.contract import Sampling

        answer = self.generate([Request([{"role": "user", "content": text}], Sampling())])[0]
        return answer.why if isinstance(answer, EngineFailure) else answer[0].text

    def _answer(self, request: Request) -> Answer:
        samples = []
        for number in range(request.sampling.n):
            said = self._said(request.chat, number)
            if isinstance(said, EngineFailure):
                return said
            samples.append(Sample(said))
        return samples

    def _said(self, chat: Sequence[Message], number: int) -> str | EngineFailure:
        if callable(self._script):
            return self._script("\n".join(str(message["content"]) for message in chat), number)
        said = self._script[self._next % len(self._script)]
        self._next += 1
        return said

    def __repr__(self) -> str:
        return f"ScriptedEngine(…, name={self._name!r})"


class ScriptedScores:
    """A `ScoringModel` that is a function.

    Args:
        script: `(text of the chat) -> logit`.
        name: what fingerprints call it.
    """

    def __init__(self, script: Callable[[str], float], name: str = "scripted") -> None:
        self._script = script
        self._name = name

    @property
    def name(self) -> str:
        """What fingerprints call it."""
        return self._name

    def logits(self, chats: Sequence[Sequence[Message]], /) -> list[float | EngineFailure]:
        """The logit of each chat."""
        return [self._script("\n".join(str(message["content"]) for message in chat)) for chat in chats]

    def __repr__(self) -> str:
        return f"ScriptedScores(…, name={self._name!r})"
