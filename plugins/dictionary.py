"""Tells Datasette what the standard knows of every table: titles, descriptions, units, facets, order, labels.

All of it comes from the tables `datasets` and `columns` of the release itself, so it is never written down twice;
what metadata.yml says of a table wins over it. Descriptions are plain text.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from functools import lru_cache
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from jinja2 import Environment

ROUTE = "community-budget"
UNITS = {
    "pence": "In pounds; stored as whole pence.",
    "basis_points": "A share; stored in hundredths of a per cent, so that 1250 is 12.5 %.",
    "bytes": "In bytes.",
    "years": "In years.",
}
PROTECTED = "A small number of people is not published and reads c; others may be rounded, as the page on privacy says."
PROVENANCE = {
    "publisher_id": ("Publisher", "Who sent this row."),
    "file_id": ("File", "The file that this row came in."),
    "line": ("Line", "The line of that file on which this row begins."),
}


@hookimpl
def get_metadata(datasette: Datasette, key: str | None) -> dict[str, Any]:
    """The dictionary of every release that is open. Asked for `tables`, Datasette wants permissions: it has none."""
    if key not in (None, "databases"):
        return {}
    releases = [database for database in datasette.databases.values() if database.route == ROUTE and database.path]
    return {"databases": {database.name: {"tables": _copied(described(database.path))} for database in releases}}


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Gives templates the filter `table_title`: `{{ "spend"|table_title }}` is Payments, or what another database calls it."""
    env.filters["table_title"] = lambda table, database=ROUTE: _title(datasette, table, database)


def _title(datasette: Datasette, table: str, database: str) -> str:
    return str(datasette.table_metadata(datasette.get_database(database).name, table).get("title", table))


@lru_cache(maxsize=8)
def described(path: str) -> Mapping[str, Mapping[str, Any]]:
    """What the release in a file says of its tables; nothing, where it has no dictionary. Read once: releases do not change."""
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not {"datasets", "columns"} <= tables:
            return {}
        columns: dict[str, list[sqlite3.Row]] = {}
        for row in connection.execute("SELECT * FROM columns ORDER BY dataset, position"):
            columns.setdefault(row["dataset"], []).append(row)
        datasets = connection.execute("SELECT * FROM datasets ORDER BY rowid").fetchall()
    return {row["dataset"]: _table(dict(row), columns.get(row["dataset"], [])) for row in datasets}


def _table(dataset: dict[str, Any], columns: Iterable[sqlite3.Row]) -> dict[str, Any]:
    titles = {row["column"]: row["title"] for row in columns}
    sent = {} if dataset["owner"] == "program" else PROVENANCE
    return {
        "title": dataset["title"],
        "description": dataset["description"],
        "section": dataset["section"],
        "is_sent": dataset["owner"] != "program",
        "column_titles": titles | {name: title for name, (title, _) in sent.items()},
        "columns": {row["column"]: _column(dict(row)) for row in columns}
        | {name: text for name, (_, text) in sent.items()},
        **({"label_column": dataset["label"]} if dataset["label"] else {}),
        **_listing(dataset),
    }


def _listing(dataset: dict[str, Any]) -> dict[str, Any]:
    """How a table is listed: `facets` are columns separated by commas, `sort` a column, or a column and ` desc`.

    A table that would begin with its largest is listed by its key instead: sorted downwards, Datasette 0.65 orders equal
    rows one way on the first page and another way on the next, so pages and streamed CSV repeat some rows and lose others.
    """
    facets = [name.strip() for name in (dataset["facets"] or "").split(",") if name.strip()]
    column, _, direction = (dataset["sort"] or "").partition(" ")
    listing: dict[str, Any] = {"facets": facets} if facets else {}
    return listing | ({"sort": column} if column and direction != "desc" else {})


def _column(column: dict[str, Any]) -> str:
    codes = f"One of: {column['codes']}." if column["codes"] else ""
    unit = UNITS.get(column["unit"] or "", "")
    protected = PROTECTED if column["disclosure"] else ""
    return " ".join(text for text in (column["description"], codes, unit, protected) if text)


def _copied(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Datasette writes into what it is given; each time it gets its own."""
    return {
        name: {key: value.copy() if isinstance(value, dict | list) else value for key, value in table.items()}
        for name, table in tables.items()
    }
