"""`rewards score`: a file of rollouts in, the same rows with their scores out."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Protocol

from rewards.cli.batches import Batches, Chunk, Pace
from rewards.cli.console import OK, UNSCORED, count, counted, note, stderr, stdout
from rewards.cli.errors import CommandError
from rewards.cli.inputs import Source
from rewards.cli.join import DataSet
from rewards.cli.journal import Sink, Store
from rewards.cli.jsonl import JsonlSink
from rewards.cli.outputs import form_of, is_stream, refuse_misnamed
from rewards.cli.own_code import own_parts
from rewards.cli.parts import Fields
from rewards.cli.progress import Bar
from rewards.cli.report import print_report
from rewards.cli.row_needs import plan_of, read_by
from rewards.cli.rows import Columns, parse_map, refuse_unread
from rewards.cli.scoring import score
from rewards.cli.streams import writing
from rewards.cli.summary import Summary
from rewards.config import load
from rewards.core import Reward


class Output(Protocol):
    """Where scored rows go."""

    state: dict[str, Any] | None
    name: str

    def add(self, chunk: Chunk, scores: list[dict[str, Any]], state: dict[str, Any]) -> None:
        """Take a batch."""

    def finish(self, state: dict[str, Any]) -> None:
        """Everything is scored."""

    def close(self) -> None:
        """Let go."""


class Stream:
    """Rows to a pipe, a device or nowhere: nothing to go on with after a crash."""

    state: dict[str, Any] | None = None

    def __init__(self, file: IO[bytes] | None, name: str = "") -> None:
        self._file, self._sink, self.name = file, JsonlSink(), name

    def add(self, chunk: Chunk, scores: list[dict[str, Any]], state: dict[str, Any]) -> None:
        """Write a batch."""
        if self._file is not None:
            self._file.write(self._sink.encode(chunk, scores))
            self._file.flush()

    def finish(self, state: dict[str, Any]) -> None:
        """Nothing is left to do."""

    def close(self) -> None:
        """Nothing was opened here."""


def run(args: Namespace) -> int:
    """Score; 0 where every row has a number, 1 where some have none or were kept out."""
    reward = load(args.config)
    names = parse_map(args.map)
    refuse_unread(names, *read_by(reward))
    source = Source(args.inputs)
    fields = Fields(reward, args.into, args.data)
    joined = DataSet(args.join, names, reward.needs.columns) if args.join else None
    columns = Columns(names, reward.needs.columns, joined)
    pace = Pace(args.batch_rows or Pace().rows, bool(args.batch_rows))
    batches = Batches(source, columns, pace, frozenset(fields.names), reward.needs.group, plan_of(reward))
    output = _output(args, reward, names, "" if joined is None else joined.digest)
    with _closed(output):
        summary = _resumed(output, batches, columns, args, reward) or Summary.empty(fields.parts)
        with Bar(source.total_bytes, args.quiet, summary.rows) as bar:
            state = _score_all(reward, batches, columns, pace, fields, summary, output, bar)
        with _into(output):
            output.finish(state)
    if not args.quiet:
        _report(args, reward, fields, summary, output)
    elif not summary.rows and not summary.rejects:
        note(f"{', '.join(args.inputs)}: no rows, so none are written", style="yellow")
    return OK if summary.all_scored else UNSCORED


def _score_all(
    reward: Reward,
    batches: Batches,
    columns: Columns,
    pace: Pace,
    fields: Fields,
    summary: Summary,
    output: Output,
    bar: Bar,
) -> dict[str, Any]:
    """Score batch by batch; the state of the run at its end."""
    state = output.state or _state(Chunk(), columns, summary)
    for chunk in batches:
        scored = score(reward, chunk.rollouts, fields.parts, first=not summary.rows)
        summary.add(chunk, scored, fields.parts)
        pace.took(scored.wall_s)
        state = _state(chunk, columns, summary)
        with _into(output):
            output.add(chunk, fields.of(scored.scores), state)
        bar.advance(chunk.at, summary.rows, summary.unscored, summary.rejects)
    return state


def _state(chunk: Chunk, columns: Columns, summary: Summary) -> dict[str, Any]:
    return {
        "consumed": chunk.consumed,
        "digest": chunk.digest,
        "seen": sorted(columns.seen),
        "summary": summary.state(),
    }


def _resumed(output: Output, batches: Batches, columns: Columns, args: Namespace, reward: Reward) -> Summary | None:
    """What an earlier run has seen, the input passed over as far as that run came.

    Raises:
        CommandError: the input is no longer the same.
    """
    state = output.state
    if state is None:
        return None
    if batches.skip(state["consumed"]) != state["digest"]:
        raise CommandError(
            f"{args.output} was begun with another input: the first {count(state['consumed'])} records of "
            f"{', '.join(args.inputs)} have changed. Bring the former back, or begin anew: --restart"
        )
    columns.seen |= set(state["seen"])
    summary = Summary.from_state(dict(state["summary"]))
    if not args.quiet:
        note(f"going on after {counted(summary.rows + summary.rejects, 'row')} of an earlier run")
    if own := own_parts(reward):
        names = " and ".join([", ".join(own[:-1]), own[-1]] if len(own) > 1 else own)
        note(
            f"what the code of {names} imports is taken to be as it was then; if it has changed, begin anew: --restart"
        )
    return summary


def _output(args: Namespace, reward: Reward, names: dict[str, str], joined: str) -> Output:
    if args.output is None:
        return Stream(None)
    if args.output == "-":
        return Stream(sys.stdout.buffer, "standard output")
    out = Path(args.output)
    if is_stream(out):
        with writing(args.output):
            return Stream(out.open("wb"), args.output)
    refuse_misnamed(out, [*args.inputs, *([args.join] if args.join else [])])
    sink = _sink(out)
    identity = {
        "reward": f"{reward.fingerprint} {reward!r}",
        "--map": names,
        "--join": joined,
        "--as": args.into,
        "form": f"{sink.name} with data" if args.data else sink.name,
    }
    return Store(out, sink, identity, args.restart)


def _sink(out: Path) -> Sink:
    form = form_of(out)
    if form == ".parquet":
        from rewards.cli.arrow import ParquetSink

        return ParquetSink()
    return JsonlSink(packed=form == ".jsonl.gz")


def _into(output: Output) -> AbstractContextManager[None]:
    """Say in a line where the output can't be written."""
    return writing(output.name, "; what is done is kept" if isinstance(output, Store) else "")


@contextmanager
def _closed(output: Output) -> Iterator[None]:
    """Close the output whatever happens; the first error is the one that is told."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            output.close()
        raise
    with _into(output):
        output.close()


def _report(args: Namespace, reward: Reward, fields: Fields, summary: Summary, output: Output) -> None:
    written = []
    if isinstance(output, Store):
        written.append(f"{output.out} ({counted(summary.rows, 'row')})")
        if summary.rejects:
            written.append(f"{output.rejects} ({counted(summary.rejects, 'line')})")
    console = stderr() if args.output == "-" else stdout()
    print_report(console, reward, fields.parts, summary, written)
