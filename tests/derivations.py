"""Derived tables worked out from a few rows: a release of its own for every set of rows, without the way to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import yaml

from pipeline.database import create_table, create_tables, listed, quoted, stored_columns
from pipeline.standard import Standard

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "derived"

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows by table, in database columns; what a row leaves out is null."""


class PlainDates(yaml.SafeLoader):
    """YAML in which a date is text, as it is in the database."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [resolver for resolver in resolvers if resolver[0] != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@cache
def standard() -> Standard:
    return Standard.read(ROOT / "standard")


def cases_of(name: str) -> list[dict[str, Any]]:
    """The cases of a derived table, none where nobody has written any yet."""
    file = CASES / f"{name}.yml"
    return yaml.load(file.read_text(encoding="utf-8"), PlainDates)["cases"] if file.exists() else []


@contextmanager
def derived_from(rows: Rows, until: str) -> Iterator[sqlite3.Connection]:
    """A release of these rows with its derived tables, in declared order, as far as `until`."""
    with closing(sqlite3.connect(":memory:")) as connection:
        _empty().backup(connection)
        connection.row_factory = sqlite3.Row
        fill(connection, rows)
        derive_until(connection, until)
        yield connection


def fill(connection: sqlite3.Connection, rows: Rows) -> None:
    """Adds rows: as of 2026-06-30 unless they say otherwise, sent by publisher p in file p_f, with lines from 2."""
    for table, given in ({"releases": [{"as_of": "2026-06-30", "standard_version": "1.0.0"}]} | dict(rows)).items():
        sent = {"publisher_id": "p", "file_id": "p_f"} if standard().datasets[table].is_sent else {}
        for line, row in enumerate(given, start=2):
            full = {**sent, **({"line": line} if sent else {}), **row}
            marks = ", ".join("?" * len(full))
            connection.execute(f"INSERT INTO {quoted(table)} ({listed(full)}) VALUES ({marks})", list(full.values()))


def derive_until(connection: sqlite3.Connection, until: str) -> None:
    for name, dataset in standard().derived.items():
        create_table(connection, dataset, constraints=True)
        columns = listed(stored_columns(dataset))
        connection.execute(f"INSERT INTO {quoted(name)} ({columns}) {standard().derivations[name]}")
        if name == until:
            return


def rows_of(connection: sqlite3.Connection, name: str) -> list[dict[str, Any]]:
    """The rows of a derived table in the order of its key, or without a key in that of its SQL."""
    dataset = standard().derived[name]
    order = listed(dataset.stored(column) for column in dataset.primary_key) or "rowid"
    return [dict(row) for row in connection.execute(f"SELECT * FROM {quoted(name)} ORDER BY {order}")]


@cache
def _empty() -> sqlite3.Connection:
    """A release without rows. Its tables take any row, so that rows give only what a derivation reads."""
    connection = sqlite3.connect(":memory:")
    create_tables(connection, standard(), constraints=False)
    connection.commit()
    return connection
