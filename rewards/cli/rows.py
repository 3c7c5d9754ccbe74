"""A row's columns as a rollout: which column is the completion, which the prompt."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from rewards.cli.errors import CommandError, Malformed
from rewards.cli.row_needs import Plan, needed
from rewards.config.registry import did_you_mean
from rewards.core import Rollout, Text

FIELDS = ("completion", "prompt", "completion_ids", "finish_reason")
"""What of a rollout is no data-set column, and the columns it is read from unless `--map` says otherwise."""

OFTEN = (
    *("response", "completions", "output", "outputs", "generation", "generations", "generated_text", "model_output"),
    *("model_response", "answer_text", "prediction", "reply"),
)
"""Names that completions go by in the wild, for a hint; not `answer` and `text`, which are as often something else."""

ABSENT = object()
"""What `value_at` finds where there is nothing."""


class Joined(Protocol):
    """Columns from elsewhere, by prompt.

    Attributes:
        found: the names of which some row has the column.
        there: all columns that are there.
    """

    found: set[str]
    there: dict[str, None]

    def columns(self, prompt: Text | None) -> Mapping[str, Any]:
        """The columns that belong to a prompt."""


class Columns:
    """Turns rows into rollouts.

    Args:
        names: from what a reward reads to the column that holds it, such as `{"completion": "response"}`; a dot goes
            into nested values, `choices.0.message`.
        needed: the columns that the reward needs. Once one was seen it counts as a column of the input, so that
            rows without it are failed rather than the whole batch refused.
        joined: where columns come from that the row has not.

    Attributes:
        unmet: the names that are mapped to a column that no row so far has.
    """

    def __init__(self, names: Mapping[str, str], needed: Iterable[str] = (), joined: Joined | None = None) -> None:
        self.names = dict(names)
        self.needed = frozenset(needed)
        self.seen: set[str] = set()
        self._joined = joined
        self.unmet = set(self.names) - (joined.found if joined is not None else set())
        self._fields = {field: self.names.get(field, field) for field in FIELDS}
        self._mapped = {name: column for name, column in self.names.items() if name not in FIELDS}
        # a mapped name's own column is not its value
        self._taken = frozenset(("completion", "prompt", "completion_ids", *self._mapped))

    def rollout(self, row: Mapping[str, Any]) -> Rollout:
        """The rollout of a row.

        Raises:
            Malformed: there is no completion, or it is neither text nor messages.
        """
        if self.unmet:
            self.unmet -= {name for name in self.unmet if value_at(row, self.names[name]) is not ABSENT}
        completion = self._completion(row)
        prompt = _present(value_at(row, self._fields["prompt"]))
        columns = {name: value for name, value in row.items() if name not in self._taken}
        for name, column in self._mapped.items():
            value = value_at(row, column)
            if value is not ABSENT:
                columns[name] = value
        asked = None if prompt is None else message_text("prompt", prompt)
        for name, value in self._joined.columns(asked).items() if self._joined is not None else ():
            if columns.get(name) is None:
                columns[name] = value
        self.seen |= self.needed & columns.keys()
        for name in self.seen - columns.keys():
            columns[name] = None
        return Rollout(
            completion,
            asked,
            columns,
            _present(value_at(row, self._fields["completion_ids"])),
            _present(value_at(row, self._fields["finish_reason"])),
        )

    def _completion(self, row: Mapping[str, Any]) -> Any:
        column = self._fields["completion"]
        value = value_at(row, column)
        if value is ABSENT:
            raise Malformed(f"no column {column!r}; {_listed(row)}")
        if value is None:
            raise Malformed(f"column {column!r}, the completion, is null")
        return message_text("completion", value)

    def check(self, row: Mapping[str, Any], where: str) -> None:
        """Refuse an input whose first row has no completion.

        Raises:
            CommandError: naming the columns there are, and one that looks like it.
        """
        column = self._fields["completion"]
        if value_at(row, column) is ABSENT:
            remedy = f"Say which one it is: --map completion={self._likely(row) or 'COLUMN'}"
            if _is_text(row.get("completion")):
                remedy = f"Leave out --map completion={column}"
            raise CommandError(f"{where} has no column {column!r}; {_listed(row)}. {remedy}")

    def renamed(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row under the names that are mapped, for what reads whole rows."""
        found = {name: value_at(row, column) for name, column in self.names.items()}
        found = {name: value for name, value in found.items() if value is not ABSENT}
        self.unmet -= found.keys()
        return {**{name: value for name, value in row.items() if name not in self.names}, **found}

    def refuse_unmet(
        self, rows: Sequence[Mapping[str, Any]], where: str, wanted: Collection[str] | None = None
    ) -> None:
        """Refuse a map to a column that no row has; `Columns.rollout` has seen them all.

        Args:
            rows: what there is.
            where: the file.
            wanted: the names that some of these rows need, where others may come behind; by default all.

        Raises:
            CommandError: naming the column, and one that is called much like it.
        """
        for name in sorted(self.unmet if wanted is None else self.unmet & {*wanted, *FIELDS}):
            raise CommandError(self.no_column(name, rows, where))

    def check_needed(
        self, rows: Sequence[Mapping[str, Any]], rollouts: Sequence[Rollout], plan: Plan, where: str
    ) -> None:
        """Refuse a first batch of which no row has what some of its rows need.

        Raises:
            CommandError: naming the column, and how to say which one it is.
        """
        wanted = set().union(*(needed(plan, rollout.columns.get, whole_chains=True)[0] for rollout in rollouts))
        self.refuse_unmet(rows, where, wanted)
        for name in sorted(wanted - {"prompt"}):
            if any(name in rollout.columns for rollout in rollouts):
                continue
            if self._joined is not None and name in self._joined.found:
                raise CommandError(
                    f"{where}: no prompt of its first {len(rows)} rows is in --join, which {name!r} would come from; "
                    "are the prompts written alike, and in this column? --map prompt=COLUMN"
                )
            raise CommandError(self.no_column(name, rows, where))
        asked = "prompt" in wanted and all(rollout.prompt is None for rollout in rollouts)
        if asked and all(value_at(row, self._fields["prompt"]) is ABSENT for row in rows):
            raise CommandError(self.no_column("prompt", rows, where))

    def no_column(self, name: str, rows: Sequence[Mapping[str, Any]], where: str, say: str = "") -> str:
        """That no row has the column of a name, with the one that it may be, never one that is read already.

        Args:
            name: what is read.
            rows: what there is.
            where: the file.
            say: how to name a column; by default `--map`.
        """
        column = self.names.get(name, name)
        there = dict.fromkeys(str(other) for row in rows for other in row)
        joined = {} if self._joined is None else self._joined.there
        taken = {*self._fields.values(), *self._mapped.values()}
        free = [other for other in (*joined, *there) if other not in taken]
        close = next(iter(difflib.get_close_matches(column, free, n=1, cutoff=0.7)), "")
        if close == name:
            remedy = f"Leave out --map {name}={column}"
        else:
            remedy = f"Say which one it is: {say or f'--map {name}='}{close or 'COLUMN'}"
        hint = f"did you mean {close!r}? The" if close else "the"
        nor = ", nor has --join" if joined else ""
        listed = _listed(there).removeprefix("the") + (f"; in --join: {_names(joined)}" if joined else "")
        return f"{where} has no column {column!r}{nor}; {hint}{listed}. {remedy}"

    def _likely(self, row: Mapping[str, Any]) -> str:
        """The column that looks like the completion, never one that the reward reads; empty where none does."""
        read = {*self._fields.values(), *FIELDS, *self._mapped.values(), *self.needed}
        texts = [str(name) for name, value in row.items() if name not in read and _is_text(value)]
        by_name = {name.lower(): name for name in texts}
        close = difflib.get_close_matches(self._fields["completion"], texts, n=1, cutoff=0.8)
        return next(iter([*close, *(by_name[name] for name in OFTEN if name in by_name)]), "")


def parse_map(pairs: Iterable[str]) -> dict[str, str]:
    """The arguments of `--map`, `NAME=COLUMN` each.

    Raises:
        CommandError: one is of another form, or a name occurs twice.

    >>> parse_map(["completion=response", "solution=answer"])
    {'completion': 'response', 'solution': 'answer'}
    """
    names: dict[str, str] = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not (name and equals and column):
            raise CommandError(f"--map takes NAME=COLUMN, such as completion=response; got {pair!r}")
        if name in names:
            raise CommandError(f"--map gives {name!r} twice: {names[name]!r} and {column!r}")
        close = difflib.get_close_matches(name, FIELDS, n=1, cutoff=0.8)
        if close and name not in FIELDS and name != "prompts":
            raise CommandError(f"--map {pair}: did you mean {close[0]}={column}?")
        names[name] = column
    return names


def refuse_unread(names: Mapping[str, str], read: Collection[str], open_ended: bool = False) -> None:
    """Refuse a map to a name that nothing reads.

    Args:
        names: `--map`, parsed.
        read: the columns that are read, beside the rollout's own.
        open_ended: whether others may be read too; then only what looks like a slip is refused.

    Raises:
        CommandError: naming what is read.

    >>> refuse_unread({"solutio": "answer"}, {"solution"})
    Traceback (most recent call last):
    rewards.cli.errors.CommandError: --map solutio=answer: nothing reads 'solutio'; did you mean 'solution'? \
What is read: solution, completion, prompt, completion_ids, finish_reason
    """
    columns = sorted(set(read) - set(FIELDS))
    known = [*columns, *FIELDS]
    for name, column in names.items():
        hint = did_you_mean(name, columns)
        if name not in known and (hint or not open_ended):
            raise CommandError(
                f"--map {name}={column}: nothing reads {name!r}; {f'{hint} What' if hint else 'what'} is read: "
                + ", ".join(known)
            )


def value_at(row: Mapping[str, Any], column: str) -> Any:
    """A row's value; a name with dots that is no column goes into nested values. `ABSENT` where there is none.

    >>> value_at({"choices": [{"text": "4"}]}, "choices.0.text")
    '4'
    """
    if column in row:
        return row[column]
    value: Any = row
    for step in column.split("."):
        if isinstance(value, Mapping) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.lstrip("-").isdecimal() and -len(value) <= int(step) < len(value):
            value = value[int(step)]
        else:
            return ABSENT
    return value


def _present(value: Any) -> Any:
    return None if value is ABSENT else value


def message_text(field: str, value: Any) -> Any:
    """Text, or messages without the empty keys that a column of tables fills them up with."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping) and "content" in value:
        value = [value]
    if isinstance(value, list) and value and all(isinstance(message, Mapping) for message in value):
        return [{key: item for key, item in message.items() if item is not None} for message in value]
    if isinstance(value, list) and value and all(isinstance(text, str) for text in value):
        raise Malformed(f"the {field} is a list of {len(value)} texts; write a row for each")
    raise Malformed(f"the {field} is {type(value).__name__} {value!r:.40}, neither text nor a list of messages")


def _is_text(value: Any) -> bool:
    try:
        return bool(message_text("completion", value))
    except Malformed:
        return False


def _listed(row: Iterable[str]) -> str:
    return f"the columns there are: {_names(row)}"


def _names(row: Iterable[str]) -> str:
    names = [str(name) for name in row]
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return f"{', '.join(names[:12]) or 'none'}{more}"
