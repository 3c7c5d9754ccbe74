"""The one place where columns are checked and exceptions turn into failures."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rewards.core.errors import BrokenReward, GradingFailed, MissingColumn, RewardError, UnmetNeed
from rewards.core.groups import by_prompt
from rewards.core.rollout import Rollout
from rewards.core.score import FailureKind, Score, Status
from rewards.core.span import Range

if TYPE_CHECKING:
    from rewards.core.reward import Reward

LONGEST_MESSAGE = 300
"""Characters of an exception's message that a score keeps: some quote the completion."""


def graded(reward: Reward, rollouts: Sequence[Rollout], batch: Sequence[Rollout]) -> list[Score]:
    """Grade the rollouts that have what `reward` needs; the others are failed.

    Args:
        reward: what to grade with.
        rollouts: the rows that it is asked for.
        batch: the whole call they come from, which tells a column that is absent from one that these rows lack.

    Raises:
        MissingColumn: a needed column is absent from every row.
        UnmetNeed: a needed input is absent from every row.
        BrokenReward: two rows or more, and every one failed with a bug.
    """
    if not rollouts:
        return []
    lacking = unready(reward, rollouts, batch)
    if not lacking:
        return _graded(reward, rollouts)
    ready = [rollout for row, rollout in enumerate(rollouts) if row not in lacking]
    scores = iter(_graded(reward, ready) if ready else [])
    return [lacking[row] if row in lacking else next(scores) for row in range(len(rollouts))]


def check_needs(reward: Reward, batch: Sequence[Rollout]) -> None:
    """Refuse a batch of which no row has what a reward or a part of it needs, before any of them is asked.

    Raises:
        MissingColumn: a needed column is absent from every row.
        UnmetNeed: a needed input is absent from every row.
    """
    _check_own_needs(reward, batch)
    if not reward.splits_rows:
        for part in reward.children.values():
            check_needs(part, batch)


def _check_own_needs(reward: Reward, batch: Sequence[Rollout]) -> None:
    needs = reward.own_needs
    for column in sorted(needs.columns):
        if not any(column in rollout.columns for rollout in batch):
            raise MissingColumn(_missing_column(reward, column, batch))
    for name in needs.inputs:
        if all(getattr(rollout, name) is None for rollout in batch):
            raise UnmetNeed(f"{reward.name} needs {name}, which no rollout of this batch has; {_REMEDIES[name]}")


_REMEDIES = {
    "prompt": "pass prompts=[…] in a trainer's call, Rollout(…, prompt=…) else",
    "completion_ids": "pass completion_ids=[…] in a trainer's call, Rollout(…, completion_ids=…) else",
    "finish_reason": "pass Rollout(…, finish_reason=…); no trainer says it to a reward function, "
    "so there take what reads ids in its place, such as truncation(eos_token_ids=…)",
}
"""What to do about an input that is missing."""


def unready(reward: Reward, rollouts: Sequence[Rollout], batch: Sequence[Rollout]) -> dict[int, Score]:
    """The rows that lack a column or an input, each with its failure; raises where all of `batch` lacks it."""
    needs = reward.own_needs
    lacking: dict[int, Score] = {}
    for column in sorted(needs.columns):
        rows = [row for row, rollout in enumerate(rollouts) if rollout.columns.get(column) is None]
        why = f"column {column!r} is absent or None in this row"
        lacking.update((row, Score.fail(FailureKind.missing_column, why)) for row in rows)
    for name in needs.inputs:
        rows = [row for row, rollout in enumerate(rollouts) if getattr(rollout, name) is None]
        why = f"this rollout has no {name}"
        lacking.update((row, Score.fail(FailureKind.missing_input, why)) for row in rows)
    if lacking and len(lacking) == len(rollouts):
        _check_own_needs(reward, batch)
    return lacking


def _missing_column(reward: Reward, column: str, rollouts: Sequence[Rollout]) -> str:
    there = sorted({name for rollout in rollouts for name in rollout.columns})
    argument = next((name for name, value in vars(reward).items() if value == column), None)
    remedy = (
        f" Use {type(reward).__name__}({argument}=…) with one of those, or rename the column."
        if argument and there
        else ""
    )
    return f"{reward.name} needs column {column!r}; the columns there are: {', '.join(there) or 'none'}.{remedy}"


def _graded(reward: Reward, rollouts: Sequence[Rollout]) -> list[Score]:
    """Grade at once; where that raises, grade unit by unit, so that one bad row costs only itself."""
    span = reward.range
    scores, raised = attempt(reward.grade, rollouts, span)
    if raised and len(units := _units(reward, rollouts)) > 1:
        for unit in units:
            unit_scores, _ = attempt(reward.grade, [rollouts[row] for row in unit], span)
            for row, score in zip(unit, unit_scores, strict=True):
                scores[row] = score
    if len(scores) > 1 and all(score.kind is FailureKind.bug for score in scores):
        trace = scores[0].data.get("traceback", "")
        raise BrokenReward(f"{reward.name} failed on all {len(scores)} rows: {scores[0].why}\n{trace}".rstrip())
    return scores


def _units(reward: Reward, rollouts: Sequence[Rollout]) -> list[list[int]]:
    """The rows that must be graded together: all of a prompt where the reward compares them, else each alone."""
    return by_prompt(rollouts) if reward.own_needs.group else [[row] for row in range(len(rollouts))]


def attempt(
    grade: Callable[[Sequence[Rollout]], Iterable[object]], rollouts: Sequence[Rollout], span: Range
) -> tuple[list[Score], bool]:
    """The scores of one call to `grade`, and whether it raised, which fails every row."""
    try:
        results = list(grade(rollouts))
        if len(results) != len(rollouts):  # no row is to blame: asking row by row would only hide it
            text = f"{grade.__name__} returned {len(results)} results for {len(rollouts)} rollouts; return one for each"
            return [bug(ValueError(text))] * len(rollouts), False
        return [_checked(result, span) for result in results], False
    except RewardError:
        raise
    except GradingFailed as failure:
        return [Score.fail(failure.kind, failure.why)] * len(rollouts), False
    except Exception as error:
        return [bug(error)] * len(rollouts), True


def row_by_row(grade_one: Callable[[Rollout], object], rollouts: Sequence[Rollout]) -> list[Score]:
    """Call `grade_one` for each rollout; where it raises, that row alone is failed."""
    scores = []
    for rollout in rollouts:
        try:
            scores.append(as_score(grade_one(rollout)))
        except RewardError:
            raise
        except GradingFailed as failure:
            scores.append(Score.fail(failure.kind, failure.why))
        except Exception as error:
            scores.append(bug(error))
    return scores


def bug(error: Exception) -> Score:
    """The failure that stands for an exception: its type and message, and in `data` where it came from."""
    try:
        text = " ".join(str(error).split())  # one line
    except Exception:  # an exception whose own text fails
        text = "(its message can't be read)"
    text = text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]}…"
    trace = "".join(traceback.format_exception(error, limit=-4))
    return Score.fail(FailureKind.bug, f"{type(error).__name__}: {text}", data={"traceback": trace})


def as_score(result: object) -> Score:
    """What `grade` returned for one rollout, as a score."""
    if isinstance(result, Score):
        return result
    if result is None:
        raise TypeError("grade returned None; return a number, Score.skip(why) or Score.fail(kind, why)")
    return Score(result)  # type: ignore[arg-type]  # Score refuses what is not a number


def _checked(result: object, span: Range) -> Score:
    score = as_score(result)
    value = score.value
    if value is not None and not span.low <= value <= span.high and not span.holds(value):
        return Score.fail(
            FailureKind.bug,
            f"value {value:g} lies outside the declared range [{span.low:g}, {span.high:g}]; declare the true range",
        )
    return score


def passed_on(score: Score, name: str, parts: Mapping[str, Score]) -> Score:
    """An unscored part's status as that of the composite around it, its path kept."""
    path = f"{name}/{score.path}" if score.path else name
    if score.status is Status.skipped:
        return Score.skip(f"{name}: {score.why}", parts=parts)
    return Score.fail(score.kind or FailureKind.bug, score.why, parts=parts, path=path)
