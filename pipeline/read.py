"""Read a publisher's package as it is: what it says it holds, and what makes it impossible to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.boundaries import property_blocks, shapes
from pipeline.descriptor import NAME, not_allowed, read_json, unanswered
from pipeline.layout import Layout, layout_of
from pipeline.model import Block, Package, Reading, SourceFile
from pipeline.period import bounds
from pipeline.rows import blocks, with_header
from pipeline.source import is_as_seen, look_through
from pipeline.standard import Dataset, Standard
from pipeline.structure import Structural

PARTNERSHIP = "partnership"
BOUNDARIES = "boundaries"


def read(folder: Path, standard: Standard) -> Package:
    """The package in `folder`, with every structural problem that its description, its files and their headers show.

    Never raises for what a publisher sent. `content_hash` changes when a byte of the package or the standard does.
    """
    contents = _Contents(folder, standard, folder.resolve().name)
    found = contents.take()
    wrong = [(error.rule, error.at, error.words) for error in found]
    known = (
        __version__,
        standard.fingerprint,
        contents.publisher,
        contents.seen,
        sorted(contents.shapes.items()),
        wrong,
    )
    return Package(
        publisher_id=contents.publisher,
        title=contents.title or contents.publisher,
        content_hash=sha256(repr(known).encode()).hexdigest(),
        files=() if found else tuple(contents.files),
        boundaries=contents.shapes,
        problems=tuple(standard.problem(error.rule, error.at, **error.words) for error in found),
    )


@dataclass
class _Contents:
    """What has been read of a package so far."""

    folder: Path
    standard: Standard
    publisher: str
    title: str = ""
    seen: list[object] = field(default_factory=list)
    files: list[SourceFile] = field(default_factory=list)
    shapes: dict[str, str] = field(default_factory=dict)

    def take(self) -> list[Structural]:
        """Reads the description, then every file; returns what is structurally wrong."""
        try:
            descriptor = read_json(self.folder, NAME)
        except Structural as error:
            return [error]
        self.seen.append(descriptor)
        found = list(not_allowed(descriptor, self.standard.package_schema)) or list(
            _at_odds(descriptor, self.publisher)
        )
        if found:
            return found
        self.title = descriptor.get("title", "")
        return [error for resource in descriptor["resources"] for error in self._take(resource)]

    def _take(self, resource: Mapping[str, Any]) -> Iterator[Structural]:
        try:
            if resource.get("format") == "geojson":
                self._take_geojson(resource)
            else:
                self._take_csv(resource)
        except Structural as error:
            yield error

    def _take_csv(self, resource: Mapping[str, Any]) -> None:
        dataset = self._dataset(resource)
        layout = self._layout(resource, dataset)
        file = self._file(resource, layout)
        layout = with_header(self.folder, layout, dataset)
        self._keep(file, _with_agency(layout, dataset, self.publisher), blocks)

    def _take_geojson(self, resource: Mapping[str, Any]) -> None:
        """Shapes alone, or areas with their shapes."""
        if resource["dataset"] == BOUNDARIES:
            if self.publisher != PARTNERSHIP:
                raise Structural("dataset_of_another", {"file": resource["path"]}, dataset=BOUNDARIES)
            self.shapes |= shapes(self.folder, resource["path"], "area_id")
            return
        dataset = self._dataset(resource)
        layout = self._layout(resource, dataset)
        area = next((field.name for field in layout.fields if field.column == "area_id"), "area_id")
        self.shapes |= shapes(self.folder, resource["path"], area)
        self._keep(self._file(resource, layout), layout, property_blocks)

    def _file(self, resource: Mapping[str, Any], layout: Layout) -> SourceFile:
        seen = look_through(self.folder, layout.path, layout.encoding)
        self.seen.append(seen.sha256)
        return SourceFile(
            file_id=f"{self.publisher}_{resource['name']}",
            dataset=resource["dataset"],
            path=layout.path,
            sha256=seen.sha256,
            bytes=seen.bytes,
            encoding=layout.encoding,
            period=resource.get("period", ""),
            covers=bounds(resource["period"]) if "period" in resource else None,
            is_as_seen=partial(is_as_seen, self.folder, layout.path, seen),
        )

    def _keep(
        self, file: SourceFile, layout: Layout, rows: Callable[[Path, Layout, Dataset, Reading], Iterator[Block]]
    ) -> None:
        dataset = self.standard.datasets[file.dataset]
        _refuse_missing_columns(layout, dataset)
        placed = [(number, field) for number, field in enumerate(layout.fields) if field.column]
        self.files.append(
            replace(
                file,
                labels={str(field.column): field.label or field.name for _, field in placed},
                positions={str(field.column): number for number, field in placed},
                unpublished={
                    number: field.label or field.name for number, field in enumerate(layout.fields) if not field.column
                },
                blocks=partial(rows, self.folder, layout, dataset),
            )
        )

    def _layout(self, resource: Mapping[str, Any], dataset: Dataset) -> Layout:
        schema = resource.get("schema", {})
        if isinstance(schema, str):
            resource = {**resource, "schema": self._shared_schema(schema)}
        return layout_of(resource, dataset, resource.get("constants", {}))

    def _shared_schema(self, path: str) -> Any:
        schema = read_json(self.folder, path)
        self.seen.append(schema)
        allowed = {"$ref": "#/$defs/schema", "$defs": self.standard.package_schema["$defs"]}
        for error in not_allowed(schema, allowed):
            raise Structural(error.rule, {"file": path}, **error.words)
        for error in unanswered(schema, path):
            raise error
        return schema

    def _dataset(self, resource: Mapping[str, Any]) -> Dataset:
        """The dataset that a resource fills, which must be one that this publisher may send."""
        at = {"file": resource["path"]}
        dataset = self.standard.datasets.get(resource["dataset"])
        if dataset is None or not dataset.is_sent:
            raise Structural("unknown_dataset", at, dataset=resource["dataset"])
        is_partnership = self.publisher == PARTNERSHIP
        if (dataset.owner == "P" and not is_partnership) or (dataset.owner == "A" and is_partnership):
            raise Structural("dataset_of_another", at, dataset=dataset.name)
        return dataset


def _at_odds(descriptor: Mapping[str, Any], publisher: str) -> Iterator[Structural]:
    """Where a description does not fit its folder or itself."""
    at = {"file": NAME}
    if descriptor["publisher"] != publisher:
        yield Structural("publisher_is_not_the_folder", at, publisher=descriptor["publisher"], folder=publisher)
    for resource in descriptor["resources"]:
        yield from unanswered(resource, resource["path"])
    names = [resource["name"] for resource in descriptor["resources"]]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Structural("resource_named_twice", at, name=name)
    for resource in descriptor["resources"]:
        if "period" in resource and not _is_period(resource["period"]):
            yield Structural("not_a_period", {"file": resource["path"]}, period=resource["period"])


def _is_period(period: str) -> bool:
    try:
        first, last = bounds(period)
    except ValueError:
        return False
    return first <= last


def _with_agency(layout: Layout, dataset: Dataset, publisher: str) -> Layout:
    """A file that leaves out the agency speaks of its publisher."""
    agency = dataset.by_name.get("agency_id")
    speaks = agency is not None and agency.is_required and dataset.owner != "P" and publisher != PARTNERSHIP
    named = {field.column for field in layout.fields} | set(layout.constants)
    if not speaks or "agency_id" in named:
        return layout
    return replace(layout, constants={**layout.constants, "agency_id": publisher})


def _refuse_missing_columns(layout: Layout, dataset: Dataset) -> None:
    filled = {field.column for field in layout.fields} | set(layout.constants)
    for column in dataset.columns:
        if column.is_required and column.name not in filled and not column.default:
            at = {"file": layout.path, "dataset": dataset.name}
            raise Structural("required_column_missing", at, column=column.name, title=column.title)
