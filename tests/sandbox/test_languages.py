"""Programs in each language that the host has compile once, run, and fail to compile in words."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from sandbox import Limits, LocalSandbox, Status
from sandbox.compiler import Compiler
from sandbox.languages import LANGUAGES, language_named

SUMS = {
    "python": "print(sum(map(int, open(0).read().split())))",
    "bash": "s=0; read -r line; for x in $line; do s=$((s + x)); done; echo $s",
    "javascript": "const d=require('fs').readFileSync(0,'utf8');"
                  "console.log(d.split(/\\s+/).reduce((a,b)=>a+Number(b),0));",
    "c": "#include <stdio.h>\nint main(){long s=0,x;while(scanf(\"%ld\",&x)==1)s+=x;printf(\"%ld\\n\",s);return 0;}",
    "cpp": "#include <bits/stdc++.h>\nint main(){long s=0,x;while(std::cin>>x)s+=x;std::cout<<s<<'\\n';}",
    "java": "import java.util.*;\npublic class Main{public static void main(String[] a){"
            "Scanner s=new Scanner(System.in);long t=0;while(s.hasNextLong())t+=s.nextLong();System.out.println(t);}}",
    "go": 'package main\nimport "fmt"\nfunc main(){s,x:=0,0\nfor{_,e:=fmt.Scan(&x)\n'
          'if e!=nil{break}\ns+=x}\nfmt.Println(s)}',
    "rust": "use std::io::*;fn main(){let mut s=String::new();stdin().read_to_string(&mut s).unwrap();"
            "println!(\"{}\",s.split_whitespace().map(|x|x.parse::<i64>().unwrap()).sum::<i64>());}",
}  # fmt: skip
MEMORY = {"java": 2048, "javascript": 1024}


@pytest.fixture(scope="module")
def compiler() -> Compiler:
    with LocalSandbox(workers=2) as sandbox:
        yield Compiler(sandbox)


def _needs(name: str) -> None:
    missing = [tool for tool in LANGUAGES[name].tools if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"{name}: this host has no {', '.join(missing)}")


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_program_that_sums_its_input_runs(compiler: Compiler, name: str) -> None:
    _needs(name)
    [program] = compiler.prepare([(name, SUMS[name])])
    assert program.error == ""
    limits = Limits(memory_mib=MEMORY.get(name, 256), wall_s=60)
    runs = compiler._sandbox.run([program.job(b"1 2 3\n", limits), program.job(b"4 5 6\n", limits)])
    assert [(run.status, run.stdout) for run in runs] == [(Status.EXITED, b"6\n"), (Status.EXITED, b"15\n")], runs


@pytest.mark.parametrize("name", [name for name, language in LANGUAGES.items() if language.compile])
def test_what_does_not_compile_says_what_the_compiler_said(compiler: Compiler, name: str) -> None:
    _needs(name)
    [program] = compiler.prepare([(name, "this is no program")])
    assert "main" in program.error.lower()
    assert program.failure == ""


class Counting:
    """A sandbox that counts the jobs it is given."""

    def __init__(self, inner: LocalSandbox) -> None:
        self.inner, self.jobs = inner, 0

    def run(self, jobs):  # type: ignore[no-untyped-def]
        self.jobs += len(jobs)
        return self.inner.run(jobs)


def test_a_program_is_compiled_once(compiler: Compiler) -> None:
    _needs("c")
    counting = Counting(compiler._sandbox)  # type: ignore[arg-type]
    fresh = Compiler(counting)  # type: ignore[arg-type]
    fresh.prepare([("c", SUMS["c"]), ("c", SUMS["c"])])
    fresh.prepare([("C", SUMS["c"])])
    assert counting.jobs == 1


class Without:
    """A sandbox on a host that lacks a tool."""

    def __init__(self, inner: LocalSandbox, tool: str) -> None:
        self.inner, self.tool = inner, tool

    def run(self, jobs):  # type: ignore[no-untyped-def]
        words = [tuple(word.replace(self.tool, f"{self.tool}-that-is-not-there") for word in job.argv) for job in jobs]
        return self.inner.run([replace(job, argv=argv) for job, argv in zip(jobs, words, strict=True)])


@pytest.mark.parametrize(("name", "tool"), [("c", "gcc"), ("bash", "bash"), ("java", "javac")])
def test_a_host_without_the_tools_fails_and_blames_no_program(compiler: Compiler, name: str, tool: str) -> None:
    """Right, wrong and empty programs alike; a host that gets the tools is believed at once."""
    lacking = Without(compiler._sandbox, tool)  # type: ignore[arg-type]
    fresh = Compiler(lacking)  # type: ignore[arg-type]
    for program in fresh.prepare([(name, SUMS[name]), (name, "this is no program"), ("python", "1")])[:2]:
        assert program.error == ""
        assert program.failure.startswith(f"no {name} program runs here, not even the smallest: ")
        assert tool in program.failure
    assert fresh.prepare([("python", "1")])[0].failure == ""
    _needs(name)
    lacking.tool = "nothing of the kind"
    assert fresh.prepare([(name, SUMS[name])])[0].failure == ""


@pytest.mark.parametrize("name", [name for name, language in LANGUAGES.items() if language.tools])
def test_the_smallest_program_of_a_language_runs(compiler: Compiler, name: str) -> None:
    _needs(name)
    assert compiler._trouble(LANGUAGES[name]) == ""


def test_a_wrong_program_costs_the_smallest_one_once(compiler: Compiler) -> None:
    _needs("c")
    counting = Counting(compiler._sandbox)  # type: ignore[arg-type]
    fresh = Compiler(counting)  # type: ignore[arg-type]
    fresh.prepare([("c", "this is no program"), ("c", "nor is this")])
    assert counting.jobs == 2 + 2  # the two, then the smallest is compiled and run
    assert fresh.prepare([("c", "another")])[0].error
    assert counting.jobs == 5


def test_compiling_is_behind_the_wall_and_limited(compiler: Compiler) -> None:
    """A compiler reads what the text tells it to: the host's files must not be among it."""
    _needs("c")
    [program] = compiler.prepare([("c", '#include "/etc/shadow"\nint main(){}')])
    assert "No such file" in program.error
    assert "root:" not in program.error


def test_an_unknown_language_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="no language named 'cobol'; there are python, bash"):
        language_named("cobol")


def test_a_public_java_class_of_another_name_compiles_too(compiler: Compiler) -> None:
    _needs("java")
    source = SUMS["java"].replace("public class Main{", "public class Helper{}\nclass Main{")
    [program] = compiler.prepare([("java", source)])
    assert program.error == ""
