"""`rewards check`: what a trainer would refuse, and what a data set lacks, before a run."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rewards.adapters import SUPPLIES
from rewards.cli.console import OK, UNSCORED, count, counted, percent, stdout
from rewards.cli.errors import CommandError, Malformed
from rewards.cli.inputs import Source
from rewards.cli.list_rewards import needs_text, span_text
from rewards.cli.parts import label, parts_of
from rewards.cli.row_needs import Plan, needed, plan_of, read_by, routed
from rewards.cli.rows import ABSENT, parse_map, refuse_unread, value_at
from rewards.config import load
from rewards.config.registry import did_you_mean
from rewards.core import Reward, Supplies
from rewards.core.explain import printable
from rewards.core.needs import leaves
from rewards.testing.lint import is_null

MOST_VALUES, MOST_COUNTED = 5, 1000
"""Values that no branch of a route takes: to name, and to count apart."""


def run(args: Namespace) -> int:
    """Print what was found; 0 where nothing would be refused or is missing, else 1."""
    chosen = _trainers(args.trainer)
    reward = load(args.config)
    console = stdout()
    _print_reward(console, reward)
    refused = _print_trainers(console, chosen, reward)
    lacking = bool(args.data) and _print_data(console, reward, args)
    return UNSCORED if lacking or (args.trainer and refused) else OK


def _trainers(name: str | None) -> list[Supplies]:
    if name is None:
        return list({id(supplies): supplies for supplies in SUPPLIES.values()}.values())
    if name.lower() not in SUPPLIES:
        hint = did_you_mean(name.lower(), SUPPLIES)
        known = ", ".join(SUPPLIES)
        raise CommandError(f"--trainer {name} is not known{f'; {hint}' if hint else '.'} Known are {known}")
    return [SUPPLIES[name.lower()]]


def _print_reward(console: Console, reward: Reward) -> None:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column("part", overflow="fold")
    table.add_column("range", no_wrap=True)
    table.add_column("needs", overflow="fold")
    for part in parts_of(reward):
        table.add_row(label(part), span_text(part.reward.range), Text(needs_text(part.reward.own_needs) or "–"))
    console.print(Text(printable(repr(reward)), style="bold"), Text(f"fingerprint {reward.fingerprint}", style="dim"))
    console.print()
    console.print(table)
    console.print()


def _print_trainers(console: Console, chosen: Sequence[Supplies], reward: Reward) -> bool:
    """Print which trainers pass what the reward needs; whether one does not."""
    unmet = {supplies.trainer: supplies.unmet(reward) for supplies in chosen}
    fine = [trainer for trainer, lines in unmet.items() if not lines]
    grid = _grid()
    if fine:
        grid.add_row(Text("✓", style="green"), Text(f"{', '.join(fine)}: all it needs is passed"))
    if len(unmet) > 1:
        for supplies in chosen:
            if lacking := _lacking(supplies, reward):
                grid.add_row(Text("✗", style="red"), Text(f"{supplies.trainer} does not pass {lacking}"))
        if len(fine) < len(unmet):
            grid.add_row("", Text("--trainer NAME says what to do", style="dim"))
    for lines in unmet.values() if len(unmet) == 1 else ():
        for line in lines:
            grid.add_row(Text("✗", style="red"), Text(line.removeprefix(f"{reward.name}/")))
    console.print(grid)
    return len(fine) < len(unmet)


def _lacking(supplies: Supplies, reward: Reward) -> str:
    """What a trainer does not pass of what a reward needs, each with the parts that need it."""
    found: dict[str, list[str]] = {}
    for _, part in leaves(reward):
        needs = part.own_needs
        names = [name for name in (*needs.inputs, *(["group"] if needs.group else [])) if not getattr(supplies, name)]
        names += sorted(needs.columns - supplies.columns) if supplies.columns is not None else []
        for name in names:
            found.setdefault(name, []).append(part.name)
    return ", ".join(f"{name} ({', '.join(dict.fromkeys(parts))})" for name, parts in found.items())


@dataclass
class _Found:
    """How many rows need a column, how many of them have it, and whether it is there at all."""

    there: bool = False
    needed: int = 0
    rows: int = 0
    first_without: int = 0
    example: str = ""


@dataclass
class _Data:
    """What a data set holds of what a reward needs."""

    rows: int = 0
    malformed: list[tuple[int, str]] = field(default_factory=list)
    names: dict[str, None] = field(default_factory=dict)
    columns: dict[str, _Found] = field(default_factory=dict)
    astray: dict[tuple[str, str], list[int]] = field(default_factory=dict)


def _print_data(console: Console, reward: Reward, args: Namespace) -> bool:
    """Print which needed columns the data set lacks; whether it lacks any."""
    wanted = sorted(reward.needs.columns) + (["prompt"] if reward.needs.prompt else [])
    plan = plan_of(reward)
    names = parse_map(args.map)
    refuse_unread(names, *read_by(reward))
    data = _read(args.data, wanted, plan, names)
    grid = _grid()
    good = bool(data.rows) and not data.malformed and not data.astray
    if not data.rows:
        grid.add_row(Text("✗", style="red"), Text(f"{args.data} has no rows"))
    for name, found in data.columns.items() if data.rows else ():
        missing = found.needed - found.rows
        good &= not missing
        mark = Text("✗", style="red") if missing else Text("✓", style="green")
        grid.add_row(mark, Text(printable(_said(name, names.get(name, name), found, missing, data))))
    for said in _astray(plan, data):
        grid.add_row(Text("✗", style="red"), Text(printable(said)))
    if data.malformed:
        line, reason = data.malformed[0]
        many = counted(len(data.malformed), "line")
        grid.add_row(
            Text("✗", style="red"), Text(printable(f"{many} can't be read, the first is line {line}: {reason}"))
        )
    if not wanted and data.rows:
        grid.add_row(Text("✓", style="green"), Text("it needs no column of the data set"))
    console.print(grid)
    return not good


def _said(name: str, column: str, found: _Found, missing: int, data: _Data) -> str:
    if not found.needed:
        return f"column {name!r} is needed by no row: none comes to the reward that needs it"
    needing = " that need it" if found.needed < data.rows else ""
    if not missing:
        return f"column {name!r} is in all {counted(found.needed, 'row')}{needing}, such as {found.example}"
    if not found.there:
        there, hint = ", ".join(list(data.names)[:12]), did_you_mean(column, data.names)
        said = f"no row has a column {column!r}; {f'{hint} The' if hint else 'the'} columns there are: {there}"
        return f"{said}. Map one: --map {name}=COLUMN"
    share = percent(missing, found.needed)
    of = f"of {count(found.needed)}{needing}, " if needing else ""
    many = f"{counted(missing, 'row')} ({of}{share})"
    return f"column {name!r} is absent or null in {many}, first in line {found.first_without}"


def _astray(plan: Plan, data: _Data) -> list[str]:
    """A line for each value that no branch of a route takes, the commonest first."""
    known = routed(plan)
    lines = []
    for (column, value), rows in sorted(data.astray.items(), key=lambda item: -item[1][0])[:MOST_VALUES]:
        taken = ", ".join(map(repr, known[column]))
        lines.append(
            f"column {column!r} is {value} in {counted(rows[0], 'row')}, first in line {rows[1]}; "
            f"no route takes it, known are {taken}"
        )
    if len(data.astray) > MOST_VALUES:
        lines.append(f"and {counted(len(data.astray) - MOST_VALUES, 'value')} more that no route takes")
    return lines


def _read(file: str, wanted: Iterable[str], plan: Plan, names: dict[str, str]) -> _Data:
    data = _Data(columns={name: _Found() for name in wanted})
    for record in Source([file]):
        if record.blank:
            continue
        try:
            row = record.row()
        except Malformed as error:
            data.malformed.append((record.number, str(error)))
            continue
        data.rows += 1
        if data.rows <= 1000:
            data.names.update(dict.fromkeys(map(str, row)))
        _count(data, plan, {name: value_at(row, names.get(name, name)) for name in data.columns}, record.number)
    return data


def _count(data: _Data, plan: Plan, row: Mapping[str, Any], line: int) -> None:
    """Count what a row needs and has."""
    present = {name: value for name, value in row.items() if value is not ABSENT and not is_null(value)}
    columns, astray = needed(plan, present.get)
    for name, value in row.items():
        data.columns[name].there |= value is not ABSENT
    for name in columns:
        found = data.columns[name]
        found.needed += 1
        if name in present:
            found.rows += 1
            found.example = found.example or f"{present[name]!r:.40}"
        else:
            found.first_without = found.first_without or line
    for column, value in astray:
        known = len(data.astray) < MOST_COUNTED
        data.astray.setdefault((column, f"{value!r:.40}" if known else "another value"), [0, line])[0] += 1


def _grid() -> Table:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    return grid
