"""A careless reward, for the audit to find."""

from __future__ import annotations

from rewards import as_reward


@as_reward
def searching(completion: str, solution: str) -> bool:
    """Whether the solution stands anywhere in the completion."""
    return solution in completion


@as_reward
def announced(completion: str, solution: str) -> bool:
    """Pays one shape alone."""
    return completion.strip() == f"ANSWER={solution}"
