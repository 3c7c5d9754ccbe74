"""The answer of a completion and the references of a row, for rules whose answers are text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rewards.core import FailureKind, GradingFailed, Rollout
from rewards.text import Found, How, check_how, find_answer, split

ANYWHERE: How = ("answer_tag", "boxed", "final_answer")
"""The marks that an answer may stand behind, tried in this order."""

_LONGEST_BARE = 300


def as_how(extract: How | None) -> tuple[str, ...] | None:
    """`extract` as a frozen reward keeps it, checked.

    Raises:
        ValueError: for an unknown method.
    """
    return None if extract is None else check_how(extract)


def answer_of(rollout: Rollout, extract: How | None, prefill: str | None = None) -> Found:
    """The answer in the reply.

    Args:
        rollout: whose reply is read, never its thinking.
        extract: the methods tried, see `rewards.text.extract`; None takes the whole reply. Where none of them finds its
            mark, a reply of one line is taken as the answer itself.
        prefill: what the chat template writes ahead of the completion.
    """
    return answer_in(reply_of(rollout, prefill), extract)


def reply_of(rollout: Rollout, prefill: str | None = None) -> str:
    """The reply, stripped."""
    return split(rollout.completion, prompt=rollout.prompt, prefill=prefill).reply.strip()


def answer_in(reply: str, extract: How | None) -> Found:
    """`answer_of` for a reply."""
    if extract is None:
        return Found(reply or None, "whole", "" if reply else "the reply is empty")
    found = find_answer(reply, extract)
    if not found.method and 0 < len(reply) <= _LONGEST_BARE and "\n" not in reply:
        return Found(reply, "whole")
    return found


def accepted(value: Any) -> list[Any] | None:
    """What a data row accepts as its answer: one thing, a list, SQuAD's and TriviaQA's mappings; None where neither.

    >>> accepted(4), accepted(["4", "four"]), accepted({"text": ["4"]}), accepted({"four": 4})
    ([4], ['4', 'four'], ['4'], None)
    """
    if isinstance(value, Mapping):
        aliases = [value["value"], *(value.get("aliases") or [])] if "value" in value else None
        value = value.get("text", aliases)
    if getattr(value, "ndim", 0):  # a numpy array, as pandas reads lists
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return list(value)
    return None if value is None else [value]


def references_of(rollout: Rollout, column: str) -> list[str]:
    """The accepted answers of a row, as text.

    Raises:
        GradingFailed: `bad_reference`, where there is none or it is something else.
    """
    value: Any = rollout.columns[column]
    texts = [text.item() if hasattr(text, "item") else text for text in accepted(value) or [None]]
    if not all(isinstance(text, (str, int, float)) for text in texts):
        raise GradingFailed(
            FailureKind.bad_reference, f"column {column!r} holds no answer and no list of answers: {value!r:.80}"
        )
    kept = [str(text).strip() for text in texts if text == text and str(text).strip()]  # NaN is no value
    if not kept:
        raise GradingFailed(FailureKind.bad_reference, f"column {column!r} holds no answer: {value!r:.80}")
    return kept
