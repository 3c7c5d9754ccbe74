"""exact_match: SQuAD's normal form, several references, nothing for saying nothing."""

import pickle
import re
import string
import time

import pytest

from rewards import MissingColumn, Rollout
from rewards.rules.exact_match import exact_match
from rewards.rules.squad import normal, tokens


def value(completion, answers, **arguments):
    return exact_match(**arguments).score([Rollout(completion, columns={"answers": answers})])[0].value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Eiffel  Tower!", "eiffel tower"),
        ("an apple a day", "apple day"),
        ("U.S.A.", "usa"),
        ("don't", "dont"),
        ("«Пушкин»", "пушкин"),  # Unicode's punctuation too
        ("1,000", "1000"),
        ("3.5", "3.5"),  # … but another number stays another number
        ("1990–1995", "1990·1995"),
        (".5", ".5"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("1990-1995", "1990·1995"),  # … nor does it become one
        *(("1/2", "1·2"), ("10:30", "10·30"), ("3,5", "3·5"), ("2-1", "2·1"), ("3^2", "3·2"), ("1.2.3", "1.2.3")),
        *(("1,000,000", "1000000"), ("1'000", "1000"), ("10,000.5", "10000.5"), ("1,00", "1·00")),
        *(
            ("C++", "c++"),
            ("C#", "c#"),
            ("O+", "o+"),
            ("O-", "o-"),
            ("(O-).", "o-"),
            ("e-mail", "email"),
            ("a + b", "b"),
        ),
        *(("Vitamin A", "vitamin a"), ("the vitamin", "vitamin"), ("Hepatitis A.", "hepatitis a")),
        *(("Seine\u200b", "seine"), ("\u2067Seine\u2069", "seine"), ("５", "5"), ("ﬁsh", "fish"), ("5²", "5²")),
        ("İstanbul", "istanbul"),
        ("$-2", "-2"),
        ("It is 5.", "it is 5"),
        ("A", "a"),  # nothing would be left
        ("!!!", "!!!"),
        ("cafe\u0301", "café"),
        ("", ""),
    ],
)
def test_the_normal_form(text, expected):
    assert normal(text) == expected
    assert normal(normal(text)) == normal(text)


def test_the_normal_form_is_squads_on_words():
    def squad(text):
        bare = "".join(mark for mark in text.lower() if mark not in string.punctuation)
        return " ".join(re.sub(r"\b(a|an|the)\b", " ", bare).split())

    words = ["The", "cat,", "an", "O'Neill", "(1984)", "New-York", "U.K.", "a", "theatre", "50%", "rock & roll", "x"]
    for first in words:
        for second in words:
            text = f"{first} {second} Zoë"
            assert normal(text) == squad(text)


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        *(("1/2", "12"), ("10:30", "1030"), ("3,5", "35"), ("2-1", "21"), ("3^2", "32"), ("12:00", "1200")),
        *(("C", "C++"), ("C#", "C"), ("O+", "O-"), ("A", "A+"), ("vitamin", "vitamin A"), ("hepatitis", "hepatitis A")),
    ],
)
def test_an_answer_that_only_looks_the_same_without_its_marks_is_wrong(answer, reference):
    assert value(f"<answer>{answer}</answer>", reference) == 0.0
    assert value(f"<answer>{reference}</answer>", answer) == 0.0
    assert value(f"<answer>{reference}</answer>", reference) == 1.0


def test_words_of_scripts_without_spaces_are_characters():
    assert tokens("the 北京 Hotel") == ["北", "京", "hotel"]


@pytest.mark.parametrize(
    ("completion", "answers", "expected"),
    [
        ("<answer>Paris</answer>", "Paris", 1.0),
        ("<answer>paris.</answer>", ["Rome", "Paris"], 1.0),
        ("<answer>the Paris</answer>", {"text": ["Paris"], "answer_start": [3]}, 1.0),
        ("<answer>Big P</answer>", {"value": "Paris", "aliases": ["Big P"]}, 1.0),
        (r"So \boxed{42}", 42, 1.0),
        ("Answer: Paris", "Paris", 1.0),
        ("Paris", "Paris", 1.0),  # one line without a mark
        ("<think>Rome? No.</think>\nParis", "Paris", 1.0),
        ("<think>Paris</think>\nRome", "Paris", 0.0),  # thinking is no answer
        ("Well.\nParis", "Paris", 0.0),  # two lines without a mark
        ("Paris, Rome, London", "Paris", 0.0),  # every candidate listed
        ("<answer>Paris or Rome</answer>", "Paris", 0.0),
        ("<answer>Rome</answer><answer>Paris</answer>", "Paris", 1.0),  # the last one counts …
        ("<answer>Paris</answer><answer>Rome</answer>", "Paris", 0.0),
        ("<answer>Paris</answer><answer>", "Paris", 0.0),  # … and is not taken back
        ("<answer>3.5</answer>", "35", 0.0),
        ("<answer>-5</answer>", "5", 0.0),
        ("<answer></answer>", "Paris", 0.0),
        ("", "Paris", 0.0),
        ("<answer>the</answer>", "A", 0.0),  # both are articles to SQuAD
        ("<answer>a</answer>", "A", 1.0),
        ("<answer>...</answer>", "A", 0.0),
        ("Paris<|im_end|>", "Paris", 1.0),
        ([{"role": "assistant", "reasoning_content": "Rome?", "content": "Paris"}], "Paris", 1.0),
    ],
)
def test_the_answer_is_right_where_it_is_one_of_the_references(completion, answers, expected):
    assert value(completion, answers) == expected


def test_the_whole_reply_may_be_the_answer():
    assert value("Well,\nParis", "well Paris", extract=None) == 1.0
    assert value("<think>x</think>", "x", extract=None) == 0.0


@pytest.mark.parametrize("answers", ["", "  ", [], [None], {}, {"text": []}, {"value": None}, [["Paris"]]])
def test_a_row_without_an_answer_is_a_bad_reference(answers):
    for completion in ("Paris", ""):
        score = exact_match().score([Rollout(completion, columns={"answers": answers})])[0]
        assert (score.value, score.kind) == (None, "bad_reference")


def test_arrays_of_references_are_read():
    numpy = pytest.importorskip("numpy")
    assert value("Paris", numpy.array(["Rome", "Paris"])) == 1.0


def test_a_missing_column_is_named_with_its_remedy():
    with pytest.raises(MissingColumn, match=r"exact_match needs column 'answers'.*Use exact_match\(reference=…\)"):
        exact_match()(completions=["x"], golden_answers=["x"])


@pytest.mark.parametrize("mark", [".-", "1,", "C+", "a-", "\u0301\u0316", "the "])
def test_a_long_text_of_any_marks_is_read_at_once(mark):
    start = time.thread_time()
    assert value("<answer>" + mark * 100_000 + "</answer>", "Paris") == 0.0
    assert time.thread_time() - start < 5


def test_it_prints_as_its_call_pickles_and_refuses_unknown_methods():
    assert repr(exact_match("golden_answers")) == "exact_match('golden_answers')"
    assert pickle.loads(pickle.dumps(exact_match(extract="boxed"))) == exact_match(extract=("boxed",))
    with pytest.raises(ValueError, match="must be one of"):
        exact_match(extract="guess")


def test_nan_is_no_reference():
    scores = [
        exact_match().score([Rollout("4", columns={"answers": one})])[0] for one in (float("nan"), [4, float("nan")])
    ]
    assert [score.value for score in scores] == [None, 1.0]
