"""What a plain function takes, what it is called, where it can be imported from, and what its scores depend on."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from rewards.core.fingerprint import source

Function = Callable[..., Any]


class Signature:
    """The keywords that a function takes.

    Args:
        function: the function.

    Attributes:
        names: all of them, in order.
        required: those without a default.
        takes_all: whether it ends in `**kwargs`.
        is_async: whether calling it gives a coroutine.

    Raises:
        TypeError: it takes arguments by position only.
    """

    def __init__(self, function: Function) -> None:
        parameters = inspect.signature(function).parameters.values()
        kinds = {parameter.kind for parameter in parameters}
        self.is_async = inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
            getattr(function, "__call__", None)  # noqa: B004
        )
        if inspect.Parameter.POSITIONAL_ONLY in kinds or inspect.Parameter.VAR_POSITIONAL in kinds:
            raise TypeError(f"as_reward passes keywords; {headline(function)} takes arguments by position only")
        self.takes_all = inspect.Parameter.VAR_KEYWORD in kinds
        keywords = [p for p in parameters if p.kind is not inspect.Parameter.VAR_KEYWORD]
        self.names = tuple(parameter.name for parameter in keywords)
        self.required = frozenset(parameter.name for parameter in keywords if parameter.default is parameter.empty)

    def chosen(self, available: Mapping[str, Any]) -> dict[str, Any]:
        """What the function takes of what there is."""
        if self.takes_all:
            return dict(available)
        return {name: available[name] for name in self.names if name in available}


def title(function: Function) -> str:
    """What a function is called."""
    return title(function.func) if isinstance(function, partial) else getattr(function, "__name__", _type(function))


def headline(function: Function) -> str:
    """A function's name and signature, for messages."""
    return f"{title(function)}{inspect.signature(function)}"


def written(function: Function) -> str:
    """How a function is written in a call: its name, and what a partial has bound."""
    if not isinstance(function, partial):
        return title(function)
    bound = [*map(repr, function.args), *(f"{name}={value!r}" for name, value in function.keywords.items())]
    return f"partial({', '.join([written(function.func), *bound])})"


def import_path(function: Function) -> tuple[str, str] | None:
    """The module and dotted name under which a function is found; None where another object, or none, stands there.

    A decorated function stands there as the reward that was made of it.
    """
    module, path = getattr(function, "__module__", None), getattr(function, "__qualname__", None)
    if not module or not path:
        return None
    found: Any = sys.modules.get(module)
    for name in path.split("."):
        found = getattr(found, name, None)
    return (module, path) if found is function or getattr(found, "function", None) is function else None


def described(function: Function) -> str:
    """What a function's scores depend on, as text: its source and its module's, what it closes over, what is bound."""
    if isinstance(function, partial):
        return f"{written(function)} {described(function.func)}"
    if inspect.ismethod(function):
        return f"{described(function.__func__)} {_state(function.__self__)}"
    if inspect.isfunction(function):
        closed = [cell.cell_contents for cell in function.__closure__ or () if _is_filled(cell)]
        return f"{source(function)} {function.__defaults__} {function.__kwdefaults__} {closed}"
    return f"{source(type(function))} {_state(function)}"


def _state(thing: Any) -> str:
    return f"{_type(thing)} {sorted(vars(thing).items()) if hasattr(thing, '__dict__') else repr(thing)}"


def _type(thing: Any) -> str:
    return type(thing).__name__


def _is_filled(cell: Any) -> bool:
    try:
        _ = cell.cell_contents
    except ValueError:  # a name that is assigned later
        return False
    return True
