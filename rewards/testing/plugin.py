"""The pytest plugin: every `*.rewards.toml` is a test file, every case in it a test.

pytest finds the plugin by itself once the library is installed. It imports nothing of the library until it meets such
a file.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from rewards.testing.cases import Outcome


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect `*.rewards.toml`."""
    if file_path.name.endswith(".rewards.toml"):
        return RewardFile.from_parent(parent, path=file_path)
    return None


class RewardFile(pytest.File):
    """A case file; its cases are scored in one batch when the first of them runs."""

    def collect(self) -> Iterator[pytest.Item]:
        """One test for each case."""
        from rewards.core import RewardError
        from rewards.testing.case_file import read_cases
        from rewards.testing.cases import names_of

        for folder in (self.path.parent, self.config.invocation_params.dir):
            if str(folder) not in sys.path:
                sys.path.append(str(folder))  # behind everything else, as the command does: nothing is shadowed
        try:
            self.content = read_cases(self.path)
            names = names_of(self.content.cases)
        except (RewardError, ValueError, TypeError) as error:
            raise self.CollectError(str(error)) from error
        for number, name in enumerate(names):
            yield RewardCase.from_parent(self, name=name, number=number)

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """What came of each case."""
        from rewards.testing.cases import run_cases

        return run_cases(self.content.reward, self.content.cases)


class RewardCase(pytest.Item):
    """One case of a case file."""

    def __init__(self, *, number: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.number = number

    def runtest(self) -> None:
        """Fail with what was expected and the reward's own explanation."""
        from rewards.testing.cases import CheckFailed

        assert isinstance(self.parent, RewardFile)
        if text := self.parent.outcomes[self.number].text:
            raise CheckFailed(text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was not met, or why nothing can be scored; a traceback is of no use in either."""
        from rewards.core import RewardError
        from rewards.testing.cases import CheckFailed

        if isinstance(excinfo.value, CheckFailed):
            return str(excinfo.value)
        if isinstance(excinfo.value, RewardError):
            return f"{self.path.name} can't be scored: {excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The file and the case, for reports."""
        return self.path, None, self.name
