"""Two real ranks under `accelerate launch` (CPU, gloo): a group split over them, and errors on one of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("trl")

PROGRAM = Path(__file__).parent / "programs" / "two_ranks.py"
Outcomes = list[dict[str, Any]]


@pytest.fixture(scope="module")
def ranks(policy: Path, launch: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """What each rank wrote. The deadline is the check that nothing hangs."""
    output = tmp_path_factory.mktemp("ranks")
    command = ["-m", "accelerate.commands.accelerate_cli", "launch", "--multi_gpu", "--num_processes", "2"]
    settings = ["--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no", "--main_process_port", "0"]
    launch([*command, *settings, PROGRAM, policy, output], timeout_s=180, ACCELERATE_USE_CPU="true")
    return [json.loads((output / f"rank{rank}.json").read_text()) for rank in (0, 1)]


def test_a_group_that_lies_across_ranks_is_scored_whole_on_both(ranks: Outcomes) -> None:
    """value = (length - mean length of all four completions of the prompt) / 100, recomputed here from the table."""
    for rank in ranks:
        columns = rank["values"]["columns"]
        rows = list(zip(columns["prompt"], columns["completion"], columns["centred"], columns["mixed"], strict=True))
        assert len(rows) == 12
        assert [prompt for prompt, *_ in rows[4:6]] == [prompt for prompt, *_ in rows[6:8]], "no group lies across"
        for prompt, completion, value, mixed in rows:
            group = [len(other) for asked, other, *_ in rows if asked == prompt]
            assert len(group) == 4
            expected = (len(completion) - sum(group) / 4) / 100
            assert value == pytest.approx(expected, abs=1e-6)
            assert mixed == pytest.approx(min(1, len(completion) / 100) + 0.5 * expected, abs=1e-6)
        assert len({round(value, 6) for *_, value, _ in rows}) > 2


def test_a_group_larger_than_a_ranks_batch_is_scored_on_the_rank_where_it_begins(ranks: Outcomes) -> None:
    """Two completions a rank, four to a group: rank 1 scores nothing. Shortest 0, longest -0.5, between them in line."""
    for rank in ranks:
        columns = rank["one group"]["columns"]
        lengths = [len(completion) for completion in columns["completion"]]
        assert len(lengths) == 4
        assert len(set(columns["prompt"])) == 1
        spread = max(lengths) - min(lengths)
        shares = [min(0.0, 0.5 - (one - min(lengths)) / spread if spread else 0.0) for one in lengths]
        expected = [min(1, one / 100) + share for one, share in zip(lengths, shares, strict=True)]
        assert columns["length+group_length"] == pytest.approx(expected, abs=1e-6)


def test_both_ranks_log_the_same_table_and_metrics(ranks: Outcomes) -> None:
    """Part columns are gathered in rank order, and metrics averaged over both ranks' rollouts."""
    assert ranks[0]["values"]["columns"] == ranks[1]["values"]["columns"]
    columns, metrics = ranks[0]["values"]["columns"], ranks[0]["values"]["metrics"]
    assert columns["reward/centred"] == pytest.approx(columns["centred"], abs=1e-6)
    lengths = [min(1.0, len(completion) / 100) for completion in columns["completion"]]
    assert columns["reward/mixed/length"] == pytest.approx(lengths)
    assert metrics["reward/mixed/length"] == pytest.approx(sum(lengths) / 12, abs=1e-6)
    assert metrics["reward/centred/failed"] == 0


@pytest.mark.parametrize(
    ("case", "at_fault", "own"),
    [
        pytest.param("raises", 1, "failed on all 4 rows: OSError: the disk of rank 1 is full", id="scoring"),
        pytest.param("mute", 1, "ValueError: 'odd' has 1 values for 6", id="making rollouts"),
        pytest.param("silent", 0, "centred_but_silent.grade_group.<locals>", id="scores that can't travel"),
    ],
)
def test_an_error_on_one_rank_is_raised_on_both(case: str, at_fault: int, own: str, ranks: Outcomes) -> None:
    """The rank at fault raises its own error, the other one names that rank; neither waits."""
    own_text, other_text = (ranks[rank][case]["raised"] for rank in (at_fault, 1 - at_fault))
    assert own in own_text
    assert other_text.startswith(f"RewardError: centred_but_{case} raised on rank {at_fault}: ")
    assert own in other_text
    assert all(rank[f"{case}_s"] < 60 for rank in ranks)


def test_too_many_unscored_stops_both_ranks_at_once(ranks: Outcomes) -> None:
    """Only the group that begins on rank 1 fails, 4 of 12, yet both decide by all 12: the same error on both."""
    texts = [rank["unscored"]["raised"] for rank in ranks]
    assert texts[0] == texts[1]
    assert "TooManyUnscored" in texts[0]
    assert "24 of the last 72 rollouts failed" in texts[0]


def test_the_async_view_of_a_group_reward_is_refused(ranks: Outcomes) -> None:
    """On another thread its collectives could meet those of another reward."""
    for rank in ranks:
        assert "async view works on one rank only; pass the reward itself" in rank["async"]["raised"]
