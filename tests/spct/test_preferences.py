"""Preference pairs: both orders asked, disagreements dropped, TRL's layout."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from rewards import Rollout, as_reward
from rewards.cli.main import main
from rewards.models import grm, pairwise_judge
from rewards.models.engines import ScriptedEngine, ScriptedScores
from rewards.spct import journal
from rewards.spct.preferences import preference_pairs

SHOWN = re.compile(r"\[response (?:\d+ )?\w+\]\n(.*?)\n\[end of response", re.S)


@as_reward(range=(0, 100))
def size(completion: str) -> float:
    """How many letters there are."""
    return len(completion)


def rolled(prompt: str, *texts: str) -> list[Rollout]:
    return [Rollout(text, prompt) for text in texts]


def honest(prompt: str, sample: int) -> str:
    r"""Scores a response by its length, wherever it stands."""
    return rf"\boxed{{{', '.join(str(min(10, len(text))) for text in SHOWN.findall(prompt))}}}"


def favours_the_first(prompt: str, sample: int) -> str:
    """Scores the first 9 and the others 2, whatever they say; alone a response gets its length."""
    count = len(SHOWN.findall(prompt))
    return honest(prompt, sample) if count > 2 else rf"\boxed{{{', '.join(['9'] + ['2'] * (count - 1))}}}"


GROUP = rolled("p", "aaaa", "a", "aaaaaaaa", "aa")


def test_the_best_is_set_against_the_worst_then_the_second_best() -> None:
    one = preference_pairs(size, GROUP)
    assert [(pair.chosen.completion, pair.rejected.completion) for pair in one.pairs] == [("aaaaaaaa", "a")]
    assert (one.pairs[0].chosen_score, one.pairs[0].rejected_score) == (8.0, 1.0)
    two = preference_pairs(size, GROUP, most=9)
    assert [(p.chosen_score, p.rejected_score) for p in two.pairs] == [(8.0, 1.0), (4.0, 2.0)]
    assert len(preference_pairs(size, GROUP, most=9, margin=2).pairs) == 1  # 4 - 2 is not more than 2


def test_equal_lone_and_unscored_rollouts_give_no_pair() -> None:
    @as_reward(range=(0, 100))
    def picky(completion: str) -> float | None:
        return None if completion == "?" else len(completion)

    rollouts = [*rolled("equal", "ab", "cd"), *rolled("lone", "x"), *rolled("half", "?", "abc", "a")]
    found = preference_pairs(picky, rollouts)
    assert [pair.chosen.completion for pair in found.pairs] == ["abc"]
    assert found.counts["too_few"] == found.counts["equal"] == 1
    assert found.counts["prompts"] == 3


@pytest.mark.parametrize("meta", [None, ScriptedScores(lambda text: 0.0)])
@pytest.mark.parametrize("k", [1, 3, 4])
def test_a_judge_is_asked_in_both_orders(k: int, meta: Any) -> None:
    engine = ScriptedEngine(honest)
    found = preference_pairs(grm(engine, k=k, meta=meta, group_size=4), GROUP)
    assert [(pair.chosen.completion, pair.rejected.completion) for pair in found.pairs] == [("aaaaaaaa", "a")]
    orders = [SHOWN.findall(str(request.chat[0]["content"])) for request in engine.requests]
    assert ["aaaaaaaa", "a"] in orders
    assert ["a", "aaaaaaaa"] in orders


def test_a_judge_that_prefers_whatever_is_first_gives_no_pairs() -> None:
    rollouts = [one for at in range(6) for one in rolled(f"p{at}", "aaaa", "aa", "aaaaaaaa")]
    found = preference_pairs(grm(ScriptedEngine(favours_the_first), k=2, group_size=3), rollouts)
    assert found.pairs == []
    assert found.counts["disagreed"] == 6
    assert len(preference_pairs(grm(ScriptedEngine(honest), k=2, group_size=3), rollouts).pairs) == 6


def test_one_order_that_can_not_be_read_drops_the_pair() -> None:
    def half(prompt: str, sample: int) -> str:
        shown = SHOWN.findall(prompt)
        return "no score" if shown == ["a", "aaaaaaaa"] else honest(prompt, sample)

    found = preference_pairs(grm(ScriptedEngine(half), k=2, group_size=4), GROUP)
    assert found.pairs == []
    assert found.counts["disagreed"] == 1


def shown_to_compare(prompt: str) -> list[str]:
    return re.findall(r"\[response [AB] \w+\]\n(.*?)\n\[end of response", prompt, re.S)


def test_the_pairwise_judge_must_agree_with_itself_too() -> None:
    def verdict(prompt: str, sample: int) -> str:
        first, second = shown_to_compare(prompt)
        return "[[A]]" if len(first) > len(second) else "[[B]]"

    assert len(preference_pairs(pairwise_judge(ScriptedEngine(verdict), 4), GROUP).pairs) == 1

    def always_a_for_two(prompt: str, sample: int) -> str:
        shown = shown_to_compare(prompt)
        return "[[A]]" if set(map(len, shown)) == {1, 8} else verdict(prompt, sample)

    found = preference_pairs(pairwise_judge(ScriptedEngine(always_a_for_two), 4), GROUP)
    assert [
        pair for pair in found.pairs if {pair.chosen.completion, pair.rejected.completion} == {"a", "aaaaaaaa"}
    ] == []


def test_rows_are_text_or_messages_never_both() -> None:
    (text,) = preference_pairs(size, GROUP).pairs
    assert text.row() == {
        "prompt": "p", "chosen": "aaaaaaaa", "rejected": "a", "chosen_score": 8.0, "rejected_score": 1.0,
    }  # fmt: skip
    chat = [Rollout(text, [{"role": "user", "content": "p"}]) for text in ("a", "aaa")]
    row = preference_pairs(size, chat).pairs[0].row()
    assert row["prompt"] == [{"role": "user", "content": "p"}]
    assert row["chosen"] == [{"role": "assistant", "content": "aaa"}]


def test_the_command_writes_rows_that_trl_takes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "rollouts.jsonl"
    journal.write(data, [{"q": "p", "completion": text} for text in ("aaaa", "a", "aaaaaaaa")])
    config = tmp_path / "reward.toml"
    config.write_text('[reward]\nuse = "tests.spct.test_preferences:size"\n')
    out = tmp_path / "pairs.jsonl"
    assert main(["prefer", str(data), "-c", str(config), "-o", str(out), "--map", "prompt=q"]) == 0
    (row,) = [json.loads(line) for line in out.read_text().splitlines()]
    assert (row["prompt"], row["chosen"], row["rejected"]) == ("p", "aaaaaaaa", "a")
    assert "pairs 1" in capsys.readouterr().err
    assert main(["prefer", str(data), "-c", str(config), "-o", str(tmp_path / "other.jsonl")]) == 2
    assert "--map prompt=" in capsys.readouterr().err


def test_scores_that_are_known_are_taken_and_nobody_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = tmp_path / "scored.jsonl", tmp_path / "pairs.jsonl"
    rows = [{"prompt": "p", "completion": str(at), "score": score} for at, score in enumerate([0.1, None, 0.9, 0.5])]
    journal.write(data, [*rows, {"prompt": "same", "completion": "x", "score": 1}, {**rows[0], "prompt": "same"}])
    assert main(["prefer", str(data), "-o", str(out), "--score", "score", "--margin", "0.5"]) == 1
    pairs = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(row["chosen"], row["rejected"]) for row in pairs] == [("2", "0"), ("x", "0")]
    assert "unscored, such as column 'score' holds no number: None" in " ".join(capsys.readouterr().err.split())
    assert main(["prefer", str(data), "-o", str(tmp_path / "other.jsonl")]) == 2
    assert "--config" in capsys.readouterr().err


def test_scores_closer_than_the_margin_are_not_called_equal() -> None:
    """1 and 8 letters are 7 apart: not more than 7. Equal ones are equal under any margin."""
    rollouts = [*rolled("close", "a", "aaaaaaaa"), *rolled("same", "ab", "cd")]
    found = preference_pairs(size, rollouts, margin=7)
    assert (found.counts["within_margin"], found.counts["equal"], found.pairs) == (1, 1, [])
    assert found.examples["within_margin"] == "8 and 1 are no more than 7 apart"


def test_equal_scores_come_with_what_the_parts_of_a_sum_say() -> None:
    """2 letters twice: 1 × 2 + 0.5 × 2 = 3; a reward without a word gets no colon."""

    @as_reward
    def silent(completion: str) -> float:
        return 0.25

    pairs = preference_pairs(1.0 * size + 0.5 * size.named("again"), rolled("p", "ab", "cd"))
    assert pairs.examples["equal"] == "3: size 2; again 2"
    assert preference_pairs(silent, rolled("p", "ab", "cd")).examples["equal"] == "0.25"


@pytest.mark.parametrize("margin", [-1.0, float("nan"), float("inf")])
def test_a_margin_that_means_nothing_is_refused(margin: float) -> None:
    """Below 0 it would set equal completions against each other."""
    with pytest.raises(ValueError, match="margin"):
        preference_pairs(size, GROUP, margin=margin)


SCORED = [{"prompt": "p", "completion": str(at), "score": at / 10} for at in range(3)]
STATUS: list[tuple[str, list[str], str, int]] = [
    # what is added to three scored rollouts, arguments, what is told, the status
    ("", ["prefer"], "pairs 1", 0),
    ("", ["filter", "--at-least", "0.1"], "kept 2, unscored 0, wrong 1", 0),
    ("{broken", ["prefer"], "kept out 1", 1),
    ("{broken", ["filter", "--at-least", "0.1"], "kept out 1", 1),
    ('{"prompt": "p", "completion": "x", "score": null}', ["prefer"], "unscored 1", 1),
    ('{"prompt": "p", "completion": "x", "score": null}', ["filter", "--at-least", "0.1"], "unscored 1", 1),
    ("", ["prefer", "--margin", "0.2"], "within margin 1", 1),
    ("", ["filter", "--at-least", "0.3"], "kept 0", 1),
    ("", ["prefer", "--margin", "-1"], "-1 is below 0", 2),
    ("", ["prefer", "--margin", "much"], "'much' is no number", 2),
]


@pytest.mark.parametrize(("line", "arguments", "told", "status"), STATUS)
def test_the_exit_status_is_what_the_help_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, arguments: list[str], told: str, status: int
) -> None:
    """1 for rows without a number, lines kept out and nothing to write; dropping what rules drop is 0."""
    data = tmp_path / "scored.jsonl"
    journal.write(data, SCORED)
    data.write_text(data.read_text() + line)
    name, *rest = [*arguments, *(["--without-thinking"] if arguments[0] == "filter" else [])]
    asked = [name, str(data), "--score", "score", "-o", str(tmp_path / "out.jsonl"), *rest]
    try:
        found = main(asked)
    except SystemExit as error:  # argparse
        found = int(error.code or 0)
    assert (found, told in capsys.readouterr().err) == (status, True)


@pytest.mark.parametrize("command", ["prefer", "filter"])
def test_a_score_column_that_no_row_has_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    data, out = tmp_path / "scored.jsonl", tmp_path / "out.jsonl"
    journal.write(data, SCORED)
    asked = [command, str(data), "--score", "scoer", "-o", str(out), *(["--at-least", "1"] * (command == "filter"))]
    assert main(asked) == 2
    err = capsys.readouterr().err
    assert "no column 'scoer'; did you mean 'score'?" in err
    assert "--score score" in err
    assert not out.exists()


def test_lines_kept_out_are_counted_by_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three without a prompt and one that is no JSON: two lines, with how many there are."""
    data = tmp_path / "scored.jsonl"
    journal.write(data, [*SCORED, *[{"completion": "x", "score": 1}] * 3])
    data.write_text(data.read_text() + "{broken\n")
    assert main(["prefer", str(data), "--score", "score", "-o", str(tmp_path / "out.jsonl")]) == 1
    err = capsys.readouterr().err
    assert "kept out: 3 lines, such as lines 4 and 5: no prompt" in err
    assert "kept out: line 7: not JSON" in err
