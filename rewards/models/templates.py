"""Prompts as Jinja files: ours by name, a user's own by path, filled in one pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment, Template


def source_of(template: str, folder: Path) -> str:
    """A template's text: that of `folder` by name, else a file's.

    Raises:
        ValueError: there is neither; names ours.
    """
    ours = _ours(folder)
    try:
        return ours[template] if template in ours else Path(template).read_text("utf-8")
    except OSError as error:
        raise ValueError(
            f"template {template!r} is neither one of {', '.join(ours)} nor a file that can be read: {error.strerror}"
        ) from error


@lru_cache
def _ours(folder: Path) -> Mapping[str, str]:
    """The templates of a folder of this package by name."""
    return {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.jinja"))}


def fill(source: str, values: Mapping[str, Any]) -> str:
    """The prompt of a template: what is filled in is never read as a template itself.

    >>> fill("{{ question }}", {"question": "What is {{ answer }}?", "answer": 4})
    'What is {{ answer }}?'
    """
    return _compiled(source).render(values)


def check_template(
    template: str, folder: Path, values: Callable[[Sequence[str]], Mapping[str, Any]], shown: Sequence[str]
) -> None:
    """Refuse a template that can't be filled, or shows a judge less than it judges.

    Args:
        template: one of `folder` by name, or a file.
        folder: where ours are.
        values: what it would be filled with, for the texts of some responses.
        shown: how the template names each of these texts; another text must give another prompt.

    Raises:
        ValueError: names the template and the line, the variables that there are, or what is never shown.
    """
    source = source_of(template, folder)
    check_syntax(template, folder)
    texts = [f"a{at}" for at in range(len(shown))]
    known = values(texts)
    for name, line in _names(source):
        if name not in known:
            raise ValueError(
                f"template {template!r}, line {line}: {name!r} is none of its variables, which are "
                f"{', '.join(sorted(known))}"
            )
    try:
        prompt = fill(source, known)
        others = [fill(source, values([*texts[:at], f"b{at}", *texts[at + 1 :]])) for at in range(len(shown))]
    except Exception as error:  # templates raise what they like
        raise ValueError(f"template {template!r} can't be filled: {type(error).__name__}: {error}") from error
    hidden = [name for name, other in zip(shown, others, strict=True) if other == prompt]
    if hidden:
        raise ValueError(f"template {template!r} never shows {' and '.join(hidden)}, which is what is to be judged")


def check_syntax(template: str, folder: Path) -> None:
    """Refuse a template that Jinja can't read.

    Raises:
        ValueError: names the template and the line.
    """
    from jinja2 import TemplateSyntaxError

    try:
        _compiled(source_of(template, folder))
    except TemplateSyntaxError as error:
        raise ValueError(f"template {template!r}, line {error.lineno}: {error.message}") from error


@lru_cache(maxsize=64)
def _names(source: str) -> list[tuple[str, int]]:
    """The variables that a template takes from outside, with the line where each is first used."""
    from jinja2 import nodes
    from jinja2.meta import find_undeclared_variables

    tree = _environment().parse(source)
    lines = {name.name: name.lineno for name in reversed(list(tree.find_all(nodes.Name)))}
    outside = find_undeclared_variables(tree) - _environment().globals.keys()
    return sorted(((name, lines[name]) for name in outside), key=lambda found: found[1])


@lru_cache(maxsize=64)
def _compiled(source: str) -> Template:
    return _environment().from_string(source)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(undefined=StrictUndefined)
