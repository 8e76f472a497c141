"""Downloads: all of a release as files that partners take away, with their description and checksums."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.described import LICENCES, MEDIA_TYPES, csv_resource, file_resource, fiscal_resource
from pipeline.exports import SAFE, Exported, export
from pipeline.files import PACKED, write_file
from pipeline.releases import DATABASE, digest
from pipeline.republished import Archive
from pipeline.standard import Standard
from pipeline.wards import ward_collection

FOLDER = "downloads"
ARCHIVE = "community-budget.zip"
DESCRIPTION = "datapackage.json"
INDEX = "index.json"
FISCAL = "fiscal-datapackage.json"
CHECKSUMS = "SHA256SUMS"
WARDS = "wards.geojson"
THREADS = 4
"""Two processors have something to do while others wait for a disk or for one another."""


def downloads(folder: Path, standard: Standard, release: Mapping[str, Any], boundaries: Path) -> dict[str, str]:
    """Fills `downloads/` of the release in `folder`; returns the sha256 of each file there and of the database.

    `release` has `release` and `as_of`. All is made of the finished database alone: the same rows give the same bytes.
    The database stands there under a second name, not a second time.
    """
    making = _Making(folder / FOLDER, standard, release)
    making.folder.mkdir()
    making.export(folder / DATABASE, boundaries)
    making.link(folder / DATABASE)
    making.hashes |= write_file(making.folder / WARDS, [ward_collection(folder / DATABASE, boundaries)])
    making.describe()
    return {path.relative_to(folder).as_posix(): making.hashes[path] for path in sorted(making.hashes)}


@dataclass
class _Making:
    folder: Path
    standard: Standard
    release: Mapping[str, Any]
    tables: list[Exported] = field(default_factory=list)
    hashes: dict[Path, str] = field(default_factory=dict)

    def export(self, database: Path, boundaries: Path) -> None:
        """All tables as files, the largest first; a table goes into the archive while the next ones are written."""
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            counts = dict(connection.execute("SELECT dataset, row_count FROM datasets"))
        datasets = (*self.standard.datasets.values(), *self.standard.derived.values())
        self.tables = [Exported(dataset, counts[dataset.name]) for dataset in datasets]
        archive = Archive(self.folder / ARCHIVE, database)
        with ThreadPoolExecutor(THREADS) as pool, ThreadPoolExecutor(1) as archiving:
            added = []
            for table in sorted(self.tables, key=lambda table: -table.rows):
                export(database, table, self.folder, pool)
                self.hashes |= table.hashes
                added.append(archiving.submit(archive.add, table.dataset))
            for adding in added:
                adding.result()
        archive.close(boundaries)
        self.hashes[archive.path] = digest(archive.path)

    def link(self, database: Path) -> None:
        try:
            os.link(database, self.folder / DATABASE)
        except OSError:
            shutil.copyfile(database, self.folder / DATABASE)
        self.hashes[database] = self.hashes[self.folder / DATABASE] = digest(database)

    def describe(self) -> None:
        """Writes the description of all files, the list of them, and their checksums, in this order."""
        resources = list(self._resources())
        package = {
            "name": "community-budget",
            "title": self.standard.title,
            "version": str(self.release["release"]),
            "created": f"{self.release['as_of']}T00:00:00Z",
            "licenses": LICENCES,
        }
        self._write(DESCRIPTION, _json(package, resources, "resources"))
        self._write(FISCAL, _json(package | {"profile": "fiscal-data-package"}, list(self._fiscal()), "resources"))
        about = {name: self.release[name] for name in ("release", "as_of", "content_hash")}
        self._write(INDEX, _json(about, [self._listed(resource) for resource in resources], "files"))
        lines = [f"{self.hashes[path]}  {self._name(path)}\n" for path in sorted(self.hashes) if self._is_here(path)]
        self._write(CHECKSUMS, "".join(lines))

    def _resources(self) -> Iterator[dict[str, Any]]:
        for table in self.tables:
            for path in sorted(table.hashes):
                if path.suffix != PACKED or path.with_suffix("") not in table.hashes:
                    yield self._of_table(table, path)
        yield from (self._with_size(file_resource(name, title), name) for name, title in _WHOLES.items())

    def _fiscal(self) -> Iterator[dict[str, Any]]:
        """The tables of money that the standard maps to the Fiscal Data Package."""
        for table in self.tables:
            if any("fiscal" in field for field in table.dataset.descriptor["fields"]):
                name = f"{table.dataset.name}.csv"
                yield self._with_size(fiscal_resource(table.dataset, name), name)

    def _of_table(self, table: Exported, path: Path) -> dict[str, Any]:
        """A file of a table, described by its form; its size and hash are those of the file as it is kept."""
        name = self._name(path)
        form = Path(name.removesuffix(PACKED)).suffix
        described = _described(table, name.removesuffix(PACKED), form)
        if name.endswith(PACKED):
            described |= {"path": name, "compression": "gz"}
        return self._with_size(described, name)

    def _with_size(self, resource: dict[str, Any], name: str) -> dict[str, Any]:
        path = self.folder / name
        return resource | {"bytes": path.stat().st_size, "hash": f"sha256:{self.hashes[path]}"}

    def _listed(self, resource: Mapping[str, Any]) -> dict[str, Any]:
        """What a page of downloads says of a file; `address` is the name to ask for, packed or not."""
        path = Path(str(resource["path"]))
        packed = path if path.suffix == PACKED else path.with_name(path.name + PACKED)
        address = path.as_posix().removesuffix(PACKED)
        table = next((table for table in self.tables if table.dataset.name == _stem(address)), None)
        listed = {
            "address": address,
            "title": resource["title"],
            "format": Path(address).suffix[1:],
            "mediatype": MEDIA_TYPES[Path(address).suffix],
            "bytes": resource["bytes"],
            "sha256": str(resource["hash"]).removeprefix("sha256:"),
            "is_packed": path.suffix == PACKED,
            "is_for_spreadsheets": address.endswith(SAFE),
            "dataset": table.dataset.name if table else None,
            "section": table.dataset.descriptor["section"] if table else None,
            "rows": table.rows if table and "/" not in address else None,
        }
        if self.folder / packed in self.hashes:
            listed["packed_bytes"] = (self.folder / packed).stat().st_size
        return listed

    def _write(self, name: str, text: str) -> None:
        self.hashes |= write_file(self.folder / name, [text.encode()])

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _is_here(self, path: Path) -> bool:
        return path.is_relative_to(self.folder)


_WHOLES = {
    WARDS: "Wards with their boundaries and headline figures",
    DATABASE: "The whole release as one SQLite database",
    ARCHIVE: "The whole release as CSV in one archive, each publisher's part ready to be published again",
}


def _described(table: Exported, name: str, form: str) -> dict[str, Any]:
    dataset = table.dataset
    if form == ".csv":
        described = csv_resource(dataset, name)
        note = " For spreadsheets: an apostrophe stands before text that they would run as a formula."
        return described | {"description": described["description"] + note} if name.endswith(SAFE) else described
    return file_resource(name, dataset.descriptor["title"]) | {"description": f"{_FORMS[form]} {_TYPED}"}


_FORMS = {".json": "An array of the rows.", ".ndjson": "A line for each row.", ".parquet": "Columns with their types."}
_TYPED = (
    "The columns are those of the CSV. A count that is withheld is missing, and the column beside it, with"
    " _withheld after its name, is true."
)


def _stem(address: str) -> str:
    """The dataset that a file is of: what its address begins with."""
    return address.split("/")[0].split(".")[0]


def _json(content: Mapping[str, Any], items: Sequence[Any], called: str) -> str:
    """JSON with a list of items under a name, each on a line of its own."""
    lines = ",\n".join(json.dumps(item, ensure_ascii=False) for item in items)
    return f"{json.dumps(content, ensure_ascii=False)[:-1]}, {json.dumps(called)}: [\n{lines}\n]}}\n"
