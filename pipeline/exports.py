"""All files of one dataset, in one pass over its rows: Parquet, CSV, JSON, and where it is large, parts by publisher."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.files import PACKED, Form, JsonArray, TextFile, csv_bytes, ndjson_bytes
from pipeline.releases import digest
from pipeline.standard import Dataset
from pipeline.tables import as_csv, as_json, as_safe_csv, batches, has_formulas

PACKED_FROM = 10_000
PARTS_FROM = 100_000
GROUP_OF = 8
"""How many batches are a row group of Parquet."""
SAFE = ".spreadsheet-safe.csv"
"""How the CSV ends that is made for spreadsheets; the plain one is the faithful one."""


@dataclass
class Exported:
    """The files of a dataset with their sha256, how many rows they have, and whether spreadsheets need a file of their own."""

    dataset: Dataset
    rows: int
    has_formulas: bool = False
    hashes: dict[Path, str] = field(default_factory=dict)


def export(database: Path, exported: Exported, folder: Path, pool: Executor) -> None:
    """Writes the files of a dataset, of which only the number of rows is known, into `folder`; at no time are more than some ten thousand rows in memory.

    From 10,000 rows on, CSV is packed too and JSON is packed only; from 100,000 there is a CSV for each publisher and
    financial year. `pool` must have a few threads.
    """
    dataset = exported.dataset
    sinks = _sinks(exported, folder)
    for table in _ahead(batches(database, dataset), pool):
        rows = pl.DataFrame(table)
        exported.has_formulas |= has_formulas(rows, dataset)
        for writing in [pool.submit(sink.write, table, rows) for sink in sinks]:
            writing.result()
    for sink in sinks:
        exported.hashes |= sink.close()
    exported.hashes |= _safe(exported, folder)


@dataclass
class _Parquet:
    path: Path
    dataset: Dataset
    writer: Any = None
    waiting: list[pa.Table] = field(default_factory=list)

    def write(self, table: pa.Table, _rows: pl.DataFrame | None = None) -> None:
        self.waiting.append(table)
        if len(self.waiting) == GROUP_OF:
            self._write_group()

    def close(self) -> dict[Path, str]:
        if self.waiting:
            self._write_group()
        self.writer.close()
        return {self.path: digest(self.path)}

    def _write_group(self) -> None:
        group = pa.concat_tables(self.waiting)
        if self.writer is None:
            self.writer = pq.ParquetWriter(
                self.path, group.schema, compression="zstd", compression_level=1, store_decimal_as_integer=True
            )
        self.writer.write_table(group)
        self.waiting = []


@dataclass
class _Csv:
    """A CSV: the header goes before the first rows. What is written goes into its parts too, where it has any."""

    file: TextFile
    shape: Callable[[pl.DataFrame, Dataset], pl.DataFrame]
    dataset: Dataset
    parts: _Parts | None = None
    is_begun: bool = False

    def write(self, _table: pa.Table | None, rows: pl.DataFrame) -> None:
        shaped = self.shape(rows, self.dataset)
        if not self.is_begun:
            self.file.write(csv_bytes(shaped.clear(), header=True))
            self.is_begun = True
        written = csv_bytes(shaped, header=False)
        self.file.write(written)
        if self.parts:
            self.parts.write(written, csv_bytes(shaped.clear(), header=True), rows)

    def close(self) -> dict[Path, str]:
        return self.file.close() | (self.parts.close() if self.parts else {})


@dataclass
class _Json:
    lines: TextFile
    array: JsonArray
    dataset: Dataset

    def write(self, _table: pa.Table, rows: pl.DataFrame) -> None:
        written = ndjson_bytes(as_json(rows, self.dataset))
        self.lines.write(written)
        self.array.write(written)

    def close(self) -> dict[Path, str]:
        return self.lines.close() | self.array.close()


@dataclass
class _Parts:
    """A CSV for each publisher and financial year, or for each publisher where rows have no day."""

    folder: Path
    dataset: Dataset
    files: dict[str, TextFile] = field(default_factory=dict)

    def write(self, written: bytes, header: bytes, rows: pl.DataFrame) -> None:
        """Takes rows as they were written and as they were read. Each is one line: the standard takes no cell of several."""
        lines = pl.Series("line", [written]).cast(pl.String).str.strip_suffix("\n").str.split("\n").explode()
        keyed = rows.select(self._key().alias("key")).with_columns(lines)
        for key, part in keyed.group_by("key", maintain_order=True).agg(pl.col("line").str.join("\n")).iter_rows():
            if key not in self.files:
                self.files[key] = TextFile(self.folder / f"{key}.csv", "plain")
                self.files[key].write(header)
            self.files[key].write(f"{part}\n".encode())

    def close(self) -> dict[Path, str]:
        return {path: digest for file in self.files.values() for path, digest in file.close().items()}

    def _key(self) -> pl.Expr:
        """What the file of each row is called: a missing day has no year."""
        column = self.dataset.by_name.get(str(self.dataset.descriptor.get("sort", "")))
        publisher = pl.col("publisher_id")
        if column is None or column.type != "date":
            return publisher
        year = pl.col(column.name).dt.offset_by("-3mo").dt.year()
        return pl.concat_str(publisher, pl.format("{}-{}", year, year + 1), separator="-", ignore_nulls=True)


def _sinks(exported: Exported, folder: Path) -> list[Any]:
    dataset, rows = exported.dataset, exported.rows
    path = folder / dataset.name
    text: Form = "both" if rows >= PACKED_FROM else "plain"
    json: Form = "packed" if rows >= PACKED_FROM else "plain"
    parts = _Parts(path, dataset) if rows >= PARTS_FROM and dataset.is_sent else None
    return [
        _Json(TextFile(path.with_suffix(".ndjson"), json), JsonArray(path.with_suffix(".json"), json), dataset),
        _Csv(TextFile(path.with_suffix(".csv"), text), as_csv, dataset, parts),
        _Parquet(path.with_suffix(".parquet"), dataset),
    ]


def _safe(exported: Exported, folder: Path) -> dict[Path, str]:
    """The CSV for spreadsheets: the plain one under a second name, where nothing in it needs to be made harmless."""
    plain = folder / f"{exported.dataset.name}.csv"
    safe = folder / f"{exported.dataset.name}{SAFE}"
    if exported.has_formulas:
        form: Form = "both" if exported.rows >= PACKED_FROM else "plain"
        text = _Csv(TextFile(safe, form), as_safe_csv, exported.dataset)
        with pq.ParquetFile(plain.with_suffix(".parquet")) as parquet:
            for batch in parquet.iter_batches():
                text.write(None, pl.DataFrame(pa.table(batch)))
        return text.close()
    names = [name for name in exported.hashes if name.name in {plain.name, plain.name + PACKED}]
    linked = {name.with_name(name.name.replace(".csv", SAFE, 1)): name for name in names}
    for link, name in linked.items():
        os.link(name, link)
    return {link: exported.hashes[name] for link, name in linked.items()}


def _ahead(tables: Iterator[pa.Table], pool: Executor) -> Iterator[pa.Table]:
    """The same tables, the next being read while one is used."""
    coming = pool.submit(next, tables, None)
    while (table := coming.result()) is not None:
        coming = pool.submit(next, tables, None)
        yield table
