"""R1's rules for supervised data, one rollout for each rule."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rewards import Rollout
from rewards.cli.main import main
from rewards.spct import journal
from rewards.spct.r1_filter import R1Filter

FENCE = "`" * 3
GOOD = "First we add the two numbers, which gives four, and that is the answer."


def rollout(thinking: str | None, answer: str = "4", prompt: str = "2 + 2?") -> Rollout:
    text = rf"The answer is \boxed{{{answer}}}."
    return Rollout(text if thinking is None else f"<think>{thinking}</think>\n{text}", prompt, {"solution": "4"})


CASES = [
    (rollout(GOOD), ""),
    (rollout(GOOD, "5"), "wrong"),
    (rollout(None), "no_thinking"),
    (rollout(" \n "), "no_thinking"),
    (rollout("我们先数一数苹果，一共有四个，所以答案是四。 Then we add the numbers."), "language"),
    (rollout("word " * 301), "paragraph"),
    (rollout("word " * 300), ""),
    (rollout("word " * 200 + "\n\n" + "word " * 200), ""),  # two paragraphs, each short
    (rollout(f"{GOOD}\n{FENCE}python\nprint(2 + 2)\n{FENCE}\nSo four it is."), "code"),
    (rollout(f"{GOOD} Here `2 + 2` is inline."), ""),
]


@pytest.mark.parametrize(("given", "reason"), CASES)
def test_each_rule_drops_what_breaks_it(given: Rollout, reason: str) -> None:
    found = R1Filter(language="en").keep([given])
    assert found.counts["kept"] == int(not reason)
    dropped = {name for name, count in found.counts.items() if count and name not in ("rollouts", "kept")}
    assert dropped == ({reason} if reason else set())


def test_rules_can_be_switched_off() -> None:
    rules = R1Filter(code=True, thinking=False, paragraph_words=1000, at_least=0.0)
    assert rules.keep([given for given, _ in CASES]).counts["kept"] == len(CASES)


def test_the_best_of_a_prompt_are_kept_and_equal_ones_once() -> None:
    rollouts = [rollout(GOOD), rollout(GOOD), rollout(f"{GOOD} Yes."), rollout(GOOD, prompt="other")]
    found = R1Filter(most=1).keep(rollouts)
    assert [at for at, _ in found.rows] == [0, 3]
    assert (found.counts["same"], found.counts["beyond_most"]) == (1, 1)


@pytest.mark.parametrize("arguments", [{"paragraph_words": 0}, {"most": 0}, {"language_share": 0}, {"language": "xx"}])
def test_rules_that_make_no_sense_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(arguments))):
        R1Filter(**arguments)


def test_the_command_writes_trls_layout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, out = tmp_path / "rollouts.jsonl", tmp_path / "kept.jsonl"
    rows = [{"prompt": one.prompt, "completion": one.completion, **one.columns} for one, _ in CASES]
    journal.write(data, rows)
    assert main(["filter", str(data), "-o", str(out), "--language", "en"]) == 0
    kept = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["completion"] for row in kept] == [one.completion for one, reason in CASES if not reason]
    assert set(kept[0]) == {"prompt", "completion", "score"}
    told = " ".join(capsys.readouterr().err.split())
    assert "rollouts 10, kept 4" in told
    assert main(["filter", str(data), "-o", str(out), "--language", "en", "--at-least", "2", "--restart"]) == 1


HOSTILE = [
    # thinking, the rule that it breaks
    ("word " * 150 + "\n \t\n" + "word " * 250, ""),  # a blank line with spaces on it parts paragraphs too
    ("word " * 301 + "\n", "paragraph"),
    ("word\n" * 301, "paragraph"),  # lines are no paragraphs
    ("word" * 1000, "paragraph"),  # a paragraph without a space
    ("一共有四个苹果" * 100, "paragraph"),  # a script without spaces: 700 letters, 350 words
    ("一共有四个苹果" * 60, ""),  # 210 words
    ("word\u200b" * 1000, "paragraph"),
    (f"~~~\nx = 1\n~~~\n{GOOD}", "code"),
    (f"{GOOD}\n{FENCE}\nx = 1", "code"),  # never closed
    (f"{GOOD}\n   {FENCE}python\n   x = 1\n   {FENCE}", "code"),  # in a list
    (f"{FENCE}\n{FENCE}\n{GOOD}", "code"),  # an empty one
    (f"<think>{GOOD}</think>{GOOD}", ""),
]


@pytest.mark.parametrize(("thinking", "reason"), HOSTILE)
def test_tricks_of_spacing_and_fences(thinking: str, reason: str) -> None:
    found = R1Filter().keep([rollout(thinking)])
    assert {name for name, count in found.counts.items() if count and name != "rollouts"} == {reason or "kept"}


LANGUAGES = [
    (GOOD, ""),
    (f"{GOOD} Denn zwei und zwei ergibt vier, das ist die Antwort auf die Frage.", "language"),
    (f"{GOOD} {'мы складываем два числа и получаем четыре. ' * 3}", "language"),
    (f"{GOOD}\n{FENCE}\nмы складываем два числа\n{FENCE}", "language"),  # prose behind a fence is prose
    (f"{GOOD} $x = 2$, $y = 2$, $x + y = 4$.", ""),  # formulas are no foreign words
    ("2 + 2 = 4", ""),  # no words at all: nothing in another language
    ("四", "language"),
]


@pytest.mark.parametrize(("thinking", "reason"), LANGUAGES)
def test_mixed_language_is_found_and_formulas_are_not(thinking: str, reason: str) -> None:
    found = R1Filter(language="en").keep([rollout(thinking)])
    assert {name for name, count in found.counts.items() if count and name != "rollouts"} == {reason or "kept"}


@pytest.mark.parametrize(
    "completion", ["", "<think>", "</think>", "<think></think>", "<think>a<think>b</think>", "\x00", "<think>" * 5000]
)
def test_nothing_raises_and_nothing_wrong_is_kept(completion: str) -> None:
    found = R1Filter(language="en").keep([Rollout(completion, "q", {"solution": "4"})])
    assert found.rows == []


def test_scores_that_are_known_are_taken_and_the_reasons_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = tmp_path / "scored.jsonl", tmp_path / "kept.jsonl"
    rows = [
        {"prompt": "q", "completion": "right by a judge", "score": 0.9, "score_why": "good"},
        {"prompt": "q", "completion": "wrong by a judge", "score": 0.2, "score_why": "misses the point"},
        {"prompt": "q", "completion": "nobody knows", "score": None, "score_why": "the judge was down"},
    ]
    journal.write(data, rows)
    command = ["filter", str(data), "-o", str(out), "--score", "score", "--at-least", "0.5", "--without-thinking"]
    assert main(command) == 1  # one has no score
    (row,) = [json.loads(line) for line in out.read_text().splitlines()]
    assert (row["completion"], row["score"]) == ("right by a judge", 0.9)
    told = " ".join(capsys.readouterr().err.split())
    assert f"wrong, such as {data}, line 2: misses the point" in told
    assert f"unscored, such as {data}, line 3: the judge was down" in told
