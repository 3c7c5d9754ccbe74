"""`rewards lint`: data rows that no reward can be trained on."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rewards.cli.console import FAILED, OK, UNSCORED, count, counted, percent, stdout
from rewards.cli.data_rows import data_rows
from rewards.cli.errors import CommandError
from rewards.cli.progress import Steps
from rewards.cli.row_needs import read_by
from rewards.cli.rows import parse_map, refuse_unread
from rewards.config import load
from rewards.core import Reward
from rewards.core.explain import printable
from rewards.testing.lint import DOUBTS, PROBLEMS, Fault, Lint, lint


def run(args: Namespace) -> int:
    """Print the faults by kind and the first rows that have them; 0 where there are none, 2 where nobody can say."""
    reward = _reward(args)
    names = parse_map(args.map)
    read, open_ended = read_by(reward)
    refuse_unread(names, {*read, args.reference or ""} - {""}, open_ended)
    rows, lines, malformed = data_rows(args.data, names)
    places = [f"line {line}" for line in lines]
    try:
        with Steps("rows held against the reward") as steps:
            found = lint(reward, rows, reference=args.reference, places=places, progress=steps.advance)
    except ValueError as error:
        raise CommandError(str(error)) from None
    console = stdout()
    console.print(Text(printable(f"{args.data}: {counted(len(rows), 'row')}, {reward!r}"), style="bold"))
    for line in malformed[: args.most]:
        console.print(Text(printable(f"can't be read: {line}"), style="red"))
    _warn(console, found, lines)
    if found.faults:
        _print_faults(console, found, lines, args.most)
    _print_end(console, found, bool(malformed))
    return UNSCORED if found.faults or malformed else FAILED if found.unheld else OK


def _print_faults(console: Console, found: Lint, lines: Sequence[int], most: int) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("fault", overflow="fold", min_width=10)
    table.add_column("rows", justify="right", no_wrap=True)
    table.add_column("what it means, and the first rows", overflow="fold")
    for problem, number in Counter(fault.problem for fault in found.faults).most_common():
        first = [fault for fault in found.faults if fault.problem == problem][:most]
        examples = "".join(f"\nline {lines[fault.row]}: {fault.why}" for fault in first)
        share = percent(number, found.rows)
        table.add_row(Text(problem, style="red"), f"{number:,} ({share})", Text(PROBLEMS[problem] + _lines(examples)))
    console.print(table)


def _print_end(console: Console, found: Lint, malformed: bool) -> None:
    """Say what was looked at; all is well only where every right answer was."""
    for why, number in found.unheld.items():
        said = f"not checked, {counted(number, 'row')}: {why}; all that is known is that the reward grades such a row"
        console.print(Text(printable(said), style="yellow"))
    if found.unheld:
        console.print(Text("--reference names the column of the right answer; lint in Python takes a template, too"))
    elif not found.faults and not malformed:
        free = "the reward needs no column of these rows, so there was nothing to check"
        console.print(Text(f"✓ {'every row can be trained on' if found.held else free}", style="green"))


def _warn(console: Console, found: Lint, lines: Sequence[int]) -> None:
    """Say which references may be no such thing; whether they are, only the user knows."""
    for problem, number in Counter(doubt.problem for doubt in found.doubts).items():
        doubt: Fault = next(doubt for doubt in found.doubts if doubt.problem == problem)
        what, _, remedy = DOUBTS[problem].partition("; ")
        first = f"line {count(lines[doubt.row])}: {doubt.why}"
        said = f"{counted(number, 'row')} with {what}, such as {first}; {remedy}"
        console.print(Text(printable(f"warning: {said}"), style="yellow"))


def _reward(args: Namespace) -> Reward:
    if args.config:
        return load(args.config)
    from rewards.rules import boxed_accuracy

    return boxed_accuracy(args.reference or "solution")


def _lines(text: str) -> str:
    return "\n".join(printable(line) for line in text.split("\n"))
