"""Single derived tables worked out from a few rows, fast enough for a hundred examples of a property."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from typing import Any

from derivations import Rows, fill, rows_of, standard
from hypothesis import settings

from pipeline.database import create_table, create_tables, listed, quoted, stored_columns

Row = dict[str, Any]

NO_DEADLINE = settings(deadline=None)
"""Each example makes a database; how long that takes says nothing."""


def derived(rows: Rows, *names: str) -> list[Row]:
    """The rows of the last of these derived tables, worked out in this order and without any other."""
    with closing(sqlite3.connect(":memory:")) as connection:
        _empty().backup(connection)
        connection.row_factory = sqlite3.Row
        fill(connection, rows)
        for name in names:
            columns = listed(stored_columns(standard().derived[name]))
            connection.execute(f"INSERT INTO {quoted(name)} ({columns}) {standard().derivations[name]}")
        return rows_of(connection, names[-1])


@cache
def _empty() -> sqlite3.Connection:
    """A release without rows, and without keys where publishers send them, so that rows give only what is read."""
    connection = sqlite3.connect(":memory:")
    create_tables(connection, standard(), constraints=False)
    for dataset in standard().derived.values():
        create_table(connection, dataset, constraints=True)
    connection.commit()
    return connection
