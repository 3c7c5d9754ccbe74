"""How often a judge finds the better response, from one set of samples, with intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from rewards.evaluation.items import Item

if TYPE_CHECKING:
    import numpy as np

RESAMPLES = 2000
SUBSETS = 16
"""How many subsets of the samples stand for a smaller k."""


@dataclass(frozen=True)
class Judged:
    """What a judge said of one item.

    Args:
        item: the item.
        votes: for each response its votes in order, each with the meta reward model's logit or None; a sample that
            could not be read is None.
        values: for each response the reward's own value, None where it is unscored.
        places: for each response, beside each vote, where it stood in the prompt, from 0; None where it was not shown
            with the others.
        reasons: why samples could not be had or read, each once, and why responses have no value.
    """

    item: Item
    votes: Sequence[Sequence[tuple[float, float | None] | None]]
    values: Sequence[float | None]
    places: Sequence[Sequence[int]] | None = None
    reasons: Sequence[str] = ()


class Interval(NamedTuple):
    """A mean with its 95 % interval, from a bootstrap over questions."""

    mean: float
    low: float
    high: float


def voted(judged: Judged, samples: Sequence[int], k_meta: int | None) -> list[float]:
    """The mean vote for each response over some of the samples, with a meta reward model over the best of them.

    A response without a vote among them gets minus infinity; where none has one, all do, which is a tie.
    """
    means = []
    for votes in judged.votes:
        found = [vote for at in samples if at < len(votes) and (vote := votes[at]) is not None]
        if k_meta is not None:
            found = sorted(found, key=lambda vote: -(vote[1] if vote[1] is not None else -math.inf))[:k_meta]
        means.append(math.fsum(score for score, _ in found) / len(found) if found else -math.inf)
    return means


def credit(scores: Sequence[float], best: int) -> float:
    """1 for the best response alone on top, 1/t where it shares the top with t - 1 others, else 0.

    >>> credit([3, 5, 5], 1), credit([3, 5, 4], 1), credit([6, 5], 1)
    (0.5, 1.0, 0.0)
    """
    top = max(scores)
    tied = [at for at, score in enumerate(scores) if score == top]
    return 1 / len(tied) if best in tied else 0.0


def strict(scores: Sequence[float], best: int) -> float:
    """1 where the best response's score lies above every other's, a tie being wrong (SPCT, eq. 10)."""
    return float(all(scores[best] > score for at, score in enumerate(scores) if at != best))


def voting_credit(judged: Judged, k: int, *, meta: bool, seed: int = 0) -> tuple[float, float]:
    """The credit and the strict accuracy of one item under k votes, the mean over subsets of the samples.

    Args:
        judged: an item of two responses or more.
        k: samples that vote.
        meta: whether only the half that the meta reward model likes best does.
        seed: draws the subsets; all of one k where there are no more than that.
    """
    import numpy as np

    have = max(len(votes) for votes in judged.votes)
    random = Random(f"{seed} {k} {judged.item.question}")
    subsets = np.array([range(have)] if k >= have else _subsets(have, k, random), dtype=int)
    means = _means(judged, subsets, max(1, k // 2) if meta else None)
    best = means[judged.item.best]
    on_top = means == means.max(axis=0)
    credits_ = np.where(best == means.max(axis=0), 1 / on_top.sum(axis=0), 0.0)
    alone = (best == means.max(axis=0)) & (on_top.sum(axis=0) == 1)
    return float(credits_.mean()), float(alone.mean())


def _means(judged: Judged, subsets: np.ndarray[Any, Any], k_meta: int | None) -> np.ndarray[Any, Any]:
    """What `voted` gives, for every response and many subsets of the samples at once."""
    import numpy as np

    have = max(len(votes) for votes in judged.votes)
    means = np.full((len(judged.votes), len(subsets)), -math.inf)
    for at, votes in enumerate(judged.votes):
        filled = [*votes, *[None] * (have - len(votes))]
        scores = np.array([math.nan if vote is None else vote[0] for vote in filled])[subsets]
        counted = ~np.isnan(scores)
        if k_meta is not None:
            logits = np.array([vote[1] if vote and vote[1] is not None else -math.inf for vote in filled])[subsets]
            ranks = np.argsort(np.argsort(np.where(counted, -logits, math.nan), axis=1, kind="stable"), axis=1)
            counted &= ranks < k_meta  # what could not be read sorts last
        number = counted.sum(axis=1)
        sums = np.where(counted, scores, 0.0).sum(axis=1)
        np.divide(sums, number, out=means[at], where=number > 0)
    return means


def _subsets(have: int, k: int, random: Any) -> list[Sequence[int]]:
    """Cut shuffles of the samples into pieces of k, so that every sample is used about equally often."""
    found: list[Sequence[int]] = []
    wanted = max(SUBSETS, have // k)
    while len(found) < wanted:
        order = random.sample(range(have), have)
        found += [order[start : start + k] for start in range(0, have - k + 1, k)]
    return found[:wanted]


def interval(values: Sequence[float], clusters: Sequence[str], seed: int = 0) -> Interval:
    """The mean of `values` and its 95 % interval, rows of one cluster taken or left together.

    >>> interval([1.0, 1.0, 1.0], ["a", "b", "c"])
    Interval(mean=1.0, low=1.0, high=1.0)
    """
    import numpy as np

    names = {name: at for at, name in enumerate(dict.fromkeys(clusters))}
    where = np.array([names[name] for name in clusters])
    sums = np.bincount(where, weights=np.asarray(values, dtype=float), minlength=len(names))
    counts = np.bincount(where, minlength=len(names)).astype(float)
    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(len(names), np.full(len(names), 1 / len(names)), size=RESAMPLES)
    means = (drawn @ sums) / np.maximum(drawn @ counts, 1)
    low, high = np.quantile(means, [0.025, 0.975])
    return Interval(float(sums.sum() / counts.sum()), float(low), float(high))


def paired(a: Sequence[float], b: Sequence[float], clusters: Sequence[str], seed: int = 0) -> Interval:
    """The mean of a - b over the same items, with its interval."""
    return interval([x - y for x, y in zip(a, b, strict=True)], clusters, seed)


def roc_auc(scores: Sequence[float], labels: Sequence[float]) -> float:
    """The chance that a response labelled 1 scores above one labelled 0, a tie counting a half.

    >>> roc_auc([0.9, 0.4, 0.4], [1, 1, 0])
    0.75
    """
    import numpy as np
    from scipy.stats import rankdata

    ranks = np.asarray(rankdata(scores))
    right = np.asarray(labels, dtype=float) > 0
    positive, negative = int(right.sum()), int((~right).sum())
    if not positive or not negative:
        return math.nan
    return float((ranks[right].sum() - positive * (positive + 1) / 2) / (positive * negative))


def clustered_auc(scores: Sequence[float], labels: Sequence[float], clusters: Sequence[str], seed: int = 0) -> Interval:
    """ROC-AUC with its interval over questions."""
    import numpy as np

    names = list(dict.fromkeys(clusters))
    members: dict[str, list[int]] = {name: [] for name in names}
    for at, name in enumerate(clusters):
        members[name].append(at)
    generator = np.random.default_rng(seed)
    found: list[float] = []
    for _ in range(200):
        rows = [row for at in generator.integers(len(names), size=len(names)) for row in members[names[at]]]
        found.append(roc_auc([scores[row] for row in rows], [labels[row] for row in rows]))
    low, high = _quantiles(np.asarray(found))
    return Interval(roc_auc(scores, labels), low, high)


def _quantiles(found: np.ndarray[Any, Any]) -> tuple[float, float]:
    import numpy as np

    known = found[~np.isnan(found)]
    if not len(known):
        return math.nan, math.nan
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)
