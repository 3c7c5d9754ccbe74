"""Engines and scoring models held to their contract: one that breaks it is named, one that raises costs no batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rewards.core import Message, RewardError
from rewards.models.engines.contract import Answer, Engine, EngineFailure, Request, Sample, ScoringModel
from rewards.models.engines.trouble import one_line

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
    if isinstance(engine, type) or not isinstance(engine, Engine):
        raise TypeError(
            f"{owner} takes an engine, with a name and generate(requests), such as openai_engine(…) or vllm_engine(…); "
            f"got {_shown(engine)}"
        )


def check_scores(owner: str, argument: str, model: object) -> None:
    """Refuse what gives no logits.

    Raises:
        TypeError: saying what does.
    """
    if isinstance(model, type) or not isinstance(model, ScoringModel):
        raise TypeError(
            f"{owner}: {argument} is a model that gives raw logits, with a name and logits(chats), such as "
            f"transformers_scores(…) or vllm_scores(…); got {_shown(model)}"
        )


def _shown(given: object) -> str:
    return f"the class {given.__name__}: call it" if isinstance(given, type) else f"{given!r:.200}"


@dataclass(frozen=True)
class CheckedEngine:
    """An engine whose answers are looked at before they are used.

    Where it raises for a batch its requests are asked alone, so that one that it can't take costs no other; what it
    raises for one is an `EngineFailure`.

    Args:
        engine: runs the model.
        owner: the reward that asks.

    Raises:
        RewardError: it broke the contract, or raised one.
    """

    engine: Engine
    owner: str

    @property
    def name(self) -> str:
        """The model, for fingerprints and logs."""
        return self.engine.name

    def generate(self, requests: Sequence[Request], /) -> list[Answer]:
        """One answer for each request."""
        return _asked(self.engine.generate, requests, f"{self.owner}: engine {self.name!r}", _is_answer, _ENGINE)


@dataclass(frozen=True)
class CheckedScores:
    """The same for a scoring model.

    Args:
        model: gives logits.
        owner: the reward that asks.

    Raises:
        RewardError: it broke the contract, or raised one.
    """

    model: ScoringModel
    owner: str

    @property
    def name(self) -> str:
        """The model, for fingerprints and logs."""
        return self.model.name

    def logits(self, chats: Sequence[Sequence[Message]], /) -> list[float | EngineFailure]:
        """The logit of each chat."""
        return _asked(self.model.logits, chats, f"{self.owner}: model {self.name!r}", _is_logit, _SCORES)


def _is_answer(answer: object) -> bool:
    if isinstance(answer, (list, tuple)):
        return all(isinstance(one, Sample) and isinstance(one.text, str) for one in answer)
    return isinstance(answer, EngineFailure)


def _is_logit(answer: object) -> bool:
    return isinstance(answer, EngineFailure) or hasattr(answer, "__float__")


def _asked(
    ask: Callable[[Sequence[Item]], Sequence[Found | EngineFailure]],
    items: Sequence[Item],
    who: str,
    is_good: Callable[[object], bool],
    contract: str,
) -> list[Found | EngineFailure]:
    """What `ask` answers, one for each item; each alone where it raises for all."""
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
            return [EngineFailure(one_line(f"{who} raised {type(error).__name__}: {error}"))]
        return _alone(lambda item: _asked(ask, [item], who, is_good, contract), items)
    if answers is None or len(answers) != len(items):
        came = f"{said!r:.120}" if answers is None else len(answers)
        raise RewardError(f"{who} was sent {len(items)} and returned {came}; {contract}")
    for at, answer in enumerate(answers):
        if not is_good(answer):
            raise RewardError(f"{who} answered request {at} with {answer!r:.120}; {contract}")
    return answers


def _alone(ask: Callable[[Item], list[Found | EngineFailure]], items: Sequence[Item]) -> list[Found | EngineFailure]:
    answers = [answer for item in items[:_ALONE] for answer in ask(item)]
    if all(isinstance(answer, EngineFailure) for answer in answers):
        return answers + answers[-1:] * (len(items) - len(answers))
    return answers + [answer for item in items[_ALONE:] for answer in ask(item)]
