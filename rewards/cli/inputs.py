"""Records from files and pipes: JSONL lines and parquet rows, told apart by their first bytes."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from rewards.cli.errors import CommandError, Malformed
from rewards.cli.parquet import RowsOf, open_parquet, parquet_batches

MAX_LINE_BYTES = 64 * 2**20
"""A longer line is kept out: no completion is that long, and a file without line ends must not fill the memory."""

FIRST_LINES = 10
"""So many lines that are no JSON at the start, and nothing else, make a file something other than JSONL."""

GZIP, PARQUET, UTF8_BOM = b"\x1f\x8b", b"PAR1", b"\xef\xbb\xbf"
FOREIGN = {
    b"\xff\xfe": "UTF-16; save it as UTF-8",
    b"\xfe\xff": "UTF-16; save it as UTF-8",
    b"\x28\xb5\x2f\xfd": "zstd-compressed; unpack it: zstd -d",
    b"PK\x03\x04": "a zip archive; unpack it",
    b"BZh": "bzip2-compressed; unpack it",
    b"\xfd7zXZ": "xz-compressed; unpack it",
    b"ARROW1": "an Arrow file; write it as parquet or JSONL",
}


@dataclass(frozen=True, slots=True)
class Record:
    """One line or row of the input, not yet parsed.

    Args:
        file: the input's name, for messages.
        number: the line (JSONL) or row (parquet), from 1.
        at: how many bytes of all inputs are behind it, for progress.
        raw: the line without its end; None for a parquet row.
        rows, index: where a parquet row stands.
        problem: why it can't be read, or empty.
        digest: what stands for it in the digest of all that was read.
    """

    file: str
    number: int
    at: int
    raw: bytes | None = None
    rows: RowsOf | None = None
    index: int = 0
    problem: str = ""
    digest: bytes = b""

    @property
    def blank(self) -> bool:
        """A line that holds nothing, such as the one behind the last line's end."""
        return self.raw is not None and not self.problem and not self.raw.strip()

    @property
    def size(self) -> int:
        """About how many bytes it holds."""
        return len(self.raw) if self.raw is not None else self.rows.bytes_a_row if self.rows is not None else 0

    def row(self) -> dict[str, Any]:
        """The record's columns.

        Raises:
            Malformed: it is not a JSON object.
        """
        if self.problem:
            raise Malformed(self.problem)
        if self.rows is not None:
            return self.rows.row(self.index)
        return _parsed(self.raw or b"")


def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        row = json.loads(raw.decode())
    except UnicodeDecodeError as error:
        raise Malformed(f"not UTF-8 at byte {error.start + 1}") from None
    except json.JSONDecodeError as error:
        raise Malformed(f"not JSON: {error.msg} (character {error.pos + 1})") from None
    except RecursionError:
        raise Malformed("not JSON that can be read: nested too deeply") from None
    except ValueError as error:  # a whole number of more than 4,300 digits
        raise Malformed(f"not JSON that can be read: {error}") from None
    if not isinstance(row, dict):
        raise Malformed(f"a row is a JSON object {{…}}, this is {type(row).__name__}")
    return row


class Source:
    """The records of one or more inputs, one after the other.

    Args:
        names: paths; `-` is standard input.

    Raises:
        CommandError: one does not exist or is of a form that can't be read.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self.total_bytes = 0 if "-" in names else sum(_size(name) for name in names)
        if names.count("-") > 1:
            raise CommandError("standard input (-) can be read only once")

    def __iter__(self) -> Iterator[Record]:
        behind = 0
        for name in self.names:
            with _opened(name) as stream:
                last = behind
                for record in _records(name, stream, behind):
                    last = record.at
                    yield record
            behind = max(last, behind + (_size(name) if name != "-" else 0))


def _size(name: str) -> int:
    path = Path(name)
    if path.is_dir():
        raise CommandError(f"{name} is a folder; name the files in it: {name.rstrip('/')}/*")
    try:
        return path.stat().st_size
    except OSError as error:
        raise CommandError(f"{name} can't be read: {error.strerror}") from None


def _opened(name: str) -> IO[bytes]:
    if name == "-":
        return io.BufferedReader(io.FileIO(sys.stdin.fileno(), closefd=False), 2**20)
    try:
        return Path(name).open("rb", 2**20)
    except OSError as error:
        raise CommandError(f"{name} can't be read: {error.strerror}") from None


def _records(name: str, stream: IO[bytes], behind: int) -> Iterator[Record]:
    shown = "standard input" if name == "-" else name
    assert isinstance(stream, io.BufferedReader)
    start = stream.peek(8)[:8]
    if start.startswith(PARQUET):
        yield from _rows(shown, stream, behind)
        return
    for magic, what in FOREIGN.items():
        if start.startswith(magic):
            raise CommandError(f"{shown} is {what}")
    text: Any = stream
    if start.startswith(GZIP):
        text = gzip.GzipFile(fileobj=stream)
    yield from _as_jsonl(shown, _lines(shown, text, stream if text is not stream else None, behind))


def _as_jsonl(name: str, lines: Iterator[Record]) -> Iterator[Record]:
    """The lines, as they come once one of the first is JSON.

    Raises:
        CommandError: none of the first is, so that this is another kind of file.
    """
    first, bad, size = [], [], 0
    for record in lines:
        first.append(record)
        size += record.size
        if record.blank:
            continue
        why = _why_no_json(record)
        if not why:
            break
        bad.append((record, why))
        if len(bad) == FIRST_LINES or size > MAX_LINE_BYTES:
            raise _no_jsonl(name, bad)
    else:
        if bad:
            raise _no_jsonl(name, bad)
    yield from first
    yield from lines


def _why_no_json(record: Record) -> str:
    """What makes a line no JSON at all; empty for a line that is some, and for one that could not be read whole."""
    try:
        record.row()
    except Malformed as error:
        return str(error) if str(error).startswith(("not JSON: ", "not UTF-8")) else ""
    return ""


def _no_jsonl(name: str, bad: Sequence[tuple[Record, str]]) -> CommandError:
    none = "its only line is none" if len(bad) == 1 else f"none of its first {len(bad)} lines is one"
    record, why = bad[0]
    begin = (record.raw or b"").lstrip()
    if len(bad) == 1 and re.search(rb"\}\s*\r\s*\{", begin):
        return CommandError(
            f"{name} ends its lines in CR alone, which JSONL does not; convert it: tr '\\r' '\\n' < {name}"
        )
    if not all(str(problem).startswith("not JSON") for _, problem in bad):
        remedy = "write it as JSONL or parquet"
    elif begin.startswith(b"{"):
        remedy = f"if an object goes over several lines: jq -c . {name}"
    else:
        remedy = "from CSV: pandas.read_csv(…).to_json(…, orient='records', lines=True)"
    return CommandError(f"{name} is no JSONL (one JSON object a line): {none}, line {record.number} is {why}; {remedy}")


def _lines(name: str, text: Any, packed: IO[bytes] | None, behind: int) -> Iterator[Record]:
    """The lines of a stream; a line that is too long is passed over in pieces."""
    offset = number = 0
    while True:
        number += 1
        try:
            line = text.readline(MAX_LINE_BYTES + 1)
            digest, problem = line, ""
            offset += len(line)
            if len(line) > MAX_LINE_BYTES:
                digest, length = _passed_over(text, line)
                offset += length
                problem = f"longer than {MAX_LINE_BYTES // 2**20} MiB"
                line = line[:100]
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            yield Record(name, number, behind + offset, problem=f"the gzip data ends or breaks here: {error}", raw=b"")
            return
        if not line:
            return
        if number == 1:
            line = line.removeprefix(UTF8_BOM)
            if line.lstrip()[:1] == b"[":
                raise CommandError(
                    f"{name} is a JSON array, not JSONL (one object a line); convert it: jq -c '.[]' {name}"
                )
        at = behind + (_tell(packed) if packed is not None else offset)
        yield Record(name, number, at, raw=line.rstrip(b"\r\n"), problem=problem, digest=digest)


def _tell(packed: IO[bytes]) -> int:
    try:
        return packed.tell()
    except OSError:  # a pipe
        return 0


def _passed_over(text: Any, begun: bytes) -> tuple[bytes, int]:
    digest = hashlib.blake2b(begun, digest_size=16)
    length = 0
    piece = begun
    while piece and not piece.endswith(b"\n"):
        piece = text.readline(2**20)
        digest.update(piece)
        length += len(piece)
    return digest.digest(), length


def _rows(name: str, stream: IO[bytes], behind: int) -> Iterator[Record]:
    with tempfile.TemporaryFile() as spool:
        if not stream.seekable():  # parquet has its table of contents at the end
            shutil.copyfileobj(stream, spool)
            spool.seek(0)
            stream = spool
        digest = hashlib.file_digest(cast(io.BufferedReader, stream), lambda: hashlib.blake2b(digest_size=16)).digest()
        size = stream.seek(0, io.SEEK_END)
        file = open_parquet(name, stream)
        total = max(file.metadata.num_rows, 1)
        number = 0
        for rows in parquet_batches(name, file):
            for index in range(len(rows)):
                number += 1
                at = behind + size * number // total
                yield Record(name, number, at, rows=rows, index=index, digest=digest if number == 1 else b"")
