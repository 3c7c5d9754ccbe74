"""Accuracy over votes, held against formulas, brute force and other libraries."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom
from sklearn.metrics import roc_auc_score

from rewards.evaluation.baselines import by_chance, by_length, by_words
from rewards.evaluation.items import Item, item_of, items_of
from rewards.evaluation.measure import (
    Judged,
    clustered_auc,
    credit,
    interval,
    paired,
    roc_auc,
    strict,
    voted,
    voting_credit,
)
from rewards.evaluation.report import evaluate


def item(at: int = 0, count: int = 2) -> Item:
    return Item(f"question {at}", tuple(f"response {n}" for n in range(count)), (1.0, *[0.0] * (count - 1)))


def judged(*votes: list[Any], at: int = 0) -> Judged:
    """Votes without a meta reward model; None for a sample that could not be read."""
    filled = [[None if one is None else (one, None) for one in own] for own in votes]
    means = [np.mean([one for one in own if one is not None] or [math.nan]) for own in votes]
    return Judged(item(at, len(votes)), filled, [None if math.isnan(mean) else float(mean) for mean in means])


def test_a_sample_that_could_not_be_read_has_no_vote() -> None:
    one = judged([9, None, 3], [5, None, 5])
    assert voted(one, [0, 1, 2], None) == [6, 5]
    assert voted(one, [1], None) == [-math.inf, -math.inf]
    assert credit(voted(one, [1], None), 0) == 0.5  # nobody has a vote: a tie
    assert strict(voted(one, [1], None), 0) == 0


def test_the_meta_model_lets_only_its_favourites_vote() -> None:
    votes = [[(1, -3.0), (9, 2.0), (8, 1.0)], [(5, -3.0), (5, 2.0), (5, 1.0)]]
    one = Judged(item(), votes, [6, 5])
    assert voted(one, [0, 1, 2], 1) == [9, 5]
    assert voted(one, [0, 1, 2], 2) == [8.5, 5]
    assert voted(one, [0, 1, 2], None) == [6, 5]


def test_voting_agrees_with_the_binomial_formula() -> None:
    # each sample prefers the right response with probability 0.6, independently; 2,000 items of 9 samples
    generator = np.random.default_rng(3)
    right = generator.random((2000, 9)) < 0.6
    items = [judged([8 if one else 2 for one in row], [5] * 9, at=at) for at, row in enumerate(right)]
    for k in (1, 3, 9):
        mean = np.mean([voting_credit(one, k, meta=False)[0] for one in items])
        expected = 1 - binom.cdf(k // 2, k, 0.6)  # the majority of an odd k: more than half of 8 and 2 against 5
        # standard deviation of a mean of 2,000 at most sqrt(0.25 / 2000) = 0.011
        assert mean == pytest.approx(expected, abs=0.04)


def test_voting_over_subsets_is_close_to_the_mean_over_all_subsets() -> None:
    one = judged([8, 2, 8, 2, 8, 8, 2, 8], [5] * 8)
    subsets = list(combinations(range(8), 4))
    expected = np.mean([credit(voted(one, subset, None), 0) for subset in subsets])
    assert voting_credit(one, 4, meta=False)[0] == pytest.approx(expected, abs=0.15)
    assert voting_credit(one, 8, meta=False)[0] == 1.0  # 5 of 8 votes
    assert voting_credit(one, 4, meta=False) == voting_credit(one, 4, meta=False)


def test_intervals_take_the_rows_of_a_question_together() -> None:
    values = [1.0, 0.0] * 50
    apart = interval(values, [str(at) for at in range(100)])
    # 50 questions that each hold one right and one wrong row: every resample has the mean 0.5
    together = interval(values, [str(at // 2) for at in range(100)])
    assert together == (0.5, 0.5, 0.5)
    # apart, the standard error is 0.05: 0.5 ± 1.96 * 0.05
    assert apart.low == pytest.approx(0.402, abs=0.02)
    assert apart.high == pytest.approx(0.598, abs=0.02)
    assert paired(values, values, list(map(str, range(100)))) == (0, 0, 0)


@pytest.mark.parametrize("seed", range(5))
def test_auc_agrees_with_scikit_learn_with_ties(seed: int) -> None:
    generator = np.random.default_rng(seed)
    scores = generator.integers(0, 6, size=200).tolist()
    labels = generator.integers(0, 2, size=200).tolist()
    assert roc_auc(scores, labels) == pytest.approx(roc_auc_score(labels, scores))
    assert math.isnan(roc_auc([1.0, 2.0], [1, 1]))


def test_blind_baselines_see_what_they_may() -> None:
    rows = [{"prompt": f"q{at}", "chosen": f"because {at} long", "rejected": f"no {at}"} for at in range(40)]
    items = [item_of(row) for row in rows]
    assert np.mean(by_length(items)) == 1.0
    assert np.mean(by_chance(items)) == 0.5
    words = by_words(items)
    assert words is not None
    assert np.mean(words) > 0.95  # "because" gives it away without the question
    assert by_words(items[:3]) is None


@pytest.mark.parametrize(
    ("row", "responses", "labels"),
    [
        ({"chosen": "a", "rejected": "b"}, ("a", "b"), (1, 0)),
        ({"chosen": "a", "rejected": ["b", "c"]}, ("a", "b", "c"), (1, 0, 0)),
        ({"responses": ["a", "b"], "best": 1}, ("a", "b"), (0, 1)),
        ({"responses": ["a", "b"], "labels": [3, 7]}, ("a", "b"), (3, 7)),
        ({"response_1": "a", "response_2": "b", "label": 2}, ("a", "b"), (0, 1)),
        ({"response": "a", "label": 1}, ("a",), (1,)),
        (
            {"chosen": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], "rejected": "b"},
            ("a", "b"),
            (1, 0),
        ),
    ],
)
def test_every_layout_is_read(row: dict[str, Any], responses: tuple[str, ...], labels: tuple[float, ...]) -> None:
    read = item_of({"prompt": "q", **row})
    assert (read.responses, read.labels) == (responses, labels)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"chosen": "a", "rejected": "b"}, "no column 'prompt'"),
        ({"prompt": "q", "answer": "a"}, "no layout fits"),
        ({"prompt": "q", "responses": ["a", "b"], "labels": [1, 1]}, "no response is best"),
        ({"prompt": "q", "responses": ["a", "b"], "best": 2}, "a number from 0 to 1"),
        ({"prompt": "q", "responses": ["a"], "best": 0}, "the number of one of several"),
        ({"prompt": "q", "responses": ["a", "b"], "labels": [math.nan, 1]}, "labels are finite numbers"),
        ({"prompt": "q", "responses": ["a", "b"], "labels": [1, 0, 2]}, "2 responses with 3 labels"),
        ({"prompt": "q", "responses": ["a", "b"], "labels": [1]}, "2 responses with 1 labels"),
        ({"prompt": "q", "response_1": "a", "response_3": "b", "labels": [1, 0]}, "1 responses with 2 labels"),
        ({"prompt": "q", "chosen": "a", "rejected": []}, "rejected is an empty list"),
        *(
            ({"prompt": "q", "responses": ["a", "b", "c"], "labels": [1, 0, 2], "pairs": pairs}, "pairs are lists of")
            for pairs in ([[-1, 0]], [[0, 3]], [[2]], [[1, 1]], [[0.0, 1.0]], [[False, True]], "01", [None], 7)
        ),
        ({"prompt": "q", "response_1": "a", "response_2": "b", "label": 3}, "1 or 2"),
        ({"prompt": "q", "response_1": "a", "response_2": "b", "label": True}, "1 or 2"),
        ({"prompt": "q", "response": "a", "label": 0.5}, "labelled 0 or 1"),
        ({"prompt": "q", "chosen": 3, "rejected": "b"}, "a response is text or messages"),
    ],
)
def test_rows_that_make_no_sense_are_refused(row: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        items_of(row)


def test_a_report_holds_the_curve_the_baselines_and_the_subsets() -> None:
    items = [judged([8, 8, 2, 8], [5] * 4, at=at) for at in range(20)]
    report = evaluate(items, [1, 2, 4, 99])
    assert [point["k"] for point in report["curve"]] == [1, 2, 4]
    assert report["curve"][-1]["accuracy"]["mean"] == 1.0  # 26 / 4 against 5
    assert report["curve"][0]["accuracy"]["mean"] == pytest.approx(0.75, abs=0.01)  # three samples of four
    assert report["own"] == {"accuracy": {"mean": 1.0, "low": 1.0, "high": 1.0}, "ties": 0.0, "unscored": 0}
    assert report["baselines"]["chance"]["mean"] == 0.5
    assert report["unread_share"] == 0


def test_intervals_agree_with_a_bootstrap_written_out() -> None:
    """Questions of one to four rows, their means far apart; drawn with Python's own generator, row by row."""
    from random import Random

    random = Random(5)
    questions_ = [[random.random() < share for _ in range(random.randint(1, 4))] for share in (0.1, 0.5, 0.9) * 40]
    values = [float(value) for rows in questions_ for value in rows]
    clusters = [str(at) for at, rows in enumerate(questions_) for _ in rows]
    means = []
    for _ in range(4000):
        drawn = [row for rows in random.choices(questions_, k=len(questions_)) for row in rows]
        means.append(sum(drawn) / len(drawn))
    means.sort()
    found = interval(values, clusters)
    assert found.mean == pytest.approx(sum(values) / len(values))
    assert found.low == pytest.approx(means[100], abs=0.01)  # 2.5 % of 4,000
    assert found.high == pytest.approx(means[3899], abs=0.01)


def test_the_interval_of_auc_agrees_with_scikit_learn_resampled_by_question() -> None:
    generator = np.random.default_rng(11)
    labels = generator.integers(0, 2, size=240)
    scores = labels + generator.normal(0, 1.2, size=240)
    clusters = [str(at // 3) for at in range(240)]
    members = np.arange(240).reshape(80, 3)
    drawn = []
    for _ in range(600):
        rows = members[generator.integers(80, size=80)].ravel()
        drawn.append(roc_auc_score(labels[rows], scores[rows]))
    found = clustered_auc(scores.tolist(), labels.tolist(), clusters)
    assert found.mean == pytest.approx(roc_auc_score(labels, scores))
    assert found.low == pytest.approx(np.quantile(drawn, 0.025), abs=0.015)
    assert found.high == pytest.approx(np.quantile(drawn, 0.975), abs=0.015)


def test_votes_are_sums_of_scores_as_in_equation_14() -> None:
    """S*_i = Σ_j S_ij: by sums in integers for all k votes, against the mean that `voted` takes."""
    from random import Random

    random = Random(2)
    for at in range(200):
        votes = [[random.randint(1, 10) for _ in range(8)] for _ in range(3)]
        sums = [sum(own) for own in votes]
        won = sums[0] > max(sums[1:])
        tied = sums[0] == max(sums[1:])
        expected = 1.0 if won else 1 / sums.count(sums[0]) if tied else 0.0
        assert voting_credit(judged(*votes, at=at), 8, meta=False) == (expected, float(won))


def test_many_subsets_at_once_are_voted_as_one_by_one() -> None:
    """Scores with ties and gaps, logits with ties, responses with unlike numbers of votes: as `voted` says of each."""
    from random import Random

    from rewards.evaluation.measure import _means

    random = Random(8)
    for at in range(300):
        count, have = random.randint(2, 4), random.randint(1, 9)
        votes = [
            [
                None
                if random.random() < 0.2
                else (random.randint(1, 5), random.choice([None, -1.0, 0.0, random.random()]))
                for _ in range(have - (random.random() < 0.2))
            ]
            for _ in range(count)
        ]
        votes[0] = [None if random.random() < 0.2 else (random.randint(1, 5), 0.5) for _ in range(have)]
        one = Judged(item(at, count), votes, [None] * count)
        subsets = np.array([random.sample(range(have), random.randint(1, have))])
        for k_meta in (None, 1, 2):
            assert _means(one, subsets, k_meta)[:, 0].tolist() == voted(one, subsets[0].tolist(), k_meta)
