r"""Templates of a user's own: what would leave a judge without a response is refused when the reward is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from rewards import BrokenReward, Reward, Rollout
from rewards.models import grm, pairwise_judge, rating, reference_judge, rubric_judge
from rewards.models.blame import Unread
from rewards.models.engines import Sample, ScriptedEngine, ScriptedScores
from rewards.models.judges import Judge

ENGINE = ScriptedEngine(r"\boxed{5}")

MAKERS: dict[str, Callable[[str], Reward]] = {
    "grm": lambda path: grm(ENGINE, template=path),
    "grm together": lambda path: grm(ENGINE, group_size=2, template=path),
    "meta": lambda path: grm(ENGINE, meta=ScriptedScores(len), meta_template=path),
    "reference_judge": lambda path: reference_judge(ENGINE, template=path),
    "rating": lambda path: rating(ENGINE, template=path),
    "rubric_judge": lambda path: rubric_judge(ENGINE, rubric={"a": 1}, template=path),
    "pairwise_judge": lambda path: pairwise_judge(ENGINE, 2, template=path),
}
GRM = "code, conversation, count, example, high, low, principles, reference, responses"
ALL = "{% for r in responses %}{{ r.text }}{% endfor %}"

REFUSED = [
    ("grm", "{% for r in response %}{{ r.text }}{% endfor %}", f"line 1: 'response' is none of its variables, which are {GRM}"),
    ("grm", ALL + "\n{% if refrence %}{{ refrence }}{% endif %}", f"line 2: 'refrence' is none of its variables, which are {GRM}"),
    ("grm", "Rate.\n\n{{ responses[0].txt }}", "can't be filled: UndefinedError: 'rewards.models.grm.prompt.Shown object' has no attribute 'txt'"),
    ("grm", ALL + "{% if reference %}{{ reference.it }}{% endif %}", "can't be filled: UndefinedError: 'str object' has no attribute 'it'"),
    ("grm", "Rate it.", "never shows responses[0].text, which is what is to be judged"),
    ("grm", "{{ count }} {{ responses | length }}", "never shows responses[0].text, which is what is to be judged"),
    ("grm together", "{{ responses[0].text }}", "never shows responses[1].text, which is what is to be judged"),
    ("grm", "Rate.\n{% for r in responses %}", "line 2: Unexpected end of template. Jinja was looking for the following tags: 'endfor' or 'else'. The innermost block that needs to be closed is 'for'."),
    ("grm", ALL + "{{ low | no_such }}", "line 1: No filter named 'no_such'."),
    ("grm", ALL + "{% include 'other' %}", "can't be filled: TypeError: no loader for this environment specified"),
    ("meta", "Is it right?", "never shows responses[0].text, which is what is to be judged"),
    ("meta", ALL + "{{ low }}", "line 1: 'low' is none of its variables, which are code, conversation, reference, responses"),
    ("reference_judge", "Rate.\n{{ respnse }}", "line 2: 'respnse' is none of its variables, which are code, conversation, reference, response"),
    ("rating", "Rate it.", "never shows response, which is what is to be judged"),
    ("rating", "{{ response }}{{ criteria }}", "line 1: 'criteria' is none of its variables, which are code, conversation, high, low, response"),
    ("rubric_judge", "{{ criteria }}", "never shows response, which is what is to be judged"),
    ("pairwise_judge", "{{ first }}", "never shows second, which is what is to be judged"),
    ("pairwise_judge", "Which?", "never shows first and second, which is what is to be judged"),
    ("pairwise_judge", "{{ first }} {{ secnd }}", "line 1: 'secnd' is none of its variables, which are code, conversation, explain, first, second, ties"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "text", "why"), REFUSED)
def test_a_template_that_can_not_work_is_refused_with_its_file_and_line(
    make: str, text: str, why: str, tmp_path: Path
) -> None:
    path = tmp_path / "own.jinja"
    path.write_text(text)
    with pytest.raises(ValueError, match="template") as refused:
        MAKERS[make](str(path))
    assert str(refused.value).removeprefix(f"template {str(path)!r}").lstrip(", ") == why


@pytest.mark.parametrize(
    ("make", "text"),
    [
        ("grm", ALL),
        ("grm", "{{ responses[0].text | upper | truncate(500) }}"),
        ("grm together", ALL + "{% set best = high %}{{ best }}{{ range(3) | list }}"),
        ("meta", "{% for r in responses %}{{ loop.index }}. {{ r.text | tojson }}{% endfor %}"),
        ("rating", "{{ response }}"),
        ("reference_judge", "{{ 'yes' if reference }}{{ response }}"),
        ("rubric_judge", "{% for one in criteria %}{{ one }}{% endfor %}{{ response }}"),
        ("pairwise_judge", "{{ first }}{% if ties %}or{% endif %}{{ second }}"),
    ],
)
def test_a_template_that_shows_what_is_judged_is_taken(make: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "own.jinja"
    path.write_text(text)
    assert str(path) in repr(MAKERS[make](str(path)))


def test_a_template_of_ours_for_another_judge_is_refused() -> None:
    with pytest.raises(ValueError, match=r"template 'rating', line 1: '(low|high)' is none of its variables"):
        reference_judge(ENGINE, template="rating")


@pytest.mark.parametrize("make", MAKERS)
def test_a_file_that_is_not_there_is_refused_by_every_judge(make: str) -> None:
    with pytest.raises(ValueError, match=r"template 'fr' is neither one of [\w, ]+ nor a file that can be read"):
        MAKERS[make]("fr")


@dataclass(frozen=True, repr=False)
class tone(Judge):
    """A judge of a user's own, with a variable."""

    def values(self, rollout: Rollout) -> dict[str, Any]:
        return {"wanted": "kind"}

    def read(self, sample: Sample, rollout: Rollout) -> float | Unread:
        return 1.0


@dataclass(frozen=True, repr=False)
class tried_tone(tone):
    """The same with an example of its variable."""

    example: ClassVar[Mapping[str, Any]] = {"wanted": "kind"}


def test_a_judge_of_ones_own_gives_an_example_or_is_refused_at_its_first_rows(tmp_path: Path) -> None:
    good, bad, broken = (tmp_path / name for name in ("good.jinja", "bad.jinja", "broken.jinja"))
    good.write_text("{{ wanted }}: {{ response }}")
    bad.write_text("{{ wanted }}: {{ respnse }}")
    broken.write_text("{{ wanted }")
    batch = [Rollout("Hello.", "Hi"), Rollout("Go away.", "Hi")]
    for make in (tone, tried_tone):
        assert [score.value for score in make(ENGINE, template=str(good)).score(batch)] == [1.0, 1.0]
        with pytest.raises(ValueError, match=r"broken.jinja', line 1: unexpected '}'"):
            make(ENGINE, template=str(broken))
    with pytest.raises(
        ValueError, match="line 1: 'respnse' is none of its variables, which are code, conversation, re"
    ):
        tried_tone(ENGINE, template=str(bad))
    with pytest.raises(BrokenReward, match="'respnse' is undefined"):
        tone(ENGINE, template=str(bad)).score(batch)
