"""Arguments held against their ranges when something is made, so that a mistake shows at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any


def check(made: object, /, **good: bool) -> None:
    """Refuse the first argument that is not good.

    Args:
        made: what was made of the arguments, under their names.
        good: for each argument whether it is in its range.

    Raises:
        ValueError: names the class, the argument and the value.

    >>> from types import SimpleNamespace
    >>> check(SimpleNamespace(k=0), k=False)
    Traceback (most recent call last):
        ...
    ValueError: SimpleNamespace: k=0 is out of range; see help(SimpleNamespace)
    """
    for name, is_good in good.items():
        if not is_good:
            kind = type(made).__name__
            raise ValueError(f"{kind}: {name}={getattr(made, name)!r} is out of range; see help({kind})")


def check_choices(made: object, /, **choices: Collection[str]) -> None:
    """Refuse the first argument that is none of its choices.

    Args:
        made: what was made of the arguments, under their names.
        choices: for each argument what it may be.

    Raises:
        ValueError: names the class, the argument, the value and the choices.

    >>> from types import SimpleNamespace
    >>> check_choices(SimpleNamespace(scale="avg"), scale=("mean", "sum"))
    Traceback (most recent call last):
        ...
    ValueError: SimpleNamespace: scale='avg' is out of range; it is one of 'mean', 'sum'
    """
    for name, known in choices.items():
        if getattr(made, name) not in known:
            said = f"{type(made).__name__}: {name}={getattr(made, name)!r} is out of range"
            raise ValueError(f"{said}; it is one of {', '.join(map(repr, known))}")


def as_tuple(given: object) -> tuple[Any, ...]:
    """Several things as a tuple, and one that was given bare as the only one in it.

    >>> as_tuple(["a", "b"]), as_tuple("Is it kind?")
    (('a', 'b'), ('Is it kind?',))
    """
    return tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else (given,)
