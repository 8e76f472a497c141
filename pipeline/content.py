"""What a database holds, as one hash: equal for equal rows, whatever wrote them and in whatever order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from adbc_driver_sqlite import dbapi

from pipeline.database import listed, quoted, stored_columns
from pipeline.standard import Dataset

_BATCH_ROWS = 65_536
_AT_ONCE = 2


def content_hash(path: Path, datasets: Iterable[Dataset]) -> str:
    """sha256 over the sorted rows of every table, in order of table names.

    Rows are sorted by their key, or by all their columns where there is none. They are hashed column by column: of whole
    numbers the values and which are missing, of everything else the lengths and the text, in little-endian bytes.
    """
    digest = sha256()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for hashes in pool.map(partial(_table_hashes, path), sorted(datasets, key=lambda dataset: dataset.name)):
            digest.update(hashes)
    return digest.hexdigest()


def _table_hashes(path: Path, dataset: Dataset) -> bytes:
    with dbapi.connect(f"file:{path}?mode=ro") as connection, connection.cursor() as cursor:
        cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(_BATCH_ROWS)})
        cursor.execute(_sorted_rows(dataset))
        return b"".join([f"{dataset.name}\n".encode(), *_column_hashes(cursor.fetch_record_batch())])


def _sorted_rows(dataset: Dataset) -> str:
    whole = {column.stored_name for column in dataset.columns if column.sql_type == "INTEGER" and not column.disclosure}
    names = stored_columns(dataset)
    columns = ", ".join(
        quoted(name) if name in whole or name == "line" else f"ifnull(cast({quoted(name)} AS TEXT), char(1))"
        for name in names
    )
    order = listed(dataset.stored(name) for name in dataset.primary_key) or listed(names)
    return f"SELECT {columns} FROM {quoted(dataset.name)} ORDER BY {order}"  # noqa: S608 names of the standard, quoted


def _column_hashes(batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    hashes: list[tuple[Any, Any]] = []
    for batch in batches:
        hashes = hashes or [(sha256(), sha256()) for _ in batch.columns]
        for (shapes, values), column in zip(hashes, batch.columns, strict=True):
            shape, value = _bytes_of(column)
            shapes.update(shape)
            values.update(value)
    for shapes, values in hashes:
        yield shapes.digest() + values.digest()


def _bytes_of(column: pa.Array) -> tuple[Any, Any]:
    """Which numbers are missing, and the numbers; or how long the texts are, and the texts."""
    if pa.types.is_integer(column.type):
        missing = column.is_null().cast(pa.uint8())
        return missing.buffers()[1], pc.fill_null(column.cast(pa.int64()), 0).buffers()[1]
    texts = pa.concat_arrays([column.cast(pa.large_string())])
    _, _, characters = texts.buffers()
    lengths = pc.binary_length(texts).buffers()[1]
    return lengths, characters if characters is not None else b""
