"""Release: indexes, search and the data dictionary into the database; a manifest; and an atomic switch to it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.boundaries import BOUNDARIES, collection_of
from pipeline.content import content_hash as hash_of_content
from pipeline.database import connect, create_indexes, insert_rows, quoted
from pipeline.dictionary import column_rows, dataset_rows, rule_rows
from pipeline.downloads import downloads
from pipeline.errors import ReleaseError
from pipeline.model import CheckedPackage, Derived, Release
from pipeline.releases import MANIFEST, Releases, digest, sync
from pipeline.standard import Dataset, Standard

SYNCED_AT_ONCE = 8
"""A disk is done sooner with many files together than with one after another."""
LIBRARIES = ("adbc-driver-sqlite", "frictionless", "polars", "pyarrow", "sqlite-utils")


@dataclass(frozen=True)
class Inputs:
    """What a release is made of: the day it speaks from, the packages, and a fingerprint of it all."""

    as_of: date
    packages: Sequence[CheckedPackage]
    fingerprint: str


def release(derived: Derived, standard: Standard, inputs: Inputs, releases: Releases) -> Release:
    """The finished, immutable release, now the current one.

    Its id is its as-of date and the beginning of its content hash: sha256 over the sorted rows of every table. It is
    complete and on the disk before its folder gets its name, and before visitors are switched to it.
    """
    folder = Path(derived).parent
    with connect(Path(derived)) as connection:
        _describe(connection, standard)
        _index(connection, standard)
        totals = _totals(connection)
    content_hash = hash_of_content(Path(derived), _all(standard))
    (folder / BOUNDARIES).write_text(_boundaries(inputs.packages), encoding="utf-8")
    manifest = _manifest(standard, inputs, content_hash) | {"totals": totals}
    taken_away = downloads(folder, standard, manifest, folder / BOUNDARIES)
    manifest |= {"files": {name: taken_away.get(name) or digest(folder / name) for name in _names(folder)}}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    finished = _keep(folder, releases, manifest)
    releases.switch(finished)
    return finished


def _describe(connection: sqlite3.Connection, standard: Standard) -> None:
    """Fills the tables in which the database explains itself."""
    insert_rows(connection, "rules", rule_rows(standard))
    insert_rows(connection, "columns", column_rows(standard))
    counts = {dataset.name: _count(connection, dataset.name) for dataset in _all(standard)}
    counts["datasets"] = len(counts)
    insert_rows(connection, "datasets", dataset_rows(standard, counts))


def _index(connection: sqlite3.Connection, standard: Standard) -> None:
    """Indexes and full-text search; then every reference must hold."""
    for dataset in _all(standard):
        create_indexes(connection, dataset)
    connection.execute("ANALYZE")
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise ReleaseError(f"The table {broken[0]} refers to a row of {broken[2]} that is not there.")


def _totals(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Rows and pence of every publisher: received, published, held back."""
    return [
        dict(row)
        for row in connection.execute(
            "SELECT publisher_id, outcome, sum(rows) AS rows, sum(amount_pence) AS amount_pence FROM conservation"
            " GROUP BY publisher_id, outcome ORDER BY publisher_id, outcome"
        )
    ]


def _manifest(standard: Standard, inputs: Inputs, content_hash: str) -> dict[str, Any]:
    return {
        "release": f"{inputs.as_of.isoformat()}-{content_hash[:12]}",
        "as_of": inputs.as_of.isoformat(),
        "content_hash": content_hash,
        "inputs": inputs.fingerprint,
        "versions": {"community-budget": __version__, "standard": standard.version}
        | {name: version(name) for name in LIBRARIES},
        "packages": [
            {"publisher": package.publisher_id, "verdict": package.verdict, "content_hash": package.content_hash}
            for package in inputs.packages
        ],
    }


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _boundaries(packages: Sequence[CheckedPackage]) -> str:
    """The boundaries that the accepted packages sent, in one collection."""
    geometries: dict[str, str] = {}
    for package in packages:
        if not package.is_refused:
            collection = json.loads((package.folder / BOUNDARIES).read_text(encoding="utf-8"))
            for feature in collection["features"]:
                shape = json.dumps(feature["geometry"], separators=(",", ":"))
                geometries[feature["properties"]["area_id"]] = shape
    return collection_of(geometries)


def _keep(folder: Path, releases: Releases, manifest: Mapping[str, Any]) -> Release:
    """Gives the finished folder its name; an equal release that stands there already is kept instead."""
    place = releases.folder / str(manifest["release"])
    with ThreadPoolExecutor(SYNCED_AT_ONCE) as pool:
        list(pool.map(sync, (*sorted(folder.rglob("*"), reverse=True), folder)))
    if not place.exists():
        folder.rename(place)
        sync(releases.folder)
    return Release(place.name, place, manifest)


def _count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {quoted(table)}").fetchone()[0])  # noqa: S608


def _all(standard: Standard) -> Iterator[Dataset]:
    yield from standard.datasets.values()
    yield from standard.derived.values()
