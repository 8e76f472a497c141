"""What is measured: each contender is one function of a folder, run in a process of its own by `bench.py`."""

from __future__ import annotations

import csv
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path

import polars as pl

from pipeline.check import check
from pipeline.database import connect, create_indexes, create_table
from pipeline.load import load
from pipeline.model import CheckedPackage, Reconciled
from pipeline.protect import protect
from pipeline.publish import AT_ONCE, publish
from pipeline.read import read
from pipeline.site import Site, shipped_parts
from pipeline.stage import Stage
from pipeline.standard import Dataset, Standard

AS_OF = date(2026, 6, 30)


def checked(folder: Path) -> list[CheckedPackage]:
    """Ours: every package read and checked into an empty stage."""
    return list(_checking(folder, _standard()))


def loaded(folder: Path) -> None:
    """Ours: checked, loaded, taken over into the published table with its key, and all its indexes made."""
    standard = _standard()
    build = load(_checking(folder, standard), standard, AS_OF, folder)
    protected = protect(Reconciled(build), standard, folder / "bench.db")
    with connect(Path(protected)) as connection:
        create_indexes(connection, _without_search(standard.datasets["spend"]))


def published(folder: Path) -> None:
    """Ours: the whole of publish, with rules, derived tables, search, hashes and the switch."""
    publish(Site(folder), AS_OF)


def imported(folder: Path) -> None:
    """sqlite3's .import into the same typed table with the same key, then the same indexes; nothing is checked."""
    path = folder / "import.db"
    _same_table(path)
    script = (
        f".mode csv\nPRAGMA journal_mode=OFF;\nPRAGMA synchronous=OFF;\n.import --skip 1 {folder / 'flat.csv'} spend\n"
    )
    subprocess.run(["sqlite3", str(path)], input=script.encode(), check=True)
    _same_indexes(path)


def sqlite_utils_inserted(folder: Path) -> None:
    """`sqlite-utils insert` into the same table, then the same indexes."""
    path = folder / "sqlite-utils.db"
    _same_table(path)
    command = [
        sys.executable,
        "-m",
        "sqlite_utils",
        "insert",
        str(path),
        "spend",
        str(folder / "flat.csv"),
        "--csv",
        "--silent",
    ]
    subprocess.run(command, check=True)
    _same_indexes(path)


def pandas_written(folder: Path) -> None:
    """pandas read_csv and to_sql into the same table, then the same indexes."""
    import pandas

    path = folder / "pandas.db"
    _same_table(path)
    with closing(sqlite3.connect(path)) as connection:
        pandas.read_csv(folder / "flat.csv", low_memory=False).to_sql(
            "spend", connection, if_exists="append", index=False
        )
        connection.commit()
    _same_indexes(path)


def frictionless_validated(folder: Path) -> None:
    """frictionless validate of every file against the standard's schema."""
    for resource in _resources(folder):
        report = resource.validate(limit_errors=10**9)
        assert report.valid, report.flatten()[:3]


def frictionless_published(folder: Path) -> None:
    """frictionless validate, then its own reading of every row into SQLite."""
    frictionless_validated(folder)
    with closing(sqlite3.connect(folder / "frictionless.db")) as connection:
        for resource in _resources(folder):
            with resource:
                names = resource.schema.field_names
                marks = ", ".join("?" * len(names))
                connection.execute(f"CREATE TABLE IF NOT EXISTS spend ({', '.join(names)})")
                rows = ([_plain(value) for value in row.to_dict().values()] for row in resource.row_stream)
                connection.executemany(f"INSERT INTO spend VALUES ({marks})", rows)  # noqa: S608 names of the standard
        connection.commit()


CONTENDERS: Mapping[str, Callable[[Path], object]] = {
    contender.__name__: contender
    for contender in (
        checked, loaded, published, imported, sqlite_utils_inserted, pandas_written, frictionless_validated,
        frictionless_published,
    )
}  # fmt: skip


def _checking(folder: Path, standard: Standard) -> Iterator[CheckedPackage]:
    """Packages as they are checked, as publish takes them: while one is being loaded, the next are checked."""
    packages = [read(package, standard) for package in Site(folder).packages]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda package: check(package, standard, Stage(folder / "bench-stage")), packages)


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, int) else str(value)


def _resources(folder: Path) -> list[object]:
    from frictionless import Schema
    from frictionless.resources import TableResource

    fields = {column.name: column for column in _standard().datasets["spend"].columns}
    found = []
    for path in sorted((folder / "datapackages").glob("council-*/spend.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            header = next(csv.reader(stream))
        kept = ("name", "type", "constraints")
        described = [
            {key: fields[name].descriptor[key] for key in kept if key in fields[name].descriptor} for name in header
        ]
        schema = Schema.from_descriptor({"fields": described})
        found.append(TableResource(path=str(path.name), basepath=str(path.parent), schema=schema))
    return found


def _standard() -> Standard:
    return Standard.read(shipped_parts() / "standard")


def _without_search(dataset: Dataset) -> Dataset:
    """Full-text search is an index that no other contender makes."""
    return Dataset({key: value for key, value in dataset.descriptor.items() if key != "search"})


def _same_table(path: Path) -> None:
    path.unlink(missing_ok=True)
    standard = _standard()
    with connect(path) as connection:
        for dataset in standard.datasets.values():
            create_table(connection, dataset, constraints=True)


def _same_indexes(path: Path) -> None:
    with connect(path) as connection:
        create_indexes(connection, _without_search(_standard().datasets["spend"]))


def count_rows(folder: Path) -> int:
    """How many payments the packages hold."""
    return int(pl.scan_csv(folder / "flat.csv").select(pl.len()).collect().item())
