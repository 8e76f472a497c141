"""Changes: what to do to every table of one release to have the next, row by row and cell by cell.

Both databases are compared within SQLite, by key, so that memory is bounded however large they are.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import sqlite3
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from pipeline.database import listed, quoted, stored_columns
from pipeline.errors import ReleaseError
from pipeline.model import Release
from pipeline.releases import CHANGES, DATABASE, Releases
from pipeline.standard import Dataset, Standard

HEADER = ("dataset", "key", "change", "column", "old", "new")
Cell = str | int | float | None
Writer = Callable[["Change"], object]


@dataclass(frozen=True)
class Change:
    """What becomes of a row, or of a cell of it.

    removed: the row with this key goes; it has no column. added: a cell of a new row, which has null in the columns that
    are not named. changed: a cell has another value. cleared: a cell becomes null. The key has the values of the table's
    primary key in order, or of all its columns where it has none.
    """

    dataset: str
    key: tuple[Cell, ...]
    change: Literal["removed", "added", "changed", "cleared"]
    column: str = ""
    old: Cell = None
    new: Cell = None


class Tally:
    """How many rows of each dataset were added, changed and removed, by changes that come row after row."""

    def __init__(self, datasets: Container[str]) -> None:
        self.rows: dict[str, dict[str, int]] = {}
        self._datasets = datasets
        self._last: tuple[str, tuple[Cell, ...]] | None = None

    def told(self, change: Change) -> Change:
        """The same change, once it is counted."""
        row = change.dataset, change.key
        if row != self._last and change.dataset in self._datasets:
            counts = self.rows.setdefault(change.dataset, {"added": 0, "changed": 0, "removed": 0})
            counts["changed" if change.change == "cleared" else change.change] += 1
        self._last = row
        return change


def changes(before: Release, after: Release, standard: Standard) -> Iterator[Change]:
    """Every change from one release to another, in order of the standard and of keys; those that go come first."""
    with closing(_both(before, after)) as connection:
        for dataset in (*standard.datasets.values(), *standard.derived.values()):
            table = _Table.of(connection, dataset)
            yield from table.removed(connection)
            yield from table.changed(connection)
            yield from table.added(connection)


def write_csv(found: Iterable[Change], to: IO[str]) -> None:
    """Changes as CSV: the key as a JSON list, null as a blank cell."""
    write = _csv_writer(to)
    for change in found:
        write(change)


def write_json(found: Iterable[Change], names: tuple[str, str], to: IO[str]) -> None:
    """Changes as a JSON object: the two releases, and a list with a line for each change."""
    with _json_writer(to, names) as write:
        for change in found:
            write(change)


def keep_changes(releases: Releases, standard: Standard, before: Release | None, after: Release) -> None:
    """Writes the changes that a release brings beside the releases, as CSV and JSON with a tally, where they are not there yet.

    They are no part of either release, so that a release's bytes do not depend on what was published before it. Raises
    `ReleaseError` where the disk refuses them; the new release is then the current one all the same.
    """
    if before is None or before.release_id == after.release_id:
        return
    names = before.release_id, after.release_id
    if all(place.exists() for place in _places(releases.folder / CHANGES, names)):
        return
    try:
        tally = Tally({dataset.name for dataset in standard.sent})
        _keep(releases.folder / CHANGES, map(tally.told, changes(before, after, standard)), names)
        _write_tally(tally, *_places(releases.folder / CHANGES, names)[2:])
    except (OSError, sqlite3.OperationalError) as error:
        raise ReleaseError(
            f"{after.release_id} is the current release, but what it changes could not be written ({error}). Free or mend"
            f" the disk; community-budget diff {before.release_id} {after.release_id} --format csv has the changes."
        ) from error


def _keep(folder: Path, found: Iterable[Change], names: tuple[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    places = _places(folder, names)[:2]
    unfinished = [place.with_name(f".{place.name}") for place in places]
    with ExitStack() as stack:
        as_csv, as_json = (stack.enter_context(_packed(path)) for path in unfinished)
        writers = [_csv_writer(as_csv), stack.enter_context(_json_writer(as_json, names))]
        for change in found:
            for write in writers:
                write(change)
    for path, place in zip(unfinished, places, strict=True):
        with path.open("rb") as written:
            os.fdatasync(written.fileno())
        path.replace(place)


def _places(folder: Path, names: tuple[str, str]) -> list[Path]:
    return [folder / f"{names[0]}..{names[1]}.{form}" for form in ("csv.gz", "json.gz", "tally.json")]


def _write_tally(tally: Tally, place: Path) -> None:
    rows = [{"dataset": dataset} | counts for dataset, counts in tally.rows.items()]
    unfinished = place.with_name(f".{place.name}")
    unfinished.write_text(json.dumps({"rows": rows}), encoding="utf-8")
    unfinished.replace(place)


@contextmanager
def _packed(path: Path) -> Iterator[IO[str]]:
    """A compressed text file whose bytes say nothing of when it was written."""
    with (
        path.open("wb") as stream,
        gzip.GzipFile("", "wb", 6, stream, mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="") as text,
    ):
        yield text


def _csv_writer(to: IO[str]) -> Writer:
    writer = csv.writer(to)
    writer.writerow(HEADER)
    return lambda change: writer.writerow(
        [change.dataset, _json(change.key), change.change, change.column, change.old, change.new]
    )


@contextmanager
def _json_writer(to: IO[str], names: tuple[str, str]) -> Iterator[Writer]:
    to.write(f'{{"before": {_json(names[0])}, "after": {_json(names[1])}, "changes": [')
    between = iter(("\n",))
    yield lambda change: to.write(next(between, ",\n") + _json(vars(change)))
    to.write("\n]}\n")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True)
class _Table:
    """A table as both releases have it; a table or column that one lacks stands there empty."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    earlier: str
    later: str

    @classmethod
    def of(cls, connection: sqlite3.Connection, dataset: Dataset) -> _Table:
        columns = tuple(stored_columns(dataset))
        key = tuple(dataset.stored(name) for name in dataset.primary_key) or columns
        earlier, later = (_source(connection, schema, dataset.name, columns) for schema in ("earlier", "main"))
        return cls(dataset.name, columns, key, earlier, later)

    def removed(self, connection: sqlite3.Connection) -> Iterator[Change]:
        for row in connection.execute(self._only(self.earlier, self.later, self.key)):
            yield Change(self.name, row, "removed")

    def added(self, connection: sqlite3.Connection) -> Iterator[Change]:
        for row in connection.execute(self._only(self.later, self.earlier, self.columns)):
            cells = dict(zip(self.columns, row, strict=True))
            key = tuple(cells[name] for name in self.key)
            yield from (
                Change(self.name, key, "added", name, None, cell) for name, cell in cells.items() if cell is not None
            )

    def changed(self, connection: sqlite3.Connection) -> Iterator[Change]:
        """Cells that differ in rows that both have."""
        rest = [name for name in self.columns if name not in self.key]
        if not rest:
            return
        names = [f"{side}.{quoted(name)}" for side in ("a", "b") for name in rest]
        keys, half = [f"b.{quoted(name)}" for name in self.key], len(rest)
        for row in connection.execute(
            f"SELECT {', '.join([*keys, *names])} FROM {self.later} AS b CROSS JOIN {self.earlier} AS a"  # noqa: S608 names of the standard, quoted
            f" ON {self._same} WHERE ({', '.join(names[:half])}) IS NOT ({', '.join(names[half:])})"
            f" ORDER BY {', '.join(keys)}"
        ):
            key, cells = row[: len(keys)], row[len(keys) :]
            for name, old, new in zip(rest, cells[:half], cells[half:], strict=True):
                if old != new:
                    yield Change(self.name, key, "cleared" if new is None else "changed", name, old, new)

    def _only(self, some: str, others: str, shown: tuple[str, ...]) -> str:
        """The SQL of rows that one release has and the other has not, by key; without a key, by all that they hold."""
        if self.key == self.columns:
            names = listed(self.columns)
            return f"SELECT {names} FROM {some} EXCEPT SELECT {names} FROM {others}"  # noqa: S608 names of the standard
        keys = ", ".join(f"b.{quoted(name)}" for name in self.key)
        names = ", ".join(f"b.{quoted(name)}" for name in shown)
        return (
            f"SELECT {names} FROM {some} AS b WHERE NOT EXISTS (SELECT 1 FROM {others} AS a WHERE {self._same})"  # noqa: S608
            f" ORDER BY {keys}"
        )

    @property
    def _same(self) -> str:
        return " AND ".join(f"a.{quoted(name)} IS b.{quoted(name)}" for name in self.key)


def _source(connection: sqlite3.Connection, schema: str, table: str, columns: tuple[str, ...]) -> str:
    """A table in one of the two databases, with all the columns that are asked for."""
    found = {row[1] for row in connection.execute(f"PRAGMA {schema}.table_info({quoted(table)})")}
    if set(columns) <= found:
        return f"{schema}.{quoted(table)}"
    names = ", ".join(quoted(name) if name in found else f"NULL AS {quoted(name)}" for name in columns)
    return f"(SELECT {names} FROM {schema}.{quoted(table)})" if found else f"(SELECT {names} WHERE FALSE)"  # noqa: S608


def _both(before: Release, after: Release) -> sqlite3.Connection:
    earlier, later = (f"{(each.folder / DATABASE).resolve().as_uri()}?mode=ro&immutable=1" for each in (before, after))
    connection = sqlite3.connect(later, uri=True)
    connection.execute("ATTACH ? AS earlier", [earlier])
    return connection
