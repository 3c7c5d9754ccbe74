"""Blame for a number that did not come: a stand-in takes the reply's place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from rewards.core import Score
from rewards.models.engines import EngineFailure

Item = TypeVar("Item")
Number = TypeVar("Number")


def scored_or_blamed(
    items: Sequence[Item],
    ask: Callable[[Sequence[Item]], Sequence[Number | EngineFailure]],
    stand_in: Callable[[Item], Item],
    score: Callable[[Number], Score],
    lowest: float,
) -> list[Score]:
    """The score of each item; where the model refused one, who is to blame.

    An item that the model refuses is replaced by a stand-in. If the model takes that, and refuses the item once more,
    the item scores `lowest`; if it does not, or if there was no time, the item is failed.

    Args:
        items: what is asked about.
        ask: the model, one answer for each item.
        stand_in: the same item with a reply that any model can score.
        score: an answer as a score.
        lowest: what a reply gets that is to blame.
    """
    answers = list(ask(items))
    refused = [at for at, answer in enumerate(answers) if isinstance(answer, EngineFailure)]
    if refused:
        checks = list(ask([stand_in(items[at]) for at in refused]))
        open_ = [at for at, check in zip(refused, checks, strict=True) if not isinstance(check, EngineFailure)]
        for at in open_:  # one by one: an item that makes the model raise must not cost its neighbours their answer
            (answers[at],) = ask([items[at]])
    else:
        open_ = []
    scores = []
    for at, answer in enumerate(answers):
        if not isinstance(answer, EngineFailure):
            scores.append(score(answer))
        elif at in open_ and not answer.late:
            scores.append(Score(lowest, f"the model takes a stand-in and not this: {answer.why}"))
        else:
            scores.append(Score.fail(answer.kind, answer.why))
    return scores
