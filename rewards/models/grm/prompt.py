"""The judge's prompt, filled in one pass from a template that a user may replace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rewards.core import Message, Text
from rewards.models.grm.hardening import code_for
from rewards.models.templates import check_template, fill, source_of

FOLDER = Path(__file__).parent / "templates"
"""Where our templates are."""


@dataclass(frozen=True)
class Shown:
    """One response as the judge sees it.

    Args:
        text: the view of the completion.
        evidence: what other rewards said of it; empty for none.
    """

    text: str
    evidence: str = ""


@dataclass(frozen=True)
class Question:
    """What the responses answer.

    Args:
        conversation: the prompt as text.
        reference: the reference answer; empty where the judge sees none.
        principles: the only principles to use; empty where the judge writes its own.
    """

    conversation: str
    reference: str = ""
    principles: tuple[str, ...] = ()


def judge_chat(
    template: str, question: Question, responses: Sequence[Shown], low: float, high: float
) -> Sequence[Message]:
    """The chat that asks a judge for scores of `responses`, in this order.

    The template's variables are filled in one pass, so that a question which holds `{{ responses }}` stays as it is.
    The marks around the responses carry a code that none of them contains.
    """
    values = _judge_values(question, responses, low, high)
    return [{"role": "user", "content": fill(source_of(template, FOLDER), values)}]


def _judge_values(question: Question, responses: Sequence[Shown], low: float, high: float) -> dict[str, Any]:
    middle = round((low + high) / 2)
    return {
        "conversation": question.conversation,
        "reference": question.reference,
        "principles": question.principles,
        "responses": responses,
        "count": len(responses),
        "low": f"{low:g}",
        "high": f"{high:g}",
        "example": ", ".join(["…"] * len(responses)) if len(responses) > 1 else f"{middle}",
        "code": _code(question, responses),
    }


def meta_chat(template: str, question: Question, responses: Sequence[Shown], judgement: str) -> Sequence[Message]:
    """The chat that a meta reward model scores: the question and responses, and the judgement as the reply."""
    asked = fill(source_of(template, FOLDER), _meta_values(question, responses))
    return [{"role": "user", "content": asked}, {"role": "assistant", "content": judgement}]


def _meta_values(question: Question, responses: Sequence[Shown]) -> dict[str, Any]:
    return {
        "conversation": question.conversation,
        "reference": question.reference,
        "responses": responses,
        "code": _code(question, responses),
    }


def check_prompts(template: str, meta_template: str | None, most_at_once: int) -> None:
    """Fill the templates for one response and for `most_at_once`, with all that can be shown and with the least.

    Raises:
        ValueError: one can't be filled, or does not show every response.
    """
    for count in {1, most_at_once}:
        names = [f"responses[{at}].text" for at in range(count)]
        for question, evidence in ((Question("q"), ""), (Question("q", "r", ("p",)), "e")):

            def judge(texts: Sequence[str], question: Question = question, evidence: str = evidence) -> dict[str, Any]:
                return {**_judge_values(question, [Shown(text, evidence) for text in texts], 1, 10), "code": ""}

            def meta(texts: Sequence[str], question: Question = question, evidence: str = evidence) -> dict[str, Any]:
                return {**_meta_values(question, [Shown(text, evidence) for text in texts]), "code": ""}

            check_template(template, FOLDER, judge, names)
            if meta_template is not None:
                check_template(meta_template, FOLDER, meta, names)


def _code(question: Question, responses: Sequence[Shown]) -> str:
    """One code for every order of the responses, so that their prompts share a prefix."""
    texts = sorted(shown.text + shown.evidence for shown in responses)
    return code_for([question.conversation, question.reference, *texts])


def conversation_of(prompt: Text | None) -> str:
    """A prompt as a judge reads it: text as it is, messages each under its role.

    >>> print(conversation_of([{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Yes?"}]))
    user: Hello
    <BLANKLINE>
    assistant: Yes?
    """
    if prompt is None or isinstance(prompt, str):
        return prompt or ""
    return "\n\n".join(f"{message.get('role', 'user')}: {content_of(message)}" for message in prompt)


def content_of(message: Message) -> str:
    """A message's text, however it is written.

    >>> content_of({"role": "user", "content": [{"type": "text", "text": "Hello"}]})
    'Hello'
    """
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, Sequence) else []
    return "".join(str(part.get("text", "")) if isinstance(part, Mapping) else str(part) for part in parts)
