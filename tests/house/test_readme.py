"""What the README shows is what happens."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import rewards
from rewards.config.registry import REGISTRY
from rewards.core import Reward

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "README.md").read_text("utf-8")


def test_the_first_example_prints_what_stands_under_it():
    code, shown = re.search(r"```python\n(.*?)```\n\n```\n(.*?)```", TEXT, re.DOTALL).groups()
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    assert printed.getvalue() == shown


def test_the_compositions_are_built():
    code = next(block for block in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if "gate(" in block)
    names = {name: getattr(rewards, name) for name in rewards.__all__}
    exec(compile(code, "README.md", "exec"), names)
    assert isinstance(names["brevity"], Reward)
    assert names["brevity"](completions=["a b"], max_words=[4]) == [0.5]


def test_every_reward_is_in_the_table_and_every_name_in_the_table_is_there():
    rows = re.findall(
        r"^\| (?:answers|programs|form|length|judges|models|composition|presets) \| (.*) \|$", TEXT, re.MULTILINE
    )
    named = set(re.findall(r"`@?(\w+)`", " ".join(rows)))
    made_by_others = {"weighted_sum", "scheduled", "random_baseline"}
    engines = {name for name in REGISTRY if name.endswith(("_engine", "_scores", "_steps", "_pairs", "_logprobs"))}
    assert named - {"as_reward"} == set(REGISTRY) - engines - made_by_others - {"steam_shp"}


def test_the_fingerprint_of_the_example_is_that_of_its_reward():
    """The table in docs/cli.md is copied from a run, and a change of what fingerprints hold changes it."""
    shown = re.search(r"^reward    (.+)  fingerprint\n +(\w+)$", (ROOT / "docs/cli.md").read_text(), re.MULTILINE)
    assert shown
    assert repr(1.0 * rewards.boxed_accuracy() + 0.2 * rewards.think_format()) == shown[1]
    assert (1.0 * rewards.boxed_accuracy() + 0.2 * rewards.think_format()).fingerprint == shown[2]


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (ROOT / target).exists(), target
