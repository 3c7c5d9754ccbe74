"""The right answer of a data row as an honest policy would write it, for the kinds of reward that fix its form."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rewards.core.errors import GradingFailed
from rewards.core.reward import Reward
from rewards.core.rollout import Rollout
from rewards.rules.answer import accepted
from rewards.rules.calls import reference_calls
from rewards.rules.choice import choice_accuracy
from rewards.rules.options import options_of, right_option
from rewards.rules.tool_calls import tool_call_accuracy
from rewards.text import code_blocks, language_name, last_code_block

if TYPE_CHECKING:
    from rewards.code import code_tests

NO_CALL = "No tool is needed for that."
WRONG_CALL = '<tool_call>\n{"name": "none_of_the_tools", "arguments": {}}\n</tool_call>'
THEN = "<think>\n{thinking}\n</think>\n\n"


def is_null(value: object) -> bool:
    """Whether a column's value is none: None, or the NaN that tables are filled up with.

    >>> is_null(None), is_null(float("nan")), is_null(0.0), is_null("nan")
    (True, True, False, False)
    """
    return value is None or (isinstance(value, float) and math.isnan(value))


def own_column(parts: Iterable[Reward]) -> str | None:
    """The column of the right answer: that of the first part with an argument `reference`; None where none has one."""
    columns = (getattr(part, "reference", None) for part in parts)
    return next((column for column in columns if isinstance(column, str) and column), None)


def written(parts: Iterable[Reward], row: Rollout, column: str) -> tuple[str, str, str]:
    """The right answer's text, the completion's shape and an answer that is wrong for every row; empty where unknown.

    Args:
        parts: the rewards that the row comes to.
        row: the row.
        column: where the right answer stands.
    """
    value = row.columns.get(column)
    for part in parts:
        if is_program_reward(part):
            return _program(part, row, value)
        if isinstance(part, tool_call_accuracy) and part.template == "hermes":
            return _calls(value), THEN + "{answer}", WRONG_CALL
        if isinstance(part, choice_accuracy) and part.reference == column:
            return _label(part, row) or as_text(value), "", ""
    return as_text(value), "", ""


def is_program_reward(part: Reward) -> bool:
    """Whether a reward runs the program in the reply."""
    from rewards.code import code_tests

    return isinstance(part, code_tests)


def _program(part: Any, row: Rollout, value: Any) -> tuple[str, str, str]:
    from rewards.code.suite import read_suite

    runner: code_tests = part
    try:
        language = read_suite(row.columns.get(runner.tests)).language or runner.language
    except GradingFailed:  # told where the row is scored
        language = runner.language
    program = next((text for text in accepted(value) or () if isinstance(text, str)), "")
    if program.lstrip().startswith(("```", "~~~")) or language_name(language) in {
        b.language for b in code_blocks(program)
    }:
        program = last_code_block(program, [language]) or program
    program = program.strip("\n")
    fence = "```"
    while fence in program:
        fence += "`"
    return program if program.strip() else "", f"{THEN}{fence}{language}\n{{answer}}\n{fence}", ""


def _calls(value: Any) -> str:
    """The calls as Hermes' template writes them; empty where they can't be read."""
    if is_null(value):
        return ""
    try:
        calls = reference_calls(value)
    except ValueError:
        return ""
    listed = [json.dumps({"name": call.name, "arguments": call.given}, default=str) for call in calls]
    return "\n".join(f"<tool_call>\n{text}\n</tool_call>" for text in listed) or NO_CALL


def _label(part: choice_accuracy, row: Rollout) -> str:
    if part.choices is None:
        return ""
    try:
        options = options_of(row.columns.get(part.choices))
        return options.labels[right_option(options, row.columns.get(part.reference))]
    except ValueError:
        return ""


def as_text(reference: object) -> str:
    """A reference, or the first of several, as the text an honest policy would write; empty for NaN and the like."""
    if not isinstance(reference, (str, int, float)):
        reference = next(iter(accepted(reference) or ()), None)
    if is_null(reference):
        return ""
    if isinstance(reference, (str, int, float)) and not isinstance(reference, bool):
        text = str(reference).strip()
        _, marker, final = text.rpartition("####")  # GSM8K's reference: a worked solution, then its answer
        return final.strip() if marker else text
    return ""


PLACEHOLDERS = ("nan", "n/a", "na", "none", "null", "nil", "undefined", "-", "?")
"""What a program writes where there is no value; as a text it may also be an answer."""

_LISTED = re.compile(r"""[\[({]\s*['"].*[\])}]|\[\s*[-+]?[\d.]+\s*\]""", re.DOTALL)


def is_listed(text: str) -> bool:
    """Whether a text reads as a list or mapping that a program wrote out; `[1, 2]` may be an interval, `{1}` a set.

    >>> [is_listed(text) for text in ("['4']", '["4", "5"]', '{"text": ["4"]}', "[4]", "[1, 2]", "(a, b)", "'4'")]
    [True, True, True, True, False, False, False]
    """
    return _LISTED.fullmatch(text) is not None
