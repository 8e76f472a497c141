"""Protect people: a new database takes over what may be published, counts of people as the standard protects them."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from pipeline.database import connect, create_table, insert_rows, is_keyed_by_line, quoted, stored_columns
from pipeline.disclosure.counts import counted
from pipeline.disclosure.decision import Decision, decide, rests_on_counts, tally_rows
from pipeline.disclosure.old_copy import OldCopy, old_copy
from pipeline.disclosure.scheme import Method, methods_of
from pipeline.model import Protected, Reconciled
from pipeline.standard import Dataset, Standard


def protect(reconciled: Reconciled, standard: Standard, path: Path, previous: Path | None = None) -> Protected:
    """A new database at `path` with every row of the reconciled one; no unprotected count ever touches its file.

    round5: counts of people from 1 to 7 become `c`, others the nearest 5, and 0 stays 0, as in the hospital statistics
    of NHS England since September 2018. Where a withheld count could be worked out by the relations of `protection.yml`,
    from this release or together with the `previous` one, further counts become `c`, so that least is lost. What rests
    on a hidden count is emptied. The same databases give the same choice; the table `protection` says how much it was.
    """
    methods = methods_of(standard)
    with connect(path) as connection:
        connection.execute("ATTACH ? AS private", [str(reconciled)])
        old = _old_copy(connection, standard, methods, previous)
        decision = decide(connection, standard, methods, old)
        _take_over(connection, standard, decision)
        rested = _rested(connection, standard)
        insert_rows(connection, "protection", tally_rows(decision, standard, methods, rested))
        connection.commit()
        connection.execute("DETACH private")
    return Protected(path)


def _old_copy(
    connection: sqlite3.Connection, standard: Standard, methods: dict[str, Method], previous: Path | None
) -> OldCopy:
    if previous is None:
        return OldCopy()
    connection.execute("ATTACH ? AS previous", [f"{previous}"])
    old = old_copy(connection, standard, methods)
    connection.commit()
    connection.execute("DETACH previous")
    return old


def _take_over(connection: sqlite3.Connection, standard: Standard, decision: Decision) -> None:
    """Fills every table of the standard with what is published of it."""

    def shown(dataset: str, row: int, column: str, sent: Any) -> Any:
        return decision.shown.get((dataset, row, column), sent)

    def rest_hidden(dataset: str, row: int) -> int:
        return int((dataset, row) in decision.rest_hidden)

    connection.create_function("shown", 4, shown, deterministic=True)
    connection.create_function("rest_hidden", 2, rest_hidden, deterministic=True)
    for dataset in standard.datasets.values():
        create_table(connection, dataset, constraints=True)
        if dataset.name == "protection":
            continue
        connection.execute(f"INSERT INTO main.{quoted(dataset.name)} {_taken_over(dataset, standard)}")


def _taken_over(dataset: Dataset, standard: Standard) -> str:
    """The SQL of what is published of a dataset, in order of its key; payments lie in that order, and go over whole."""
    table = f"private.{quoted(dataset.name)}"
    if is_keyed_by_line(dataset):
        return f"SELECT * FROM {table}"  # noqa: S608 names of the standard, quoted
    columns = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in _published(dataset, standard).items())
    return f"SELECT {columns} FROM {table} AS sent ORDER BY {_order(dataset)}"  # noqa: S608 names of the standard, quoted


def _published(dataset: Dataset, standard: Standard) -> dict[str, str]:
    """For every stored column of a dataset, the SQL of what is published of it."""
    columns = {name: f"sent.{quoted(name)}" for name in stored_columns(dataset)}
    counts = [found.column for found in counted(dataset, standard)]
    for name in counts:
        columns[name] = f"shown('{dataset.name}', sent.rowid, '{name}', {columns[name]})"
    scheme = standard.protection["datasets"].get(dataset.name, {}).get("if_withheld", {})
    rest = f"rest_hidden('{dataset.name}', sent.rowid)"
    for name in rests_on_counts(dataset, standard) if counts else ():
        columns[name] = f"iif({rest}, NULL, {columns[name]})"
    for name, value in scheme.get("set", {}).items():
        columns[name] = f"iif({rest}, '{value}', {columns[name]})"
    return columns


def _rested(connection: sqlite3.Connection, standard: Standard) -> dict[tuple[str, str], tuple[int, int]]:
    """For columns that rest on counts: how many cells there were, and how many of them were emptied."""
    found = {}
    for dataset in standard.datasets.values():
        for name in rests_on_counts(dataset, standard):
            cells, kept = (
                connection.execute(f"SELECT count({quoted(name)}) FROM {schema}.{quoted(dataset.name)}").fetchone()[0]  # noqa: S608 names of the standard, quoted
                for schema in ("private", "main")
            )
            if cells:
                found[dataset.name, name] = (cells, cells - kept)
    return found


def _order(dataset: Dataset) -> str:
    return ", ".join(f"sent.{quoted(dataset.stored(name))}" for name in dataset.primary_key) or "sent.rowid"
