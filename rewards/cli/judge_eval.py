"""`rewards judge-eval`: how often a judge finds the better response, and how many votes it takes."""

from __future__ import annotations

import io
import json
import math
import re
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rewards.cli.console import OK, UNSCORED, counted, note, stderr, stdout
from rewards.cli.errors import CommandError, Malformed
from rewards.cli.inputs import Source
from rewards.cli.outputs import Target
from rewards.cli.parts import one_line
from rewards.cli.report import reason_lines
from rewards.cli.row_needs import read_by
from rewards.cli.rows import Columns, parse_map, refuse_unread
from rewards.cli.summary import Reason, noted
from rewards.config import load
from rewards.core import Reward
from rewards.core.explain import printable
from rewards.evaluation import Item, Judged, Tied, evaluate, items_of, judge_items, plot_curve

LAYOUT = frozenset(
    ("prompt", "chosen", "rejected", "responses", "response", "labels", "label", "best", "pairs", "subset")
)
"""What rows of preference data are read by, beside `response_1` and so on and what the reward reads."""

NUMBERED = re.compile(r"response_\d+")


def run(args: Namespace) -> int:
    """Print accuracy over votes and what guessing gives; 0 where everything was judged, else 1."""
    output = Target(args.output, [args.data], (".json",), args.restart) if args.output else None
    plot = Target(args.plot, [args.data], (".png", ".svg", ".pdf"), args.restart) if args.plot else None
    reward = load(args.config)
    found = _found(args.data, parse_map(args.map), reward)
    malformed = reason_lines(found.malformed, "row")
    if not found.items:
        tied = f"{counted(found.tied, 'row')} without a best response" if found.tied else ""
        raise CommandError(
            f"{args.data} holds no item" + (f": {(malformed or [tied])[0]}" if malformed or tied else "")
        )
    if plot is not None and all(len(item.responses) == 1 for item in found.items[: args.rows]):
        raise CommandError("--plot draws accuracy over votes, and this data has single responses only")
    for line in malformed:
        note(f"left out: {line}", style="yellow")
    judged = judge_items(reward, found.items[: args.rows])
    report = evaluate(judged, args.k, seed=args.seed)
    left_out = sum(reason.count for reason in found.malformed.values())
    report.update(reward=repr(reward), fingerprint=reward.fingerprint, data=args.data, malformed=left_out)
    report["tied"] = found.tied
    unread = _unread(args.data, judged, found.lines)
    report["unread"] = {reason.text: reason.count for reason in unread.values()}
    _print(stderr() if args.output == "-" else stdout(), report, reason_lines(unread, "item"))
    if output is not None:
        output.write((json.dumps(_strict(report), indent=2) + "\n").encode())
    if plot is not None and "curve" in report:
        drawn = io.BytesIO()
        plot_curve(report, drawn, f"{reward.name} on {Path(args.data).name}", plot.form.removeprefix("."))
        plot.write(drawn.getvalue())
    unscored = report.get("own", {}).get("unscored", 0) + report.get("auc", {}).get("unscored", 0)
    return UNSCORED if malformed or unscored else OK


@dataclass
class _Found:
    """A file's items and the line of each, why other rows are none, and how many rows have no best response."""

    items: list[Item] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    malformed: dict[str, Reason] = field(default_factory=dict)
    tied: int = 0


def _found(file: str, names: Mapping[str, str], reward: Reward) -> _Found:
    """What a file holds.

    Raises:
        CommandError: a name that is mapped is read by nothing, or to a column that no row has.
    """
    read, open_ended = read_by(reward)
    numbered = {name for name in names if NUMBERED.fullmatch(name)}
    refuse_unread(names, read | LAYOUT | numbered, open_ended)
    columns, there, found = Columns(names), dict[str, Any](), _Found()
    for record in Source([file]):
        if record.blank:
            continue
        try:
            row = record.row()
            there.update(dict.fromkeys(row))
            items = items_of(columns.renamed(row))
            found.items += items
            found.lines += [record.number] * len(items)
        except Tied:
            found.tied += 1
        except (Malformed, ValueError, TypeError, IndexError) as error:
            noted(found.malformed, str(error), file, record.number)
    columns.refuse_unmet([there], file)
    return found


def _unread(file: str, judged: Sequence[Judged], lines: Sequence[int]) -> dict[str, Reason]:
    """Why samples could not be had or read, each item counted once for each reason."""
    reasons: dict[str, Reason] = {}
    for one, line in zip(judged, lines, strict=False):
        for text in one.reasons:
            noted(reasons, one_line(text), file, line)
    return reasons


def _strict(value: Any) -> Any:
    """The same for JSON, which has no NaN."""
    if isinstance(value, Mapping):
        return {key: _strict(item) for key, item in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value


def _print(console: Console, report: Mapping[str, Any], unread: Sequence[str]) -> None:
    console.print(Text(printable(f"{report['reward']}  {report['fingerprint']}"), style="bold"))
    share = report["unread_share"]
    told = [counted(report["items"], "item")]
    if report["malformed"]:
        told.append(f"{counted(report['malformed'], 'row')} that can't be read left out")
    if report["tied"]:
        told.append(f"{counted(report['tied'], 'row')} without a best response left out")
    console.print(Text(f"{', '.join(told)}, {100 * share:.1f} % of the samples could not be read"))
    for line in unread:
        console.print(Text(printable(f"could not be had: {line}"), style="red"))
    if not share < 1:
        console.print(Text("no sample could be read, so there is nothing to measure", style="red"))
        return
    if "curve" in report:
        _print_curve(console, report)
        _print_beside(console, report)
    if "auc" in report and "auc" in report["auc"]:
        console.print(Text(f"single responses: ROC-AUC {_percent(report['auc']['auc'])}"))


def _print_curve(console: Console, report: Mapping[str, Any]) -> None:
    """Two tables with a meta reward model, since one would not fit a narrow terminal."""
    table = _columns("votes", "accuracy, %", "strict, %", "over the first")
    for point in report["curve"]:
        found = (point["accuracy"], point["strict"])
        table.add_row(str(point["k"]), *map(_percent, found), _points(point["over_first"]))
    console.print(table)
    if "meta_accuracy" in report["curve"][0]:
        table = _columns("votes", "with meta RM, %", "over plain")
        for point in report["curve"]:
            table.add_row(str(point["k"]), _percent(point["meta_accuracy"]), _points(point["meta_over_plain"]))
        console.print(table)


def _columns(*titles: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for title in titles:
        table.add_column(title, justify="right", no_wrap=True)
    return table


def _print_beside(console: Console, report: Mapping[str, Any]) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("beside it", overflow="fold")
    table.add_column("accuracy, %", justify="right", no_wrap=True)
    own = report["own"]
    if "accuracy" in own:
        ties = f"{100 * own['ties']:.1f} % ties, {counted(own['unscored'], 'item')} unscored"
        table.add_row(f"the reward's own value ({ties})", _percent(own["accuracy"]))
    for name, found in report["position"].items():
        if name in PLACES:
            table.add_row(PLACES[name], _percent(found))
    words = {"chance": "any response", "length": "the longest response", "words": "words without the question"}
    for name, found in report["baselines"].items():
        table.add_row(words[name], _percent(found))
    for name, found in report["subsets"].items():
        if "accuracy" in found:
            table.add_row(printable(f"subset {name}, {counted(found['items'], 'item')}"), _percent(found["accuracy"]))
    console.print(table)


PLACES = {
    "first_preferred": "the response shown first preferred",
    "best_first": "one judgement, the better one first",
    "best_second": "one judgement, the better one second",
    "orders_agree": "both orders prefer the same",
}


def _percent(found: Mapping[str, float]) -> str:
    return f"{100 * found['mean']:.1f}  [{100 * found['low']:.1f}, {100 * found['high']:.1f}]"


def _points(found: Mapping[str, float]) -> str:
    return f"{100 * found['mean']:+.1f}  [{100 * found['low']:+.1f}, {100 * found['high']:+.1f}]"
