"""SandboxFusion's `/run_code`: what its clients ask and what they expect to hear."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.compiler import Compiler
from sandbox.contract import PYTHON, Job, Limits, Run, Sandbox, Status
from sandbox.languages import language_named

__all__ = ["answer", "job_as_request", "run_of_response"]

NAMES = {"cpp": "cpp", "javascript": "nodejs"}
DEFAULT_TIMEOUT_S = 10.0
DEFAULT_MEMORY_MIB = 1024
LIMITS = Limits(output_kib=16 * 1024, disk_mib=256, processes=256)
TOO_LONG = (Status.CPU_LIMIT, Status.WALL_LIMIT)


def answer(sandbox: Sandbox, compiler: Compiler, request: Mapping[str, Any]) -> dict[str, Any]:
    """Run what a client asks for and put the outcome in SandboxFusion's words.

    Raises:
        ValueError: the request asks for what there is not.
    """
    language = language_named(str(request.get("language") or "python"))
    [program] = compiler.prepare([(language.name, str(request.get("code") or ""))])
    if program.failure:
        return _response("SandboxError", program.failure, None, None)
    compiled = {"status": "Finished", "execution_time": 0.0, "return_code": 0, "stdout": "", "stderr": ""}
    if program.error:
        failed = compiled | {"status": "Error", "return_code": 1, "stderr": program.error}
        return _response("Failed", "", failed, None)
    job = program.job(str(request.get("stdin") or "").encode(errors="surrogatepass"), _limits(request))
    more = {name: base64.b64decode(text or "") for name, text in (request.get("files") or {}).items()}
    job = replace(job, files={**more, **job.files}, collect=tuple(request.get("fetch_files") or ()))
    [run] = sandbox.run([job])
    if run.status is Status.FAILED:
        return _response("SandboxError", run.message, None, None)
    files = {name: base64.b64encode(content).decode("ascii") for name, content in run.files.items()}
    status = "Success" if run.clean else "Failed"
    return _response(status, run.message, compiled if language.compile else None, _result(run)) | {"files": files}


def _limits(request: Mapping[str, Any]) -> Limits:
    seconds = float(request.get("run_timeout") or DEFAULT_TIMEOUT_S)
    memory = int(request.get("memory_limit_MB") or 0)
    memory = memory if memory > 0 else DEFAULT_MEMORY_MIB
    # Its clients mean seconds on the clock, of a quiet host; processor time is what a busy one can be held to.
    return replace(LIMITS, cpu_s=seconds, wall_s=seconds * 2 + 1, memory_mib=memory)


def _result(run: Run) -> dict[str, Any]:
    status = "TimeLimitExceeded" if run.status in TOO_LONG else "Finished"
    code = run.exit_code if run.exit_code is not None else -(run.signal or 1)
    told = f"\n{run.message}" if run.message else ""
    return {
        "status": status,
        "execution_time": run.wall_s,
        "return_code": code if run.status is Status.EXITED else code or 1,
        "stdout": run.stdout.decode(errors="replace"),
        "stderr": run.stderr.decode(errors="replace") + told,
    }


def _response(status: str, message: str, compiled: Any, ran: Any) -> dict[str, Any]:
    return {
        "status": status, "message": message, "compile_result": compiled, "run_result": ran,
        "executor_pod_name": None, "files": {},
    }  # fmt: skip


def job_as_request(job: Job) -> dict[str, Any]:
    """A job as a foreign SandboxFusion takes it: one Python file and text.

    Raises:
        ValueError: the job needs more than that.
    """
    if job.peer is not None or job.argv[0] != PYTHON or len(job.argv) != 2 or job.env:
        raise ValueError("SandboxFusion runs one Python file; this job needs peers, arguments or another program")
    main = job.argv[1]
    others = {n: base64.b64encode(c).decode("ascii") for n, c in job.files.items() if n != main}
    return {
        "language": "python", "code": job.files[main].decode(), "stdin": job.stdin.decode(), "files": others,
        "fetch_files": list(job.collect), "compile_timeout": job.limits.wall_s, "run_timeout": job.limits.cpu_s,
        "memory_limit_MB": job.limits.memory_mib,
    }  # fmt: skip


def run_of_response(data: Mapping[str, Any]) -> Run:
    """A run as far as SandboxFusion's words tell it."""
    ran = data.get("run_result") or data.get("compile_result")
    if data.get("status") == "SandboxError" or not isinstance(ran, Mapping):
        return Run(Status.FAILED, message=f"SandboxFusion: {data.get('status')} {data.get('message')}")
    code = ran.get("return_code")
    slow = ran.get("status") == "TimeLimitExceeded"
    if not slow and not isinstance(code, int):
        return Run(Status.FAILED, message=f"SandboxFusion: {ran.get('status')} without a return code")
    died = isinstance(code, int) and code < 0
    return Run(
        Status.WALL_LIMIT if slow else Status.SIGNALLED if died else Status.EXITED,
        exit_code=None if slow or died else code,
        signal=-code if died and isinstance(code, int) else None,
        stdout=str(ran.get("stdout") or "").encode(errors="surrogatepass"),
        stderr=str(ran.get("stderr") or "").encode(errors="surrogatepass"),
        files={name: base64.b64decode(text) for name, text in (data.get("files") or {}).items()},
        wall_s=float(ran.get("execution_time") or 0.0),
    )
