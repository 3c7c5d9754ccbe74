"""Programs made ready to run. Compiling is running: it happens behind the wall, once per program."""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sandbox.contract import Job, Limits, Run, Sandbox, Status
from sandbox.languages import Language, language_named

__all__ = ["Compiler", "Program"]

COMPILE_LIMITS = Limits(wall_s=120.0, cpu_s=60.0, memory_mib=2048, output_kib=1024, processes=128, disk_mib=512)
SMALLEST_LIMITS = Limits(wall_s=60.0, memory_mib=2048)
CACHED_PROGRAMS = 256

_PUBLIC_TYPE = re.compile(
    r"^(\s*)public\s+((?:final\s+|abstract\s+)*(?:class|interface|enum|record)\s+(?!Main\b))", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Program:
    """A program ready to be run, or the compiler's word on why not.

    Args:
        argv: command line.
        files: what it needs in its directory.
        executable: names among `files` to be executable.
        env: variables for the run.
        error: why it does not compile; empty where it does.
        failure: the run that says so, where the sandbox itself failed; says nothing about the program.
    """

    argv: tuple[str, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    executable: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    failure: str = ""

    def job(self, stdin: bytes = b"", limits: Limits | None = None) -> Job:
        """The program on one input."""
        return Job(self.argv, self.files, stdin, limits or Limits(), env=self.env, executable=self.executable)


class Compiler:
    """Compiles programs behind a sandbox's wall and remembers the last few hundred products.

    Where a language's tools are missing or broken behind the wall, no program is to blame. So a compiler's error, and
    an interpreter that was never used, are held against the language's smallest program; where that can't run either,
    every program of the language is a failure of the sandbox.
    """

    def __init__(self, sandbox: Sandbox, limits: Limits = COMPILE_LIMITS) -> None:
        self._sandbox = sandbox
        self._limits = limits
        self._known: OrderedDict[tuple[str, str], Program] = OrderedDict()
        self._lock = threading.Lock()
        self._working: set[str] = set()

    def prepare(self, sources: Sequence[tuple[str, str]]) -> list[Program]:
        """Programs for pairs of language name and text, in their order; each different pair is compiled once.

        Raises:
            ValueError: for an unknown language.
        """
        languages = [language_named(name) for name, _ in sources]
        keys = [
            (language.name, hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest())
            for language, (_, text) in zip(languages, sources, strict=True)
        ]
        ready: dict[tuple[str, str], Program] = {}
        to_compile: dict[tuple[str, str], tuple[Language, Job]] = {}
        for key, language, (_, text) in zip(keys, languages, sources, strict=True):
            known = self._recall(key)
            if known is not None:
                ready[key] = known
            elif not language.compile:
                files = {language.source: _encode(text)}
                ready[key] = Program(language.run, files, env=language.env)
            else:
                to_compile[key] = (language, self._job(language, text))
        runs = self._sandbox.run([job for _, job in to_compile.values()]) if to_compile else []
        for (key, (language, _)), run in zip(to_compile.items(), runs, strict=True):
            ready[key] = _product(language, run)
        doubtful = {
            language.name: language
            for key, language in zip(keys, languages, strict=True)
            if language.tools and (ready[key].error or not language.compile)
        }
        broken = self._broken(doubtful)
        for key in to_compile:
            if not ready[key].failure and key[0] not in broken:
                self._remember(key, ready[key])
        return [Program(ready[key].argv, failure=broken[key[0]]) if key[0] in broken else ready[key] for key in keys]

    def _broken(self, languages: Mapping[str, Language]) -> dict[str, str]:
        """Those of the languages that no program runs in behind this wall, and why; one that ran is not tried again."""
        found = {name: self._trouble(one) for name, one in languages.items() if name not in self._working}
        self._working.update(name for name, why in found.items() if not why)
        return {name: why for name, why in found.items() if why}

    def _trouble(self, language: Language) -> str:
        """Why the language's smallest program does not run; empty where it does."""
        program = Program(language.run, {language.source: _encode(language.smallest)}, env=language.env)
        if language.compile:
            [compiled] = self._sandbox.run([self._job(language, language.smallest)])
            program = _product(language, compiled)
        said = program.failure or program.error
        if not said:
            [run] = self._sandbox.run([program.job(limits=SMALLEST_LIMITS)])
            said = "" if run.clean else run.message or run.stderr.decode(errors="replace").strip() or str(run.status)
        tools = ", ".join(language.tools)
        return said and f"no {language.name} program runs here, not even the smallest: {said:.300}; needed are {tools}"

    def _job(self, language: Language, text: str) -> Job:
        source = _java_source(text) if language.name == "java" else text
        files = {language.source: _encode(source)}
        return Job(language.compile, files, limits=self._limits, env=language.env, collect=(language.product,))

    def _recall(self, key: tuple[str, str]) -> Program | None:
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def _remember(self, key: tuple[str, str], program: Program) -> None:
        with self._lock:
            self._known[key] = program
            while len(self._known) > CACHED_PROGRAMS:
                self._known.popitem(last=False)


def _encode(text: str) -> bytes:
    return text.encode("utf-8", errors="replace")


def _java_source(text: str) -> str:
    """A public class must be named like its file: only `Main` may stay public."""
    return _PUBLIC_TYPE.sub(r"\1\2", text)


def _product(language: Language, run: Run) -> Program:
    if run.status is Status.FAILED:
        return Program(language.run, failure=run.message)
    if run.clean and language.product in run.files:
        files = {language.product: run.files[language.product]}
        return Program(language.run, files, executable=(language.product,), env=language.env)
    said = (run.stderr or run.stdout).decode(errors="replace").strip()
    if run.status is not Status.EXITED:
        said = f"compiling {run.status.replace('_', ' ')}: {run.message} {said}"
    return Program(language.run, error=said[:4000] or f"the compiler ended with {run.exit_code} and made nothing")
