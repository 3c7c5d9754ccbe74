"""What a pytest file asks of the program, read without running it."""

from __future__ import annotations

import ast
import builtins

__all__ = ["SHARED_FIXTURES", "shared_fixtures", "wanted_by_star"]

SHARED_FIXTURES = frozenset(
    "capsys capsysbinary capfd capfdbinary caplog monkeypatch tmp_path tmp_path_factory tmpdir tmpdir_factory".split()
)
"""Fixtures that watch or change the process, or the files, that tests and program would share."""


def shared_fixtures(source: str) -> list[str]:
    """Those of them that tests and fixtures of the file take."""
    taken = {
        argument.arg
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    }
    return sorted(taken & SHARED_FIXTURES)


def wanted_by_star(source: str) -> list[str]:
    """The names that the file uses and has from nowhere else: what `from solution import *` is to bring.

    Names of builtins are not among them, so that a program can't put its own `sorted` in the tests' place.
    """
    used: set[str] = set()
    bound: set[str] = set(dir(builtins))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            bound.update((name.asname or name.name).partition(".")[0] for name in node.names)
    return sorted(name for name in used - bound if not name.startswith("_"))
