"""All that an evaluation of a judge says, as plain data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from rewards.evaluation.baselines import by_chance, by_length, by_words
from rewards.evaluation.items import Item, questions
from rewards.evaluation.measure import Interval, Judged, clustered_auc, credit, interval, paired, voting_credit
from rewards.evaluation.position import position_bias


def evaluate(judged: Sequence[Judged], ks: Sequence[int], *, seed: int = 0) -> dict[str, Any]:
    """Accuracy and strict accuracy under k votes, with and without the meta reward model, and what guessing gives.

    Items of two responses or more are counted by credit (1 for the best alone on top, 1/t for t on top), and strictly
    (eq. 10 of SPCT: a tie is wrong); items of one response by ROC-AUC. Intervals are 95 %, from a bootstrap over
    questions, paired where two numbers are compared. Where no sample could be read there is no `curve`.

    Args:
        judged: what the judge said, all from one set of samples.
        ks: the numbers of votes to try; those beyond what was sampled are left out.
        seed: of subsets and bootstrap.
    """
    several = [one for one in judged if len(one.item.responses) > 1]
    single = [one for one in judged if len(one.item.responses) == 1]
    report: dict[str, Any] = {"items": len(judged), "several": len(several), "single": len(single), "seed": seed}
    report["unread_share"] = _unread_share(judged)
    if several:
        if any(vote is not None for one in several for votes in one.votes for vote in votes):
            report["curve"] = _curve(several, ks, seed)
        report["own"] = _own(several, seed)
        report["baselines"] = _baselines([one.item for one in several], seed)
        report["position"] = position_bias(several, seed)
        report["subsets"] = _subsets(several, seed)
    if single:
        report["auc"] = _auc(single, seed)
    return report


def _unread_share(judged: Sequence[Judged]) -> float:
    votes = [vote for one in judged for votes in one.votes for vote in votes]
    return sum(vote is None for vote in votes) / len(votes) if votes else math.nan


def _curve(judged: Sequence[Judged], ks: Sequence[int], seed: int) -> list[dict[str, Any]]:
    have = max(len(votes) for one in judged for votes in one.votes)
    clusters = questions([one.item for one in judged])
    with_meta = any(vote is not None and vote[1] is not None for one in judged for votes in one.votes for vote in votes)
    curve: list[dict[str, Any]] = []
    first: list[float] | None = None
    for k in sorted({k for k in ks if k <= have} or {have}):
        credits_, stricts = zip(*(voting_credit(one, k, meta=False, seed=seed) for one in judged), strict=True)
        point: dict[str, Any] = {"k": k, "accuracy": _shown(interval(credits_, clusters, seed))}
        point["strict"] = _shown(interval(stricts, clusters, seed))
        first = list(credits_) if first is None else first
        point["over_first"] = _shown(paired(credits_, first, clusters, seed))
        if with_meta:
            meta = [voting_credit(one, k, meta=True, seed=seed)[0] for one in judged]
            point["meta_accuracy"] = _shown(interval(meta, clusters, seed))
            point["meta_over_plain"] = _shown(paired(meta, credits_, clusters, seed))
        curve.append(point)
    return curve


def _own(judged: Sequence[Judged], seed: int) -> dict[str, Any]:
    """By the reward's own value, as a trainer would see it."""
    known = [one for one in judged if all(value is not None for value in one.values)]
    values = [[float(value) for value in one.values if value is not None] for one in known]
    credits_ = [credit(own, one.item.best) for own, one in zip(values, known, strict=True)]
    ties = [float(sorted(own)[-1] == sorted(own)[-2]) for own in values]
    clusters = questions([one.item for one in known])
    if not known:
        return {"unscored": len(judged)}
    return {
        "accuracy": _shown(interval(credits_, clusters, seed)),
        "ties": sum(ties) / len(ties),
        "unscored": len(judged) - len(known),
    }


def _baselines(items: Sequence[Item], seed: int) -> dict[str, Any]:
    clusters = questions(items)
    found = {"chance": by_chance(items), "length": by_length(items), "words": by_words(items)}
    return {name: _shown(interval(values, clusters, seed)) for name, values in found.items() if values is not None}


def _subsets(judged: Sequence[Judged], seed: int) -> dict[str, Any]:
    names = sorted({one.item.subset for one in judged})
    if names == [""]:
        return {}
    return {
        name: {"items": len(members), **_own(members, seed)}
        for name in names
        for members in [[one for one in judged if one.item.subset == name]]
    }


def _auc(judged: Sequence[Judged], seed: int) -> dict[str, Any]:
    known = [one for one in judged if one.values[0] is not None]
    if not known:
        return {"unscored": len(judged)}
    scores = [float(one.values[0] or 0.0) for one in known]
    labels = [one.item.labels[0] for one in known]
    auc = clustered_auc(scores, labels, questions([one.item for one in known]), seed)
    return {"auc": _shown(auc), "unscored": len(judged) - len(known)}


def _shown(found: Interval) -> dict[str, float]:
    return {"mean": found.mean, "low": found.low, "high": found.high}
