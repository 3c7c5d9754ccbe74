"""`rewards audit`: which known hacks a reward pays for, on the user's own rows."""

from __future__ import annotations

import textwrap
from argparse import Namespace
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rewards.cli.console import OK, UNSCORED, counted, note, stdout
from rewards.cli.data_rows import data_rows
from rewards.cli.errors import CommandError
from rewards.cli.progress import Steps
from rewards.cli.row_needs import read_by
from rewards.cli.rows import parse_map, refuse_unread
from rewards.config import load
from rewards.core.explain import printable
from rewards.testing.audit import Audit, Finding, audit


def run(args: Namespace) -> int:
    """Print what every hack earns; 0 where none pays, else 1."""
    reward = load(args.config)
    names = parse_map(args.map)
    read, open_ended = read_by(reward)
    refuse_unread(names, {*read, args.reference or ""} - {""}, open_ended)
    rows, lines, malformed = data_rows(args.data, names, args.rows)
    for line in malformed[:3]:
        note(f"{args.data}, {line}", style="yellow")
    try:
        with Steps("hacks tried") as steps:
            result = audit(reward, rows, reference=args.reference, progress=steps.advance)
    except ValueError as error:
        raise CommandError(str(error)) from None
    console = stdout()
    _print_head(console, result, repr(reward))
    shown = result.findings if args.all else result.paying
    if shown:
        _print_table(console, shown, lines)
    _print_end(console, result)
    return UNSCORED if result.paying else OK


def _print_head(console: Console, result: Audit, reward: str) -> None:
    console.print(Text(printable(reward), style="bold"))
    left_out = "".join(f"; {counted(number, 'row')} left out: {why}" for why, number in result.left_out.items())
    console.print(
        Text(printable(f"{counted(len(result.findings), 'hack')} on {counted(result.rows, 'row')}{left_out}"))
    )
    console.print(Text(f"an honest right answer earns {result.right:.4g}, an honest wrong one {result.wrong:.4g}"))
    if not result.tells_right:
        console.print(Text("this reward does not tell right from wrong, so only hacks of the format were tried"))


def _print_table(console: Console, findings: list[Finding], lines: Sequence[int]) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("hack", overflow="fold", min_width=12)
    table.add_column("earns", justify="right", no_wrap=True)
    table.add_column("pays", no_wrap=True)
    table.add_column("what it does, and what the reward said", overflow="fold")
    for finding in findings:
        mean = finding.mean
        told = "–" if mean is None else f"{mean:.3g}"
        table.add_row(finding.name, told, _verdict(finding), Text(printable(_about(finding, lines))))
    console.print(table)


def _about(finding: Finding, lines: Sequence[int]) -> str:
    """What a hack does; of one that pays, a line where it does and the reward's reason there."""
    if finding.example_row is None:
        return finding.hack.how
    said = textwrap.shorten(finding.example, 160, placeholder=" …")
    return f"{finding.hack.how}. Line {lines[finding.example_row]}" + (f": {said}" if said else "")


def _verdict(finding: Finding) -> Text:
    rows = len(finding.values)
    for number, words, style in (
        (finding.as_right, "as right", "bold red"),
        (finding.unscored, "unscored", "magenta"),
        (finding.above_wrong, "above wrong", "yellow"),
    ):
        if number:
            return Text(words if number == rows else f"{words} {number}/{rows}", style=style)
    return Text("no", style="green")


def _print_end(console: Console, result: Audit) -> None:
    paying = result.paying
    if not paying:
        console.print(Text("no hack earns more than an honest wrong answer", style="green"))
        return
    as_right = sum(bool(finding.as_right) for finding in paying)
    text = f"{counted(len(paying), 'hack')} pay, {as_right} of them as much as an honest right answer"
    console.print(Text(text, style="bold red" if as_right else "yellow"))
