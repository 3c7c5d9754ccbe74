"""The commands `doctor` and `run`."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

from sandbox.compiler import Compiler
from sandbox.conformance import CHECKS, failures
from sandbox.contract import PYTHON, Job, Limits, Run, Sandbox, Status, WallUnavailableError
from sandbox.docker_wall import DockerSandbox
from sandbox.host import probe
from sandbox.languages import LANGUAGES, language_named
from sandbox.local import LocalSandbox

__all__ = ["main"]

PRINT = Job((PYTHON, "main.py"), {"main.py": b"print(1)"})
SUFFIXES = {Path(language.source).suffix: name for name, language in LANGUAGES.items()}
SAMPLES = 50
WALLS: tuple[Literal["namespaces", "landlock", "docker"], ...] = ("namespaces", "landlock", "docker")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit code."""
    parser = _parser()
    given = parser.parse_args(argv)
    try:
        code: int = given.command(given)
    except (WallUnavailableError, ValueError, OSError) as error:
        Console(stderr=True).print(f"error: {error}", style="red", soft_wrap=True, markup=False, highlight=False)
        return 2
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Walls for programs nobody should trust.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    doctor = commands.add_parser("doctor", help="which walls work here, what they cost, how to get the others")
    doctor.add_argument("--check", action="store_true", help="run the whole conformance suite on each wall")
    doctor.set_defaults(command=_doctor)
    run = commands.add_parser("run", help="run one program behind the default wall")
    run.add_argument("file", type=Path, help="the program; its language is told by its suffix")
    run.add_argument("--language", help="its language, where the suffix does not tell")
    run.add_argument("--stdin", type=Path, help="file with its standard input; '-' hands ours through")
    run.add_argument("--wall", choices=("namespaces", "landlock"), help="the wall; by default the strongest here")
    for name, default in (("cpu_s", 10.0), ("wall_s", 30.0), ("memory_mib", 512), ("output_kib", 4096)):
        run.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default, help=f"default {default}")
    run.set_defaults(command=_run)
    serve = commands.add_parser("serve", help="this host's wall for other hosts, in SandboxFusion's protocol")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on, default 127.0.0.1")
    serve.add_argument("--port", type=int, default=8080, help="default 8080, as SandboxFusion's")
    serve.add_argument("--workers", type=int, help="programs at a time; by default, the processors")
    serve.add_argument("--waiting", type=int, default=256, help="requests at a time, before clients are told to wait")
    serve.set_defaults(command=_serve)
    return parser


def _serve(given: argparse.Namespace) -> int:
    try:
        from sandbox.serve import serve

        with LocalSandbox(workers=given.workers) as sandbox:
            console = Console()
            console.print(f"{sandbox.wall} wall on http://{given.host}:{given.port}/run_code", highlight=False)
            serve(sandbox, given.host, given.port, waiting=given.waiting)
    except ImportError as error:
        raise ValueError(f"serving needs FastAPI and uvicorn: pip install 'rewardfn[serve]' ({error})") from error
    return 0


def _doctor(given: argparse.Namespace) -> int:
    console = Console()
    host = probe()
    table = Table("wall", "works", "start", "one program", "checks", title="Walls on this host")
    problems: dict[str, str] = {}
    for name in WALLS:
        wall = DockerSandbox(workers=1) if name == "docker" else LocalSandbox(workers=1, wall=name)
        row, problem = _examine(wall, given.check)
        table.add_row(name, *row)
        problems |= {name: problem} if problem else {}
    table.add_row("bare subprocess", "no wall", "", _milliseconds(_time_subprocess), "")
    console.print(table)
    for place, problem in problems.items():
        console.print(f"- {place}: {problem}", soft_wrap=True, markup=False, highlight=False)
    tools = {name: [t for t in language.tools if shutil.which(t) is None] for name, language in LANGUAGES.items()}
    console.print("languages: " + ", ".join(name for name, missing in tools.items() if not missing))
    absent = [f"{name} (install {', '.join(missing)})" for name, missing in tools.items() if missing]
    if absent:
        console.print("not here: " + ", ".join(absent), highlight=False)
    limits = "cgroup" if host.cgroups.memory and host.cgroups.pids else "rlimits and counting"
    version = f" v{host.cgroups.version}" if host.cgroups.version else ""
    console.print(f"memory and process limits: {limits}{version if limits == 'cgroup' else ''}", highlight=False)
    for line in host.remedies():
        console.print(f"- {line}", soft_wrap=True, markup=False, highlight=False)
    return 0 if len(problems) < len(WALLS) else 1


def _examine(sandbox: LocalSandbox | DockerSandbox, check: bool) -> tuple[tuple[str, str, str, str], str]:
    """A row of the table, and what is wrong with the wall."""
    began = time.perf_counter()
    try:
        sandbox.start()
    except WallUnavailableError as error:
        return ("no", "", "", ""), " ".join(str(error).split())
    start = f"{1000 * (time.perf_counter() - began):.0f} ms"
    with sandbox:
        sandbox.run([PRINT] * 5)
        began = time.perf_counter()
        sandbox.run([PRINT] * SAMPLES)
        each = f"{1000 * (time.perf_counter() - began) / SAMPLES:.1f} ms"
        failed = failures(sandbox) if check else {}
    seen = f"{len(CHECKS) - len(failed)} of {len(CHECKS)}" if check else "--check"
    return ("no" if failed else "yes", start, each, seen), f"fails {', '.join(failed)}" if failed else ""


def _time_subprocess() -> None:
    import subprocess

    subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True, check=False)


def _milliseconds(action: Any) -> str:
    began = time.perf_counter()
    for _ in range(SAMPLES // 5):
        action()
    return f"{1000 * (time.perf_counter() - began) / (SAMPLES // 5):.1f} ms"


def _run(given: argparse.Namespace) -> int:
    name = given.language or SUFFIXES.get(given.file.suffix)
    if name is None:
        raise ValueError(f"cannot tell the language of {given.file}; say --language, one of {', '.join(LANGUAGES)}")
    language_named(name)
    stdin = b""
    if given.stdin is not None:
        stdin = sys.stdin.buffer.read() if str(given.stdin) == "-" else given.stdin.read_bytes()
    limits = Limits(wall_s=given.wall_s, cpu_s=given.cpu_s, memory_mib=given.memory_mib, output_kib=given.output_kib)
    text = given.file.read_text(encoding="utf-8")
    with LocalSandbox(workers=1, wall=given.wall) as sandbox:
        run = _compile_and_run(sandbox, name, text, stdin, limits)
    os.write(1, run.stdout)
    os.write(2, run.stderr)
    Console(stderr=True).print(_line(run), soft_wrap=True, markup=False, highlight=False)
    return run.exit_code if run.status is Status.EXITED and run.exit_code is not None else 1


def _compile_and_run(sandbox: Sandbox, name: str, text: str, stdin: bytes, limits: Limits) -> Run:
    [program] = Compiler(sandbox).prepare([(name, text)])
    if program.failure:
        return Run(Status.FAILED, message=program.failure)
    if program.error:
        return Run(Status.EXITED, exit_code=1, stderr=program.error.encode() + b"\n", message="does not compile")
    return sandbox.run([program.job(stdin, limits)])[0]


def _line(run: Run) -> str:
    how = f"exit code {run.exit_code}" if run.status is Status.EXITED else run.status.replace("_", " ")
    said = f" ({run.message})" if run.message else ""
    return f"[{how}{said}; {run.cpu_s:.3f} s cpu, {run.wall_s:.3f} s, {run.memory_mib:.0f} MiB]"
