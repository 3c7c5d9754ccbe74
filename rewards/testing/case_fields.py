"""What the fields of a case may hold: one that holds something else could never be met, and says so at once."""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from rewards.core.score import FailureKind, Status


class _Rule(NamedTuple):
    allowed: str
    holds: Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real) and math.isfinite(value)


def _are(value: Any, holds: Callable[[Any], bool]) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping)) and all(map(holds, value))


def _is_whole(value: Any) -> bool:
    try:
        operator.index(value)
    except TypeError:
        return False
    return not isinstance(value, bool)


def _is_chat(value: Any) -> bool:
    return isinstance(value, str) or _are(value, lambda message: isinstance(message, Mapping))


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) and all(map(_is_text, value))


_TEXT = _Rule("text", _is_text)
_NUMBER = _Rule("a finite number", _is_number)
_CHAT = _Rule("text, or a list of messages", _is_chat)
_NAMES = _Rule("text, or a list of texts", lambda value: _are(value, _is_text))

RULES: Mapping[str, _Rule] = {
    "name": _TEXT,
    "completion": _CHAT,
    "prompt": _CHAT,
    "columns": _Rule("a table of columns", _is_table),
    "completion_ids": _Rule("a list of whole numbers", lambda value: _are(value, _is_whole)),
    "finish_reason": _TEXT,
    "value": _NUMBER,
    "at_least": _NUMBER,
    "at_most": _NUMBER,
    "status": _Rule(f"one of {', '.join(Status)}", lambda value: _is_text(value) and value in set(Status)),
    "kind": _Rule(f"one of {', '.join(FailureKind)}", lambda value: _is_text(value) and value in set(FailureKind)),
    "why": _TEXT,
    "parts": _Rule(
        "a table of finite numbers by path", lambda value: _is_table(value) and all(map(_is_number, value.values()))
    ),
    "above": _NAMES,
    "never_above": _NAMES,
    "invariant": _NAMES,
}
"""What each field may hold."""

OPTIONAL = frozenset(
    ("prompt", "completion_ids", "finish_reason", "value", "at_least", "at_most", "status", "kind", "why")
)
"""Fields that are None where nothing is said."""


def check_fields(fields: Mapping[str, Any]) -> None:
    """Refuse what no score could meet.

    Args:
        fields: of a case.

    Raises:
        ValueError: naming the case, the field, what it holds and what is allowed.

    >>> check_fields({"name": "right", "value": "1"})
    Traceback (most recent call last):
    ValueError: right: value is a finite number, got '1'
    """
    name = fields.get("name")
    for field, rule in RULES.items():
        value = fields.get(field)
        if field in fields and not (value is None and field in OPTIONAL) and not rule.holds(value):
            said = f"{field} is {rule.allowed}, got {value!r:.120}"
            raise ValueError(f"{name}: {said}" if name and isinstance(name, str) else said)
