"""Walls at the other end of a network: ours to ours, ours to SandboxFusion's protocol, verl's client to ours."""

from __future__ import annotations

import pickle
import shutil
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from sandbox import Job, LocalSandbox, Run, Sandbox, SandboxDeadError, Status
from sandbox.conformance import CHECKS, failures
from sandbox.languages import language_named
from sandbox.remote import RemoteSandbox
from sandbox.wire import job_from_json, run_from_json

pytest.importorskip("fastapi", reason="serving needs rewardfn[serve]")
uvicorn = pytest.importorskip("uvicorn", reason="serving needs rewardfn[serve]")
ECHO = Job(("python", "main.py"), {"main.py": b"print(open(0).read())"}, b"x")


class Server:
    """An application on a free port of this host."""

    def __init__(self, app: object) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=self.port, log_level="error"))
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def __enter__(self) -> str:
        self.thread.start()
        deadline = time.monotonic() + 30
        while not self.server.started and time.monotonic() < deadline:
            time.sleep(0.01)  # uvicorn has no event for it
        return f"http://127.0.0.1:{self.port}"

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(30)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    from sandbox.serve import make_app

    with LocalSandbox(workers=2) as local, Server(make_app(local)) as address:
        yield address


@pytest.mark.parametrize("name", CHECKS)
def test_a_remote_wall_passes_each_shipped_check(url: str, name: str) -> None:
    with RemoteSandbox(url) as remote:
        assert isinstance(remote, Sandbox)
        assert failures(remote, only=[name]) == {}


class FusionOnly:
    """A foreign server: it knows `/run_code` and nothing of ours."""

    def __init__(self, inner: object) -> None:
        self.inner = inner

    async def __call__(self, scope: dict, receive: object, send: object) -> None:  # type: ignore[type-arg]
        if scope["type"] == "http" and scope["path"] == "/run_jobs":
            scope = scope | {"path": "/nothing", "raw_path": b"/nothing"}
        await self.inner(scope, receive, send)  # type: ignore[operator]


def test_a_foreign_server_takes_single_python_files_and_refuses_the_rest_in_words() -> None:
    from sandbox.serve import make_app

    with LocalSandbox(workers=2) as local, Server(FusionOnly(make_app(local))) as address:
        remote = RemoteSandbox(f"{address}/run_code")
        echo, slow, bad, shell = remote.run(
            [
                Job(("python", "m"), {"m": b"print(open(0).read(), open('d').read())", "d": b"file"}, b"x"),
                Job(("python", "m"), {"m": b"while True: pass"}, limits=ECHO.limits.__class__(cpu_s=1)),
                Job(("python", "m"), {"m": b"raise SystemExit(3)"}),
                Job(("sh", "-c", "true")),
            ]
        )
        assert (echo.status, echo.stdout) == (Status.EXITED, b"x file\n")
        assert slow.status is Status.WALL_LIMIT
        assert (bad.status, bad.exit_code) == (Status.EXITED, 3)
        assert shell.status is Status.FAILED
        assert "one Python file" in shell.message


def test_outputs_beyond_160000_characters_pass(url: str) -> None:
    """SandboxFusion answers TimeLimitExceeded for these."""
    import requests

    asked = {"language": "python", "code": "print('x' * 1_000_000)", "run_timeout": 10, "stdin": ""}
    answer = requests.post(f"{url}/run_code", json=asked, timeout=60).json()
    assert (answer["status"], len(answer["run_result"]["stdout"])) == ("Success", 1_000_001)


@pytest.mark.parametrize(
    ("asked", "status", "run_status"),
    [
        ({"language": "python", "code": "print(1)"}, "Success", "Finished"),
        ({"language": "python", "code": "1/0"}, "Failed", "Finished"),
        ({"language": "python", "code": "while True: pass", "run_timeout": 1}, "Failed", "TimeLimitExceeded"),
        ({"language": "cpp", "code": "int main(){}"}, "Success", "Finished"),
        ({"language": "cpp", "code": "int main({"}, "Failed", None),
        ({"language": "nodejs", "code": "console.log(1)"}, "Success", "Finished"),
    ],
)
def test_run_code_speaks_sandbox_fusions_words(url: str, asked: dict, status: str, run_status: str | None) -> None:  # type: ignore[type-arg]
    import requests

    answer = requests.post(f"{url}/run_code", json=asked, timeout=90).json()
    if any(shutil.which(tool) is None for tool in language_named(asked["language"]).tools):
        status, run_status = "SandboxError", None  # a host without the compiler blames no program
    assert answer["status"] == status, answer
    assert (answer["run_result"] or {}).get("status") == run_status


def test_verls_own_client_grades_on_our_server(url: str) -> None:
    verl = pytest.importorskip("verl.utils.reward_score.sandbox_fusion", reason="verl is not installed")
    tests = {"inputs": ["1 2", "3 4"], "outputs": ["3", "7"]}
    grade = lambda code: verl.compute_score(f"{url}/run_code", None, 1024, f"```python\n{code}\n```", dict(tests))[0]  # noqa: E731
    assert grade("print(sum(map(int, input().split())))") == 1.0
    assert grade("print(3)") == 0.5
    assert grade("1/0") == 0.0


class Slow:
    """A sandbox that waits to be told."""

    def __init__(self) -> None:
        self.go, self.entered = threading.Event(), threading.Semaphore(0)

    def run(self, jobs: list[Job], /) -> list[Run]:
        self.entered.release()
        self.go.wait(30)
        return [Run(Status.EXITED, exit_code=0)] * len(jobs)

    def close(self) -> None:
        pass


def test_a_full_server_makes_clients_wait_and_loses_none() -> None:
    import requests

    from sandbox.serve import make_app

    slow = Slow()
    with Server(make_app(slow, waiting=2)) as address:  # type: ignore[arg-type]
        remote = RemoteSandbox(address, workers=8)
        done: list[Run] = []
        asking = threading.Thread(target=lambda: done.extend(remote.run([ECHO] * 8)))
        asking.start()
        assert slow.entered.acquire(timeout=30)
        assert slow.entered.acquire(timeout=30)
        refused = requests.post(f"{address}/run_code", json={"code": ""}, timeout=30)
        assert (refused.status_code, refused.headers["Retry-After"]) == (504, "1")
        slow.go.set()
        asking.join(60)
    assert [run.status for run in done] == [Status.EXITED] * 8


def test_a_server_that_is_gone_is_a_failure_with_its_cause() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    [run] = RemoteSandbox(f"http://127.0.0.1:{port}", patience_s=0.3).run([ECHO])
    assert run.status is Status.FAILED
    assert "unreachable" in run.message


def test_nonsense_is_refused_by_server_and_client(url: str) -> None:
    import requests

    for path, content in (
        ("run_jobs", {"jobs": [{"argv": []}]}),
        ("run_code", {"language": "cobol"}),
        ("run_jobs", []),
    ):
        assert requests.post(f"{url}/{path}", json=content, timeout=30).status_code == 422
    with pytest.raises(ValueError, match="this is no job"):
        job_from_json({})
    with pytest.raises(ValueError, match="this is no run"):
        run_from_json({"status": "exited"})
    with pytest.raises(ValueError, match="must start with http"):
        RemoteSandbox("localhost:8080")


def test_it_prints_pickles_and_closes(url: str) -> None:
    remote = RemoteSandbox(url, workers=2)
    assert repr(remote) == f"RemoteSandbox({url!r}, workers=2)"
    assert pickle.loads(pickle.dumps(remote)).run([ECHO])[0].stdout == b"x\n"
    remote.close()
    with pytest.raises(SandboxDeadError):
        remote.run([ECHO])
