"""Load a candidate's program as a module, without running its `if __name__ == "__main__"` part."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import Any

__all__ = ["find", "load"]

# What sites that ask for a `class Solution` import before the program starts.
PRELUDE = (
    "from typing import *\nfrom collections import *\nfrom itertools import *\nfrom functools import *\n"
    "from heapq import *\nfrom bisect import *\nfrom string import *\nfrom operator import *\nfrom math import *\n"
    "import bisect, collections, copy, datetime, functools, heapq, itertools, math, operator, random, re, string, sys\n"
    "pow = __builtins__['pow'] if isinstance(__builtins__, dict) else __builtins__.pow\n"
)


def load(path: str, *, prelude: bool) -> types.ModuleType:
    """Run the file as module `solution`. What it raises, it raises."""
    module = types.ModuleType("solution")
    module.__file__ = path
    sys.modules["solution"] = module
    if prelude:
        names: dict[str, Any] = {}
        exec(PRELUDE, names)  # our own text, above
        # Beside the builtins, where the program sees them, but where none passes for a function that it wrote.
        module.__dict__["__builtins__"] = {**names.pop("__builtins__"), **names}
    with open(path, "rb") as file:
        exec(compile(file.read(), path, "exec", dont_inherit=True), module.__dict__)  # the candidate, walled in
    return module


def find(module: types.ModuleType, name: str) -> Callable[..., Any]:
    """The function of that name, or the method of a new `Solution`.

    Raises:
        AttributeError: there is neither.
    """
    solution = getattr(module, "Solution", None)
    if "." in name:
        owner, _, name = name.partition(".")
        return getattr(getattr(module, owner)(), name)  # type: ignore[no-any-return]
    if isinstance(solution, type) and hasattr(solution, name):
        return getattr(solution(), name)  # type: ignore[no-any-return]
    if not hasattr(module, name):
        raise AttributeError(f"the program defines no {name!r}")
    return getattr(module, name)  # type: ignore[no-any-return]
