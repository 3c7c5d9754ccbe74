"""`rewards judge-eval`, end to end on scripted judges and real pairs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random
from typing import Any

import pytest

from rewards.cli.main import main
from rewards.evaluation import evaluate, item_of, judge_items
from rewards.evaluation.plot import plot_curve
from rewards.models import grm, scalar_reward
from rewards.models.engines import ScriptedEngine, ScriptedScores

BLOCK = re.compile(r"\[response \d+ (\w{8})\]\n(.*?)\n\[end of response \d+ \1\]", re.DOTALL)


def noisy(right: set[str], sharpness: float, seed: int = 0) -> ScriptedEngine:
    """A judge that scores right responses higher on average, with noise."""
    random = Random(seed)

    def script(prompt: str, sample: int) -> str:
        scores = [random.gauss(5 + sharpness * (text in right), 2) for _, text in BLOCK.findall(prompt)]
        return "\\boxed{" + ", ".join(str(min(10, max(1, round(score)))) for score in scores) + "}"

    return ScriptedEngine(script)


def pairs(count: int) -> list[dict[str, str]]:
    return [{"prompt": f"Question {at}?", "chosen": f"good {at}", "rejected": f"bad {at}"} for at in range(count)]


def judge_for_command() -> Any:
    """Named by the command's config."""
    return grm(noisy({row["chosen"] for row in pairs(60)}, 1.0), k=8, group_size=2)


def judge_with_meta() -> Any:
    """The same with a meta reward model that knows nothing."""
    meta = ScriptedScores(lambda text: float(len(text) % 7))
    return grm(noisy({row["chosen"] for row in pairs(60)}, 1.0), k=32, group_size=2, meta=meta)


@pytest.mark.parametrize("group_size", [None, 2])
def test_more_votes_find_the_better_response_more_often(group_size: int | None) -> None:
    rows = pairs(200)
    engine = noisy({row["chosen"] for row in rows}, 1.0)
    judged = judge_items(grm(engine, k=8, group_size=group_size), [item_of(row) for row in rows])
    curve = evaluate(judged, [1, 2, 4, 8])["curve"]
    means = [point["accuracy"]["mean"] for point in curve]
    # a difference of N(1, 8 / k) is above 0 with probability Phi(sqrt(k / 8)): 0.64 for one vote, 0.84 for eight
    assert means[0] == pytest.approx(0.64, abs=0.05)
    assert means[-1] == pytest.approx(0.84, abs=0.06)
    assert means == sorted(means)
    assert curve[-1]["over_first"]["low"] > 0


def test_items_of_several_sizes_are_judged_in_their_own_groups() -> None:
    rows = [
        {"prompt": "a", "responses": ["good", "bad", "poor"], "best": 0},
        {"prompt": "b", "chosen": "good", "rejected": "bad"},
        {"prompt": "a", "chosen": "good", "rejected": "poor"},
    ]
    engine = noisy({"good"}, 50.0)
    judged = judge_items(grm(engine, k=2, group_size=4, most_at_once=8), [item_of(row) for row in rows])
    assert [len(one.values) for one in judged] == [3, 2, 2]
    assert all(one.values[0] == max(value for value in one.values if value is not None) for one in judged)
    assert {len(BLOCK.findall(request.chat[0]["content"])) for request in engine.requests} == {2, 3}


def test_a_scalar_model_is_measured_too() -> None:
    judged = judge_items(scalar_reward(ScriptedScores(len)), [item_of(row) for row in pairs(30)])
    report = evaluate(judged, [1])
    assert report["own"]["accuracy"]["mean"] == 1.0  # "good" is longer than "bad"
    assert report["baselines"]["length"]["mean"] == 1.0


def test_single_responses_are_measured_by_auc() -> None:
    rows = [
        {"prompt": f"q{at}", "response": f"{'right' if at % 2 else 'wrong'} {at}", "label": at % 2} for at in range(40)
    ]
    engine = noisy({row["response"] for row in rows if row["label"]}, 4.0)
    report = evaluate(judge_items(grm(engine, k=4), [item_of(row) for row in rows]), [1, 4])
    assert report["auc"]["auc"]["mean"] > 0.9
    assert "curve" not in report


def test_the_command_prints_writes_and_draws(tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.syspath_prepend(Path(__file__).resolve().parents[2])
    (tmp_path / "judge.toml").write_text('[reward]\nuse = "tests.evaluation.test_judge_eval:judge_for_command"\n')
    rows = [{"question": row["prompt"], **row} for row in pairs(60)]
    for row in rows:
        del row["prompt"]
    (tmp_path / "pairs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"question": "half"}\n')
    status = main(
        [
            *("judge-eval", str(tmp_path / "pairs.jsonl"), "-c", str(tmp_path / "judge.toml")),
            *("--k", "1,2,4,8", "--map", "prompt=question"),
            *("-o", str(tmp_path / "report.json"), "--plot", str(tmp_path / "curve.png")),
        ]
    )
    captured = capsys.readouterr()
    assert status == 1, captured.err  # the last line is no item
    assert "line 61: no layout fits" in captured.err
    for text in ("60 items", "votes", "over the first", "the longest response", "words without the question"):
        assert text in captured.out
    report = json.loads((tmp_path / "report.json").read_text())
    assert [point["k"] for point in report["curve"]] == [1, 2, 4, 8]
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_no_number_is_cut_off_at_80_columns(tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.syspath_prepend(Path(__file__).resolve().parents[2])
    (tmp_path / "judge.toml").write_text('[reward]\nuse = "tests.evaluation.test_judge_eval:judge_with_meta"\n')
    (tmp_path / "pairs.jsonl").write_text("".join(json.dumps({**row, "subset": "one"}) + "\n" for row in pairs(60)))
    assert main(["judge-eval", str(tmp_path / "pairs.jsonl"), "-c", str(tmp_path / "judge.toml")]) == 0
    tables = capsys.readouterr().out.split("could not be read")[1]
    assert "with meta RM, %" in tables
    assert "subset one, 60 items" in tables
    assert "…" not in tables
    assert all(len(line.rstrip()) <= 80 for line in tables.splitlines())


def test_real_pairs_with_a_judge_that_knows_nothing_stand_at_chance(shared_data: Path, tmp_path: Path) -> None:
    lines = (shared_data / "gsm8k" / "model_solutions.jsonl").read_text().splitlines()
    items = []
    for row in map(json.loads, lines):
        solutions = [one for one in row.values() if isinstance(one, dict)]
        right = [one["solution"] for one in solutions if one["is_correct"]]
        wrong = [one["solution"] for one in solutions if not one["is_correct"]]
        if right and wrong:
            items.append(item_of({"prompt": row["question"], "chosen": right[0], "rejected": wrong[0]}))
    assert len(items) > 400
    judged = judge_items(grm(noisy(set(), 0.0, seed=1), k=4, group_size=2), items[:300])
    report = evaluate(judged, [1, 4])
    last = report["curve"][-1]["accuracy"]
    assert last["low"] < 0.5 < last["high"]
    plot_curve(report, tmp_path / "curve.svg")


def judge_that_is_away() -> Any:
    """Nobody listens on port 9."""
    from rewards.models.engines import openai_engine

    return grm(openai_engine("127.0.0.1:9", "none", patience_s=0.1), k=2, group_size=2)


def half_away(prompt: str, sample: int) -> str:
    r"""Says no score about questions below 2."""
    return "no score" if re.search(r"Question [01]\?", prompt) else r"\boxed{7, 3}"


def judge_that_is_half_away() -> Any:
    """Named by the command's config."""
    return grm(ScriptedEngine(half_away), k=1, group_size=2)


def evaluated(folder: Path, monkeypatch: pytest.MonkeyPatch, judge: str, lines: list[str], *arguments: str) -> int:
    """The command's status over these lines."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.syspath_prepend(Path(__file__).resolve().parents[2])
    (folder / "judge.toml").write_text(f'[reward]\nuse = "tests.evaluation.test_judge_eval:{judge}"\n')
    (folder / "pairs.jsonl").write_text("\n".join(lines))
    return main(["judge-eval", str(folder / "pairs.jsonl"), "-c", str(folder / "judge.toml"), *arguments])


def test_a_judge_that_can_not_be_reached_has_no_accuracy_and_its_reason_is_told(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine's own words, counted; no table, no curve, no 50 %."""
    lines = [json.dumps(row) for row in pairs(6)]
    out, plot = tmp_path / "report.json", tmp_path / "curve.png"
    asked = ("-o", str(out), "--plot", str(plot))
    assert evaluated(tmp_path, monkeypatch, "judge_that_is_away", lines, *asked) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "could not be had: 6 items, such as lines 1 and 2: can't connect to http://127.0.0.1:9" in told
    assert "no sample could be read, so there is nothing to measure" in told
    assert "accuracy" not in told
    report = json.loads(out.read_text())
    assert "curve" not in report
    assert list(report["unread"].values()) == [6]
    assert not plot.exists()


def test_samples_that_can_not_be_read_are_counted_by_reason(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of four items: a line for them beside the table of the others."""
    assert evaluated(tmp_path, monkeypatch, "judge_that_is_half_away", [json.dumps(row) for row in pairs(4)]) == 1
    out = capsys.readouterr().out
    assert re.search(r"could not be had: 2 items, lines 1 and 2: .*", out)
    assert "accuracy, %" in out


def test_rows_that_are_left_out_are_counted(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """900 of 901: how many in all, and how many for each reason."""
    bad = ['{"prompt": "a", "responses": ["a", "b"], "best": 7}'] * 600 + ['{"prompt": "a"}'] * 300
    assert evaluated(tmp_path, monkeypatch, "judge_for_command", [*bad, json.dumps(pairs(1)[0])]) == 1
    said = capsys.readouterr()
    assert "1 item, 900 rows that can't be read left out" in said.out
    assert "left out: 600 rows, such as lines 1 and 2: responses need labels" in said.err
    assert "left out: 300 rows, such as lines 601 and 602: no layout fits" in said.err
