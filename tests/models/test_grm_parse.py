r"""What a judge wrote, read or refused."""

from __future__ import annotations

import time

import pytest

from rewards.models.grm.hardening import code_for, is_empty_of_content
from rewards.models.grm.parse import Principle, Unread, principles_in, scores_in


@pytest.mark.parametrize(
    ("text", "count", "expected"),
    [
        (r"Scores: \boxed{7, 4}", 2, [7, 4]),
        (r"**Scores**: $\boxed{ 10 ,7 }$", 2, [10, 7]),
        (r"First \boxed{1, 1}, no: \boxed{9, 2}", 2, [9, 2]),
        (r"评分：\boxed{8，6，7}", 3, [8, 6, 7]),
        (r"\boxed{[8, 6]}", 2, [8, 6]),
        (r"\boxed{8.0}", 1, [8]),
        ("<think>Hm, \\boxed{2}?</think>\nScores: \\boxed{7}", 1, [7]),
        (r"Perhaps \boxed{2}?</think>Scores: \boxed{7}", 1, [7]),  # opened by the judge's chat template
        (r"[THINK]Hm, \boxed{2}[/THINK]\boxed{7}", 1, [7]),
        (r"Its <think> block is honest. \boxed{7}", 1, [7]),  # spoken of, not thought
        (r"<think>Hm.</think>It opens `<think>` and never closes it. \boxed{3}", 1, [3]),
    ],
)
def test_the_last_box_holds_the_scores(text: str, count: int, expected: list[float]) -> None:
    assert scores_in(text, count, 1, 10) == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("Scores: 7, 4", 2),
        (r"\boxed{7}", 2),
        (r"\boxed{7, 4, 9}", 2),
        (r"\boxed{11}", 1),
        (r"\boxed{0}", 1),
        (r"\boxed{7.5}", 1),
        (r"\boxed{seven}", 1),
        (r"\boxed{7/10}", 1),
        (r"\boxed{__import__('os').system('true')}", 1),
        (r"\boxed{nan}", 1),
        (r"\boxed{1e1}", 1),
        (r"\boxed{7} and \boxed{7", 1),
        (r"\boxed{７}", 1),
        (r"\boxed{}", 1),
    ],
)
def test_anything_else_withholds_the_vote(text: str, count: int) -> None:
    read = scores_in(text, count, 1, 10)
    # full-width digits are digits to Python; they must read as the number or not at all
    assert isinstance(read, Unread) or (text == r"\boxed{７}" and read == [7])


@pytest.mark.parametrize(
    "text",
    [
        r"<think>hm \boxed{2}",
        "\n<think>\nhm \\boxed{2}",
        r"[THINK]hm \boxed{2}",
        r"<think>hm</think><think>or rather \boxed{2}",
        "Let me see.\n<think>hm \\boxed{2}",
    ],
)
def test_a_score_in_thinking_that_was_cut_off_is_no_vote(text: str) -> None:
    assert scores_in(text, 1, 1, 10) == Unread("its thinking was never closed")


def test_a_box_in_thinking_does_not_stand_in_for_one_in_the_reply() -> None:
    assert scores_in(r"<think>\boxed{2}</think>I can't say.", 1, 1, 10) == Unread("no closed \\boxed{} at the end")


def test_principles_are_those_of_the_reply() -> None:
    text = "<think>\nPrinciples:\n1. Draft\n</think>\nPrinciples:\n1. Truth"
    assert principles_in(text) == [Principle("Truth", None)]
    assert principles_in("<think>\nPrinciples:\n1. Draft") == []


def test_principles_keep_text_and_weight() -> None:
    text = "**Principles:**\n- **Truth** (weight: 60%)\n- Brevity: 40%\n- Tone\nCritique:\n- Not a principle (9%)"
    assert principles_in(text) == [Principle("Truth", 60.0), Principle("Brevity", 40.0), Principle("Tone", None)]
    assert principles_in("原则：\n1. 真实（权重：70%）\n评论：\n2. 不是") == [Principle("真实", 70.0)]


def test_a_megabyte_of_rubbish_is_read_in_linear_time() -> None:
    for piece in ("\\boxed{", "1. x (", "{" * 10, "Principles:\n1. ((((", "<think>", "x    <think>", " "):
        start = time.process_time()
        text = piece * (1_000_000 // len(piece))
        assert isinstance(scores_in(text, 1, 1, 10), Unread)
        principles_in(text)
        assert time.process_time() - start < 3


@pytest.mark.parametrize(
    "text", [":", ".", "Thought process:", "Let's solve this problem step by step.", "解", "  ", "###"]
)
def test_openers_with_nothing_behind_them_are_empty(text: str) -> None:
    assert is_empty_of_content(text)


@pytest.mark.parametrize("text", ["4", "x", "Solution: 4", "Thought process: two and two make four", "解：4", "no"])
def test_anything_that_says_something_is_not(text: str) -> None:
    assert not is_empty_of_content(text)


def test_the_code_stands_in_none_of_the_texts() -> None:
    code = code_for(["a", "b"])
    assert code_for(["a", "b"]) == code
    assert code_for(["ab", ""]) != code
    assert code_for(["lone \ud800 surrogate"])
