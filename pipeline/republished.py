"""Every publisher's rows as a package that any site can publish again, in one ZIP with all other tables of the release."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain, groupby
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.described import LICENCES
from pipeline.files import csv_bytes
from pipeline.standard import PROVENANCE, Dataset
from pipeline.tables import BATCH_ROWS, WITHHELD, as_csv

PACKAGES = "datapackages"
_FASTEST = 1
_EPOCH = (1980, 1, 1, 0, 0, 0)
_FILES = "SELECT file_id, publisher_id, dataset, period FROM files ORDER BY file_id"
_README = """\
All that this release has, as CSV.

datapackages/ has a package for every publisher, with the rows that were published, file by file as they were sent.
Each can be published again as it is: put its folder into the datapackages/ of a site. Money is in pounds, days are
year-month-day, text is UTF-8. Rows whose count of people is withheld and needed are left out there, as nobody can
send a count that is not known; the description of the package says how many. All rows are in the CSV of the dataset
that is published beside this archive.

tables/ has what the program made: what was received and held back, and the tables that are worked out from the rest.
"""


@dataclass
class _Package:
    """What is written of one publisher's package so far."""

    publisher: str
    title: str
    resources: list[dict[str, Any]] = field(default_factory=list)
    left_out: int = 0


class Archive:
    """The ZIP at `path`, from the Parquet files beside it: every row once, the same rows in the same bytes."""

    def __init__(self, path: Path, database: Path) -> None:
        self.path = path
        self._files, self._packages = _known(database)
        self._zip = ZipFile(path, "w", ZIP_DEFLATED, compresslevel=_FASTEST)
        _write(self._zip, "README.txt", [_README.encode()])

    def add(self, dataset: Dataset) -> None:
        """Adds a dataset whose Parquet is finished."""
        parquet = self.path.parent / f"{dataset.name}.parquet"
        if dataset.is_sent:
            _write_sent(self._zip, parquet, dataset, (self._files, self._packages))
        else:
            pieces = (csv_bytes(as_csv(rows, dataset), header=first) for first, rows in _row_groups(parquet))
            _write(self._zip, f"tables/{dataset.name}.csv", pieces)

    def close(self, boundaries: Path) -> None:
        """Ends it with what describes the packages and their boundaries."""
        with self._zip:
            _write_boundaries(self._zip, boundaries, self._packages)
            for package in self._packages.values():
                if package.resources:
                    text = json.dumps(_descriptor(package), indent=2, ensure_ascii=False) + "\n"
                    _write(self._zip, f"{PACKAGES}/{package.publisher}/datapackage.json", [text.encode()])


def _known(database: Path) -> tuple[dict[str, sqlite3.Row], dict[str, _Package]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        files = {row["file_id"]: row for row in connection.execute(_FILES)}
        rows = connection.execute("SELECT publisher_id, title FROM packages ORDER BY publisher_id").fetchall()
    return files, {row["publisher_id"]: _Package(row["publisher_id"], row["title"]) for row in rows}


def _write_sent(archive: ZipFile, parquet: Path, dataset: Dataset, known: tuple[Any, dict[str, _Package]]) -> None:
    """A member for each file as sent; rows of one file lie together, so that only one member is open at a time."""
    files, packages = known
    for file_id, parts in groupby(_parts(parquet), lambda part: part[0]):
        file = files[file_id]
        package = packages[file["publisher_id"]]
        resource = _resource(file, dataset)
        pieces = _sendable_pieces(parts, dataset, package)
        first = next(pieces, None)
        if first is not None:
            package.resources.append(resource)
            _write(archive, f"{PACKAGES}/{package.publisher}/{resource['path']}", chain([first], pieces))


def _parts(parquet: Path) -> Iterator[tuple[str, pl.DataFrame]]:
    """Rows of one file after another, by some ten thousand."""
    for _, rows in _row_groups(parquet):
        for (file_id,), part in rows.partition_by("file_id", maintain_order=True, as_dict=True).items():
            yield file_id, part


def _sendable_pieces(parts: Iterator[tuple[str, pl.DataFrame]], dataset: Dataset, package: _Package) -> Iterator[bytes]:
    """The CSV of rows as a publisher sends them; those that cannot be sent are counted."""
    header = True
    for _, part in parts:
        kept = _sendable(part, dataset)
        package.left_out += part.height - kept.height
        if kept.height:
            yield csv_bytes(as_csv(kept, dataset).drop(PROVENANCE), header=header)
            header = False


def _sendable(rows: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """The rows without a withheld count that every row needs."""
    needed = [column.name for column in dataset.columns if column.disclosure and column.is_required]
    return rows.filter(~pl.any_horizontal(f"{name}_withheld" for name in needed)) if needed else rows


def _resource(file: sqlite3.Row, dataset: Dataset) -> dict[str, Any]:
    name = file["file_id"].removeprefix(f"{file['publisher_id']}_")
    resource = {"name": name, "path": f"{name}.csv", "dataset": dataset.name}
    if file["period"]:
        resource["period"] = file["period"]
    if any(column.disclosure for column in dataset.columns):
        resource["schema"] = {"fields": [_field(column.name, column.disclosure) for column in dataset.columns]}
    return resource


def _field(name: str, disclosure: str) -> dict[str, Any]:
    return {"name": name, "missingValues": ["", WITHHELD]} if disclosure else {"name": name}


def _write_boundaries(archive: ZipFile, boundaries: Path, packages: dict[str, _Package]) -> None:
    """The boundaries go into the partnership's package: it alone sends them."""
    content = json.loads(boundaries.read_text(encoding="utf-8"))
    partnership = packages.get("partnership")
    if content["features"] and partnership:
        resource = {"name": "boundaries", "path": "boundaries.geojson", "dataset": "boundaries", "format": "geojson"}
        partnership.resources.append(resource)
        _write(archive, f"{PACKAGES}/partnership/boundaries.geojson", [boundaries.read_bytes()])


def _descriptor(package: _Package) -> dict[str, Any]:
    described = {
        "name": package.publisher,
        "title": package.title[:500],
        "publisher": package.publisher,
        "licenses": LICENCES,
        "resources": package.resources,
    }
    if package.left_out:
        described["description"] = (
            f"Rows left out, as a count of people that they need is withheld: {package.left_out}."
        )
    return described


def _row_groups(parquet: Path) -> Iterator[tuple[bool, pl.DataFrame]]:
    """Rows by some ten thousand, and whether they are the first; the first come even where there are none."""
    with pq.ParquetFile(parquet) as file:
        is_first = True
        for batch in file.iter_batches(batch_size=BATCH_ROWS):
            yield is_first, pl.DataFrame(pa.table(batch))
            is_first = False
        if is_first:
            yield True, pl.DataFrame(file.schema_arrow.empty_table())


def _write(archive: ZipFile, name: str, pieces: Iterable[bytes]) -> None:
    with archive.open(_info(name), "w", force_zip64=True) as member:
        for piece in pieces:
            member.write(piece)


def _info(name: str) -> ZipInfo:
    """A member without a day of its own, so that the archive's bytes depend on its content alone."""
    info = ZipInfo(name, _EPOCH)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info
