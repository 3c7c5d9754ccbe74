"""The GPU benchmark's own parts: how pairs are made, when a goal is reached, how long it is planned to take."""

from __future__ import annotations

import argparse
import json
import runpy
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from rewards.models.engines import ScriptedEngine
from rewards.spct.recipe import load_recipe, save_recipe
from rewards.spct.stages import chosen_of

pytest.importorskip("torch")
BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.syspath_prepend(BENCHMARKS)
    names = ("spct_pairs", "spct_commands", "spct")
    return {name: made for file in names for name, made in runpy.run_path(str(BENCHMARKS / f"{file}.py")).items()}


@pytest.fixture
def arguments(parts: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> argparse.Namespace:
    monkeypatch.setattr(sys, "argv", ["spct.py", "a/model", "--output", str(tmp_path)])
    found: argparse.Namespace = parts["parsed"]()
    return found


def test_pairs_are_right_against_wrong_of_one_question_each_solution_once(parts: dict[str, Any]) -> None:
    rows = [
        {"question": "a", "solutions": ["r1", "w1", "r2", "w2", "r1"], "right": [True, False, True, False, True]},
        {"question": "b", "solutions": ["r", "w"], "right": [True, False]},
        {"question": "all right", "solutions": ["r", "r"], "right": [True, True]},
        {"question": "none", "solutions": [], "right": []},
    ]
    pairs = parts["pairs_of"](rows, 10, 2)
    assert [pair["prompt"] for pair in pairs] == ["a", "b", "a"]  # one of each question before a second of any
    assert {pair["chosen"] for pair in pairs if pair["prompt"] == "a"} == {"r1", "r2"}
    assert all(pair["rejected"].startswith("w") for pair in pairs)
    assert len(parts["pairs_of"](rows, 1, 2)) == 1


def test_solutions_are_labelled_by_their_boxed_answer(parts: dict[str, Any]) -> None:
    engine = ScriptedEngine([r"so \boxed{72}", r"so \boxed{71}", "I am not sure."])
    (row,) = parts["solved"](engine, [{"question": "q", "answer": "48+24\n#### 72"}], 3, 8)
    assert row["right"] == [True, False, False]


@pytest.mark.parametrize(
    ("gain", "words"),
    [
        ({"mean": 0.16, "low": 0.1, "high": 0.2}, ("+16.0 [+10.0, +20.0]", "+15.0 reached")),
        ({"mean": 0.16, "low": -0.01, "high": 0.3}, ("+16.0 [-1.0, +30.0]", "+15.0 missed")),
        ({"mean": 0.14, "low": 0.1, "high": 0.2}, ("+14.0 [+10.0, +20.0]", "+15.0 missed")),
    ],
)
def test_a_goal_is_reached_by_the_mean_with_the_interval_above_nothing(
    parts: dict[str, Any], gain: dict[str, float], words: tuple[str, str]
) -> None:
    assert parts["points"](gain, 15.0) == words


def test_seeds_share_the_first_judgements_and_differ_in_all_else(
    parts: dict[str, Any], arguments: argparse.Namespace, tmp_path: Path
) -> None:
    recipes = [parts["recipe"](arguments, tmp_path / f"seed-{seed}", seed) for seed in (0, 3)]
    assert recipes[0].draw("sample") == recipes[1].draw("sample")
    assert recipes[0].evaluate == recipes[1].evaluate
    assert recipes[0].draw("probe") != recipes[1].draw("probe")
    assert chosen_of(recipes[1]) == [
        *("sample", "rft", "sft", "probe", "rl_data", "rl", "resample", "meta_data", "meta"),
        *("ask_untrained", "ask_rl", "weigh", "evaluate"),
    ]


def test_the_recipe_goes_through_a_file(parts: dict[str, Any], arguments: argparse.Namespace, tmp_path: Path) -> None:
    made = parts["recipe"](arguments, tmp_path / "seed-1", 1)
    save_recipe(made, tmp_path / "recipe.json")
    assert load_recipe(tmp_path / "recipe.json") == made
    assert json.loads((tmp_path / "recipe.json").read_text())["engine"]["use"] == "vllm_engine"


def test_the_template_asks_for_scores_in_a_box(parts: dict[str, Any], arguments: argparse.Namespace) -> None:
    from rewards.evaluation import Item

    made = parts["recipe"](arguments, Path("x"), 0)
    (message,) = made.wording.chat(Item("1 + 1?", ("It is 2.", "It is 3."), (1, 0)), (1, 0))
    text = str(message["content"])
    assert r"\boxed{<score of response 1>, <score of response 2>}" in text
    assert text.index("It is 3.") < text.index("It is 2.")


def test_the_plan_is_arithmetic(parts: dict[str, Any]) -> None:
    sizes = {"train_solutions": 8_000, "test_solutions": 12_000, "train_pairs": 1000, "test_pairs": 2000, "draws": 3}
    plan = parts["Plan"](**sizes, votes=32, rollouts=1000, steps=10, prompt=600, judgement=100, solution=200)
    once, own = plan.seconds()
    assert once["solve_test"] == 45 + 12_000 * 200 / 20_000
    assert own["ask_rl"] == 45 + 2000 * 33 * 100 / 20_000 + 2000 * 2 * 600 / 100_000
    assert own["sft"] == 25 + 0.5 * 1000 * 4 * 700 / 25_000
    assert own["rl"] == 25 + 1.25 * 1000 * 700 / 25_000 + 10 * 200 * 0.04
    whole, least = plan.minutes(3, 3)
    assert whole == pytest.approx((sum(once.values()) + 3 * sum(own.values())) / 60)
    assert plan.minutes(3, 1) == (whole, whole)
    # what is solved and asked first is two chains beside each other; one seed's steps are more than the GPU's third
    first = max(once["solve_train"] + once["sample"], once["solve_test"] + once["ask_untrained"])
    assert (first + sum(own.values())) / 60 <= least < whole


def test_commands_run_side_by_side_and_each_keeps_its_own_log(parts: dict[str, Any], tmp_path: Path) -> None:
    told: list[str] = []
    commands = parts["Commands"](1, told.append)
    # each waits for the other's file, so that they end only where both are at work at once
    script = """
import pathlib, sys, time
own, other = (pathlib.Path(one) for one in sys.argv[1:])
own.touch()
until = time.monotonic() + 60
while not other.exists() and time.monotonic() < until:
    time.sleep(0.01)
print("probe: both" if other.exists() else "probe: alone")
print("more of " + own.name)
"""
    names = [str(tmp_path / name) for name in ("a", "b")]

    def one(number: int) -> int:
        command = [sys.executable, "-c", script, *(names if number == 0 else names[::-1])]
        return int(commands.run(tmp_path / f"seed-{number}.log", "probe", command))

    assert parts["side_by_side"]([partial(one, 0), partial(one, 1)], 2) == 0
    assert sorted(told) == ["seed-0 · probe: both", "seed-1 · probe: both"]
    assert (tmp_path / "seed-1.log").read_text("utf-8") == "probe: both\nmore of b\n"


def test_only_so_many_train_at_once(parts: dict[str, Any], tmp_path: Path) -> None:
    told: list[str] = []
    commands = parts["Commands"](1, told.append)
    script = """
import os, sys
os.close(os.open(sys.argv[1], os.O_CREAT | os.O_EXCL))  # fails where the other one holds it
import time
time.sleep(0.2)
os.unlink(sys.argv[1])
"""

    def one(number: int) -> int:
        command = [sys.executable, "-c", script, str(tmp_path / "turn")]
        return int(commands.run(tmp_path / f"seed-{number}.log", "sft", command, trains=True))

    assert parts["side_by_side"]([partial(one, at) for at in range(3)], 3) == 0, told


def test_a_run_that_fails_is_told_with_its_last_lines_and_stops_no_other(parts: dict[str, Any], tmp_path: Path) -> None:
    told: list[str] = []
    commands = parts["Commands"](2, told.append)

    def one(number: int) -> int:
        script = "print('sft: done')" if number else "import sys; print('why'); sys.exit(3)"
        return int(commands.run(tmp_path / f"seed-{number}.log", "sft", [sys.executable, "-c", script], trains=True))

    assert parts["side_by_side"]([partial(one, at) for at in range(2)], 1) == 3
    log = tmp_path / "seed-0.log"
    assert told == [f"seed-0 · sft ended with status 3; all of it is in {log}\n    why", "seed-1 · sft: done"]
