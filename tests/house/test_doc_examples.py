"""What docs/ shows as Python runs."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
PRELUDE = "from __future__ import annotations\nfrom rewards import *\n"


def blocks(page):
    return re.findall(r"```python\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)


@pytest.fixture
def imported(tmp_path, monkeypatch):
    """Imports source as a module that a fresh process finds too."""

    def load(name, source):
        (tmp_path / f"{name}.py").write_text(source)
        monkeypatch.syspath_prepend(str(tmp_path))
        return __import__(name)

    return load


def test_the_guide_to_writing_a_reward_is_true(imported):
    module = imported("guide", PRELUDE + "\n".join(blocks("writing_a_reward.md")))
    assert module.has_unit(completions=["5 m", "5"], unit=["m", "m"]) == [1.0, 0.0]
    assert module.names_unit()(completions=["<think>in m\n</think>5"], unit=["m"]) == [0.25]
    group = [module.Rollout(text, "p") for text in ("a", "bb")]
    assert [score.value for score in module.shortest(group_size=2).score(group)] == [1.0, 0.0]
    module.test_names_unit()
    failed, tried = doctest.testmod(module)
    assert (failed, tried) == (0, 1)


def test_the_page_of_as_reward_is_true(imported):
    module = imported("page", PRELUDE + "\n".join(blocks("rewards/as_reward.md")))
    assert module.brevity(completions=["a " * 50], max_words=[None]) == [0.5]
    assert module.brevity(completions=["a " * 50]) == [0.5]
    assert module.reward.name == "accuracy+brevity"


@pytest.mark.parametrize("page", sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")))
def test_examples_with_answers_give_them(page):
    text = re.sub(r"^```.*$", "", (DOCS / page).read_text("utf-8"), flags=re.MULTILINE)
    text = re.sub(r'r?"""[^"]*?>>>.*?"""', "", text, flags=re.DOTALL)  # doctests inside a class that the page shows
    test = doctest.DocTestParser().get_doctest(text, {"__name__": "docs"}, page, page, 0)
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test)
    assert result.failed == 0
