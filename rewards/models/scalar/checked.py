"""Models that answer with numbers, held to their contract as engines are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rewards.models.engines import EngineFailure
from rewards.models.engines.checked import asked, check_kind, finite
from rewards.models.scalar.contract import Chat, Comparison, LogprobModel, PairModel, Solution, StepModel

_STEPS = "steps() gives one number in [0, 1] for each step of each solution, in order, or an EngineFailure"
_PAIRS = "preferences() gives one number for each comparison, in order, or an EngineFailure"
_LOGPROBS = "token_logprobs() gives a list of numbers, 0 or less, for each chat, in order, or an EngineFailure"
_ROUNDING = 1e-3
"""How far beyond its end a number may lie that was computed in 16 bits."""


def check_model(owner: str, argument: str, model: object, protocol: type, such_as: str) -> None:
    """Refuse what is no model of a kind.

    Args:
        owner: the reward.
        argument: what it is called there.
        model: what was given.
        protocol: `StepModel`, `PairModel` or `LogprobModel`.
        such_as: what would do, for the message.

    Raises:
        TypeError: saying what one is.
    """
    wanted = f"a {protocol.__name__}, with a name and {_METHODS[protocol]}, such as {such_as}"
    check_kind(model, protocol, f"{owner}: {argument} is {wanted}")


_METHODS: Mapping[type, str] = {
    StepModel: "steps(solutions)",
    PairModel: "preferences(comparisons)",
    LogprobModel: "token_logprobs(chats)",
}


def steps_of(model: StepModel, owner: str, solutions: Sequence[Solution]) -> list[Sequence[float] | EngineFailure]:
    """What a process reward model says of each step of each solution, looked at before it is used.

    Raises:
        RewardError: it broke its contract, or raised one.
    """
    return asked(model.steps, solutions, f"{owner}: model {model.name!r}", _steps, _STEPS)


def preferences_of(model: PairModel, owner: str, comparisons: Sequence[Comparison]) -> list[float | EngineFailure]:
    """The logit of each comparison, looked at before it is used.

    Raises:
        RewardError: the model broke its contract, or raised one.
    """
    who = f"{owner}: model {model.name!r}"
    return asked(model.preferences, comparisons, who, lambda _, answer: finite(answer), _PAIRS)


def logprobs_of(model: LogprobModel, owner: str, chats: Sequence[Chat]) -> list[Sequence[float] | EngineFailure]:
    """The log-probability of each token of each chat's last message, looked at before it is used.

    Raises:
        RewardError: the model broke its contract, or raised one.
    """
    return asked(model.token_logprobs, chats, f"{owner}: model {model.name!r}", _logprobs, _LOGPROBS)


def _steps(solution: Solution, answer: object) -> Sequence[float] | EngineFailure | None:
    numbers = _numbers(answer)
    if numbers is None or isinstance(numbers, EngineFailure):
        return numbers
    if len(numbers) != len(solution.steps) or any(not -_ROUNDING <= one <= 1 + _ROUNDING for one in numbers):
        return None
    return [min(max(one, 0.0), 1.0) for one in numbers]


def _logprobs(chat: Chat, answer: object) -> Sequence[float] | EngineFailure | None:
    numbers = _numbers(answer)
    if numbers is None or isinstance(numbers, EngineFailure):
        return numbers
    return None if any(one > _ROUNDING for one in numbers) else numbers


def _numbers(answer: object) -> list[float] | EngineFailure | None:
    """A list of finite numbers, why it is of no use, or None where it is none."""
    if not isinstance(answer, Iterable) or isinstance(answer, (str, bytes, Mapping)):
        return None
    try:
        found = [finite(one) for one in answer]
    except TypeError:  # an array without dimensions says that it can be gone through
        return None
    if None in found:
        return None
    useless = next((one for one in found if isinstance(one, EngineFailure)), None)
    return useless or [one for one in found if isinstance(one, float)]
