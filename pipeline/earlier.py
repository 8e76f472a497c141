"""One package held against the current release: what has vanished from it or was rewritten, for a check before publishing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import polars as pl

from pipeline.database import create_tables, insert_rows, quoted
from pipeline.model import CheckedPackage, Problem
from pipeline.rules import Failing, broken
from pipeline.stage import rows_path
from pipeline.standard import Standard


def changed_since(package: CheckedPackage, standard: Standard, database: Path) -> Iterator[Problem]:
    """A warning for everything that the rules find which compare with a release, seen by them as `before`.

    Nothing where the release was made by another version of the standard: its tables may not be the same.
    """
    rules = [rule for rule in standard.rules if rule.compares]
    with closing(sqlite3.connect("file:package?mode=memory", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        create_tables(connection, standard, constraints=False)
        _load(connection, package, standard)
        connection.commit()
        connection.execute("ATTACH ? AS before", [f"file:{quote(str(database.resolve()))}?mode=ro&immutable=1"])
        (made_by,) = connection.execute("SELECT standard_version FROM before.releases").fetchone()
        for rule in rules if made_by == standard.version else ():
            for failing in broken(connection, rule):
                yield _problem(connection, failing, package)


def _load(connection: sqlite3.Connection, package: CheckedPackage, standard: Standard) -> None:
    """The rows of the package, payments left out: no rule of this kind is about them, and they are many."""
    for file in package.files:
        path = rows_path(package.folder, file.file_id)
        if path.exists() and standard.datasets[file.dataset].primary_key[:1] != ("file_id",):
            sent = {"publisher_id": package.publisher_id, "file_id": file.file_id}
            insert_rows(connection, file.dataset, (row | sent for row in pl.read_parquet(path).iter_rows(named=True)))


def _problem(connection: sqlite3.Connection, failing: Failing, package: CheckedPackage) -> Problem:
    file_id, line = connection.execute(
        f"SELECT file_id, line FROM {quoted(failing.dataset)} WHERE rowid = ?",  # noqa: S608 a name of the standard, quoted
        [failing.row_id],
    ).fetchone()
    (file,) = (file for file in package.files if file.file_id == file_id)
    return Problem(
        failing.rule, failing.message, failing.advice, severity="warning", dataset=failing.dataset, file=file.path,
        line=line, field=file.labels.get(failing.field, failing.field),
    )  # fmt: skip
