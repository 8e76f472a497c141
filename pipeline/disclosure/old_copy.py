"""What the release before shows of counts, for whoever kept a copy of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping

from pipeline.database import quoted
from pipeline.disclosure.counts import Place, rows_with_counts
from pipeline.disclosure.scheme import END, Method
from pipeline.standard import Dataset, Standard


def old_copy(
    connection: sqlite3.Connection, standard: Standard, methods: Mapping[str, Method]
) -> dict[Place, tuple[int, int]]:
    """Of every count that the attached release shows, the smallest and the largest number that it may be."""
    known: dict[Place, tuple[int, int]] = {}
    for dataset in standard.datasets.values():
        if any(column.disclosure for column in dataset.columns) and _is_there(connection, dataset):
            known.update(_of_dataset(connection, dataset, standard, methods))
    return known


def _of_dataset(
    connection: sqlite3.Connection, dataset: Dataset, standard: Standard, methods: Mapping[str, Method]
) -> Iterator[tuple[Place, tuple[int, int]]]:
    for row in rows_with_counts(connection, dataset, standard, "previous"):
        for column, shown in row.counts.items():
            if isinstance(shown, int | float) and not column.endswith(END):
                place = Place(dataset.name, column, tuple(row.key.values()))
                yield place, methods[row.method].interval(round(shown))


def _is_there(connection: sqlite3.Connection, dataset: Dataset) -> bool:
    """Whether that release has the table with all its columns; an older standard may not have had them."""
    there = {row[1] for row in connection.execute(f"PRAGMA previous.table_info({quoted(dataset.name)})")}
    return {column.stored_name for column in dataset.columns} <= there
