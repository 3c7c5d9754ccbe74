"""A list of assert statements as tests: which of them test something, and which only prepare for the others."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

__all__ = ["cannot_fail", "read_asserts"]

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
GUARDS = (ast.With, ast.AsyncWith, ast.Try, ast.TryStar)
"""Where a comparison may be there for what it raises."""
PREPARING = (*DEFINITIONS, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.AugAssign)


def read_asserts(items: Iterable[str]) -> list[str]:
    r"""The tests of a list, each with the entries before it that only prepare: imports, values, definitions.

    A test has an assert outside of definitions. Where no entry has one, those that do more than import, define and
    assign are the tests, such as `check(add)`.

    Raises:
        ValueError: an entry is no Python, or it looks like a test and can't fail: a comparison without assert, an
            assert of a tuple, a print.

    >>> read_asserts(["import math", "assert f(math.pi) == 3", "x = [1]", "assert f(x) is None"])
    ['import math\nassert f(math.pi) == 3', 'import math\nx = [1]\nassert f(x) is None']
    >>> read_asserts(["import math"])
    []
    """
    read = [(item, _parsed(item)) for item in items]
    for item, tree in read:
        if why := cannot_fail(tree):
            raise ValueError(f"the test {item.strip()[:80]!r} {why}")
    testing = [any(isinstance(node, ast.Assert) for node in _nodes(tree, DEFINITIONS)) for _, tree in read]
    if not any(testing):
        testing = [not all(isinstance(statement, PREPARING) for statement in tree.body) for _, tree in read]
    tests: list[str] = []
    before: list[str] = []
    for (item, _), tests_something in zip(read, testing, strict=True):
        if tests_something:
            tests.append("\n".join([*before, item]))
        else:
            before.append(item)
    return tests


def cannot_fail(tree: ast.Module) -> str:
    """Why what looks like a test fails no program; empty for one that may.

    >>> cannot_fail(ast.parse("f(1) == 9"))
    'compares without assert, so that no program fails it; write assert before it'
    """
    statements = [node for node in _nodes(tree, GUARDS) if isinstance(node, ast.Expr | ast.Assert)]
    if any(isinstance(one, ast.Assert) and isinstance(one.test, ast.Tuple) and one.test.elts for one in statements):
        return "asserts a tuple, which is always true; leave its brackets out"
    values = [one.value for one in statements if isinstance(one, ast.Expr)]
    if any(isinstance(value, ast.Compare) for value in values):
        return "compares without assert, so that no program fails it; write assert before it"
    if len(values) == len(tree.body) > 0 and all(_prints(value) for value in values):
        return "only prints, so that no program fails it; write assert and what is expected"
    return ""


def _prints(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "print"


def _parsed(item: str) -> ast.Module:
    try:
        return ast.parse(item)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"the test {item[:80]!r} is no Python: {error or type(error).__name__}") from error


def _nodes(node: ast.AST, without: tuple[type[ast.AST], ...]) -> Iterator[ast.AST]:
    """The nodes of a tree but for those that stand in nodes of some kinds."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting += [child for child in ast.iter_child_nodes(here) if not isinstance(child, without)]
