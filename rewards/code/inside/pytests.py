"""The tests' side for a pytest file: `import solution` there gives stand-ins for the candidate's names."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import types
from typing import Any

from rewards.code.inside.exam_text import BrokenTests, broken, compiled
from rewards.code.inside.link import LinkClosed
from rewards.code.inside.pytest_source import shared_fixtures, wanted_by_star
from rewards.code.inside.remote import Absent, SelfJudged, World
from rewards.code.inside.typed_data import CannotCross


class Names(types.ModuleType):
    """A module whose names are the candidate's."""

    def __init__(self, world: Any, starred: list[str]) -> None:
        super().__init__("solution")
        self.__dict__["_world"] = world
        self.__dict__["_starred"] = starred

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return [each for each in self.__dict__["_starred"] if hasattr(self, each)]
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self.__dict__["_world"].name(name)
        except Absent as error:
            raise AttributeError(str(error)) from error


class Verdicts:
    """A pytest plugin that keeps one verdict for each test of a file."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.results: dict[str, dict[str, str]] = {}

    def pytest_exception_interact(self, node: Any, call: Any, report: Any) -> None:
        """Tell what kind of failure it was."""
        error = call.excinfo.value
        error = error.__cause__ or error if type(error).__name__ == "CollectError" else error
        theirs = getattr(error, "from_candidate", False) or isinstance(error, ImportError | NameError)
        kind = "refused" if isinstance(error, CannotCross) else "gone" if isinstance(error, LinkClosed) else "WA"
        kind = "self-judged" if isinstance(error, SelfJudged) else kind
        kind = "RE" if theirs else kind
        why = f"{type(error).__name__}: {error}"
        fault = broken(error, self.source, frozenset())
        if fault:
            kind, why = "broken", fault
        _, _, test = report.nodeid.partition("::")
        self.results[report.nodeid] = {"verdict": kind, "why": f"{test}: {why}"[:300] if test else why[:300]}

    def pytest_runtest_logreport(self, report: Any) -> None:
        """A test that no phase failed passed."""
        if report.failed:
            self.results.setdefault(report.nodeid, {"verdict": "WA", "why": report.longreprtext[-300:]})
        elif report.when == "call" and report.passed:
            self.results.setdefault(report.nodeid, {"verdict": "AC", "why": ""})


def main() -> None:
    """Read `tests.json`, run pytest in this process, write one line: the file stands or falls as a whole."""
    with open("tests.json", encoding="utf-8") as file:
        [source] = json.load(file)["tests"]
    try:
        compiled(source, "test")
    except BrokenTests as error:
        _write({"verdict": "broken", "why": str(error)[:300]})
        return
    shared = shared_fixtures(source)
    if shared:
        what = "what the program prints, changes or writes is not shared with them"
        _write({"verdict": "refused", "why": f"the tests take {', '.join(shared)}, and {what}"})
        return
    with open("test_candidate.py", "w", encoding="utf-8") as file:
        file.write(source)
    sys.modules["solution"] = Names(World(), wanted_by_star(source))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # the host's plugins are no part of the tests
    if importlib.util.find_spec("pytest") is None:
        sys.path.append(os.path.abspath("pytest.zip"))  # sent along
    if importlib.util.find_spec("pytest") is None:
        _write({"verdict": "refused", "why": "neither the sandbox's interpreter nor ours has pytest: install it"})
        return
    pytest = importlib.import_module("pytest")
    verdicts = Verdicts(source)
    code = pytest.main(["-q", "-x", "-p", "no:cacheprovider", "test_candidate.py"], plugins=[verdicts])
    bad = [result for result in verdicts.results.values() if result["verdict"] != "AC"]
    if bad:
        said = bad[0]
    elif int(code) == pytest.ExitCode.NO_TESTS_COLLECTED:
        said = {"verdict": "broken", "why": "pytest finds no test in the file"}
    elif int(code) == 0 and verdicts.results:
        said = {"verdict": "AC", "why": ""}
    else:
        said = {"verdict": "WA", "why": f"pytest ended with {int(code)} and {len(verdicts.results)} tests"}
    _write(said)


def _write(said: dict[str, str]) -> None:
    with open("verdicts.jsonl", "w", encoding="utf-8") as file:
        file.write(json.dumps(said) + "\n")
