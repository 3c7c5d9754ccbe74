"""What a call logs: keys from the reward's tree, never from the scores, so that every step has the same."""

from __future__ import annotations

import logging
import math
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rewards.core import ranks
from rewards.core.errors import RewardError
from rewards.core.score import Score, Status

if TYPE_CHECKING:
    from rewards.core.reward import Reward

logger = logging.getLogger("rewards")

Column = Sequence[Score | None]
LogMetric = Callable[[str, float], None]
LogExtra = Callable[[str, list[Any]], None]


def keys(reward: Reward) -> dict[str, tuple[str, ...]]:
    """The log keys of a reward's tree, each with the path of part names behind it.

    A part's key is `reward/` and its path; the whole is `reward/total`, or under its name where it was named.

    >>> from rewards.core.reward import _example
    >>> list(keys(1.0 * _example() + 0.5 * _example().named("other")))
    ['reward/total', 'reward/example', 'reward/other']
    """
    given = "_name" in reward.__dict__
    if not reward.children:
        return {f"reward/{reward.name}": ()}
    root = f"reward/{reward.name}" if given else "reward"
    found: dict[str, tuple[str, ...]] = {root if given else "reward/total": ()}

    def walk(node: Reward, key: str, path: tuple[str, ...]) -> None:
        for name, child in node.children.items():
            found[f"{key}/{name}"] = (*path, name)
            walk(child, f"{key}/{name}", (*path, name))

    walk(reward, root, ())
    return found


def column(scores: Column, path: tuple[str, ...]) -> Column:
    """The scores at `path` of the tree; None where that part was not asked."""
    for name in path:
        scores = [None if score is None else score.parts.get(name) for score in scores]
    return scores


def announce(reward: Reward) -> None:
    """Log once which reward this is, and its fingerprint."""
    if not reward.__dict__.get("_announced"):
        reward.__dict__["_announced"] = True
        logger.info("reward %s, fingerprint %s: %r", reward.name, reward.fingerprint, reward)


def log_scores(reward: Reward, scores: Sequence[Score], metric: LogMetric | None, extra: LogExtra | None) -> None:
    """Log every part's value and the shares that failed or were skipped.

    Args:
        reward: the outermost reward.
        scores: its scores for one call.
        metric: called as `metric(key, value)` once for each scored rollout, since trainers average over calls, and
            for `…/failed` and `…/skipped` once for each rollout, with 1 or 0. On one rank a key that has no number
            in this call is given NaN, which TRL logs as None, so that every step has the same keys.
        extra: called as `extra(key, values)` with one value a rollout, for tables of completions: the whole, its parts
            and `why`, which names the parts of those.
    """
    announce(reward)
    if metric is None and extra is None:
        return
    tree = _claimed(reward, metric or extra)
    fill = not ranks.in_use()  # a NaN from one rank would outweigh the numbers of the others
    for key, path in tree.items():
        part = column(scores, path)
        if metric is not None:
            _log_column(key, part, metric, fill)
            _log_measures(key, node(reward, path), part, metric, fill)
        if extra is not None and len(path) <= 1:  # deeper parts are in `why`: a table of twenty columns is not read
            extra(key, [None if score is None else score.value for score in part])
    if extra is not None:
        extra(f"{next(iter(tree))}/why", [why(score) for score in scores])


def _log_column(key: str, scores: Column, metric: LogMetric, fill: bool) -> None:
    failed, skipped = f"{key}/failed", f"{key}/skipped"
    asked = [score for score in scores if score is not None]
    values = [score.value for score in asked if score.value is not None]
    for value in values:
        metric(key, value)
    for score in asked:
        metric(failed, float(score.status is Status.failed))
        metric(skipped, float(score.status is Status.skipped))
    if fill:  # a key without a number this time is logged as having none, and is still there
        for empty in ([] if values else [key]) + ([] if asked else [failed, skipped]):
            metric(empty, math.nan)


def node(reward: Reward, path: Iterable[str]) -> Reward:
    """The part at `path` of a reward's tree."""
    for name in path:
        reward = reward.children[name]
    return reward


def _log_measures(key: str, reward: Reward, scores: Column, metric: LogMetric, fill: bool) -> None:
    for name in reward.measures:
        found = [score.data[name] for score in scores if score is not None and score.data.get(name) is not None]
        for number in found or ([math.nan] if fill else []):
            metric(f"{key}/{name}", float(number))


_claims: weakref.WeakKeyDictionary[object, dict[str, weakref.ref[Reward]]] = weakref.WeakKeyDictionary()
_claiming = threading.Lock()


def _claimed(reward: Reward, log: object) -> dict[str, tuple[str, ...]]:
    """The keys that `reward` logs under in one trainer, the object whose method `log` is.

    A composite whose keys another reward of the trainer has already logs under its name, as if it were `named`.

    Raises:
        RewardError: another reward logs under those too; its values would be mixed with these.
    """
    tree = keys(reward)
    owner = getattr(log, "__self__", None)
    if owner is None or type(owner).__weakrefoffset__ == 0 or type(owner).__hash__ is None:
        return tree
    with _claiming:
        claimed = _claims.setdefault(owner, {})
        if _rival(reward, tree, claimed) and reward.children:
            tree = keys(reward.named(reward.name))
        if rival := _rival(reward, tree, claimed):
            key, other = rival
            raise RewardError(
                f"two rewards of one trainer log under {key!r}: {other!r} and {reward!r}; "
                "tell them apart with .named('…')"
            )
        claimed.update(dict.fromkeys(tree, weakref.ref(reward)))
    return tree


def _rival(
    reward: Reward, tree: Iterable[str], claimed: Mapping[str, weakref.ref[Reward]]
) -> tuple[str, Reward] | None:
    """A key of the tree that a living reward other than this one has, and that reward."""
    for key in tree:
        other = claimed[key]() if key in claimed else None
        if other is not None and other is not reward:
            return key, other
    return None


def why(score: Score) -> str:
    """One line for a score: its own reason, else those of its parts."""
    if score.value is None:
        return score.reason()
    if score.why or not score.parts:
        return score.why
    return "; ".join(
        f"{name} {part.status if part.value is None else f'{part.value:.4g}'}"
        + (f": {text}" if (text := why(part)) else "")
        for name, part in score.parts.items()
    )
