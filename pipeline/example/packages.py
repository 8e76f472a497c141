"""Writes the packages of the publishers: files as they are made, and at the end the descriptors that name them."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from pipeline.example.layouts import SCHEMA, Layout
from pipeline.example.payments import PaymentFile
from pipeline.example.place import CONTENT, Table, vocabulary


class Packages:
    """A folder with a package for each publisher; `finish` writes their descriptors."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._titles = {publisher: said["title"] for publisher, said in vocabulary("publishers.yml").items()}
        self._resources: dict[str, list[dict[str, Any]]] = {publisher: [] for publisher in self._titles}
        for publisher in self._titles:
            (folder / publisher).mkdir(parents=True, exist_ok=True)

    def add_hand_written(self) -> None:
        """Copies the tables that were written by hand, each into the package of its publisher."""
        for publisher, resources in self._resources.items():
            for path in sorted((CONTENT / publisher).glob("*.csv")):
                shutil.copyfile(path, self._folder / publisher / path.name)
                resources.append(_resource(path.stem, path.stem))

    def add(self, table: Table) -> None:
        """Writes a table as the standard wants it; its first row names the columns."""
        name = table.name or table.dataset
        rows = iter(table.rows)
        first = next(rows)
        cells = ([row[column] for column in first] for row in chain([first], rows))
        _write(self._folder / table.publisher / f"{name}.csv", chain([list(first)], cells))
        self._resources[table.publisher].append(_resource(name, table.dataset, table.period))

    def add_payments(self, layout: Layout, files: Iterable[PaymentFile]) -> None:
        """Writes a publisher's files of payments in its own layout, and their schema where they need one."""
        folder = self._folder / layout.publisher
        if schema := layout.schema():
            _write_json(folder / SCHEMA, schema)
        for file in files:
            _write(folder / f"{file.name}.csv", file.rows, layout)
            self._resources[layout.publisher].append(_resource(file.name, "spend", file.period) | layout.resource())

    def add_boundaries(self, boundaries: dict[str, Any]) -> None:
        """Writes the boundaries of the areas, a line for each."""
        features = ",\n".join(json.dumps(feature) for feature in boundaries["features"])
        text = f'{{"type": "FeatureCollection", "features": [\n{features}\n]}}\n'
        (self._folder / "partnership" / "boundaries.geojson").write_text(text, encoding="utf-8", newline="\n")
        resource = {"name": "boundaries", "path": "boundaries.geojson", "dataset": "boundaries", "format": "geojson"}
        self._resources["partnership"].append(resource)

    def finish(self) -> None:
        """Writes a descriptor for each publisher, its files by dataset and name."""
        for publisher, resources in self._resources.items():
            descriptor = {
                "name": publisher,
                "title": f"{self._titles[publisher]}: open data for the Wexmoor community budget",
                "publisher": publisher,
                "licenses": [{"name": "OGL-UK-3.0"}],
                "resources": sorted(resources, key=lambda resource: (resource["dataset"], resource["name"])),
            }
            _write_json(self._folder / publisher / "datapackage.json", descriptor)


def _resource(name: str, dataset: str, period: str = "") -> dict[str, Any]:
    resource = {"name": name, "path": f"{name}.csv", "dataset": dataset}
    return resource | ({"period": period} if period else {})


def _write(path: Path, rows: Iterable[Sequence[str]], layout: Layout | None = None) -> None:
    """Rows as CSV; the same bytes on any machine."""
    encoding, line_end, delimiter = ("utf-8", "\n", ",") if layout is None else _habits(layout)
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter, lineterminator=line_end).writerows(rows)


def _habits(layout: Layout) -> tuple[str, str, str]:
    return layout.encoding, layout.line_end, layout.delimiter


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
