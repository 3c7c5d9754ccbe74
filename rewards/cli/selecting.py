"""`rewards prefer` and `rewards filter`: training data out of rollouts."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rewards.cli.console import OK, UNSCORED, note
from rewards.cli.errors import CommandError, Malformed
from rewards.cli.inputs import Source
from rewards.cli.outputs import Target
from rewards.cli.parts import one_line
from rewards.cli.report import reason_lines
from rewards.cli.row_needs import plan_of, read_by
from rewards.cli.rows import Columns, parse_map, refuse_unread
from rewards.cli.summary import Reason, noted
from rewards.config import load
from rewards.core import Reward, Rollout


def prefer(args: Namespace) -> int:
    """Write preference pairs in TRL's DPO layout; 0 where there are any and all rollouts have a score."""
    from rewards.spct.preferences import preference_pairs
    from rewards.spct.recorded import recorded_scores

    if (args.config is None) == (args.score is None):
        raise CommandError("prefer takes --config, a reward that scores the rollouts, or --score, a column with scores")
    target = Target(args.output, args.inputs, restart=args.restart)
    reward = None if args.config is None else load(args.config)
    read = _read(args, reward)
    known = None if args.score is None else recorded_scores(read.rollouts, args.score)
    found = preference_pairs(reward, read.rollouts, scores=known, margin=args.margin, most=args.most)
    target.write_rows([pair.row() for pair in found.pairs])
    _tell(found.counts, read.kept_out)
    for name, why in found.examples.items():
        _such_as(name, "", why)
    return UNSCORED if read.kept_out or found.counts["unscored"] or not found.pairs else OK


def keep(args: Namespace) -> int:
    """Write the rollouts that R1's rules keep, in TRL's SFT layout; 0 where there are any and all have a score."""
    from rewards.rules.accuracy import boxed_accuracy
    from rewards.spct.r1_filter import R1Filter, sft_row
    from rewards.spct.recorded import recorded_scores

    if args.config is not None and args.score is not None:
        raise CommandError("filter takes --config, a reward that says what is right, or --score, a column; not both")
    target = Target(args.output, args.inputs, restart=args.restart)
    if args.score is not None and args.at_least is None:
        raise CommandError(
            f"--score {args.score}: a column does not say which of its values are right; say the least: --at-least X "
            f"(after `rewards score`, {args.score}/PART holds each part of a sum)"
        )
    reward = load(args.config) if args.config else boxed_accuracy()
    try:
        rules = R1Filter(
            reward,
            at_least=args.at_least,
            language=args.language,
            language_share=args.language_share,
            paragraph_words=args.paragraph_words,
            code=args.code,
            thinking=not args.without_thinking,
            most=args.most,
            prefill=args.prefill,
        )
    except (ValueError, ModuleNotFoundError) as error:
        raise CommandError(str(error)) from None
    read = _read(args, reward if args.score is None else None)
    found = rules.keep(read.rollouts, None if args.score is None else recorded_scores(read.rollouts, args.score))
    target.write_rows([sft_row(read.rollouts[at], value) for at, value in found.rows])
    note(f"{rules.right if args.score is None else f'right is {args.score} of {args.at_least:g} or more'}")
    _tell(found.counts, read.kept_out)
    for name, (at, why) in found.examples.items():
        _such_as(name, read.places[at], why)
    return UNSCORED if read.kept_out or found.counts["unscored"] or not found.rows else OK


@dataclass
class _Read:
    """The rollouts of the inputs, where each stands, and why lines are kept out."""

    rollouts: list[Rollout] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    reasons: dict[str, Reason] = field(default_factory=dict)

    @property
    def kept_out(self) -> int:
        return sum(reason.count for reason in self.reasons.values())


def _read(args: Namespace, reward: Reward | None) -> _Read:
    """The rollouts that can be read; `reward` is what scores them, None where a column holds their scores.

    Raises:
        CommandError: there is none, or no row has a column that is asked for.
    """
    names = parse_map(args.map)
    score = args.score or ""
    read_names, open_ended = read_by(reward) if reward is not None else ({score, f"{score}_why"}, False)
    refuse_unread(names, read_names, open_ended)
    if reward is None:
        names.setdefault(score, score)  # so that a dot goes into nested values
    columns = Columns(names, {score} if reward is None else reward.needs.columns)
    read, there, where = _Read(), dict[str, Any](), ", ".join(args.inputs)
    for record in Source(args.inputs):
        if record.blank:
            continue
        try:
            row = record.row()
            if not there:
                columns.check(row, record.file)
            there.update(dict.fromkeys(row))
            rollout = columns.rollout(row)
            if rollout.prompt is None:
                raise Malformed("no prompt; say which column it is: --map prompt=…")
            read.rollouts.append(rollout)
            read.places.append(f"{record.file}, line {record.number}")
        except Malformed as error:
            noted(read.reasons, str(error), record.file, record.number)
    kept_out = reason_lines(read.reasons, "line")
    if not read.rollouts:
        raise CommandError("there is no row that can be read" + (f"; {kept_out[0]}" if kept_out else ""))
    if score in columns.unmet:
        raise CommandError(columns.no_column(score, [there], where, "--score "))
    columns.refuse_unmet([there], where)
    if reward is not None:
        columns.check_needed([there], read.rollouts, plan_of(reward), where)
    for line in kept_out:
        note(f"kept out: {line}", style="yellow")
    return read


def _tell(counts: Mapping[str, int], kept_out: int) -> None:
    told = {**counts, **({"kept_out": kept_out} if kept_out else {})}
    note(", ".join(f"{name.replace('_', ' ')} {number:,}" for name, number in told.items()))


def _such_as(reason: str, place: str, why: str) -> None:
    """The first of those that were dropped for a reason."""
    told = ": ".join(part for part in (place, one_line(why)) if part)
    note(f"  {reason.replace('_', ' ')}, such as {told}")
