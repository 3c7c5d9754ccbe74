"""TRL's AsyncGRPO scores in a daemonic child; only the vLLM server behind it is a stand-in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("trl")
pytest.importorskip("aiohttp")

PROGRAMS = Path(__file__).parent / "programs"


def test_a_composed_reward_works_in_the_daemonic_child(
    policy: Path, launch: Callable[..., Any], tmp_path: Path
) -> None:
    r"""Pickled, spawned, called a group at a time without trainer arguments; its workers start there all the same.

    Of each four completions one thinks and is right, one thinks and boxes what no algebra can compute, two do neither:
    1.5, 0.5, 0, 0. `is_whole_if_in_daemon` is 1 for each: the process is daemonic and the group came whole. Which
    replies meet in a group is for the server's order to say; a group's advantages sum to 0, and the right ones lie above.
    """
    found = tmp_path / "samples.json"
    launch(
        [PROGRAMS / "async_grpo.py", policy, found],
        timeout_s=200,
        PYTHONPATH=f"{PROGRAMS}:{PROGRAMS.parents[2]}",
        TRL_EXPERIMENTAL_SILENCE="1",
    )
    samples = json.loads(found.read_text())
    assert len(samples) == 8
    for sample in samples:
        right = "boxed{4}" in sample["message"]["content"]
        thought = "four" in sample["message"].get("reasoning_content", "")
        assert sample["rewards/accuracy+format"] == right + 0.5 * thought
        assert sample["rewards/is_whole_if_in_daemon"] == 1
        assert sample["advantage"] > 0 if right else thought or sample["advantage"] <= 0
    assert sum(sample["advantage"] for sample in samples) == pytest.approx(0, abs=1e-3)
    assert sum(sample["rewards/accuracy+format"] == 1.5 for sample in samples) == 2
    assert sum(sample["rewards/accuracy+format"] == 0.5 for sample in samples) == 2
