"""`@as_reward`: a reward of a plain function, one rollout or a batch at a time."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any, cast, overload

from rewards.compose.functions import Signature, described, headline, import_path, title, written
from rewards.core.grading import row_by_row
from rewards.core.needs import Needs
from rewards.core.reward import Reward
from rewards.core.rollout import Rollout
from rewards.core.score import Score
from rewards.core.span import UNIT, Range, as_range
from rewards.core.steps import passed
from rewards.core.trl_call import A_VALUE_EACH, FOR_FUNCTIONS
from rewards.text.thinking import split

ONE: Mapping[str, Callable[[Rollout], Any]] = {
    "completion": lambda rollout: _text(rollout),
    "prompt": attrgetter("prompt"),
    "completion_ids": attrgetter("completion_ids"),
    "finish_reason": attrgetter("finish_reason"),
    "rollout": lambda rollout: rollout,
}
"""Parameters of a function for one rollout that are not columns, and what they get."""

BATCH = {"completions", "prompts", "completion_ids", "finish_reasons", "rollouts"}
"""Parameters of a function for a batch that are not columns."""

TRAINER = FOR_FUNCTIONS | A_VALUE_EACH
"""What TRL passes to a function besides. Outside of TRL a function that names it gets its default, or None."""


@dataclass(frozen=True, eq=False)
class function_reward(Reward):
    """What `as_reward` makes: a reward that calls `function`. See `as_reward`."""

    function: Callable[..., Any]
    bounds: Range = UNIT

    def __post_init__(self) -> None:
        if not (self._is_batch or {"completion", "rollout"} & set(self._signature.names)):
            raise TypeError(
                f"{headline(self.function)} takes neither completion (one at a time) nor completions (a batch); "
                "name one, and the data-set columns it reads"
            )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, function_reward):
            return NotImplemented
        return (self.function, self.bounds) == (other.function, other.bounds)

    def __hash__(self) -> int:
        return hash((self.function, self.bounds))

    @property
    def name(self) -> str:
        """The name given, else the function's."""
        return str(self.__dict__.get("_name") or title(self.function))

    @property
    def range(self) -> Range:
        """The range that `as_reward` was told."""
        return self.bounds

    @property
    def own_needs(self) -> Needs:
        """Every parameter without a default."""
        names = self._signature.required
        known = (BATCH if self._is_batch else ONE.keys()) | TRAINER
        return Needs(
            columns=names - known,
            prompt=bool(names & {"prompt", "prompts"}),
            completion_ids="completion_ids" in names,
            finish_reason=bool(names & {"finish_reason", "finish_reasons"}),
        )

    @property
    def waits(self) -> bool:
        """Whether the function is async."""
        return self._signature.is_async

    def grade(self, rollouts: Sequence[Rollout], /) -> Sequence[Score | float]:
        """Call the function for the batch, or for each rollout; an async one for all of them at once."""
        function = self.function
        if self._signature.is_async:
            return self._awaited(rollouts)
        if self._is_batch:
            return [_result(result) for result in function(**self._batch_arguments(rollouts))]
        if self._signature.names == ("completion",) and not self._signature.takes_all:
            # the commonest shape, without a dict for each row
            return row_by_row(lambda rollout: _result(function(completion=_text(rollout))), rollouts)
        return row_by_row(self.grade_one, rollouts)

    def grade_one(self, rollout: Rollout, /) -> Score | float:
        """Call the function for one rollout."""
        if self._signature.is_async:
            return self._awaited([rollout])[0]
        return _result(self.function(**self._arguments(rollout)))

    def _arguments(self, rollout: Rollout) -> dict[str, Any]:
        """What the function is called with; an optional column that is None takes its default, as data sets fill it."""
        taken = ONE.keys() if self._signature.takes_all else ONE.keys() & self._signature.names
        given = {**rollout.columns, **{name: ONE[name](rollout) for name in taken}}
        return {
            name: value
            for name, value in self._chosen(given, self._passed(FOR_FUNCTIONS & set(self._signature.names))).items()
            if value is not None or name in self._signature.required or name not in self._signature.names
        }

    def _awaited(self, rollouts: Sequence[Rollout]) -> list[Score | float]:
        from rewards.compose.awaited import awaited  # asyncio is 20 ms of `import rewards`

        if self._is_batch:
            [results] = awaited([self.function(**self._batch_arguments(rollouts))])
            return [_result(result) for result in _raised(results)]
        answers = iter(awaited([self.function(**self._arguments(rollout)) for rollout in rollouts]))
        return list(row_by_row(lambda _: _result(_raised(next(answers))), rollouts))

    def _batch_arguments(self, rollouts: Sequence[Rollout]) -> dict[str, Any]:
        names = {name: None for rollout in rollouts for name in rollout.columns}
        columns = {name: [rollout.columns.get(name) for rollout in rollouts] for name in names}
        whole = len(rollouts) == passed().get("count")
        given = self._passed(FOR_FUNCTIONS | A_VALUE_EACH if whole else FOR_FUNCTIONS)
        return self._chosen({**columns, **{name: _batch_value(rollouts, name) for name in BATCH}}, given)

    def _chosen(self, available: Mapping[str, Any], trainers: Mapping[str, Any]) -> dict[str, Any]:
        """What the function takes of what there is, and None for what only TRL could give it."""
        absent = dict.fromkeys(TRAINER & self._signature.required)
        return {**absent, **self._signature.chosen({**available, **trainers})}

    def _passed(self, names: Set[str]) -> Mapping[str, Any]:
        """What TRL passed of this to the call under way."""
        return {name: value for name, value in passed().items() if name in names and value is not None}

    @cached_property
    def _signature(self) -> Signature:
        return Signature(self.function)

    @cached_property
    def _is_batch(self) -> bool:
        names = set(self._signature.names)
        alone = "completion_ids" in names and not {"completion", "rollout"} & names  # as TRL's functions of lengths
        return alone or bool({"completions", "rollouts"} & names)

    def identity(self) -> str:
        """The function's name and what its scores depend on, so that an edit changes the fingerprint."""
        return f"{self._call()} {described(self.function)}"

    def _call(self) -> str:
        ends = ", ".join(repr(end) if math.isfinite(end) else f"float('{end}')" for end in self.bounds)
        span = "" if self.bounds == UNIT else f", range=({ends})"
        return f"as_reward({written(self.function)}{span})"

    def __getstate__(self) -> dict[str, Any]:
        cached = ("_signature", "_is_batch")
        return {key: value for key, value in super().__getstate__().items() if key not in cached}

    def __reduce__(self) -> tuple[Any, ...]:
        state = self.__getstate__()
        path = import_path(state.pop("function"))
        return (_rebuild, (path or self.function, tuple(state.pop("bounds")), state))


def _text(rollout: Rollout) -> str:
    completion = rollout.completion
    return completion if isinstance(completion, str) else split(completion).text


def _batch_value(rollouts: Sequence[Rollout], name: str) -> Sequence[Any]:
    if name == "rollouts":
        return rollouts
    field = {"completions": "completion", "prompts": "prompt", "finish_reasons": "finish_reason"}.get(name, name)
    return [getattr(rollout, field) for rollout in rollouts]


def _result(result: object) -> Score | float:
    """A function's None is TRL's: the reward does not apply to this row."""
    return Score.skip("the function returned None") if result is None else cast("Score | float", result)


def _raised(result: Any) -> Any:
    """What was awaited; where that was an exception, raise it."""
    if isinstance(result, Exception):
        raise result
    if isinstance(result, BaseException):  # a cancellation must not pass for one of the trainer's own
        raise RuntimeError(f"the async function was stopped by {type(result).__name__}")
    return result


def _rebuild(
    where: tuple[str, str] | Callable[..., Any], bounds: tuple[float, float], state: dict[str, Any]
) -> function_reward:
    """A pickled reward: its function, or the import path where it stands, a decorated one as the reward itself."""
    function: Any = where
    if isinstance(where, tuple):
        function = attrgetter(where[1])(importlib.import_module(where[0]))
        function = function.function if isinstance(function, function_reward) else function
    made = function_reward(function, Range(*bounds))
    made.__dict__.update(state)
    return made


@overload
def as_reward(
    function: Callable[..., Any], /, *, range: tuple[float, float] = UNIT, name: str | None = None
) -> function_reward: ...
@overload
def as_reward(
    function: None = None, /, *, range: tuple[float, float] = UNIT, name: str | None = None
) -> Callable[[Callable[..., Any]], function_reward]: ...


def as_reward(
    function: Callable[..., Any] | None = None,
    /,
    *,
    range: tuple[float, float] = UNIT,  # noqa: A002  # the word users know from `reward.range`
    name: str | None = None,
) -> Any:
    """Make a reward of a plain function.

    A function with a parameter `completion` (text) is called for one rollout at a time and may also take `prompt`,
    `completion_ids`, `finish_reason` or the whole `rollout`. One with `completions`, or with `completion_ids` alone,
    is called for a batch, with lists, as TRL does. Every other parameter is a data-set column; one with a default is
    optional. What is a setting and no column is bound first: `as_reward(functools.partial(function, max_words=50))`.

    An async function is called for all rollouts at once, on an event loop that stays the same between calls, so that a
    client session may be kept; how many requests go out at a time is for the function to bound.

    Args:
        function: returns a number, a `Score`, or None where it does not apply to the data row.
        range: (low, high), the function's range. A value outside is a failure, so that a reward's weight means what
            it says.
        name: what logs call it, by default the function's name.

    Raises:
        TypeError: one that takes no completion.

    >>> @as_reward
    ... def brevity(completion, *, max_words=4):
    ...     return max(0.0, 1 - len(completion.split()) / max_words)
    >>> brevity(completions=["one two"])
    [0.5]
    >>> brevity(completions=["one two"], max_words=[8])
    [0.75]
    """
    span = as_range(range)

    def make(inner: Callable[..., Any]) -> function_reward:
        if isinstance(inner, function_reward):  # so that `repr` of a decorated function builds it again
            made = inner if span == UNIT else inner._with("bounds", span)
        else:
            made = function_reward(inner, span)
        return made.named(name) if name else made

    return make if function is None else make(function)
