"""`python -m sandbox serve`: this host's wall for other hosts, in SandboxFusion's protocol and in our own."""

from __future__ import annotations

import threading
from typing import Any

from sandbox import fusion
from sandbox.compiler import Compiler
from sandbox.contract import Sandbox
from sandbox.wire import job_from_json, run_to_json

__all__ = ["make_app", "serve"]

BUSY = 504  # what SandboxFusion's clients, verl's among them, take as "try again later"


class _Queue:
    """Places for requests that wait; who finds none is told to come back."""

    def __init__(self, most: int) -> None:
        self._places = threading.BoundedSemaphore(most)

    def enter(self) -> bool:
        """Take a place, if there is one."""
        return self._places.acquire(blocking=False)

    def leave(self) -> None:
        """Give the place back."""
        self._places.release()


def make_app(sandbox: Sandbox, *, waiting: int = 256) -> Any:
    """The web application.

    Args:
        sandbox: the wall that programs run behind.
        waiting: requests at a time, running or waiting; one more is answered with 504 and `Retry-After`.
    """
    import anyio.to_thread
    from fastapi import FastAPI, Request
    from fastapi.responses import JSONResponse

    app = FastAPI(title="sandbox", docs_url=None, redoc_url=None)
    queue, compiler = _Queue(waiting), Compiler(sandbox)
    threads = anyio.CapacityLimiter(waiting)

    async def respond(request: Any, work: Any) -> Any:
        if not queue.enter():
            return JSONResponse({"detail": "every place is taken"}, BUSY, {"Retry-After": "1"})
        try:
            given = await request.json()
            return JSONResponse(await anyio.to_thread.run_sync(work, given, limiter=threads))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            return JSONResponse({"detail": f"{type(error).__name__}: {error}"}, 422)
        finally:
            queue.leave()

    async def run_code(request: Any) -> Any:
        return await respond(request, lambda given: fusion.answer(sandbox, compiler, given))

    async def run_jobs(request: Any) -> Any:
        def work(given: Any) -> Any:
            jobs = [job_from_json(job) for job in given["jobs"]]
            return {"runs": [run_to_json(run) for run in sandbox.run(jobs)]}

        return await respond(request, work)

    async def ping() -> Any:
        return JSONResponse("pong")

    for endpoint in (run_code, run_jobs):
        endpoint.__annotations__["request"] = Request  # imported in here, out of FastAPI's sight
        app.post(f"/{endpoint.__name__}")(endpoint)
    app.get("/v1/ping")(ping)
    return app


def serve(sandbox: Sandbox, host: str, port: int, *, waiting: int = 256) -> None:
    """Answer requests until interrupted. There is no password: listen where only your own hosts can reach."""
    import uvicorn

    uvicorn.run(make_app(sandbox, waiting=waiting), host=host, port=port, log_level="warning", access_log=False)
