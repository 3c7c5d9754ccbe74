"""What every file of the library keeps to, where a linter does not look."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [*sorted((ROOT / "rewards").rglob("*.py")), *sorted((ROOT / "sandbox").rglob("*.py"))]
MOST_LINES = 400
FORBIDDEN_WORDS = {"gold", "util", "utils", "manager", "helper", "helpers"}
FORBIDDEN_NAMES = {"compute_score"}
THEIR_WORDS = {"manager": "rewards/adapters", "compute_score": "rewards/adapters"}
"""verl's own words, allowed where we meet it."""
FORBIDDEN_CALLS = {"print", "eval", "exec", "breakpoint", "sympify", "parse_expr", "signal.alarm", "os.system"}
BEHIND_THE_WALL = ("sandbox/runner", "rewards/code/inside")
"""What runs where the candidate runs may run it."""
MACHINE = re.compile(r"(?<![\w.])/(work|root|home|Users|mnt|farm)/|pypi\.(?!org)|shared/(?!data)")


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def words_of(name):
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)}


def names_given(source):
    """The names that a file gives: functions, classes, arguments, variables, attributes."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield getattr(node, "id", None) or node.attr, node.lineno


def bad_names(source, where):
    allowed = {word for word, place in THEIR_WORDS.items() if where.startswith(place)}
    for name, line in [*names_given(source), (Path(where).stem, 1)]:
        bad = ((words_of(name) & FORBIDDEN_WORDS) | ({name} & FORBIDDEN_NAMES)) - allowed
        if bad:
            yield f"{where}:{line} is named {name!r}"


def bad_calls(source, where):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in FORBIDDEN_CALLS and not (called == "exec" and where.startswith(BEHIND_THE_WALL)):
                yield f"{where}:{node.lineno} calls {called}"


def silent_handlers(source, where):
    """`except Exception: pass` and the like."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler):
            caught = "" if node.type is None else ast.unparse(node.type)
            if caught in ("", "Exception", "BaseException") and all(isinstance(item, ast.Pass) for item in node.body):
                yield f"{where}:{node.lineno} swallows {caught or 'everything'}"


@pytest.mark.parametrize("check", [bad_names, bad_calls, silent_handlers])
def test_no_file_does_what_none_may(check):
    found = [line for path in SOURCES for line in check(path.read_text("utf-8"), name_of(path))]
    assert not found, "\n".join(found)


def test_no_file_is_long():
    long = {
        name_of(path): lines for path in SOURCES if (lines := len(path.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert not long, f"one idea a file, {MOST_LINES} lines at most: {long}"


def test_init_files_only_re_export():
    found = []
    for path in SOURCES:
        if path.name == "__init__.py":
            for node in ast.parse(path.read_text("utf-8")).body:
                docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
                later = getattr(node, "name", "") in ("__getattr__", "__dir__")  # names imported when they are used
                typing = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
                plain = isinstance(node, ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign)
                if not (docstring or later or typing or plain):
                    found.append(f"{name_of(path)}:{node.lineno} has {type(node).__name__}")
    assert not found, "\n".join(found)


def tracked_texts():
    for folder in ("rewards", "sandbox", "tests", "benchmarks", "docs", "examples", "scripts"):
        for path in sorted((ROOT / folder).rglob("*")):
            attacks = path.is_relative_to(ROOT / "tests" / "verdicts")  # programs that try the paths of any host
            if (
                path.suffix in (".py", ".md", ".toml", ".sh", ".jsonl", "")
                and path.is_file()
                and not (attacks or path == Path(__file__))
            ):
                yield path
    yield from (
        path
        for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile", "pyproject.toml")
        if (path := ROOT / name).is_file()
    )


def test_nothing_names_the_machine_it_was_written_on():
    found = []
    for path in tracked_texts():
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if MACHINE.search(line):
                found.append(f"{name_of(path)}:{number}: {line.strip()[:100]}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("check", "source", "words"),
    [
        (bad_names, "def get_utils(): ...", "'get_utils'"),
        (bad_names, "class PoolManager: ...", "'PoolManager'"),
        (bad_names, "def f(gold): ...", "'gold'"),
        (bad_names, "compute_score = 1", "'compute_score'"),
        (bad_names, "self.helper = 1", "'helper'"),
        (bad_calls, "print(1)", "calls print"),
        (bad_calls, "def f(x):\n    return eval(x)", ":2 calls eval"),
        (bad_calls, "import signal\nsignal.alarm(1)", "calls signal.alarm"),
        (silent_handlers, "try:\n    f()\nexcept Exception:\n    pass", ":3 swallows Exception"),
        (silent_handlers, "try:\n    f()\nexcept:\n    pass", "swallows everything"),
    ],
)
def test_a_breach_is_seen(check, source, words):
    found = list(check(source, "rewards/core/x.py"))
    assert len(found) == 1
    assert words in found[0]


def test_what_is_fine_is_not_a_breach():
    source = "import contextlib\n@contextlib.contextmanager\ndef f(marigold): console.print(marigold)\n"
    assert [*bad_names(source, "rewards/x.py"), *bad_calls(source, "rewards/x.py")] == []
    assert [*bad_names("class RewardManager: ...", "rewards/adapters/verl.py")] == []
    assert MACHINE.search("see /wor" + "k/main")
    assert not MACHINE.search("/".join(("the network", "work", "flow and ..", "shared", "data")))
