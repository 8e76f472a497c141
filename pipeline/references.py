"""References of one package held against the current release and the package itself, for a check before publishing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import polars as pl

from pipeline.database import quoted
from pipeline.model import CheckedFile, CheckedPackage, Problem
from pipeline.stage import rows_path
from pipeline.standard import Dataset, Reference, Standard


def unresolved(package: CheckedPackage, standard: Standard, database: Path) -> Iterator[Problem]:
    """A problem for every row whose reference is neither in the released database nor in the package.

    An error where publishing would hold the row back, a warning where it would empty the reference.
    """
    with closing(sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True)) as connection:
        for file in package.files:
            path = rows_path(package.folder, file.file_id)
            dataset = standard.datasets[file.dataset]
            for reference in dataset.references if path.exists() else ():
                known = _known(connection, package, reference)
                yield from _missing(pl.read_parquet(path), file, (dataset, reference, known), standard)


def _missing(
    rows: pl.DataFrame, file: CheckedFile, refers: tuple[Dataset, Reference, pl.Series], standard: Standard
) -> Iterator[Problem]:
    dataset, reference, known = refers
    column = dataset.by_name[reference.columns[0]]
    is_held = column.is_required or column.name in dataset.primary_key
    named = pl.col(column.stored_name)
    for line in rows.filter(named.is_not_null() & ~named.is_in(known.implode()))["line"]:
        at = {
            "dataset": dataset.name,
            "file": file.path,
            "line": line,
            "field": file.labels.get(column.name, column.name),
            "severity": "error" if is_held else "warning",
        }
        target = standard.datasets[reference.dataset].descriptor["title"]
        yield standard.problem("reference_not_found", at, title=column.title, target=target)


def _known(connection: sqlite3.Connection, package: CheckedPackage, reference: Reference) -> pl.Series:
    """The keys that a reference may name."""
    key = reference.targets[0]
    released = connection.execute(f"SELECT {quoted(key)} FROM {quoted(reference.dataset)}")  # noqa: S608 names of the standard, quoted
    keys = [pl.Series(key, [row[0] for row in released], dtype=pl.String)]
    for file in package.files:
        path = rows_path(package.folder, file.file_id)
        if file.dataset == reference.dataset and path.exists():
            keys.append(pl.read_parquet(path)[key])
    return pl.concat(keys)
