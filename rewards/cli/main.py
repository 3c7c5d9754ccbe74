"""The command: runs what was asked for; at its end a status, and at worst one line."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from rewards.cli.arguments import command_parser
from rewards.cli.console import BUG, FAILED, INTERRUPTED, PIPE_CLOSED, note
from rewards.cli.streams import flush_stdout, let_go, speak_plainly
from rewards.core.errors import RewardError

EXTRAS = {
    **dict.fromkeys(("torch", "transformers", "jinja2", "httpx2"), "models"),
    **dict.fromkeys(("trl", "datasets", "peft", "safetensors"), "spct"),
    **dict.fromkeys(("sklearn", "scipy", "matplotlib"), "eval"),
    "vllm": "vllm",
    "jsonschema": "json",
}
"""The extra of this package that brings what may not be installed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status."""
    speak_plainly()
    args = _parsed(arguments)
    if os.getcwd() not in sys.path and "" not in sys.path:
        sys.path.append(os.getcwd())  # behind everything else, so that no file of the user's shadows a library
    try:
        status = int(args.run(args))
        flush_stdout()
        return status
    except KeyboardInterrupt:
        note("interrupted" + ("; run the same command again to go on" * args.goes_on(args)), style="yellow")
        return INTERRUPTED
    except BrokenPipeError:
        return PIPE_CLOSED
    except RewardError as error:
        if args.debug:
            raise
        return _failed(str(error).splitlines()[0])
    except OSError as error:  # the host's fault: a disk, a limit, a folder that may not be read
        if args.debug:
            raise
        what = f"{error.filename}: " if error.filename else ""
        return _failed(f"{what}{error.strerror or error}; run again with --debug to see where")
    except Exception as error:
        if args.debug:
            raise
        if extra := _extra_of(error):
            return _failed(f"the package {extra[0]} is needed for this; pip install 'rewardfn[{extra[1]}]'")
        text = " ".join(str(error).split())
        note(f"rewards: a bug, {type(error).__name__}: {text}; run again with --debug and report it", style="red")
        return BUG
    finally:
        let_go()


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The arguments; where they are wrong, or ask for help, the program ends here."""
    try:
        return command_parser().parse_args(arguments)
    except SystemExit as ended:
        try:
            flush_stdout()
        except RewardError as error:
            ended.code = _failed(str(error))
        let_go()
        raise


def _extra_of(error: Exception) -> tuple[str, str] | None:
    """The package that is missing and the extra that brings it."""
    name = str(error.name).partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    return (name, EXTRAS[name]) if name in EXTRAS else None


def _failed(why: str) -> int:
    note(f"rewards: {why}", style="red")
    return FAILED
