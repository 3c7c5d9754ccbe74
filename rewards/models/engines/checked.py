"""Engines and scoring models held to their contract: one that breaks it is named, one that raises costs no batch."""

from __future__ import annotations

import logging
import math
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from rewards.core import FailureKind, Message, RewardError
from rewards.models.engines.contract import Answer, Engine, EngineFailure, Request, Sample, ScoringModel
from rewards.models.engines.trouble import one_line

log = logging.getLogger("rewards")

Item = TypeVar("Item")
Found = TypeVar("Found")

_ALONE = 4
"""Requests asked alone after a batch was lost; where none of them is answered the engine is taken to be down."""
_ENGINE = "generate() gives one answer for each request, in order: a list of Sample, or an EngineFailure"
_SCORES = "logits() gives one number for each chat, in order, or an EngineFailure"


def check_engine(owner: str, engine: object) -> None:
    """Refuse what is no engine.

    Raises:
        TypeError: saying what one is.
    """
    wanted = "an engine, with a name and generate(requests), such as openai_engine(…) or vllm_engine(…)"
    check_kind(engine, Engine, f"{owner} takes {wanted}")


def check_scores(owner: str, argument: str, model: object) -> None:
    """Refuse what gives no logits.

    Raises:
        TypeError: saying what does.
    """
    wanted = "a model that gives raw logits, with a name and logits(chats), such as"
    check_kind(model, ScoringModel, f"{owner}: {argument} is {wanted} transformers_scores(…) or vllm_scores(…)")


def check_kind(given: object, protocol: type, wanted: str) -> None:
    """Refuse what does not follow a protocol, and a class in the place of an object that does.

    Raises:
        TypeError: saying what is wanted and what was given.
    """
    if isinstance(given, type):
        raise TypeError(f"{wanted}; got the class {given.__name__}: call it")
    if not isinstance(given, protocol):
        raise TypeError(f"{wanted}; got {given!r:.200}")


@dataclass(frozen=True)
class CheckedEngine:
    """An engine whose answers are looked at before they are used.

    Where it raises for a batch its requests are asked alone, so that one that it can't take costs no other; what it
    raises for one is an `EngineFailure`.

    Args:
        engine: runs the model.
        owner: the reward that asks.
        is_up: whether it has just answered: then each request is asked alone, however many raise.

    Raises:
        RewardError: it broke the contract, or raised one.
    """

    engine: Engine
    owner: str
    is_up: bool = False

    @property
    def name(self) -> str:
        """The model, for fingerprints and logs."""
        return self.engine.name

    def generate(self, requests: Sequence[Request], /) -> list[Answer]:
        """One answer for each request."""
        return asked(
            self.engine.generate, requests, f"{self.owner}: engine {self.name!r}", _samples, _ENGINE, self.is_up
        )


@dataclass(frozen=True)
class CheckedScores:
    """The same for a scoring model; a logit that is NaN or infinite is an `EngineFailure`.

    Args:
        model: gives logits.
        owner: the reward that asks.
        is_up: as for an engine.

    Raises:
        RewardError: it broke the contract, or raised one.
    """

    model: ScoringModel
    owner: str
    is_up: bool = False

    @property
    def name(self) -> str:
        """The model, for fingerprints and logs."""
        return self.model.name

    def logits(self, chats: Sequence[Sequence[Message]], /) -> list[float | EngineFailure]:
        """The logit of each chat."""
        return asked(self.model.logits, chats, f"{self.owner}: model {self.name!r}", _logit, _SCORES, self.is_up)


Model = TypeVar("Model")


def known_up(model: Model) -> Model:
    """The same engine or scoring model, which has just answered."""
    return replace(model, is_up=True) if isinstance(model, (CheckedEngine, CheckedScores)) else model


def _samples(request: Request, answer: object) -> list[Sample] | EngineFailure | None:
    if not isinstance(answer, (list, tuple)):
        return None
    if not all(isinstance(one, Sample) and isinstance(one.text, str) for one in answer):
        return None
    return list(answer) or EngineFailure(f"gave none of {request.sampling.n} samples")


def _logit(chat: object, answer: object) -> float | EngineFailure | None:
    return finite(answer)


def finite(answer: object) -> float | EngineFailure | None:
    """An answer as a number, or why one that is NaN or infinite is none; None for what is no number.

    >>> finite(2), finite("2"), finite(float("nan")).why
    (2.0, None, 'answered nan, which is no finite number')
    """
    try:
        number = float(answer) if hasattr(answer, "__float__") else None
    except (TypeError, ValueError):  # an array of several
        return None
    if number is None or math.isfinite(number):
        return number
    # the model's fault or the reply's: whoever asks tries a stand-in
    return EngineFailure(f"answered {number}, which is no finite number", FailureKind.bug)


def asked(
    ask: Callable[[Sequence[Item]], Sequence[Any]],
    items: Sequence[Item],
    who: str,
    read: Callable[[Item, object], Found | EngineFailure | None],
    contract: str,
    is_up: bool = False,
) -> list[Found | EngineFailure]:
    """What `ask` answers, one for each item; each alone where it raises for all.

    Args:
        ask: the engine or the model.
        items: what it is asked.
        who: the reward and the model, for messages.
        read: an item's answer as what it should be, or why it is of no use; None where it breaks the contract.
        contract: the contract, for messages.
        is_up: whether it has just answered, so that what it raises is no sign that it is down.

    Raises:
        RewardError: the contract was broken, or `ask` raised one.
    """
    if not items:
        return []
    try:
        said = ask(items)
        several = isinstance(said, Iterable) and not isinstance(said, (str, bytes, Mapping))
        answers = list(said) if several else None
    except RewardError:
        raise
    except Exception as error:  # whatever an engine raises: its batch is failed with the cause
        if len(items) == 1:
            log.debug("%s raised", who, exc_info=error)
            return [EngineFailure(one_line(f"{who} raised {type(error).__name__}: {error}{_where(error)}"))]
        return _alone(lambda item: asked(ask, [item], who, read, contract), items, is_up)
    if answers is None or len(answers) != len(items):
        came = f"{said!r:.120}" if answers is None else len(answers)
        raise RewardError(f"{who} was sent {len(items)} and returned {came}; {contract}")
    found: list[Found | EngineFailure] = []
    for at, (item, answer) in enumerate(zip(items, answers, strict=True)):
        if isinstance(answer, EngineFailure):
            found.append(answer)
            continue
        one = read(item, answer)
        if one is None:
            raise RewardError(f"{who} answered request {at} with {answer!r:.120}; {contract}")
        found.append(EngineFailure(one_line(f"{who} {one.why}"), one.kind) if isinstance(one, EngineFailure) else one)
    return found


def _where(error: Exception) -> str:
    """The file and line that raised, of an engine of one's own rather than of what is installed."""
    frames = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    own = [frame for frame in frames if "site-packages" not in frame[0].parts] or frames
    return f" ({own[-1][0].name}, line {own[-1][1]})" if own else ""


def _alone(
    ask: Callable[[Item], list[Found | EngineFailure]], items: Sequence[Item], is_up: bool
) -> list[Found | EngineFailure]:
    """Each item's answer alone; where a few of them have none the engine is taken to be down, unless it is up.

    They are spread over the batch, whose neighbours are often replies to one prompt.
    """
    last = len(items) - 1
    tried = range(len(items)) if is_up else sorted({at * last // (_ALONE - 1) for at in range(_ALONE)})
    answers = {at: ask(items[at])[0] for at in tried}
    failures = [answer for answer in answers.values() if isinstance(answer, EngineFailure)]
    is_down = not is_up and len(failures) == len(answers)
    return [
        answers[at] if at in answers else failures[-1] if is_down else ask(item)[0] for at, item in enumerate(items)
    ]
