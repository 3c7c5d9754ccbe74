"""Rows of the preference sets that are about, as questions with responses and labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count, takewhile
from typing import Any

FIRST = (1, "1", "A", "a", "model_a", "response_1", "output_1", "first")
SECOND = (2, "2", "B", "b", "model_b", "response_2", "output_2", "second")
TIES = (0, "0", "tie", "tie (bothbad)", "tie (both bad)", "both", "neither")
RIGHT = (1, "1", "no_error", "correct", "right", "true", "yes")
WRONG = (0, "0", "error", "incorrect", "wrong", "false", "no")
SAID = ("content", "answer", "text", "response")
"""Where a response that is a table holds its text."""
HUMAN, ASSISTANT = "\n\nHuman:", "\n\nAssistant:"
"""How dialogues in one text name who speaks."""


class Tied(ValueError):
    """No response is best, so the row says nothing about a judge."""


def responses_of(row: Mapping[str, Any]) -> tuple[list[str], list[float]]:
    """A row's responses, and how good each is.

    Raises:
        Tied: the row says that they are equally good.
        ValueError: the row has no layout that is known.
    """
    responses, labels = _found(row)
    return [text_of(response) for response in responses], [float(label) for label in labels]


def _found(row: Mapping[str, Any]) -> tuple[Sequence[Any], Sequence[float]]:
    if "chosen" in row and "rejected" in row:
        rejected = row["rejected"]
        others = list(rejected) if isinstance(rejected, list) and not is_chat(rejected) else [rejected]
        if not others:
            raise ValueError("rejected is an empty list, so that there is nothing to prefer the chosen one to")
        return [row["chosen"], *others], [1.0] + [0.0] * len(others)
    names = takewhile(row.__contains__, (f"response_{at}" for at in count(1)))
    numbered = [row[name] for name in names]
    if "responses" in row or (numbered and "labels" in row):
        responses = list(row.get("responses", numbered))
        if "labels" in row:
            return responses, list(row["labels"])
        best = row.get("best")
        if type(best) is int and 0 <= best < len(responses) and len(responses) > 1:
            return responses, [float(at == best) for at in range(len(responses))]
        several = f"a number from 0 to {len(responses) - 1}" if len(responses) > 1 else "the number of one of several"
        raise ValueError(f"responses need labels, or best: {several}; got best={best!r}")
    if "response_1" in row and "response_2" in row:
        first = _preferred(row.get("label"))
        return [row["response_1"], row["response_2"]], [float(first), float(not first)]
    if "response" in row and "label" in row:
        return [row["response"]], [_right(row["label"])]
    raise ValueError(
        "no layout fits: chosen and rejected; responses (or response_1, response_2, …) with labels or best; "
        f"response_1, response_2 and label; response and label. The columns there are: {', '.join(map(str, row))}"
    )


def _preferred(label: Any) -> bool:
    """Whether a label names the first of two responses.

    Raises:
        Tied: it says neither.
        ValueError: it says something else.
    """
    if isinstance(label, bool) or label is None:
        raise ValueError(f"label says which of two responses is better, 1 or 2; got {label!r}")
    if label in TIES:
        raise Tied(f"label {label!r}: neither response is better")
    if label not in FIRST + SECOND:
        raise ValueError(f"label says which of two responses is better, 1 or 2, or model_a or model_b; got {label!r}")
    return label in FIRST


def _right(label: Any) -> float:
    if label in RIGHT + WRONG:  # True and False are 1 and 0
        return float(label in RIGHT)
    return float(label)


def prompt_of(row: Mapping[str, Any]) -> Any:
    r"""The question; where chosen and rejected are whole dialogues, what both begin with.

    >>> greeting = "\n\nHuman: hi\n\nAssistant: "
    >>> prompt_of({"chosen": greeting + "Hello!", "rejected": greeting + "No."})
    [{'role': 'user', 'content': 'hi'}]

    Raises:
        ValueError: there is none.
    """
    if "prompt" in row:
        return row["prompt"]
    chosen, rejected = row.get("chosen"), row.get("rejected")
    if isinstance(chosen, list) and is_chat(chosen) and len(chosen) > 1:
        if not isinstance(rejected, list) or rejected[:-1] != chosen[:-1]:
            raise ValueError("chosen and rejected are dialogues that differ before their last message")
        return chosen[:-1]
    if isinstance(chosen, str) and isinstance(rejected, str) and HUMAN in chosen:
        shared = _shared(chosen, rejected)
        turn = shared.rfind(ASSISTANT)
        if turn < 0:
            raise ValueError("chosen and rejected are dialogues that differ in what the human said")
        return _messages(chosen[:turn])
    raise ValueError(f"no column 'prompt'; the columns there are: {', '.join(map(str, row))}")


def replies_of(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row with dialogues in one text cut to what both do not share, where it has no prompt of its own."""
    chosen, rejected = row.get("chosen"), row.get("rejected")
    if "prompt" in row or not (isinstance(chosen, str) and isinstance(rejected, str) and HUMAN in chosen):
        return row
    cut = _shared(chosen, rejected).rfind(ASSISTANT) + len(ASSISTANT)
    return {**row, "chosen": chosen[cut:].strip(), "rejected": rejected[cut:].strip()}


def _shared(one: str, other: str) -> str:
    """What both texts begin with."""
    for at, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return one[:at]
    return min(one, other, key=len)


def _messages(text: str) -> list[dict[str, str]]:
    """A dialogue in one text as messages."""
    found = []
    for turn in text.split(HUMAN)[1:]:
        human, *replies = turn.split(ASSISTANT)
        found.append({"role": "user", "content": human.strip()})
        found += [{"role": "assistant", "content": reply.strip()} for reply in replies]
    return found


def is_chat(value: Sequence[Any]) -> bool:
    """Whether a list is one of messages."""
    return bool(value) and all(isinstance(message, Mapping) and "role" in message for message in value)


def text_of(response: Any) -> str:
    """A response's text; of a whole dialogue, what was said last; of a table, its answer.

    Raises:
        ValueError: it has none.
    """
    if isinstance(response, list) and is_chat(response):
        response = response[-1].get("content")
    if isinstance(response, Mapping):
        response = next((response[name] for name in SAID if name in response), response)
    if not isinstance(response, str):
        raise ValueError(f"a response is text or messages, got {type(response).__name__} {response!r:.60}")
    return response
