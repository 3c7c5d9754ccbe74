"""The names that `use = "…"` knows: ours, literally; those of installed packages; and import paths."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

REGISTRY: Mapping[str, str] = {
    "boxed_accuracy": "rewards.rules.accuracy:boxed_accuracy",
    "budget": "rewards.compose.budget:budget",
    "cached_engine": "rewards.models.engines.cached:cached_engine",
    "chinese_characters": "rewards.rules.language.chinese:chinese_characters",
    "choice_accuracy": "rewards.rules.choice:choice_accuracy",
    "clip": "rewards.compose.transforms:clip",
    "code_tests": "rewards.code.code_tests:code_tests",
    "cosine_length": "rewards.rules.cosine_length:cosine_length",
    "critiqued": "rewards.models.scalar.critiqued:critiqued",
    "exact_match": "rewards.rules.exact_match:exact_match",
    "first_passed": "rewards.compose.first:first_passed",
    "first_scored": "rewards.compose.first:first_scored",
    "gate": "rewards.compose.gate:gate",
    "grm": "rewards.models.grm.reward:grm",
    "group_length": "rewards.rules.group_length:group_length",
    "implicit_reward": "rewards.models.scalar.implicit:implicit_reward",
    "instructions": "rewards.rules.instructions.reward:instructions",
    "judges_right": "rewards.spct.judges_right:judges_right",
    "json_valid": "rewards.rules.json_valid:json_valid",
    "language_consistency": "rewards.rules.language.consistency:language_consistency",
    "openai_engine": "rewards.models.engines.openai_server:openai_engine",
    "overlong": "rewards.rules.overlong:overlong",
    "pair_reward": "rewards.models.scalar.pair_reward:pair_reward",
    "pairwise_judge": "rewards.models.judges.pairwise_judge:pairwise_judge",
    "perplexity": "rewards.models.scalar.implicit:perplexity",
    "process": "rewards.models.scalar.process:process",
    "r1": "rewards.presets:r1",
    "random_baseline": "rewards.models.scalar.baseline:random_baseline",
    "rating": "rewards.models.judges.rating:rating",
    "readability": "rewards.rules.readability:readability",
    "reference_judge": "rewards.models.judges.reference_judge:reference_judge",
    "regex_match": "rewards.rules.regex_match:regex_match",
    "repetition": "rewards.rules.repetition:repetition",
    "route": "rewards.compose.route:route",
    "rubric_judge": "rewards.models.judges.rubric_judge:rubric_judge",
    "scalar_reward": "rewards.models.scalar.scalar_reward:scalar_reward",
    "scale": "rewards.compose.transforms:scale",
    "steam_shp": "rewards.models.scalar.steam_shp:steam_shp",
    "schedule": "rewards.compose.schedule:schedule",
    "scheduled": "rewards.compose.schedule:scheduled",
    "target_length": "rewards.rules.target_length:target_length",
    "think_format": "rewards.rules.format:think_format",
    "token_f1": "rewards.rules.token_f1:token_f1",
    "tool_call_accuracy": "rewards.rules.tool_calls:tool_call_accuracy",
    "transformers_engine": "rewards.models.engines.transformers_local:transformers_engine",
    "transformers_logprobs": "rewards.models.scalar.transformers_logprobs:transformers_logprobs",
    "transformers_pairs": "rewards.models.scalar.transformers_pairs:transformers_pairs",
    "transformers_scores": "rewards.models.engines.transformers_scores:transformers_scores",
    "transformers_steps": "rewards.models.scalar.transformers_steps:transformers_steps",
    "truncation": "rewards.rules.truncation:truncation",
    "vllm_engine": "rewards.models.engines.vllm_local:vllm_engine",
    "vllm_scores": "rewards.models.engines.vllm_scores:vllm_scores",
    "weighted_sum": "rewards.core.weighted_sum:weighted_sum",
}
"""Every name of ours and where it lives; nothing registers itself."""

GROUP = "rewards"
"""The entry-point group in which other packages publish theirs."""


class Unknown(LookupError):
    """No object has this name; the message says which ones there are."""


def installed() -> dict[str, list[EntryPoint]]:
    """What installed packages publish in the entry-point group `rewards`, by name."""
    found: dict[str, list[EntryPoint]] = {}
    for point in entry_points(group=GROUP):
        found.setdefault(point.name, []).append(point)
    return found


def names() -> list[str]:
    """Every name that `use` knows."""
    return sorted({*REGISTRY, *installed()})


def find(name: str) -> Any:
    """The class, function or reward behind `use = "name"`.

    Raises:
        Unknown: nothing has that name, two packages publish it, or it can't be imported.
    """
    if ":" in name:
        return imported(name)
    if name in REGISTRY:
        return imported(REGISTRY[name])
    published = installed().get(name, [])
    if len({point.value for point in published}) > 1:
        owners = " and ".join(f"{point.dist.name if point.dist else '?'} ({point.value})" for point in published)
        raise Unknown(f"{name!r} is published by {owners}; choose one by its path, use = {published[0].value!r}")
    if published:
        return imported(published[0].value)
    hint = did_you_mean(name, names()) or f"known are {', '.join(names())}."
    raise Unknown(f"nothing is called {name!r}; {hint} Your own go by path: use = 'package.module:name'")


def imported(path: str) -> Any:
    """The object at `package.module:attribute`.

    Raises:
        Unknown: the module or the attribute is not there, or importing it raised.
    """
    module_name, _, attribute = path.partition(":")
    if not module_name or not attribute:
        raise Unknown(f"a path is 'package.module:name', got {path!r}")
    if "/" in module_name:
        raise Unknown(f"{path!r} is the path of a file; {_as_module(module_name, attribute)}")
    try:
        found: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        missing = error.name or module_name
        own = module_name == missing or module_name.startswith(f"{missing}.")
        remedy = "install it, or run from the folder that holds it" if own else f"{module_name} imports it: install it"
        if module_name.endswith(".py"):
            remedy = _as_module(module_name, attribute)
        raise Unknown(f"{path!r}: there is no module {missing!r}; {remedy}") from error
    except Exception as error:  # a user's module may raise anything
        raise Unknown(f"importing {module_name!r} raised {type(error).__name__}: {error}") from error
    for step in attribute.split("."):
        if not hasattr(found, step):
            hint = did_you_mean(step, [name for name in vars(found) if not name.startswith("_")])
            raise Unknown(f"{path!r}: {module_name} has no {step!r}" + (f"; {hint}" if hint else ""))
        found = getattr(found, step)
    return found


def _as_module(file: str, attribute: str) -> str:
    bare = file.removesuffix(".py").lstrip("./").replace("/", ".")
    return f"a module is named with dots and without .py: use = '{bare}:{attribute}'"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question naming the nearest of `known`, or nothing.

    >>> did_you_mean("boxed_acuracy", ["boxed_accuracy", "think_format"])
    "did you mean 'boxed_accuracy'?"
    """
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else ""
