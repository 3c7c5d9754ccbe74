"""Answers kept by content, where asking again would give the same."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from rewards.models.arguments import check
from rewards.models.engines.checked import CheckedEngine
from rewards.models.engines.contract import Answer, Engine, EngineFailure, Request
from rewards.models.engines.printing import as_call


@dataclass(frozen=True, repr=False)
class cached_engine:
    """An engine that asks another, and remembers answers that are greedy or seeded.

    The same request gets the same answer without the model, within a call too; sampling without a seed is passed
    through, since there every answer is another. Failures are not kept. The memory is of this process and is not
    pickled.

    Args:
        engine: runs the model.
        entries: most answers kept; the one unused for longest goes first.

    Raises:
        ValueError: for `entries` below 1.

    >>> from rewards.models.engines import Request, Sampling, ScriptedEngine
    >>> engine = ScriptedEngine(["one", "two"])
    >>> request = Request([{"role": "user", "content": "Count."}], Sampling())
    >>> [samples[0].text for samples in cached_engine(engine).generate([request, request])]
    ['one', 'one']
    """

    engine: Engine
    entries: int = 4096
    _memory: OrderedDict[str, Answer] = field(init=False, repr=False, compare=False, default_factory=OrderedDict)
    _lock: threading.Lock = field(init=False, repr=False, compare=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        check(self, entries=self.entries >= 1)

    @property
    def name(self) -> str:
        """The model, for fingerprints and logs."""
        return self.engine.name

    def generate(self, requests: Sequence[Request], /) -> list[Answer]:
        """One answer for each request; the engine is asked for those that are not known, in one call."""
        keys = [_key(request) for request in requests]
        answers = self._recalled([key for key in keys if key is not None])
        asked: dict[str | int, Request] = {}
        for at, (key, request) in enumerate(zip(keys, requests, strict=True)):
            if key is None or key not in answers:
                asked.setdefault(at if key is None else key, request)
        engine = CheckedEngine(self.engine, "cached_engine")
        fresh = dict(zip(asked, engine.generate(list(asked.values())), strict=True))
        self._keep({key: answer for key, answer in fresh.items() if isinstance(key, str)})
        known = dict[str | int, Answer](fresh)
        known.update(answers)
        return [known[at if key is None else key] for at, key in enumerate(keys)]

    def _recalled(self, keys: Sequence[str]) -> dict[str, Answer]:
        with self._lock:
            found = {key: self._memory[key] for key in keys if key in self._memory}
            for key in found:
                self._memory.move_to_end(key)
            return found

    def _keep(self, answers: dict[str, Answer]) -> None:
        with self._lock:
            self._memory.update((key, value) for key, value in answers.items() if not isinstance(value, EngineFailure))
            while len(self._memory) > self.entries:
                self._memory.popitem(last=False)

    def __repr__(self) -> str:
        return as_call(self)

    def __reduce__(self) -> tuple[type[cached_engine], tuple[Engine, int]]:
        return cached_engine, (self.engine, self.entries)


def _key(request: Request) -> str | None:
    """The request as text; None where its answer is drawn anew each time."""
    sampling = request.sampling
    if sampling.temperature > 0 and sampling.seed is None:
        return None
    try:
        return json.dumps([[dict(message) for message in request.chat], asdict(sampling)], sort_keys=True)
    except (TypeError, ValueError):  # a message that JSON can't hold is not kept
        return None
