"""TOML to a reward: every table with `use` is a call, every other key an argument."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from rewards.compose.as_reward import as_reward
from rewards.config.calls import BadCall, called, takes, title
from rewards.config.errors import ConfigError
from rewards.config.registry import Unknown, did_you_mean, find
from rewards.core.reward import Reward
from rewards.core.weighted_sum import weighted_sum

logger = logging.getLogger("rewards")

TOP = ("part", "on_skipped", "reward", "name", "max_unscored", "let")
Table = dict[str, Any]


def load(path: str | Path) -> Reward:
    """The reward that a TOML file describes.

    Args:
        path: the file.

    Raises:
        ConfigError: naming the file, the table, the value and the remedy.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise ConfigError(str(path), f"can't be read: {error.strerror or error}") from error
    try:
        return loads(data.decode("utf-8-sig"), source=str(path))
    except UnicodeDecodeError as error:
        raise ConfigError(str(path), f"TOML is UTF-8, but byte {error.start} is not; save the file as UTF-8") from error


def loads(text: str, source: str = "TOML") -> Reward:
    """The reward that TOML text describes.

    Args:
        text: `[[part]]` tables for a weighted sum, or one `[reward]` table; see docs/config.md.
        source: what messages call the text.

    Raises:
        ConfigError: naming the source, the table, the value and the remedy.

    >>> loads('''
    ... [[part]]
    ... use = "clip"
    ... reward = { use = "rewards.core.reward:_example" }
    ... high = 0.5
    ... weight = 2.0
    ... ''')
    2.0 * clip(example(), high=0.5)
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(source, f"not TOML: {error}") from error
    return built(document, source)


def built(document: Table, source: str = "TOML") -> Reward:
    """The reward that a parsed TOML document describes; see `loads`."""
    return _Builder(source, document).reward()


class _Builder:
    """One document; objects under `[let]` are built once, when first asked for."""

    def __init__(self, source: str, document: Table) -> None:
        self._source = source
        self._document = document
        self._lets = document.get("let", {})
        self._shared: dict[str, Any] = {}
        self._building: list[str] = []

    def reward(self) -> Reward:
        """The whole document's reward."""
        document = self._document
        for key in document:
            if key not in TOP:
                raise self._error("", f"unknown key {key!r}; {did_you_mean(key, TOP) or 'known are ' + ', '.join(TOP)}")
        self._check_lets()
        if ("part" in document) == ("reward" in document):
            both = "has both [[part]] and [reward]; keep one" if "part" in document else "has no reward"
            raise self._error("", f"{both}: [[part]] tables make a weighted sum, one [reward] table anything else")
        made = self._sum() if "part" in document else self._single()
        made = self._labelled(made, document, "")
        for name in self._lets.keys() - self._shared.keys():
            logger.warning("%s: [let.%s] is not used", self._source, name)
        return made

    def _check_lets(self) -> None:
        if not isinstance(self._lets, dict) or not all(isinstance(table, dict) for table in self._lets.values()):
            raise self._error("let", "shared objects are tables: [let.NAME] with use = '…', referred to as \"@NAME\"")

    def _sum(self) -> Reward:
        parts = self._document["part"]
        if not isinstance(parts, list) or not parts or not all(isinstance(part, dict) for part in parts):
            raise self._error("[part]", "parts are written with two brackets: [[part]]")
        arguments = {"terms": parts, **{key: value for key, value in self._document.items() if key == "on_skipped"}}
        made: Reward = self._call(weighted_sum, arguments, "", "[[part]]")
        return made

    def _single(self) -> Reward:
        table = self._document["reward"]
        if "on_skipped" in self._document:
            raise self._error("", "on_skipped belongs to [[part]] tables; here write it in the table of the sum")
        if not isinstance(table, dict):
            raise self._error("[reward]", f"a reward is a table with use = '…', got {table!r}")
        made = self._object(table, "reward")
        if not isinstance(made, Reward):
            raise self._error("[reward]", f"{table['use']!r} makes {made!r}, which is not a reward")
        return made

    def _labelled(self, made: Reward, table: Table, path: str) -> Reward:
        try:
            if "name" in table:
                made = made.named(table["name"])
            if "max_unscored" in table:
                made = made.with_max_unscored(table["max_unscored"])
        except (TypeError, ValueError) as error:
            raise self._error(path, str(error)) from error
        return made

    def _value(self, value: Any, path: str) -> Any:
        """A TOML value as an argument: tables with `use` built, references followed, the rest as it is."""
        if isinstance(value, str) and value.startswith("@"):
            return value[1:] if value.startswith("@@") else self._reference(value, path)
        if isinstance(value, list):
            return [self._value(item, f"{path} {index}") for index, item in enumerate(value, 1)]
        if isinstance(value, dict):
            if "use" in value:
                return self._object(value, path)
            return {key: self._value(item, f"{path}.{key}") for key, item in value.items()}
        return value

    def _reference(self, reference: str, path: str) -> Any:
        name = reference[1:]
        if name not in self._lets:
            hint = did_you_mean(name, self._lets) or f'add [let.{name}], or write "@{reference}" for text'
            raise self._error(path, f"there is no [let.{name}] for {reference!r}; {hint}")
        if name in self._building:
            circle = " → ".join([*self._building[self._building.index(name) :], name])
            raise self._error(f"let.{name}", f"shared objects refer to each other in a circle: {circle}")
        if name not in self._shared:
            self._building.append(name)
            self._shared[name] = self._object(self._lets[name], f"let.{name}")
            self._building.pop()
        return self._shared[name]

    def _object(self, table: Table, path: str, weighted: bool = False) -> Any:
        """What a table with `use` makes; in a sum it may have a weight."""
        if not isinstance(table, dict) or not isinstance(table.get("use"), str):
            raise self._error(path, f"a table needs use = 'name', got {table!r}")
        use = table["use"]
        arguments = {key: value for key, value in table.items() if key != "use"}
        weight = arguments.pop("weight", None) if weighted else None
        beside = ("name", "weight") if weighted else ("name",)
        if use.startswith("@"):
            made, label = self._reference(use, path), arguments.pop("name", None)
            self._refuse_arguments(arguments, f"{use} is built in [let.{use[1:]}]", path, beside)
        else:
            target = self._target(use, path)
            label = None if takes(target, "name") else arguments.pop("name", None)
            made = self._made(target, arguments, use, path, beside)
        if label is not None:
            if not isinstance(made, Reward):
                raise self._error(path, f"name = {label!r} names rewards, but {use!r} makes {made!r}")
            made = self._labelled(made, {"name": label}, path)
        return made if weight is None else self._weighted(made, weight, path)

    def _target(self, use: str, path: str) -> Any:
        try:
            return find(use)
        except Unknown as error:
            raise self._error(path, str(error)) from error

    def _made(self, target: Any, arguments: Table, use: str, path: str, beside: Sequence[str]) -> Any:
        """What a table makes; `beside` are the keys that it may have besides the arguments."""
        if isinstance(target, Reward):
            self._refuse_arguments(arguments, f"{use!r} is a finished reward", path, beside)
            return target
        if not callable(target):
            raise self._error(path, f"use = {use!r} is {target!r}, which can't be called")
        if not isinstance(target, type) and any(takes(target, name) for name in GRADES):
            return self._call(as_reward, {"function": target, **arguments}, path, use, beside)
        return self._call(target, arguments, path, use, beside)

    def _refuse_arguments(
        self, arguments: Mapping[str, Any], because: str, path: str, beside: Sequence[str] = ()
    ) -> None:
        for key in arguments:
            hint = did_you_mean(key, beside)
            note = "; weight goes with the parts of a sum" if key == "weight" else f"; {hint}" if hint else ""
            raise self._error(path, f"{because}, and takes no {key!r} here{note}")

    def _call(self, target: Any, arguments: Table, path: str, use: str, beside: Sequence[str] = ()) -> Any:
        """Build the arguments, then call; only the terms of a sum have weights."""
        built = {}
        for key, value in arguments.items():
            inside = f"{path}.{key}" if path else "part"
            if target is weighted_sum and key == "terms" and isinstance(value, list):
                built[key] = [self._term(item, f"{inside} {index}") for index, item in enumerate(value, 1)]
            else:
                built[key] = self._value(value, inside)
        if "weight" in arguments and not takes(target, "weight"):
            why = "weight goes with the parts of a sum ([[part]], or terms of weighted_sum)"
            raise self._error(path, f"{title(target)} takes no weight here: {why}")
        try:
            return called(target, built, beside)
        except BadCall as error:
            raise self._error(path or use, str(error)) from error

    def _term(self, item: Any, path: str) -> Any:
        return self._object(item, path, weighted=True) if isinstance(item, dict) else self._value(item, path)

    def _weighted(self, made: Any, weight: Any, path: str) -> Reward:
        if not isinstance(made, Reward):
            raise self._error(path, f"weight = {weight!r} goes with a reward, got {made!r}")
        try:
            return made * cast(float, weight)
        except (TypeError, ValueError) as error:
            raise self._error(path, str(error)) from error

    def _error(self, path: str, why: str) -> ConfigError:
        """An error at a table; `path` is its dotted keys, positions in arrays behind a space."""
        table = f", {_bracketed(path)}" if path else ""
        return ConfigError(f"{self._source}{table}", why)


GRADES = ("completion", "completions", "rollout", "rollouts")
"""A plain function with one of these parameters grades; any other makes what it returns."""


def _bracketed(path: str) -> str:
    """A table as TOML writes it, and which of its like: `[[part]] 2`, `[reward.then]`."""
    if path.startswith("["):
        return path
    keys, _, position = path.rpartition(" ")
    return f"[[{keys}]] {position}" if keys and position.isdigit() else f"[{path}]"
