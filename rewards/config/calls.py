"""The call that a table stands for: its keys held against the signature, its values against the annotations."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from typing import Any, get_type_hints

from rewards.config.registry import Unknown, did_you_mean
from rewards.config.values import Mismatch, fitted
from rewards.core.errors import RewardError

Parameter = inspect.Parameter


class BadCall(Exception):
    """Arguments that a class or function does not take; the message says which, and what it takes."""


def called(target: Callable[..., Any], arguments: Mapping[str, Any], beside: Sequence[str] = ()) -> Any:
    """Call `target` with the arguments of a table.

    A parameter such as `*rewards` takes a list under its name.

    Args:
        target: what is called.
        arguments: its keywords.
        beside: keys that the table may have besides, for the hint at a slip of the pen.

    Raises:
        BadCall: an argument that is unknown, missing, of the wrong type or refused by the target itself.
    """
    signature = _signature(target)
    parameters = signature.parameters if signature else {}
    shown = usage(target)
    hints = _hints(target)
    positional: list[Any] = []
    keywords: dict[str, Any] = {}
    if signature is not None:
        _check_names(target, parameters, arguments, shown, beside)
    for name, value in arguments.items():
        parameter = parameters.get(name)
        kind = parameter.kind if parameter else Parameter.KEYWORD_ONLY
        annotation = hints.get(name, Any)
        if kind is Parameter.VAR_POSITIONAL:
            if not isinstance(value, list):
                raise BadCall(f"{name} takes a list, got {_quoted(value)}; it is {shown}")
            positional += [_fit(target, f"{name}[{i}]", item, annotation, shown) for i, item in enumerate(value, 1)]
        elif kind is Parameter.POSITIONAL_ONLY:
            positional.append(_fit(target, name, value, annotation, shown))
        else:
            keywords[name] = _fit(target, name, value, annotation, shown)
    try:
        return target(*positional, **keywords)
    except (TypeError, ValueError, RewardError, ImportError, OSError) as error:
        in_toml = " (in TOML: name = '…')" if ".named(" in str(error) else ""
        raise BadCall(f"{title(target)}: {error}{in_toml}") from error


def takes(target: Any, name: str) -> bool:
    """Whether `target` has a parameter of this name."""
    signature = _signature(target)
    return signature is not None and name in signature.parameters


def title(target: Any) -> str:
    """What to call a class or function in messages."""
    return str(getattr(target, "__name__", type(target).__name__))


def usage(target: Any) -> str:
    """The call of a class or function as people write it.

    >>> usage(usage)
    'usage(target: Any)'
    """
    signature = _signature(target)
    if signature is None:
        return f"{title(target)}(…)"
    own = [
        p.replace(annotation=_Words(p.annotation)) if p.annotation is not p.empty else p
        for p in signature.parameters.values()
    ]
    return f"{title(target)}{inspect.Signature(own)}"


class _Words:
    """An annotation that prints as it was written, without quotes."""

    def __init__(self, annotation: Any) -> None:
        self._text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)

    def __repr__(self) -> str:
        return self._text


def _signature(target: Any) -> inspect.Signature | None:
    try:
        return inspect.signature(target)
    except (TypeError, ValueError):  # written in C
        return None


def _check_names(
    target: Any, parameters: Mapping[str, Parameter], given: Mapping[str, Any], shown: str, beside: Sequence[str]
) -> None:
    open_ended = any(p.kind is Parameter.VAR_KEYWORD for p in parameters.values())
    known = [p.name for p in parameters.values() if p.kind is not Parameter.VAR_KEYWORD]
    for name in given:
        if name not in known and not open_ended:
            hint = did_you_mean(name, [*known, *beside])
            raise BadCall(f"{title(target)} has no argument {name!r}{f'; {hint}' if hint else '.'} It is {shown}")
    optional = (Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL)
    for p in parameters.values():
        if p.default is Parameter.empty and p.kind not in optional and p.name not in given:
            raise BadCall(f"{title(target)} needs {p.name!r}. It is {shown}")


def _fit(target: Any, name: str, value: Any, annotation: Any, shown: str) -> Any:
    try:
        return fitted(value, annotation)
    except Mismatch as error:
        raise BadCall(f"{name} takes {error.expected}, got {_quoted(value)}. It is {shown}") from None
    except Unknown as error:
        raise BadCall(f"{name}: {error}") from None


def _hints(target: Any) -> Mapping[str, Any]:
    """The annotations of the parameters; none where they name what can't be imported here."""
    found: dict[str, Any] = {}
    sources: list[Any] = [target] if is_dataclass(target) else []
    sources.append(getattr(target, "__init__", target) if isinstance(target, type) else target)
    for source in sources:
        try:
            found.update(get_type_hints(source))
        except Exception:  # a name known to type checkers only, or a callable without annotations
            continue
    return found


def _quoted(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
