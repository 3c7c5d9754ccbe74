"""What an answer can be read as."""

from __future__ import annotations

from dataclasses import dataclass, field

from rewards.rules.maths.tree import Node
from rewards.rules.maths.units import Unit


@dataclass(frozen=True, slots=True)
class Reading:
    """The base of all readings.

    Args:
        source: the tidied text it was read from.
    """

    source: str


@dataclass(frozen=True, slots=True)
class Value(Reading):
    """A number or an expression, perhaps with a unit; `plain` is the reading where its letter is no unit."""

    node: Node
    unit: Unit | None = None
    plain: Node | None = None


@dataclass(frozen=True, slots=True)
class Labelled(Reading):
    r"""A value with a name on its left: `x = 5`, `T(10) = 2`, `x \\in S`, `chickens: 9`.

    Args:
        label: the name; empty where there is none and only parameters are declared.
        inner: the value.
        parameters: the arguments of a function, in their order.
        equation: the whole as an equation, where it is one.
        declared: symbols that were said to run through a set, each with the name of that set.
    """

    label: str
    inner: Reading
    parameters: tuple[str, ...] = ()
    equation: Relation | None = None
    declared: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Relation(Reading):
    """Expressions with relation signs between them: `x^2 + y^2 = 1`, `0 < x <= 1`."""

    sides: tuple[Node, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conditions(Reading):
    """Several relations that hold together (`and`), of which one does (`or`), or that only commas join (`,`)."""

    parts: tuple[Reading, ...]
    joined_by: str


@dataclass(frozen=True, slots=True)
class Items(Reading):
    """Several answers: a bare `list`, a `set` in braces, a `tuple` or a list in square `brackets`."""

    kind: str
    items: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Interval(Reading):
    """An interval; infinite ends are open."""

    low: Node
    high: Node
    low_open: bool
    high_open: bool


@dataclass(frozen=True, slots=True)
class Sets(Reading):
    """Sets joined by `cup`, `cap` or `minus`; or a named set such as `R`."""

    operator: str
    parts: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Matrix(Reading):
    """Rows of entries; `determinant` where bars stand around them."""

    rows: tuple[tuple[Reading, ...], ...]
    determinant: bool = False


@dataclass(frozen=True, slots=True)
class Ratio(Reading):
    """Parts with colons between them."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Moment(Reading):
    """A time of day in minutes and seconds since midnight, or a date; `half` is am, pm or empty."""

    date: tuple[int | None, int | None, int | None] | None = None
    clock: tuple[int, int, int] | None = None
    half: str = ""
    weekday: str = ""


@dataclass(frozen=True, slots=True)
class Based(Reading):
    """Digits with a base written under them."""

    digits: str
    base: int


@dataclass(frozen=True, slots=True)
class Choice(Reading):
    """One or more letters of a multiple choice, with the text that stood behind the letter."""

    letters: str
    behind: Reading | None = None


@dataclass(frozen=True, slots=True)
class Nothing(Reading):
    """The empty set, no solution, does not exist."""


@dataclass(frozen=True, slots=True)
class Words(Reading):
    """Text: the words that count, in lower case."""

    words: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Cases(Reading):
    """A function given piece by piece: values with their conditions."""

    branches: tuple[tuple[Reading, Reading | None], ...]


@dataclass(frozen=True, slots=True)
class Congruence(Reading):
    r"""Residues of one modulus, perhaps of something named: `x \equiv 1, 3 \pmod 4`; or all residues but these."""

    label: str
    residues: tuple[Node, ...]
    modulus: Node
    negated: bool = False
