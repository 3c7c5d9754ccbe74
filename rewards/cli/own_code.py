"""Which parts of a reward run somebody's own code, of which a fingerprint can't see all."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FunctionType, MethodType
from typing import Any

from rewards.core import Reward
from rewards.core.needs import leaves

OURS = {"rewards", "sandbox", "builtins", *sys.stdlib_module_names}


def own_parts(reward: Reward) -> list[str]:
    """The names of the parts that are, or hold, what is neither this library's nor Python's.

    >>> from rewards import as_reward, boxed_accuracy
    >>> own_parts(boxed_accuracy())
    []
    """
    return list(dict.fromkeys(part.name for _, part in leaves(reward) if any(map(_is_own, _holds(part)))))


def _holds(part: Reward) -> Iterator[Any]:
    """A part's class, and the functions and objects that it was given."""
    yield type(part)
    for name, value in vars(part).items():
        for one in value if isinstance(value, (tuple, list)) else [value]:
            if not name.startswith("_") and not isinstance(one, Reward):  # a reward is a part itself
                yield one if isinstance(one, (type, FunctionType, MethodType)) else getattr(one, "func", type(one))


def _is_own(thing: Any) -> bool:
    """Whether a class or function is from elsewhere; an installed package's objects, such as arrays, do not count."""
    module = str(getattr(thing, "__module__", "builtins"))
    installed = "site-packages" in str(getattr(sys.modules.get(module), "__file__", ""))
    return module.partition(".")[0] not in OURS and not installed
