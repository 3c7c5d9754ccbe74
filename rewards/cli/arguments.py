"""What the command takes: its commands, and the arguments of each."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from rewards.core.version import VERSION

EPILOG = """exit status:
  0  all is well: every row has a number, nothing is refused, no hack pays
  1  found: rows without a number or kept out, a refusal, a hack that pays,
     or nothing that prefer or filter could write
  2  not done: usage, configuration, a file that can't be read or written
  3  a bug of this program
  130  interrupted; score -o OUT and spct go on when run again
"""


def command_parser() -> argparse.ArgumentParser:
    """The parser of all commands.

    Of what it returns, `run` is what a command does, and `goes_on` whether one that was ended goes on when run again.
    """
    parser = argparse.ArgumentParser(
        prog="rewards",
        description="Score rollouts, and look into what scores them.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"rewards {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_score(commands)
    _add_list(commands)
    _add_explain(commands)
    _add_check(commands)
    _add_audit(commands)
    _add_lint(commands)
    _add_judge_eval(commands)
    _add_spct(commands)
    _add_prefer(commands)
    _add_filter(commands)
    for command in commands.choices.values():
        command.add_argument("--debug", action="store_true", help="show the traceback of an error")
        if command.get_default("goes_on") is None:
            command.set_defaults(goes_on=lambda _: False)
    return parser


if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def _add_score(commands: Commands) -> None:
    parser = commands.add_parser("score", help="score a file of rollouts", description=SCORE)
    parser.add_argument("inputs", nargs="+", metavar="IN", help="JSONL (also gzipped) or parquet; - is a pipe")
    _add_config(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        help=".jsonl, .jsonl.gz or .parquet; - is a pipe; without it nothing is written",
    )
    _add_map(parser)
    _add_join(parser)
    parser.add_argument(
        "--as", dest="into", default="score", metavar="NAME", help="what the written columns begin with (score)"
    )
    parser.add_argument(
        "--data", action="store_true", help="write what else the reward saw: verdicts of tests, a judge's text"
    )
    parser.add_argument("--restart", action="store_true", help="begin anew, and replace OUT at the end")
    parser.add_argument(
        "--batch-rows",
        type=_positive,
        metavar="N",
        help="rows scored at a time; by default 64, and more while that is quick",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress bar and no table")
    parser.set_defaults(run=_score, goes_on=_has_progress)


SCORE = """Score rollouts and write every row with its score. A run that was killed goes on where it was when the same
command is run again."""


def _score(args: argparse.Namespace) -> int:
    from rewards.cli.score import run

    return run(args)


def _has_progress(args: argparse.Namespace) -> bool:
    """Whether a run that ended early has left something to go on with."""
    return args.output is not None and Path(f"{args.output}.progress").is_file()


def _add_list(commands: Commands) -> None:
    parser = commands.add_parser("list", help="list the rewards there are", description="List the rewards there are.")
    parser.add_argument("name", nargs="?", help="one of them: print its whole description")
    parser.set_defaults(run=_list)


def _list(args: argparse.Namespace) -> int:
    from rewards.cli.list_rewards import run

    return run(args)


def _add_explain(commands: Commands) -> None:
    parser = commands.add_parser("explain", help="explain the score of one row", description="Explain one row's score.")
    parser.add_argument("inputs", nargs=1, metavar="IN", help="JSONL (also gzipped) or parquet; - is a pipe")
    parser.add_argument("--row", type=_positive, required=True, metavar="N", help="the line or row, from 1")
    parser.add_argument("--full", action="store_true", help="cut nothing short")
    _add_config(parser)
    _add_map(parser)
    _add_join(parser)
    parser.set_defaults(run=_explain)


def _explain(args: argparse.Namespace) -> int:
    from rewards.cli.explain import run

    return run(args)


def _add_check(commands: Commands) -> None:
    parser = commands.add_parser(
        "check",
        help="find what would be refused, before a run",
        description="Find what a trainer would refuse or lack.",
    )
    parser.add_argument("config", metavar="CONFIG", help="the reward as TOML")
    parser.add_argument("--trainer", metavar="NAME", help="the trainer it is for; without it all are shown")
    parser.add_argument("--data", metavar="FILE", help="the data set: look for the columns the reward needs")
    _add_map(parser)
    parser.set_defaults(run=_check)


def _check(args: argparse.Namespace) -> int:
    from rewards.cli.check import run

    return run(args)


def _add_audit(commands: Commands) -> None:
    parser = commands.add_parser(
        "audit",
        help="try known hacks on a reward",
        description="Try known hacks on your own rows, and hold each against an honest right and wrong answer.",
    )
    parser.add_argument("config", metavar="CONFIG", help="the reward as TOML")
    parser.add_argument("--data", required=True, metavar="FILE", help="the data set; JSONL or parquet")
    parser.add_argument("--rows", type=_positive, default=8, metavar="N", help="rows to try, spread over FILE (8)")
    parser.add_argument("--reference", metavar="COLUMN", help="the right answer; by default the reward's own reference")
    parser.add_argument("--all", action="store_true", help="show the hacks that don't pay, too")
    _add_map(parser)
    parser.set_defaults(run=_audit)


def _audit(args: argparse.Namespace) -> int:
    from rewards.cli.audit import run

    return run(args)


def _add_lint(commands: Commands) -> None:
    parser = commands.add_parser(
        "lint",
        help="find data rows that can't be trained on",
        description="Find rows whose reference is missing, unreadable, unequal to itself or contradicted.",
    )
    parser.add_argument("data", metavar="FILE", help="the data set; JSONL or parquet")
    parser.add_argument("-c", "--config", metavar="TOML", help="the reward; by default boxed_accuracy()")
    parser.add_argument("--reference", metavar="COLUMN", help="the right answer; by default the reward's own reference")
    parser.add_argument("--most", type=_positive, default=3, metavar="N", help="rows to show of each kind (3)")
    _add_map(parser)
    parser.set_defaults(run=_lint)


def _lint(args: argparse.Namespace) -> int:
    from rewards.cli.lint import run

    return run(args)


def _add_judge_eval(commands: Commands) -> None:
    parser = commands.add_parser(
        "judge-eval",
        help="measure a judge on preference data",
        description="How often a judge or reward model finds the better response, by the number of votes.",
    )
    parser.add_argument("data", metavar="FILE", help="preference data, JSONL or parquet; see docs/judge_eval.md")
    _add_config(parser)
    parser.add_argument(
        "--k", type=_numbers, default=[1, 2, 4, 8, 16, 32], metavar="K,K,…", help="numbers of votes (1,2,4,8,16,32)"
    )
    parser.add_argument("--rows", type=_positive, metavar="N", help="judge the first N items only")
    parser.add_argument("--seed", type=_whole, default=0, help="of the subsets and the bootstrap (0)")
    parser.add_argument("-o", "--output", metavar="JSON", help="write all numbers here; - is a pipe")
    parser.add_argument("--plot", metavar="PNG", help="draw accuracy over votes here; or .svg, .pdf")
    parser.add_argument("--restart", action="store_true", help="replace what JSON and PNG name")
    _add_map(parser)
    parser.set_defaults(run=_judge_eval)


def _judge_eval(args: argparse.Namespace) -> int:
    from rewards.cli.judge_eval import run

    return run(args)


def _add_spct(commands: Commands) -> None:
    parser = commands.add_parser(
        "spct",
        help="train a judge and its meta reward model",
        description="Train a judge and its meta reward model by SPCT's recipe; a run that was killed goes on where it "
        "was when the same command is run again. Each stage that loads a model has a process of its own.",
    )
    parser.add_argument("recipe", metavar="RECIPE", help="the recipe as TOML or JSON, see docs/spct.md")
    parser.add_argument(
        "--stage", action="append", metavar="NAME", help="run only this stage; may be given again (all of them)"
    )
    parser.add_argument("--together", action="store_true", help="run all stages in this process")
    parser.add_argument("-o", "--output", metavar="FOLDER", help="in place of the recipe's own output")
    parser.set_defaults(run=_spct, goes_on=lambda _: True)


def _spct(args: argparse.Namespace) -> int:
    from rewards.cli.spct import run

    return run(args)


def _add_prefer(commands: Commands) -> None:
    parser = commands.add_parser(
        "prefer",
        help="make preference pairs out of rollouts",
        description="Score each prompt's rollouts and write the best against the worst, in TRL's DPO layout. A judge "
        "is asked about each pair in both orders; pairs on which it disagrees with itself are dropped.",
    )
    parser.add_argument("inputs", nargs="+", metavar="IN", help="JSONL (also gzipped) or parquet; - is a pipe")
    parser.add_argument("-c", "--config", metavar="TOML", help="the reward, see docs/config.md")
    _add_score_column(parser)
    _add_output(parser, "prompt, chosen, rejected, scores")
    parser.add_argument(
        "--margin",
        type=_not_negative,
        default=0.0,
        metavar="X",
        help="how far apart the scores must be, more than this (0)",
    )
    parser.add_argument("--most", type=_positive, default=1, metavar="N", help="pairs of one prompt (1)")
    _add_map(parser)
    parser.set_defaults(run=_prefer)


def _prefer(args: argparse.Namespace) -> int:
    from rewards.cli.selecting import prefer

    return prefer(args)


def _add_filter(commands: Commands) -> None:
    parser = commands.add_parser(
        "filter",
        help="keep the rollouts worth learning from",
        description="Keep right rollouts whose thinking is in one language, in short paragraphs and without code "
        "blocks (DeepSeek-R1's rules for supervised data), in TRL's SFT layout.",
    )
    parser.add_argument("inputs", nargs="+", metavar="IN", help="JSONL (also gzipped) or parquet; - is a pipe")
    parser.add_argument("-c", "--config", metavar="TOML", help="what is right; by default boxed_accuracy()")
    _add_score_column(parser)
    _add_output(parser, "prompt, completion, score")
    parser.add_argument(
        "--at-least",
        type=_number,
        metavar="X",
        help="the least score that is right; by default the most that the reward can give, or its only part that is "
        "held against a reference; --score needs it",
    )
    parser.add_argument("--language", metavar="CODE", help="the thinking's language, such as en; by default any")
    parser.add_argument(
        "--language-share", type=_number, default=0.9, metavar="X", help="least share of its words in it (0.9)"
    )
    parser.add_argument(
        "--paragraph-words", type=_positive, default=300, metavar="N", help="most words in a paragraph (300)"
    )
    parser.add_argument("--prefill", metavar="TEXT", help="what the chat template wrote ahead, such as '<think>'")
    parser.add_argument("--code", action="store_true", help="keep thinking with code blocks")
    parser.add_argument("--without-thinking", action="store_true", help="keep rollouts without thinking")
    parser.add_argument("--most", type=_positive, metavar="N", help="rollouts kept of one prompt, the best first (all)")
    _add_map(parser)
    parser.set_defaults(run=_filter)


def _filter(args: argparse.Namespace) -> int:
    from rewards.cli.selecting import keep

    return keep(args)


def _add_output(parser: argparse.ArgumentParser, columns: str) -> None:
    parser.add_argument(
        "-o", "--output", required=True, metavar="OUT", help=f".jsonl, .jsonl.gz or .parquet; - is a pipe: {columns}"
    )
    parser.add_argument("--restart", action="store_true", help="replace OUT")


def _add_score_column(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--score", metavar="COLUMN", help="take scores from this column, as `rewards score` wrote them; run nothing"
    )


def _add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-c", "--config", required=True, metavar="TOML", help="the reward, see docs/config.md")


def _add_map(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="NAME=COLUMN",
        help="read NAME (completion, prompt, or a column the reward needs) from COLUMN; may be given again",
    )


def _add_join(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--join", metavar="DATA", help="the data set: columns that a row lacks are taken from its row with that prompt"
    )


def _positive(text: str) -> int:
    number = _whole(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return number


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number") from None


def _not_negative(text: str) -> float:
    return _number(text, low=0.0)


def _number(text: str, low: float = -math.inf) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"{text!r} is no number")
    if number < low:
        raise argparse.ArgumentTypeError(f"{text} is below {low:g}")
    return number


def _numbers(text: str) -> list[int]:
    try:
        return [_positive(part) for part in text.split(",")]
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{error}; give whole numbers such as 1,2,4") from None
