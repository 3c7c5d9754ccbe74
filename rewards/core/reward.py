"""`Reward`, the base class of everything that scores rollouts."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, cast, runtime_checkable

from rewards.core.batch import Batch, Rows
from rewards.core.grading import check_needs, graded, row_by_row
from rewards.core.needs import NO_NEEDS, Needs
from rewards.core.rollout import Rollout, Text
from rewards.core.score import NOTHING, Score
from rewards.core.span import UNIT, Range

if TYPE_CHECKING:
    from rewards.core.asynchronous import AsyncReward
    from rewards.core.weighted_sum import weighted_sum


@runtime_checkable
class RewardFn(Protocol):
    """Anything that scores rollouts. TRL can call it as it is."""

    @property
    def __name__(self) -> str:
        """What trainers and logs call it."""

    def score(self, rollouts: Sequence[Rollout], /) -> list[Score]:
        """One score for each rollout, in order."""

    def __call__(
        self, /, *, completions: Sequence[Text], prompts: Sequence[Text] | None = None, **columns: Any
    ) -> list[float | None]:
        """TRL's own call: the value for each completion, None where it is unscored."""


class Reward:
    """The base class of rewards: write `grade_one` (a rollout) or `grade` (a batch), and get the rest.

    The rest is the TRL call, naming, pickling, composition with `+` and `*`, `explain`, and failures kept apart from
    wrong answers. Make subclasses frozen dataclasses, so that they print as the call that made them:

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class ends_with(Reward):
    ...     suffix: str = "."
    ...     def grade_one(self, rollout):
    ...         return rollout.completion.endswith(self.suffix)
    >>> ends_with("!")
    ends_with('!')
    >>> ends_with()(completions=["Yes.", "No"])
    [1.0, 0.0]
    """

    label: ClassVar[str] = ""
    """What logs call this reward; the class's name where empty."""

    measures: ClassVar[tuple[str, ...]] = ()
    """Numbers in a score's `data` that are logged beside the value, as `…/NAME`."""

    splits_rows: ClassVar[bool] = False
    """Whether each part serves some data rows only, so that a batch may lack what a part needs."""

    __array_ufunc__ = None  # so that `numpy.float64(0.5) * reward` comes to `__rmul__`

    def __new__(cls, *_: Any, **arguments: Any) -> Self:
        """Make a reward; a trainer that was given the class in place of one is told so."""
        if "completions" in arguments:
            raise TypeError(f"{cls.__name__} is a class that makes rewards; give the trainer {cls.__name__}(…)")
        return super().__new__(cls)

    def __init_subclass__(cls) -> None:
        if "score" in cls.__dict__:
            raise TypeError(
                f"{cls.__name__} defines score, which checks columns and turns exceptions into failures; "
                "define grade (a batch) or grade_one (a rollout) instead"
            )
        if "__repr__" not in cls.__dict__:  # else @dataclass writes one, which knows nothing of names
            cls.__repr__ = cls.__repr__  # type: ignore[method-assign]

    # What a subclass says of itself.

    @property
    def needs(self) -> Needs:
        """What this reward and its parts need of a rollout."""
        needs = self.own_needs
        for child in self.children.values():
            needs |= child.needs
        return needs

    @property
    def own_needs(self) -> Needs:
        """What this reward needs itself, its parts apart."""
        return NO_NEEDS

    @property
    def range(self) -> Range:
        """The lowest and the highest value; [0, 1] unless a subclass says otherwise."""
        return UNIT

    @property
    def waits(self) -> bool:
        """Whether it spends its time waiting for another process, so that it is worth a thread of its own."""
        return any(child.waits for child in self.children.values())

    @property
    def children(self) -> Mapping[str, Reward]:
        """The parts it is made of, by name."""
        return NOTHING

    def grade(self, rollouts: Sequence[Rollout], /) -> Sequence[Score | float]:
        """Grade a batch. All rollouts have what `own_needs` names. Exceptions become failures of kind `bug`."""
        return row_by_row(self.grade_one, rollouts)

    def grade_one(self, rollout: Rollout, /) -> Score | float:
        """Grade one rollout, where one does not depend on another."""
        raise TypeError(f"{type(self).__name__} must define grade_one(self, rollout) or grade(self, rollouts)")

    # What a subclass gets.

    @property
    def name(self) -> str:
        """What logs call this reward: the name given by `named`, else its label."""
        return str(self.__dict__.get("_name") or self.label or type(self).__name__)

    @property
    def __name__(self) -> str:
        return self.name

    def named(self, name: str) -> Self:
        """A copy under another name. Names are labels: they change logs, never scores.

        Raises:
            ValueError: for an empty name or one with a slash, which log keys use.
        """
        if not name or "/" in name:
            raise ValueError(f"a reward's name must be text without '/', got {name!r}")
        return self._with("_name", name)

    def score(self, rollouts: Sequence[Rollout], /) -> list[Score]:
        """One score for each rollout, in order. Subclasses write `grade`, not this.

        Raises:
            MissingColumn: a needed column is absent from every row.
            UnmetNeed: a needed input is absent from every row.
            BrokenReward: two rows or more, and every one failed with a bug.
            TypeError: something that is no `Rollout`.
        """
        for rollout in rollouts:
            if not isinstance(rollout, Rollout):
                raise TypeError(
                    f"score takes Rollouts, got {rollout!r:.80}; write Rollout(completion, prompt, columns)"
                )
        if not rollouts:
            return []  # a rank on which no group begins
        check_needs(self, rollouts)
        batch = Batch(rollouts)
        return list(batch.scores(self, batch.rows))

    def grade_rows(self, batch: Batch, rows: Rows, /) -> list[Score]:
        """The scores of some rows of a batch; composites ask their parts here."""
        chosen = batch.rollouts if rows is batch.rows else [batch.rollouts[row] for row in rows]
        return graded(self, chosen, batch.rollouts)

    def __call__(
        self,
        /,
        *misplaced: object,
        completions: Sequence[Text] | None = None,
        prompts: Sequence[Text] | None = None,
        completion_ids: Sequence[Sequence[int]] | None = None,
        **columns: Any,
    ) -> list[float | None]:
        """TRL's own call: columns as lists of one value a completion. None means unscored, and the log says why."""
        if misplaced or completions is None:
            raise TypeError(
                f"{self.name} is called as TRL calls it, {self.name}(completions=[…], column=[…]); for one "
                f"completion there is {self.name}.explain(text, column=…). Settings are given where a reward is made: "
                "a class's arguments, or as_reward(functools.partial(function, setting=…))"
            )
        from rewards.core.trl_call import call

        return call(
            self,
            {"completions": completions, "prompts": prompts, "completion_ids": completion_ids, **columns},
        )

    def explain(
        self,
        completion: Text | Rollout,
        /,
        prompt: Text | None = None,
        completion_ids: Sequence[int] | None = None,
        finish_reason: str | None = None,
        **columns: Any,
    ) -> str:
        """One rollout's arithmetic as text.

        >>> from rewards.core.reward import _example
        >>> print(_example().explain("", solution="4"))
        0 = example: wrote ''
        """
        from rewards.core.explain import explain

        rollout = completion
        if not isinstance(rollout, Rollout):
            rollout = Rollout(rollout, prompt, columns, completion_ids, finish_reason)
        return explain(self, self.score([rollout])[0])

    def equation(self, score: Score, /) -> str:
        """How a composite's value came about, in numbers, for `explain`; empty for a single reward."""
        return ""

    def as_async(self) -> AsyncReward:
        """The same reward with an async call, for trainers that await their rewards."""
        from rewards.core.asynchronous import AsyncReward

        return AsyncReward(self)

    def with_max_unscored(self, share: float) -> Self:
        """A copy that raises `TooManyUnscored` when more than `share` of recent rollouts failed (0.5 by default).

        Counted over the last 1,024 rollouts of a trainer's calls, once there were 64; skipped ones are not failed.
        It speaks for the outermost reward, the one the trainer calls.
        """
        if not 0 <= share <= 1:
            raise ValueError(f"max_unscored is a share between 0 and 1, got {share!r}")
        return self._with("_max_unscored", float(share))

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits that differ when the reward's source, its arguments or this library's version do."""
        from rewards.core.fingerprint import fingerprint

        return fingerprint(self.identity())

    def identity(self) -> str:
        """The text behind the fingerprint: the call that makes this reward, and what that call can't show."""
        from rewards.core.fingerprint import held, own_source, settings

        own = own_source(type(self))  # of this library's classes the version says it
        told = "" if is_dataclass(self) else settings(self)  # a dataclass says them in its call
        inside = filter(None, (held(value) for name, value in vars(self).items() if not name.startswith("_")))
        return " ".join([self._call(), own, str(told), *inside, *(c.identity() for c in self.children.values())])

    def __repr__(self) -> str:
        given, share = self.__dict__.get("_name"), self.__dict__.get("_max_unscored")
        name = f".named({given!r})" if given else ""
        guard = f".with_max_unscored({share!r})" if share is not None else ""
        text = self._call()
        return f"({text}){name}{guard}" if self._is_infix() and (name or guard) else f"{text}{name}{guard}"

    def dotted(self) -> str:
        """Its text, in brackets where a dot could not follow it."""
        text = repr(self)
        return f"({text})" if self._is_infix() and text == self._call() else text

    def _is_infix(self) -> bool:
        """Whether `_call` gives an expression with operators, which needs brackets before a dot or a weight."""
        return False

    def _call(self) -> str:
        """The call that makes this reward; arguments at their defaults are left out."""
        arguments = []
        own: tuple[Field[Any], ...] = fields(self) if is_dataclass(self) else ()
        for position, f in enumerate(own):
            value = getattr(self, f.name)
            default = f.default_factory() if f.default_factory is not MISSING else f.default
            if type(value) is int and type(default) is float:  # 2 for 2.0 is the same call
                value = float(value)
            if f.init and f.repr and not (default is not MISSING and _equal(value, default)):
                bare = position == 0 and not f.kw_only
                arguments.append(repr(value) if bare else f"{f.name}={value!r}")
        return f"{type(self).__name__}({', '.join(arguments)})"

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key not in _OF_THIS_OBJECT}

    def __copy__(self) -> Self:
        other = object.__new__(type(self))
        other.__dict__.update(self.__getstate__())
        return other

    def _with(self, key: str, value: object) -> Self:
        other = copy.copy(self)
        other.__dict__[key] = value
        return other

    # Composition.

    def __add__(self, other: object) -> weighted_sum:
        from rewards.core.weighted_sum import add

        return add(self, other, 1.0)

    def __radd__(self, other: object) -> Reward:
        return self if isinstance(other, (int, float)) and other == 0 else self + other  # sum([...]) starts from 0

    def __sub__(self, other: object) -> weighted_sum:
        from rewards.core.weighted_sum import add

        return add(self, other, -1.0)

    __rsub__ = __add__  # a reward on the left has its own; what is left is refused alike

    def __neg__(self) -> weighted_sum:
        return self * -1.0

    def __mul__(self, weight: object) -> weighted_sum:
        from rewards.core.weighted_sum import times

        return times(self, weight)

    __rmul__ = __mul__

    def __truediv__(self, divisor: object) -> weighted_sum:
        if isinstance(divisor, (Reward, str)) or not divisor:
            raise TypeError(f"a reward divides by a number other than 0, got {divisor!r}; for a condition use gate()")
        return self * (1.0 / cast(float, divisor))


_OF_THIS_OBJECT = frozenset({"_guard", "_tally", "_announced"})
"""What a reward has seen itself, which its copies start without."""


def _equal(a: object, b: object) -> bool:
    """Equality of an argument and its default, type included: 1 is not True, and an array is not its default."""
    try:
        return type(a) is type(b) and bool(a == b)
    except Exception:  # arrays compare elementwise; then print the argument
        return False


def _example() -> Reward:
    """A reward for doctests."""

    class example(Reward):
        def grade_one(self, rollout: Rollout, /) -> Score:
            return Score(0.0, f"wrote {rollout.completion!r}")

    return example()
