"""R1's rules for supervised data, one rollout for each rule."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rewards import (
    Reward,
    Rollout,
    Score,
    as_reward,
    boxed_accuracy,
    budget,
    clip,
    cosine_length,
    first_passed,
    gate,
    think_format,
)
from rewards.cli.main import main
from rewards.presets import r1
from rewards.spct import journal
from rewards.spct.r1_filter import R1Filter
from rewards.spct.rightness import bar_of

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


@as_reward
def short(completion: str) -> float:
    """Half a point for anything."""
    return 0.5


@as_reward
def own_accuracy(completion: str, solution: str) -> float:
    """Somebody's own, which reads the reference."""
    return float(rf"\boxed{{{solution}}}" in completion)


@as_reward(range=(float("-inf"), float("inf")))
def unbounded(completion: str) -> float:
    """Any number."""
    return 7.0


accuracy, form = boxed_accuracy(), think_format()
RIGHT: list[tuple[Reward, str]] = [
    # a reward, what is said of it; of a right, a wrong and an unformatted right answer it keeps the right ones
    (accuracy, "accuracy gives 1"),
    (r1(), "accuracy gives 1"),  # 1 + 0 for right without format, 0 + 1 for wrong with it
    (r1("en"), "accuracy gives 1"),
    (5.0 * form + 1.0 * accuracy, "accuracy gives 1"),  # wrong earns five times as much
    (accuracy - 0.5 * short, "accuracy gives 1"),  # 0.5 for right: less than the most, 1 - 0
    (1.0 * first_passed(accuracy, own_accuracy) + 0.2 * form, "accuracy_else_own_accuracy gives 1"),
    (form + (0.5 * short + 1.0 * accuracy).named("inner"), "accuracy gives 1"),
    (cosine_length(accuracy, max_tokens=1000, unit="characters") + form, "accuracy gives 1"),
    (gate(accuracy, then=short), "accuracy gives 1"),
    (clip(accuracy + form, high=1), "accuracy gives 1"),
]


@pytest.mark.parametrize(("reward", "said"), RIGHT)
def test_a_wrong_answer_is_never_right_whatever_else_it_earns(reward: Reward, said: str) -> None:
    rollouts = [rollout(GOOD), rollout(GOOD, "5"), rollout(None)]
    assert [at for at, _ in R1Filter(reward, thinking=False).keep(rollouts).rows] == [0, 2]
    assert str(bar_of(reward)) == f"right is what {said}, the most that it can"


WHOLE: list[tuple[Reward, float]] = [
    # where no part alone says what is right: the most that the whole can give
    (1.0 * own_accuracy + 0.2 * form, 1.2),
    (1.0 * accuracy + 0.5 * own_accuracy, 1.5),  # either may be it
    (1.0 * accuracy + 0.25 * boxed_accuracy("solution", prefill="<think>").named("again"), 1.25),
    (1.0 * own_accuracy - 0.5 * accuracy, 1.0),
]


@pytest.mark.parametrize(("reward", "most"), WHOLE)
def test_where_no_part_alone_says_so_right_is_the_most_there_is(reward: Reward, most: float) -> None:
    bar = bar_of(reward)
    assert (bar.path, bar.least) == ((), pytest.approx(most))
    kept = R1Filter(reward, thinking=False).keep([rollout(GOOD), rollout(GOOD, "5")]).rows
    assert 1 not in [at for at, _ in kept]


def test_a_gate_that_is_closed_is_wrong_and_a_part_that_skips_is_unscored() -> None:
    closed = R1Filter(gate(form, then=accuracy), thinking=False).keep([rollout(None)])
    assert (closed.counts["wrong"], closed.examples["wrong"][1]) == (1, "closed: format 0 is below 1")
    found = R1Filter(1.0 * budget(accuracy, 1) + 1.0 * form).keep([rollout(GOOD), rollout(GOOD, prompt="another")])
    assert (found.counts["kept"], found.counts["unscored"]) == (1, 1)


def test_what_is_right_must_be_said_where_a_reward_has_no_most_or_scores_are_only_known() -> None:
    with pytest.raises(ValueError, match=r"unbounded has no highest value.* at_least=X"):
        R1Filter(unbounded)
    assert R1Filter(unbounded, at_least=7, thinking=False).keep([rollout(None)]).counts["kept"] == 1
    with pytest.raises(ValueError, match="cuts values off"):
        R1Filter(clip(own_accuracy + form, high=1))
    with pytest.raises(ValueError, match="at_least=X"):
        R1Filter().keep([rollout(GOOD)], [Score(1.0)])


def test_the_command_says_what_is_right_and_asks_where_it_can_not_know(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sum of accuracy and format: a wrong answer in the right format scores 1, as much as a right one without."""
    data, out, config = tmp_path / "rollouts.jsonl", tmp_path / "kept.jsonl", tmp_path / "reward.toml"
    config.write_text('[reward]\nuse = "r1"\n')
    given = [rollout(GOOD), rollout(GOOD, "5"), rollout(None)]
    journal.write(data, [{"prompt": one.prompt, "completion": one.completion, **one.columns} for one in given])
    assert main(["filter", str(data), "-c", str(config), "-o", str(out)]) == 0
    assert [json.loads(line)["score"] for line in out.read_text().splitlines()] == [2.0]
    told = " ".join(capsys.readouterr().err.split())
    assert "right is what accuracy gives 1, the most that it can" in told
    assert "wrong 1, no thinking 1" in told
    assert f"wrong, such as {data}, line 2: accuracy 0: answer '5'" in told
    assert main(["filter", str(data), "--score", "score", "-o", str(tmp_path / "other.jsonl")]) == 2
    assert "--at-least X" in capsys.readouterr().err
