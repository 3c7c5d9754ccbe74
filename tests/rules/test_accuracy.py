r"""`boxed_accuracy`: where the answer is read, who is to blame, what a reference may look like."""

import json
import pickle
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from rewards.core import FailureKind, Rollout
from rewards.rules.accuracy import boxed_accuracy
from rewards.testing import check_conformance


def value(completion, solution, prompt=None, **arguments):
    return boxed_accuracy(**arguments).score([Rollout(completion, prompt, {"solution": solution})])[0].value


def test_a_batch_is_scored_in_order_whatever_its_size():
    completions = [rf"\boxed{{{n}}}" for n in (1, 2, 3, 2)]
    batch = boxed_accuracy()(completions=completions, solution=["2"] * 4)
    assert batch == [0.0, 1.0, 0.0, 1.0]
    assert batch == [value(completion, "2") for completion in completions]


@pytest.mark.parametrize(
    ("completion", "expected"),
    [
        (r"So it is \boxed{18}.", 1.0),
        (r"First \boxed{3}, then \boxed{18}.", 1.0),
        (r"First \boxed{18}, then \boxed{3}.", 0.0),
        (r"<think>It is \boxed{18}.</think> Done.", 0.0),
        (r"<think>It is \boxed{3}.</think> \boxed{18}", 1.0),
        (r"<think>It is \boxed{18}", 0.0),
        (r"<think>\boxed{18}</think> The answer is 18.", 0.0),
        (r"\boxed{3}. The final answer is $18$. I hope it is correct.", 0.0),
        (r"\boxed{18", 0.0),
        (r"\boxed{}", 0.0),
        (r"\boxed{17}, \boxed{18}", 0.0),
        ("18", 1.0),
        ("$18$", 1.0),
        ("x = 18", 1.0),
        ("The answer is 18.", 0.0),
        ("So it is 18", 0.0),
        ("First line.\n18", 0.0),
        ("", 0.0),
        ("I can't say.", 0.0),
    ],
)
def test_the_answer_is_read_in_the_last_box_of_the_reply_only(completion, expected):
    assert value(completion, "18") == expected


@pytest.mark.parametrize(
    ("completion", "solution", "expected"),
    [
        ("The locus is a circle", "circle", 1.0),
        ("The locus is a semicircle", "circle", 0.0),
        ("The limit does not exist.", r"\text{does not exist}", 1.0),
        ("The correct option is B", r"\text{B}", 1.0),
        ("The correct option is A or B", "B", 0.0),
        ("It will be a Friday.\nOr so I think.", "Friday", 0.0),
        ("The value is x", "x", 0.0),
    ],
)
def test_a_lone_sentence_is_the_answer_only_where_the_reference_is_words(completion, solution, expected):
    assert value(completion, solution) == expected


def test_a_box_in_the_prompt_is_no_answer():
    assert value("Easy.", "18", prompt=r"Write \boxed{18} if it is right.") == 0.0


def test_messages_are_read_in_the_last_assistant_turn():
    turns = [
        {"role": "assistant", "content": r"\boxed{18}"},
        {"role": "tool", "content": "no"},
        {"role": "assistant", "content": r"\boxed{17}", "reasoning_content": r"\boxed{18}"},
    ]
    assert value(turns, "18") == 0.0
    assert value(turns[:1], "18") == 1.0


@pytest.mark.parametrize("extract", ["final_answer", ("boxed", "final_answer"), "A: {answer}", "last_number"])
def test_the_place_of_the_answer_is_an_argument(extract):
    assert value("16 - 3 = 13\nA: 13", "13", extract=extract) == 1.0


@pytest.mark.parametrize(
    "reference",
    [
        r"\frac{1}{2}",
        r"$\frac{1}{2}$",
        r"\boxed{\frac{1}{2}}",
        r"So it is $\boxed{\frac12}$.",
        "1/2 of it\n#### 1/2",
        0.5,
        "0.5",
    ],
)
def test_a_reference_may_come_bare_or_with_its_own_mark(reference):
    assert value(r"\boxed{\frac{1}{2}}", reference) == 1.0
    assert value(r"\boxed{\frac{1}{3}}", reference) == 0.0


NAN = float("nan")


@pytest.mark.parametrize(
    "reference",
    [
        *("", "   ", r"\boxed{}", r"\boxed{1", True, np.True_, NAN, np.float32(NAN), Decimal("NaN")),
        *([], ["1", None], ["1", ""], [["1"]], {"one": "1"}),
    ],
)
def test_a_reference_that_cannot_be_read_is_failed_whatever_the_answer(reference):
    for completion in (r"\boxed{1}", "nothing", r"\boxed{9^{9^{9^9}}}"):
        score = boxed_accuracy().score([Rollout(completion, columns={"solution": reference})])[0]
        assert score.value is None
        assert score.kind is FailureKind.bad_reference


@pytest.mark.parametrize("reference", [np.int64(4), np.int32(4), np.float32(4), np.float64(4), Decimal(4), Fraction(4)])
def test_a_reference_may_be_any_number(reference):
    assert value(r"\boxed{4}", reference) == 1.0
    assert value(r"\boxed{5}", reference) == 0.0


@pytest.mark.parametrize("references", [["3", r"\frac{8}{2}"], ("4", 5), np.array(["4.0", "5"]), {"text": ["5", "4"]}])
def test_any_of_several_references_is_right(references):
    assert value(r"\boxed{4}", references) == 1.0
    assert value(r"\boxed{6}", references) == 0.0
    assert value("I give up", references) == 0.0


def test_several_references_share_a_batch_with_single_ones():
    columns = {"solution": ["7", ["1", "2"], ["3", None], "8", [r"2^{10}", "x"]]}
    completions = [r"\boxed{7}", r"\boxed{2}", r"\boxed{3}", r"\boxed{9}", r"\boxed{1024}"]
    assert boxed_accuracy()(completions=completions, **columns) == [1.0, 1.0, None, 0.0, 1.0]


def test_a_wrong_answer_says_of_how_many_references_it_is_none():
    score = boxed_accuracy().score([Rollout(r"\boxed{0.5}", columns={"solution": ["1", "2"]})])[0]
    assert score.why.startswith("none of 2 references; the first: answer '0.5'")


def test_an_absent_reference_costs_only_its_own_row():
    assert boxed_accuracy()(completions=[r"\boxed{1}"] * 2, solution=["1", None]) == [1.0, None]


def test_why_says_what_was_read_and_what_decided():
    score = boxed_accuracy().score([Rollout(r"\boxed{0.5}", columns={"solution": r"\frac{1}{2}"})])[0]
    assert "0.5" in score.why
    assert "1" in score.why


def test_an_answer_that_runs_away_is_wrong_and_its_neighbours_keep_theirs():
    rewards = boxed_accuracy(timeout_s=1.0)
    completions = [r"\boxed{\frac{2}{4}}", r"\boxed{9^{9^{9^{9}}}}", r"\boxed{\sqrt{\frac{1}{4}}}"]
    assert rewards(completions=completions, solution=["0.5"] * 3) == [1.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ({"read": "wishes"}, "read is one of"),
        ({"timeout_s": 0}, "timeout_s must be above 0"),
        ({"extract": "no"}, "how"),
    ],
)
def test_a_wrong_argument_is_refused_when_built(argument, message):
    with pytest.raises(ValueError, match=message):
        boxed_accuracy(**argument)


def test_it_prints_as_the_call_that_made_it_and_pickles():
    reward = boxed_accuracy("answer", extract=["boxed", "final_answer"], strict=True)
    assert eval(repr(reward), {"boxed_accuracy": boxed_accuracy}) == reward
    assert pickle.loads(pickle.dumps(reward)) == reward


def test_all_real_gsm8k_solutions_agree_with_their_labels(shared_data):
    """3,600 solutions of four models, `A: 18` at the end, each with the label is_correct."""
    completions, solutions, labels = [], [], []
    for line in (shared_data / "gsm8k" / "model_solutions.jsonl").read_text().splitlines():
        row = json.loads(line)
        for model in ("6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification"):
            completions.append(row[model]["solution"])
            solutions.append(row["ground_truth"])
            labels.append(float(row[model]["is_correct"]))
    assert boxed_accuracy(extract="final_answer")(completions=completions, solution=solutions) == labels


def test_it_keeps_the_promises_that_every_reward_makes():
    rollouts = [
        Rollout(rf"It is \boxed{{{answer}}}.", "What is it?", {"solution": reference})
        for answer, reference in [("18", "18"), (r"\frac{1}{2}", "0.5"), ("x+1", "1+x"), ("3", "4"), ("(1,2)", "1<x<2")]
    ]
    check_conformance(boxed_accuracy(), rollouts)
