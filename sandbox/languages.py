"""How each language is compiled and run, and where the host keeps what that takes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from sandbox.contract import PYTHON

__all__ = ["LANGUAGES", "Language", "language_named", "toolchains"]


@dataclass(frozen=True, slots=True)
class Language:
    """One language.

    Args:
        name: what it is called here.
        source: file name of the program's text.
        run: command line of a program; its first word is looked for on the wall's `PATH`.
        compile: command line that makes `product` of `source`, where one is needed.
        product: the one file that is kept of compiling.
        tools: programs that must be where programs run.
        smallest: a program that does nothing and ends well, which tells a host without the tools from a wrong program.
        env: variables that its tools need.
        aliases: other names that code blocks and data sets use.
    """

    name: str
    source: str
    run: tuple[str, ...]
    compile: tuple[str, ...] = ()
    product: str = ""
    tools: tuple[str, ...] = ()
    smallest: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()


_JAVA = "javac -encoding UTF-8 -d classes Main.java && cd classes && jar cf ../main.jar ."
_ALL = (
    Language("python", "main.py", (PYTHON, "main.py"), aliases=("python3", "py", "pypy")),
    Language("bash", "main.sh", ("bash", "main.sh"), tools=("bash",), aliases=("sh", "shell")),
    Language("javascript", "main.js", ("node", "main.js"), tools=("node",), aliases=("js", "node", "nodejs")),
    Language("c", "main.c", ("./main",), ("gcc", "-O2", "-o", "main", "main.c", "-lm"), "main", ("gcc",),
             "int main(void) { return 0; }"),
    Language(
        "cpp", "main.cpp", ("./main",), ("g++", "-O2", "-std=c++20", "-o", "main", "main.cpp"), "main", ("g++",),
        "int main() {}", aliases=("c++", "cxx", "cc"),
    ),
    Language(
        "java", "Main.java",
        ("java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss64m", "-cp", "main.jar", "Main"),
        ("sh", "-c", _JAVA), "main.jar", ("java", "javac", "jar"),
        "class Main { public static void main(String[] words) {} }",
    ),
    Language(
        "go", "main.go", ("./main",), ("go", "build", "-o", "main", "main.go"), "main", ("go",),
        "package main\nfunc main() {}", {"GOFLAGS": "-mod=mod", "GO111MODULE": "off", "CGO_ENABLED": "0"}, ("golang",),
    ),
    Language(
        "rust", "main.rs", ("./main",), ("rustc", "-O", "-o", "main", "main.rs"), "main", ("rustc",),
        "fn main() {}", aliases=("rs",),
    ),
)  # fmt: skip
LANGUAGES: Mapping[str, Language] = MappingProxyType({language.name: language for language in _ALL})


def language_named(name: str) -> Language:
    """The language of that name or alias, in any case.

    Raises:
        ValueError: there is none; the message lists those there are.

    >>> language_named("C++").name
    'cpp'
    """
    wanted = name.strip().lower()
    for language in LANGUAGES.values():
        if wanted == language.name or wanted in language.aliases:
            return language
    raise ValueError(f"no language named {name!r}; there are {', '.join(LANGUAGES)}")


@lru_cache(maxsize=1)
def toolchains() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Paths outside the system's own that installed toolchains live in: to be readable, and to be on `PATH`."""
    readable: list[str] = []
    path: list[str] = []
    rust = _ask("rustc", "--print", "sysroot")
    go = _ask("go", "env", "GOROOT")
    for root in (rust, go, _home_of("node"), _home_of("java")):
        if root and not root.startswith("/usr/bin") and Path(root, "bin").is_dir() and root not in ("/usr", "/"):
            readable.append(root)
            path.append(f"{root}/bin")
    return tuple(readable), tuple(path)


def _ask(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return ""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _home_of(tool: str) -> str:
    found = shutil.which(tool)
    return str(Path(found).resolve().parent.parent) if found else ""
