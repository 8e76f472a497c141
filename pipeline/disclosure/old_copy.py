"""What the release before shows of counts, for whoever kept a copy of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.database import quoted
from pipeline.disclosure.counts import Place, Row, rows_with_counts
from pipeline.disclosure.scheme import END, Method
from pipeline.standard import Dataset, Standard


@dataclass
class OldCopy:
    """Of every count that the release shows, the smallest and the largest number that it may be; and what rests on them.

    rests: rates and costs by dataset, key of the row and relation.
    """

    counts: dict[Place, tuple[int, int]] = field(default_factory=dict)
    rests: dict[Place, Any] = field(default_factory=dict)


def old_copy(connection: sqlite3.Connection, standard: Standard, methods: Mapping[str, Method]) -> OldCopy:
    """What the attached release shows."""
    known = OldCopy()
    for dataset in standard.datasets.values():
        if any(column.disclosure for column in dataset.columns) and _is_there(connection, dataset):
            rows = rows_with_counts(connection, dataset, standard, "previous")
            known.counts.update(_counts(rows, dataset, methods))
            known.rests.update(rests(rows, dataset.name))
    return known


def rests(rows: Iterable[Row], dataset: str) -> Iterator[tuple[Place, Any]]:
    """The rates and costs of rows, by where they stand."""
    for row in rows:
        for name, value in row.beside.items():
            if value is not None and name.endswith((".value", ".cost")):
                yield Place(dataset, name, tuple(row.key.values())), value


def _counts(
    rows: Iterable[Row], dataset: Dataset, methods: Mapping[str, Method]
) -> Iterator[tuple[Place, tuple[int, int]]]:
    for row in rows:
        for column, shown in row.counts.items():
            if isinstance(shown, int | float) and not column.endswith(END):
                place = Place(dataset.name, column, tuple(row.key.values()))
                yield place, methods[row.method].interval(round(shown))


def _is_there(connection: sqlite3.Connection, dataset: Dataset) -> bool:
    """Whether that release has the table with all its columns; an older standard may not have had them."""
    there = {row[1] for row in connection.execute(f"PRAGMA previous.table_info({quoted(dataset.name)})")}
    return {column.stored_name for column in dataset.columns} <= there
