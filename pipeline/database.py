"""SQLite as the standard describes it: tables, keys, indexes, full-text search, and rows in bulk."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
from adbc_driver_sqlite import dbapi
from sqlite_utils import Database

from pipeline.standard import PROVENANCE, Dataset, Standard

PAGE_BYTES = 16_384
"""Size of a database's page: against SQLite's own 4,096, taking a table over and indexing it take a third less time."""
CACHE_KB = 4_096
"""Kilobytes of pages kept in memory; SQLite sorts as much at once, and sorts what fits a processor's cache faster."""
SETTINGS = (
    f"PRAGMA page_size = {PAGE_BYTES}", "PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF",
    f"PRAGMA cache_size = -{CACHE_KB}",
)  # fmt: skip
"""What makes a database that is being made quick to fill; what happens on the way is never read by anyone else."""

_PROVENANCE_TYPES = {"publisher_id": "TEXT", "file_id": "TEXT", "line": "INTEGER"}


@contextmanager
def connect(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection for one stage: committed at the end, closed always; durable only once the release is synced."""
    with closing(sqlite3.connect(path)) as connection:
        for setting in SETTINGS:
            connection.execute(setting)
        connection.row_factory = sqlite3.Row
        yield connection
        connection.commit()


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that reads what has been committed, and cannot write."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        connection.row_factory = sqlite3.Row
        yield connection


def stored_columns(dataset: Dataset) -> dict[str, str]:
    """Column names of a dataset's table with their SQL types; sent datasets end with their provenance."""
    columns = {column.stored_name: column.sql_type for column in dataset.columns}
    return columns | _PROVENANCE_TYPES if dataset.is_sent else columns


def create_tables(connection: sqlite3.Connection, standard: Standard, *, constraints: bool = True) -> None:
    """Creates an empty table for every dataset; without constraints, any row can be loaded and judged later."""
    for dataset in standard.datasets.values():
        create_table(connection, dataset, constraints=constraints)


def create_table(connection: sqlite3.Connection, dataset: Dataset, *, constraints: bool) -> None:
    """Creates the empty table of one dataset, with its references where asked for.

    A key of file and line alone holds from the start, so such a table is the same with constraints and without, and
    SQLite takes its rows over as they are.
    """
    has_key = constraints or is_keyed_by_line(dataset)
    Database(connection).table(dataset.name).create(
        stored_columns(dataset),
        pk=([dataset.stored(name) for name in dataset.primary_key] or None) if has_key else None,
        foreign_keys=[
            (dataset.stored(reference.columns[0]), reference.dataset, reference.targets[0])
            for reference in dataset.references
            if constraints
        ],
    )


def is_keyed_by_line(dataset: Dataset) -> bool:
    """Whether a row is known by its file and line alone, as payments are."""
    return bool(dataset.primary_key) and set(dataset.primary_key) <= set(PROVENANCE)


def create_indexes(connection: sqlite3.Connection, dataset: Dataset) -> None:
    """Creates the indexes that references and the descriptor's `indexes` ask for, and full-text search over `search`."""
    table = Database(connection).table(dataset.name)
    for columns in _index_columns(dataset):
        connection.execute(
            f"CREATE INDEX IF NOT EXISTS {quoted('_'.join(['idx', dataset.name, *columns]))}"
            f" ON {quoted(dataset.name)} ({listed(columns)}){_where_given(dataset, columns[0])}"
        )
    if dataset.listed("search"):
        table.enable_fts([dataset.stored(name) for name in dataset.listed("search")], tokenize="unicode61")


@contextmanager
def bulk(path: Path) -> Iterator[Callable[[str, pa.RecordBatch], None]]:
    """A function that adds the rows of a batch to a table by column name; the database must not be open elsewhere."""
    with dbapi.connect(str(path), autocommit=True) as connection, connection.cursor() as cursor:
        for setting in SETTINGS:
            cursor.execute(setting)

        def insert(table: str, rows: pa.RecordBatch) -> None:
            cursor.adbc_ingest(table, rows, mode="append")

        yield insert


def insert_rows(connection: sqlite3.Connection, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Adds few rows to a table, each a mapping of column names; what a row leaves out is null."""
    Database(connection).table(table).insert_all(dict(row) for row in rows)


def quoted(name: str) -> str:
    """A name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def listed(names: Iterable[str]) -> str:
    """Names as a column list."""
    return ", ".join(quoted(name) for name in names)


def _where_given(dataset: Dataset, column: str) -> str:
    """Rows whose first column is blank stand in no index: nobody looks for them by it, and most payments name no project."""
    is_always_given = column in PROVENANCE or any(
        each.stored_name == column and (each.constraints.get("required") or each.name in dataset.primary_key)
        for each in dataset.columns
    )
    return "" if is_always_given else f" WHERE {quoted(column)} IS NOT NULL"


def _index_columns(dataset: Dataset) -> Iterator[tuple[str, ...]]:
    """Indexes beyond the key; a reference that an index already begins with needs none of its own."""
    leading = {dataset.primary_key[:1], *(tuple(columns[:1]) for columns in dataset.listed("indexes"))}
    for reference in dataset.references:
        if reference.columns not in leading:
            yield tuple(dataset.stored(name) for name in reference.columns)
    for columns in dataset.listed("indexes"):
        yield tuple(dataset.stored(name) for name in columns)
