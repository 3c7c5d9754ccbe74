"""`rewards explain`: one row, and how its score came about."""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace
from collections.abc import Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from rewards.cli.batches import Batches, Pace
from rewards.cli.console import OK, UNSCORED, count, stdout
from rewards.cli.errors import CommandError
from rewards.cli.inputs import Source
from rewards.cli.join import DataSet
from rewards.cli.jsonl import as_json
from rewards.cli.parts import data_of, parts_of
from rewards.cli.row_needs import needed, plan_of, read_by
from rewards.cli.rows import Columns, parse_map, refuse_unread
from rewards.config import load
from rewards.core import Reward, Rollout
from rewards.core import Text as Written
from rewards.core.explain import explain, printable


def run(args: Namespace) -> int:
    """Print the row's arithmetic; 0 where it has a number, else 1."""
    reward = load(args.config)
    names = parse_map(args.map)
    refuse_unread(names, *read_by(reward))
    joined = DataSet(args.join, names, reward.needs.columns) if args.join else None
    columns = Columns(names, reward.needs.columns, joined)
    rollouts, index = _found(args, reward, columns)
    rollout = rollouts[index]
    score = reward.score(rollouts if reward.needs.group else [rollout])[index if reward.needs.group else 0]
    console = stdout()
    console.print(_shown(reward, rollout, args.full))
    console.print()
    console.print(Text(explain(reward, score, console.width if console.is_terminal else None)), soft_wrap=True)
    if seen := data_of(score, parts_of(reward)):
        console.print()
        console.print(_seen(seen, args.full))
    return OK if score.value is not None else UNSCORED


def _found(args: Namespace, reward: Reward, columns: Columns) -> tuple[list[Rollout], int]:
    """The row and the rows that must be seen with it.

    Raises:
        CommandError: there is no such row, or it can't be scored.
    """
    plan = plan_of(reward)
    batches = Batches(Source(args.inputs), columns, Pace(64, fixed=True), together=reward.needs.group, plan=plan)
    last = 0
    for chunk in batches:
        for record, reason in chunk.rejects:
            if record.number == args.row:
                raise CommandError(f"{record.file}, line {args.row} can't be scored: {reason}")
        for index, record in enumerate(chunk.records):
            if record.number == args.row:
                return chunk.rollouts, index
        last = max([last, *(record.number for record in chunk.records)])
    raise CommandError(f"{args.inputs[0]} has no row on line {count(args.row)}; the last is on line {count(last)}")


def _shown(reward: Reward, rollout: Rollout, full: bool) -> Table:
    grid, room = _grid(), _room(full)
    if rollout.prompt is not None:
        grid.add_row("prompt", Text(_cut(_plain(rollout.prompt), room // 2)))
    grid.add_row("completion", Text(_cut(_plain(rollout.completion), room)))
    for name in sorted(needed(plan_of(reward), rollout.columns.get)[0] - {"prompt"}):
        value = rollout.columns.get(name)
        grid.add_row(
            name, Text(_cut(value if isinstance(value, str) else as_json(value).decode(), 3 * room))
        )  # tests are long
    return grid


def _seen(data: Mapping[str, Mapping[str, Any]], full: bool) -> Table:
    """What the parts saw besides: verdicts, a judge's text."""
    grid, room = _grid(), _room(full)
    for part, values in data.items():
        for name, value in values.items():
            text = value if isinstance(value, str) else as_json(value).decode()
            grid.add_row(part, Text(f"{name}: {_cut(text, room)}"))
            part = ""  # said once
    return grid


def _grid() -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    return grid


def _room(full: bool) -> int:
    """How many characters of each text are shown: four lines."""
    return sys.maxsize if full else 4 * max(shutil.get_terminal_size().columns - 14, 20)


def _plain(text: Written) -> str:
    if isinstance(text, str):
        return text
    lines = []
    for message in text:
        content = message.get("content")
        rest = {key: value for key, value in message.items() if key not in ("role", "content")}
        body = content if isinstance(content, str) else as_json(content).decode() if content else ""
        lines.append(f"{message.get('role', '?')}: {body}" + (f" {as_json(rest).decode()}" if rest else ""))
    return "\n".join(lines)


def _cut(text: str, room: int) -> str:
    """Text on one line, its middle left out where it is long: the beginning and the end tell most."""
    text = printable(text.replace("\r\n", "\n").replace("\n", " ⏎ ").replace("\t", " "))
    if len(text) <= room:
        return text
    return f"{text[: room // 2]} […{count(len(text) - room)} more…] {text[-(room // 2) :]}"
