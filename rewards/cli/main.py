"""The command: runs what was asked for; at its end a status, and at worst one line."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from rewards.cli.arguments import command_parser
from rewards.cli.console import BUG, FAILED, INTERRUPTED, PIPE_CLOSED, note
from rewards.core.errors import RewardError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status."""
    args = command_parser().parse_args(arguments)
    if os.getcwd() not in sys.path and "" not in sys.path:
        sys.path.append(os.getcwd())  # behind everything else, so that no file of the user's shadows a library
    try:
        status = int(args.run(args))
        sys.stdout.flush()  # here, where a reader that went away is no error
        return status
    except KeyboardInterrupt:
        note("interrupted; run the same command again to go on", style="yellow")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains while it ends
        return PIPE_CLOSED
    except RewardError as error:
        if args.debug:
            raise
        note(f"rewards: {str(error).splitlines()[0]}", style="red")
        return FAILED
    except Exception as error:
        if args.debug:
            raise
        text = " ".join(str(error).split())
        note(f"rewards: a bug, {type(error).__name__}: {text}; run again with --debug and report it", style="red")
        return BUG
