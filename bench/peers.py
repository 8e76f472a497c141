"""What it is measured against: each contender is one function of a folder; `peers.py contender folder` runs it.

None of them imports the program, and each imports what it alone needs, so that nobody waits for another's start. The table,
the indexes and the schema that they take lie in the folder, made from the standard (`place.py`).
"""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any


def sqlite_utils_inserted(folder: Path) -> None:
    """`sqlite-utils insert` into the same table, then the same indexes."""
    path = _same_table(folder)
    options = ["insert", str(path), "spend", str(folder / "flat.csv"), "--csv", "--silent"]
    subprocess.run([sys.executable, "-m", "sqlite_utils", *options], check=True)
    _same_indexes(folder, path)


def pandas_written(folder: Path) -> None:
    """pandas read_csv and to_sql into the same table, then the same indexes."""
    import pandas  # others do not wait for it

    path = _same_table(folder)
    with closing(sqlite3.connect(path)) as connection:
        rows = pandas.read_csv(folder / "flat.csv", low_memory=False)
        rows.to_sql("spend", connection, if_exists="append", index=False)
        connection.commit()
    _same_indexes(folder, path)


def frictionless_validated(folder: Path) -> None:
    """frictionless validate of every file against the standard's schema."""
    for resource in _resources(folder):
        report = resource.validate(limit_errors=10**9)
        assert report.valid, report.flatten()[:3]


def frictionless_published(folder: Path) -> None:
    """frictionless validate, then frictionless's own publish to SQLite: a table for each file."""
    from frictionless import Package  # others do not wait for it

    frictionless_validated(folder)
    package = Package(resources=list(_resources(folder)))
    package.publish(f"sqlite:///{folder / 'peer.db'}")


def frictionless_inserted(folder: Path) -> None:
    """frictionless validate, then its rows into one table of SQLite by the shortest loop there is."""
    frictionless_validated(folder)
    with closing(sqlite3.connect(folder / "peer.db")) as connection:
        for resource in _resources(folder):
            with resource:
                names = resource.schema.field_names
                marks = ", ".join("?" * len(names))
                connection.execute(f"CREATE TABLE IF NOT EXISTS spend ({', '.join(names)})")
                rows = ([_plain(value) for value in row.to_dict().values()] for row in resource.row_stream)
                connection.executemany(f"INSERT INTO spend VALUES ({marks})", rows)  # noqa: S608 names of the standard
        connection.commit()


CONTENDERS: Mapping[str, Callable[[Path], None]] = {
    each.__name__: each
    for each in (
        sqlite_utils_inserted,
        pandas_written,
        frictionless_validated,
        frictionless_published,
        frictionless_inserted,
    )
}


def main(arguments: Sequence[str]) -> None:
    """Runs a contender on a folder."""
    name, folder = arguments
    CONTENDERS[name](Path(folder))


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, int) else str(value)


def _resources(folder: Path) -> Iterator[Any]:
    from frictionless import Schema  # others do not wait for it
    from frictionless.resources import TableResource

    fields = {field["name"]: field for field in json.loads((folder / "fields.json").read_text(encoding="utf-8"))}
    for path in sorted((folder / "datapackages").glob("council-*/spend.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            header = next(csv.reader(stream))
        schema = Schema.from_descriptor({"fields": [fields[name] for name in header]})
        name = path.parent.name.replace("-", "_")
        yield TableResource(name=name, path=str(path.relative_to(folder)), basepath=str(folder), schema=schema)


def _same_table(folder: Path) -> Path:
    path = folder / "peer.db"
    _execute(path, folder / "table.sql")
    return path


def _same_indexes(folder: Path, path: Path) -> None:
    _execute(path, folder / "indexes.sql")


def _execute(path: Path, script: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(sys.argv[1:])
