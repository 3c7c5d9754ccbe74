"""Rows and their scores as parquet, by way of a file of Arrow pieces that can be cut and continued."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from rewards.cli.batches import Chunk
from rewards.cli.inputs import Record
from rewards.cli.jsonl import as_json

GROUP_BYTES, GROUP_ROWS = 32 * 2**20, 50_000
"""How large a row group of the output grows."""

MOST_FIELDS = 256
"""A JSON object with more different keys than this over a batch is a dictionary, not a record: kept as JSON text."""

_LENGTH = 8


class ParquetSink:
    """Writes parquet.

    A parquet file can't be continued after a crash, so pieces (an Arrow stream each, behind its length) are appended
    to the partial file and become one parquet file at the end.
    """

    name = "parquet"

    def encode(self, chunk: Chunk, scores: list[dict[str, Any]]) -> bytes:
        """The bytes that a batch adds to the partial file."""
        pieces, done = [], 0
        for _, run in groupby(chunk.records, key=lambda record: None if record.rows is None else id(record.rows)):
            records = list(run)
            rows = chunk.rows[done : done + len(records)]
            columns = _taken(records) if records[0].rows is not None else _columns(rows)
            columns |= _score_columns(scores[done : done + len(records)])
            pieces.append(_piece(columns))
            done += len(records)
        return b"".join(pieces)

    def settle(self, partial: Path, out: Path) -> None:
        """Turn the finished partial file into the output: once to learn all column types, once to write."""
        schema = _united([piece.schema for piece in _pieces(partial)])
        merging = out.with_name(f"{out.name}.merging")
        with merging.open("wb") as file:
            with pq.ParquetWriter(file, schema, compression="zstd") as writer:
                for table in _groups(_conformed(piece, schema) for piece in _pieces(partial)):
                    writer.write_table(table)
            file.flush()
            os.fsync(file.fileno())
        merging.replace(out)
        partial.unlink()


def parquet_bytes(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """A parquet file of rows that fit the memory."""
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(_columns(rows)), sink, compression="zstd")
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _taken(records: Sequence[Record]) -> dict[str, pa.Array]:
    """The columns of parquet rows as they are, types and all."""
    rows = records[0].rows
    assert rows is not None
    batch = rows.batch
    if len(records) < batch.num_rows:
        batch = batch.take(pa.array([record.index for record in records]))
    return dict(zip(batch.schema.names, batch.columns, strict=True))


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, pa.Array]:
    names = dict.fromkeys(name for row in rows for name in row)
    return {_clean(name): _array([row.get(name) for row in rows]) for name in names}


def _array(values: list[Any]) -> pa.Array:
    """Values as the narrowest Arrow type that holds them all; as text where there is none."""
    try:
        array = pa.array(values)
    except UnicodeEncodeError:
        return _array([_clean(value) for value in values])
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        return _text(values)
    return array if _storable(array.type) else _text(values)


def _storable(kind: pa.DataType) -> bool:
    """Whether parquet holds it: no table without columns, and none with as many as there are rows."""
    if pa.types.is_struct(kind):
        return 0 < kind.num_fields <= MOST_FIELDS and all(_storable(field.type) for field in kind)
    return _storable(kind.value_type) if pa.types.is_list(kind) else True


def _text(values: Sequence[Any]) -> pa.Array:
    """Text as it is, anything else as JSON."""
    texts = [value if value is None or isinstance(value, str) else as_json(value).decode() for value in values]
    return pa.array([None if text is None else _clean(text) for text in texts], pa.string())


def _clean(value: Any) -> Any:
    """Text that UTF-8 can hold: half a surrogate pair becomes U+FFFD."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return value
    if isinstance(value, Mapping):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list) else value


def _score_columns(scores: Sequence[Mapping[str, Any]]) -> dict[str, pa.Array]:
    return {
        name: _text([row[name] for row in scores])
        if name.endswith(("_status", "_kind", "_why", "_data", "_fingerprint")) and "/" not in name
        else pa.array([row[name] for row in scores], pa.float64())
        for name in (scores[0] if scores else ())
    }


def _piece(columns: Mapping[str, pa.Array]) -> bytes:
    table = pa.table(dict(columns))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    data: bytes = sink.getvalue().to_pybytes()
    return len(data).to_bytes(_LENGTH, "big") + data


def _pieces(partial: Path) -> Iterator[pa.Table]:
    with partial.open("rb") as file:
        while head := file.read(_LENGTH):
            yield pa.ipc.open_stream(file.read(int.from_bytes(head, "big"))).read_all()


def _united(schemas: Sequence[pa.Schema]) -> pa.Schema:
    """One schema for all pieces: numbers widen, tables gain columns, what can't be brought together is text."""
    kinds: dict[str, list[pa.DataType]] = {}
    for schema in schemas:
        for field in schema:
            known = kinds.setdefault(field.name, [])
            if field.type not in known:
                known.append(field.type)
    return pa.schema([pa.field(name, _common(known)) for name, known in kinds.items()])


def _common(kinds: Sequence[pa.DataType]) -> pa.DataType:
    try:
        merged = pa.unify_schemas([pa.schema([pa.field("x", kind)]) for kind in kinds], promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.string()
    return merged.field(0).type


def _conformed(piece: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = []
    for field in schema:
        if field.name not in piece.schema.names:
            columns.append(pa.nulls(piece.num_rows, field.type))
            continue
        column = piece.column(field.name)
        try:
            columns.append(column if column.type == field.type else column.cast(field.type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
            columns.append(
                _text(column.to_pylist()) if field.type == pa.string() else pa.array(column.to_pylist(), field.type)
            )
    return pa.table(columns, schema=schema)


def _groups(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in tables large enough for a row group."""
    waiting: list[pa.Table] = []
    for table in tables:
        waiting.append(table)
        if sum(t.nbytes for t in waiting) >= GROUP_BYTES or sum(t.num_rows for t in waiting) >= GROUP_ROWS:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)
