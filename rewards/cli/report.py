"""The table at the end of a run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from rewards.cli.console import count, counted, duration, number, percent
from rewards.cli.parts import Part, folded, label
from rewards.cli.summary import NOT_ASKED, Reason, Summary, Tally
from rewards.core import Reward
from rewards.core.explain import printable

NARROW = 72
"""Columns of a terminal below which the least and the most are left out."""

SHORTEST_LABEL = 14
"""Columns that a part's name has at least, before it goes on in the next line."""

MOST_REASONS = 5
"""Reasons that are printed, of failing rows and of lines kept out."""

TOGETHER = 0.8
"""Parts that took this share of the longest time and more are named together with it where times overlap."""

REMEDIES = {
    "missing_column": "these rows have no value in a column that the rest have: fill it in (--join DATA takes it from "
    "the data set), or leave them to a reward that needs none (route)",
}
"""What a user of the command can do about a kind of failure, where it is something of the command's own."""


def print_report(
    console: Console, reward: Reward, parts: Sequence[Part], summary: Summary, written: Sequence[str]
) -> None:
    """Print what a run has seen.

    Args:
        console: where to.
        reward: what scored.
        parts: its tree.
        summary: the numbers.
        written: a line for each file that was written.
    """
    console.print(_headline(summary))
    if summary.rows:
        console.print()
        console.print(_table(parts, summary, console.width))
        console.print()
    notes = _notes(reward, parts, summary, written)
    if notes:
        console.print(notes)


def _headline(summary: Summary) -> Text:
    if not summary.rows and not summary.rejects:
        return Text("the input has no rows", style="yellow")
    rate = summary.rows / summary.wall_s if summary.wall_s else 0.0
    text = Text(f"{counted(summary.rows, 'row')} in {duration(summary.wall_s)}", style="bold")
    if rate:
        text.append(f" ({count(round(rate))}/s)", style="dim")
    if summary.unscored:
        text.append(f", {count(summary.unscored)} unscored", style="red")
    if summary.rejects:
        text.append(f", {counted(summary.rejects, 'line')} kept out", style="red")
    return text


def _table(parts: Sequence[Part], summary: Summary, width: int) -> Table:
    few = width < NARROW
    headings = ("mean", "spread") if few else ("mean", "spread", "least", "most")
    rows = []
    beside_others = _side_by_side(parts, summary)
    for part, tally in zip(parts, summary.tallies, strict=True):
        values = (tally.mean if tally.scored else None, tally.spread, tally.low, tally.high)[: len(headings)]
        time = f"{'≤ ' * (part.path in beside_others)}{duration(tally.seconds)}"
        rows.append(([number(value) for value in values], _causes(tally, summary.rows), time))
    labels = [label(part) for part in parts]
    beside = [max(len(cells[at]) for cells, _, _ in rows) for at in range(len(headings))]
    beside = [max(len(heading), cell) for heading, cell in zip(headings, beside, strict=True)]
    beside += [max(len(word) for _, causes, _ in rows for word in ["unscored", *causes.plain.split()])]
    beside += [max(len(time) for _, _, time in rows)]
    room = max(width - sum(beside) - 2 * len(beside) - 1, SHORTEST_LABEL)  # two columns stand between each two
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column("part", no_wrap=True, min_width=min(room, max(map(len, labels))))
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("unscored", overflow="fold")
    table.add_column("time", justify="right", no_wrap=True)
    for part, text, (cells, causes, time) in zip(parts, labels, rows, strict=True):
        table.add_row(folded(text, room), *cells, causes, time, style="bold" if not part.path else "")
    return table


def _causes(tally: Tally, rows: int) -> Text:
    """The share of rows without a number, by cause, the commonest first."""
    lines = []
    for name, many in sorted(tally.causes.items(), key=lambda item: -item[1]):
        style = "dim" if name == NOT_ASKED else "yellow" if name == "skipped" else "red"
        lines.append(Text(f"{percent(many, rows)} {name}", style=style))
    return Text("\n").join(lines) if lines else Text("–", style="dim")


def _notes(reward: Reward, parts: Sequence[Part], summary: Summary, written: Sequence[str]) -> RenderableType | None:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for heading, text in [*_groups(parts, summary), *_slowest(parts, summary)]:
        grid.add_row(heading, Text(text))
    for heading, noun, reasons in (("failing", "row", summary.failing), ("kept out", "line", summary.rejected)):
        for line in reason_lines(reasons, noun):
            grid.add_row(heading, Text(printable(line), style="dim" if line.startswith("…") else "red"))
            heading = ""  # said once
    for kind, remedy in {"partial_group": _together(parts, summary), **REMEDIES}.items():
        if any(kind in tally.causes for tally in summary.tallies):
            grid.add_row("remedy", Text(f"{kind}: {remedy}", style="yellow"))
    for line in written:
        grid.add_row("written" if line is written[0] else "", Text(line))
    grid.add_row("reward", Text(f"{printable(repr(reward))}  fingerprint {reward.fingerprint}"))
    return Group(grid)


def reason_lines(reasons: Mapping[str, Reason], noun: str) -> list[str]:
    """The commonest reasons, each with how often and where, and how many there are besides.

    >>> reason_lines({"": Reason("no prompt", 3, [("in.jsonl", 2), ("in.jsonl", 5)])}, "line")
    ['3 lines, such as lines 2 and 5: no prompt']
    """
    several = len({file for reason in reasons.values() for file, _ in reason.places}) > 1
    commonest = sorted(reasons.values(), key=lambda reason: -reason.count)
    lines = [_said(reason, noun, several) for reason in commonest[:MOST_REASONS]]
    if rest := sum(reason.count for reason in commonest[MOST_REASONS:]):
        lines.append(f"… and {counted(rest, noun)} more, for other reasons")
    return lines


def _said(reason: Reason, noun: str, several: bool) -> str:
    """A reason with the lines where it is found: `line 8: …`, or `2,962 rows, such as lines 8 and 9: …`."""
    places = [f"{file}:{line}" if several else count(line) for file, line in reason.places]
    where = " and ".join(places)
    lines = where if several else f"line {where}" if len(places) == 1 else f"lines {where}"
    if reason.count == len(places) == 1:
        return f"{lines}: {reason.text}"
    such_as = ", " if reason.count == len(places) else ", such as "
    return f"{counted(reason.count, noun)}{such_as}{lines}: {reason.text}"


def _together(parts: Sequence[Part], summary: Summary) -> str:
    """What to do about rows that belong to no whole group, from the groups that there are."""
    found = summary.groups.whole()
    if found.largest < 2:
        return "no two rows that follow each other have one prompt: sort the input by prompt"
    asked = " and ".join(str(size) for size in sorted(set(_compared(parts).values()))) or "another"
    same = found.fewest == found.largest
    remedy = f"set group_size = {found.largest}" if same else "set it to what each prompt has"
    return (
        f"the input has {_span(found.fewest, found.largest)} consecutive rows of one prompt, "
        f"and group_size is {asked}: {remedy}, or, if a prompt has more rows elsewhere, sort the input by prompt"
    )


def _compared(parts: Sequence[Part]) -> dict[str, int]:
    """How many rollouts of a prompt the parts that compare them take at a time."""
    sizes = {part.key or part.reward.name: getattr(part.reward, "group_size", None) for part in parts}
    return {name: size for name, size in sizes.items() if isinstance(size, int)}


def _span(least: int, most: int) -> str:
    return count(most) if least == most else f"{count(least)} to {count(most)}"


def _groups(parts: Sequence[Part], summary: Summary) -> list[tuple[str, str]]:
    """How many groups of one prompt there are, how many of them would teach nothing, and what cuts them up."""
    found = summary.groups.whole()
    if not found.groups:
        return []
    size = _span(found.least, found.most)
    flat = (
        f"{percent(found.flat, found.groups)} flat: one reward for all, so no advantage" if found.flat else "none flat"
    )
    lines = [("groups", f"{count(found.groups)} of {size} rollouts, {flat}")]
    for name, taken in _compared(parts).items():
        if 1 < taken <= found.largest // 2:
            cut = (
                f"{name} compares {taken} at a time as they come: groups of one prompt are cut up; is group_size right?"
            )
            lines.append(("", cut))
    return lines


def _side_by_side(parts: Sequence[Part], summary: Summary) -> set[tuple[str, ...]]:
    """The paths of parts that ran at one time with others, so that nobody knows what each took by itself."""
    seconds = {part.path: tally.seconds for part, tally in zip(parts, summary.tallies, strict=True)}
    found: set[tuple[str, ...]] = set()
    for part in parts:
        below = [(*part.path, name) for name in part.reward.children]
        overlap = math.fsum(seconds[path] for path in below) > seconds[part.path]
        if part.path in found or (overlap and part.reward.waits):  # without waiting it is one part in two places
            found.update(below)
    return found


def _slowest(parts: Sequence[Part], summary: Summary) -> list[tuple[str, str]]:
    """The part that takes longest and the batch that took longest, and what times of parts side by side mean.

    Of those with about the same time at the same time none can be told to be the slowest: they are named together.
    """
    lines = []
    beside_others = _side_by_side(parts, summary)
    leaves = [
        (tally.seconds, part) for part, tally in zip(parts, summary.tallies, strict=True) if not part.reward.children
    ]
    most = max((seconds for seconds, _ in leaves), default=0.0)
    if len(leaves) > 1 and most:
        found = [
            part.key for seconds, part in leaves if seconds >= most * (TOGETHER if part.path in beside_others else 1.0)
        ]
        which = " or ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)
        lines.append(("slowest", f"{which}: {duration(most)} of {duration(summary.wall_s)}"))
    if beside_others:
        lines.append(("", "≤: ran side by side with others, which held it up; alone it may take far less"))
    batch = summary.slowest_batch
    if batch is not None and summary.rows > batch[4]:
        heading = "" if lines else "slowest"
        lines.append((heading, f"batch of lines {count(batch[2])}–{count(batch[3])}: {duration(batch[0])}"))
    return lines
