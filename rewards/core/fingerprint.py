"""Twelve hex digits that tell two rewards apart, the same in every process."""

from __future__ import annotations

import hashlib
import inspect
import re
from tokenize import TokenError
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from rewards.core.version import VERSION

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def fingerprint(identity: str) -> str:
    """The digits of a text and of this library's version; memory addresses in the text count for nothing."""
    text = _ADDRESS.sub("", f"{VERSION} {identity}")
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:12]


def source(thing: Any) -> str:
    """The source of a function or class and of all that stands in its module, else its bytecode; else its name.

    The module counts because scores hang on the constants and functions that it reads there. What is imported from
    other modules does not.
    """
    code = getattr(thing, "__code__", None)
    bare = repr(thing) if code is None else f"{code.co_code.hex()} {code.co_consts} {code.co_names}"
    return f"{_written(thing) or bare} {_written(inspect.getmodule(thing))}"


def _written(thing: Any) -> str:
    try:
        return inspect.getsource(thing)
    except (OSError, TypeError, SyntaxError, TokenError):  # made at a prompt, written in C, or in no Python file
        return ""


def own_source(kind: type) -> str:
    """The source of a class and of those that it builds on, as far as they are not this library's or Python's own."""
    own = [one for one in kind.__mro__ if not one.__module__.startswith(("rewards.", "builtins", "abc", "typing"))]
    return " ".join(source(one) for one in own)


def held(thing: object) -> str:
    """What an object that does not say so itself is and holds: its class and its public attributes of plain values.

    >>> from types import SimpleNamespace
    >>> held("text"), held(SimpleNamespace(scale=2))
    ('', '')
    >>> class Engine:
    ...     def __init__(self, scale):
    ...         self.scale, self.session = scale, object()
    >>> held(Engine(0.5)).endswith("Engine [('scale', 0.5)]")
    True
    """
    if type(thing).__repr__ is not object.__repr__ or isinstance(thing, (type, *_FUNCTIONS)):
        return ""
    return f"{own_source(type(thing))} {type(thing).__name__} {settings(thing)}"


def settings(thing: object) -> list[tuple[str, object]]:
    """An object's public attributes that are plain values; what it keeps for itself may change from run to run."""
    named = vars(thing) if hasattr(thing, "__dict__") else {}
    return sorted((name, value) for name, value in named.items() if not name.startswith("_") and _is_plain(value))


_FUNCTIONS = (FunctionType, BuiltinFunctionType, MethodType)


def _is_plain(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(_is_plain(part) for pair in value.items() for part in pair)
    return value is None or isinstance(value, (str, bytes, int, float))
