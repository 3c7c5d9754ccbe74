"""`rewards lint`: data rows that no reward can be trained on."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rewards.cli.console import OK, UNSCORED, count, counted, percent, stdout
from rewards.cli.data_rows import data_rows
from rewards.cli.row_needs import read_by
from rewards.cli.rows import parse_map, refuse_unread
from rewards.config import load
from rewards.core import Reward
from rewards.core.explain import printable
from rewards.testing.lint import PROBLEMS, Fault, lint, placeholders


def run(args: Namespace) -> int:
    """Print the faults by kind and the first rows that have them; 0 where there are none, else 1."""
    reward = _reward(args)
    names = parse_map(args.map)
    read, open_ended = read_by(reward)
    refuse_unread(names, {*read, args.reference or ""} - {""}, open_ended)
    rows, lines, malformed = data_rows(args.data, names)
    faults = lint(reward, rows, reference=args.reference, places=[f"line {line}" for line in lines])
    console = stdout()
    console.print(Text(printable(f"{args.data}: {counted(len(rows), 'row')}, {reward!r}"), style="bold"))
    for line in malformed[: args.most]:
        console.print(Text(printable(f"can't be read: {line}"), style="red"))
    _warn(console, placeholders(reward, rows, reference=args.reference), lines)
    if not faults:
        console.print(Text("✓ every row can be trained on", style="green") if not malformed else "")
        return UNSCORED if malformed else OK
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("fault", overflow="fold", min_width=10)
    table.add_column("rows", justify="right", no_wrap=True)
    table.add_column("what it means, and the first rows", overflow="fold")
    for problem, number in Counter(fault.problem for fault in faults).most_common():
        found = [fault for fault in faults if fault.problem == problem][: args.most]
        examples = "".join(f"\nline {lines[fault.row]}: {fault.why}" for fault in found)
        share = percent(number, len(rows))
        table.add_row(Text(problem, style="red"), f"{number:,} ({share})", Text(PROBLEMS[problem] + _lines(examples)))
    console.print(table)
    return UNSCORED


def _warn(console: Console, found: Sequence[Fault], lines: Sequence[int]) -> None:
    """Say which references may be none; whether they are, only the user knows."""
    if not found:
        return
    first = f"line {count(lines[found[0].row])}: {found[0].why}"
    said = f"{counted(len(found), 'row')} with a reference that may stand for none, such as {first}"
    console.print(Text(printable(f"warning: {said}; take them out if so"), style="yellow"))


def _reward(args: Namespace) -> Reward:
    if args.config:
        return load(args.config)
    from rewards.rules import boxed_accuracy

    return boxed_accuracy(args.reference or "solution")


def _lines(text: str) -> str:
    return "\n".join(printable(line) for line in text.split("\n"))
