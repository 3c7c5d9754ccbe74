"""One rollout's arithmetic as text, as it stands in a terminal."""

from __future__ import annotations

import pytest

from rewards import Rollout, Score, clip, first_passed, gate, overlong, route, scale, truncation, weighted_sum
from rewards.core.explain import explain
from rewards.testing.scripted import scripted


def says(name, value, why="", bounds=(0, 1)):
    score = value if isinstance(value, Score) else Score(value, why)
    return scripted({...: score}, bounds=bounds).named(name)


ACCURACY = says("accuracy", 0, "12, not the reference 42")
FORMAT = says("format", 1, "thinking, then a reply")
LANGUAGE = says("language", 0.75, "3 of 4 sentences are English")
BROKEN = says("accuracy", Score.fail("bad_reference", "solution is empty"))
SKIPPED = says("tests", Score.skip("no tests in this row"))


@pytest.mark.parametrize(
    ("reward", "text"),
    [
        (FORMAT, "1 = format: thinking, then a reply"),
        (says("bare", 0.5), "0.5 = bare"),
        (BROKEN, "unscored: failed: bad_reference (solution is empty)"),
        (
            1.0 * ACCURACY + 0.2 * FORMAT + 0.1 * LANGUAGE,
            """\
0.275 = 1 × accuracy 0 + 0.2 × format 1 + 0.1 × language 0.75
├─ accuracy  0     12, not the reference 42
├─ format    1     thinking, then a reply
└─ language  0.75  3 of 4 sentences are English""",
        ),
        (
            FORMAT - 0.5 * LANGUAGE,
            """\
0.625 = 1 × format 1 - 0.5 × language 0.75
├─ format    1     thinking, then a reply
└─ language  0.75  3 of 4 sentences are English""",
        ),
        (
            weighted_sum(-1.0 * LANGUAGE, FORMAT),
            """\
0.25 = -1 × language 0.75 + 1 × format 1
├─ language  0.75  3 of 4 sentences are English
└─ format    1     thinking, then a reply""",
        ),
        (
            1.0 * BROKEN + 0.2 * FORMAT,
            """\
unscored: accuracy failed: bad_reference (solution is empty)
├─ accuracy  –  failed: bad_reference (solution is empty)
└─ format    1  thinking, then a reply""",
        ),
        (
            weighted_sum(SKIPPED, FORMAT, on_skipped="renormalize"),
            """\
2 = 1 × tests skipped + 1 × format 1, renormalized
├─ tests   –  skipped (no tests in this row)
└─ format  1  thinking, then a reply""",
        ),
        (
            gate(FORMAT, then=ACCURACY),
            """\
0 = open: accuracy 0
├─ format    1  thinking, then a reply
└─ accuracy  0  12, not the reference 42""",
        ),
        (
            gate(LANGUAGE, then=ACCURACY),
            """\
0 = closed: language 0.75 is below 1
└─ language  0.75  3 of 4 sentences are English""",
        ),
        (
            0.5 * (LANGUAGE + FORMAT).named("style") + first_passed(ACCURACY, says("judge", 0.6, "a fair try")),
            """\
1.475 = 0.5 × style 1.75 + 1 × accuracy_else_judge 0.6
├─ style                1.75  1 × language 0.75 + 1 × format 1
│  ├─ language          0.75  3 of 4 sentences are English
│  └─ format            1     thinking, then a reply
└─ accuracy_else_judge  0.6   judge: a fair try
   ├─ accuracy          0     12, not the reference 42
   └─ judge             0.6   a fair try""",
        ),
        (
            scale(clip(2 * LANGUAGE, high=1), to=(-1, 1)),
            """\
1 = 1 → 1
└─ raw             1     1.5 → 1
   └─ raw          1.5   2 × language 0.75
      └─ language  0.75  3 of 4 sentences are English""",
        ),
    ],
)
def test_the_arithmetic_of_one_rollout(reward, text):
    assert reward.explain("the completion") == text


def test_a_route_shows_the_branch_it_took():
    reward = route("task", {"maths": ACCURACY, "chat": FORMAT})
    assert reward.explain("x", task="chat") == "1 = chat\n└─ chat  1  thinking, then a reply"
    assert reward.explain("x", task="poem") == (
        "unscored: failed: unknown_route (column 'task' is 'poem'; known are 'maths', 'chat')"
    )


def test_text_from_a_completion_cannot_move_the_cursor_or_break_the_encoding():
    reward = says("quotes", 0, "wrote '\x1b[2J\n\ud800\x00' 日本語") + FORMAT
    text = reward.explain("x")
    assert text.encode()
    assert text.splitlines()[1] == "├─ quotes  0  wrote '�[2J���' 日本語"


def test_a_score_of_a_whole_batch_can_be_explained_too():
    reward = ACCURACY + FORMAT
    score = reward.score([Rollout("a"), Rollout("b")])[1]
    assert explain(reward, score) == reward.explain("b") == reward.explain(Rollout("b"))


def test_a_long_reason_goes_on_under_itself_in_a_narrow_terminal():
    long = says("accuracy", 0, "answer '95' read as number; reference '85' read as number: values differ")
    reward = 1.0 * long + 0.2 * FORMAT
    assert (
        explain(reward, reward.score([Rollout("")])[0], width=48)
        == """\
0.2 = 1 × accuracy 0 + 0.2 × format 1
├─ accuracy  0  answer '95' read as number;
│               reference '85' read as number:
│               values differ
└─ format    1  thinking, then a reply"""
    )


def test_explain_takes_token_ids_and_the_reason_for_the_end() -> None:
    assert overlong(10, 2).explain("x", completion_ids=[1, 2, 3]).startswith("0 = overlong: 3 tokens")
    assert truncation().explain("x", finish_reason="length").startswith("0 =")


def test_what_a_judge_wrote_that_could_not_be_read_is_shown_at_its_end():
    """The log counts reasons alike; the text itself, which says why, is for whoever looks at one rollout."""
    lost = Score.fail(
        "judge_unreadable", "no box", data={"unread": [{"why": "no box", "text": "x" * 300 + "\nI like it"}]}
    )
    judged = scripted({...: lost}).named("judge")
    shown = judged.explain("reply")
    assert shown.startswith("unscored: failed: judge_unreadable (no box)\njudge ended in: …xxx")
    assert shown.endswith("x I like it")
    assert "judge ended in: …" in (1.0 * judged + 0.5 * scripted({...: 1}).named("other")).explain("reply")
