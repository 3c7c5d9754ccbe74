"""Position bias: by hand, and on judges that are known to be biased."""

from __future__ import annotations

import re
from typing import Any

import pytest

from rewards.evaluation import Item, Judged, evaluate, item_of, judge_items
from rewards.evaluation.position import position_bias
from rewards.models import grm, scalar_reward
from rewards.models.engines import ScriptedEngine, ScriptedScores


def judged(at: int, *samples: tuple[tuple[int, int], tuple[float, float] | None]) -> Judged:
    """Samples of two responses: the order shown, and the scores in that order; response 0 is best."""
    votes: list[list[Any]] = [[], []]
    places: list[list[int]] = [[], []]
    for order, scores in samples:
        for place, response in enumerate(order):
            votes[response].append(None if scores is None else (scores[place], None))
            places[response].append(place)
    return Judged(Item(f"q{at}", ("a", "b"), (1.0, 0.0)), votes, [1.0, 0.0], places)


def test_by_hand() -> None:
    one = judged(0, ((0, 1), (8, 4)), ((1, 0), (6, 6)), ((1, 0), None))
    found = position_bias([one])
    # first places: 8 - 6 = +2 and 6 - 6 = 0; second places: -2 and 0
    assert found["by_place"] == [1.0, -1.0]
    assert found["first_preferred"]["mean"] == 0.75  # won once, tied once
    assert found["best_first"]["mean"] == 1.0
    assert found["best_second"]["mean"] == 0.5
    assert found["orders_agree"]["mean"] == 0.0  # +4 one way, 0 the other: no agreement


@pytest.mark.parametrize(("reply", "first", "agree"), [("first", 1.0, 0.0), ("good", 0.5, 1.0)])
@pytest.mark.parametrize(("k", "meta"), [(2, None), (8, None), (8, ScriptedScores(len))])
def test_a_judge_that_goes_by_place_is_told_from_one_that_reads(
    reply: str, first: float, agree: float, k: int, meta: ScriptedScores | None
) -> None:
    """All samples count here, those too that a meta reward model keeps from the vote."""

    def script(prompt: str, sample: int) -> str:
        shown = re.findall(r"\[response \d+ \w{8}\]\n(.*?)\n", prompt)
        best = 0 if reply == "first" else [text.startswith("good") for text in shown].index(True)
        return rf"\boxed{{{', '.join('9' if at == best else '2' for at in range(len(shown)))}}}"

    items = [item_of({"prompt": f"q{at}", "chosen": f"good {at}", "rejected": f"bad {at}"}) for at in range(20)]
    report = evaluate(judge_items(grm(ScriptedEngine(script), k=k, group_size=2, meta=meta), items), [k])
    found = report["position"]
    assert found["first_preferred"]["mean"] == first
    assert found["orders_agree"]["mean"] == agree
    assert found["by_place"] == ([3.5, -3.5] if reply == "first" else [0.0, 0.0])
    assert found["best_first"]["mean"] == 1.0
    assert found["best_second"]["mean"] == (0.0 if reply == "first" else 1.0)


def test_a_model_that_sees_each_response_alone_has_no_places() -> None:
    items = [item_of({"prompt": "q", "chosen": "good", "rejected": "bad"})]
    assert evaluate(judge_items(scalar_reward(ScriptedScores(len)), items), [1])["position"] == {}
    assert evaluate(judge_items(grm(ScriptedEngine([r"\boxed{5}"]), k=2), items), [1])["position"] == {}


def test_of_three_responses_the_mean_of_each_place_is_told() -> None:
    items = [item_of({"prompt": "q", "responses": ["a", "b", "c"], "best": 1})]
    report = evaluate(judge_items(grm(ScriptedEngine([r"\boxed{9, 5, 1}"]), k=3, group_size=3), items), [3])
    assert report["position"] == {"by_place": [4.0, 0.0, -4.0]}
