"""The files of a release described: a data package of them all, as the standard describes its tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.standard import Dataset
from pipeline.tables import WITHHELD, provenance

LICENCES = [
    {
        "name": "OGL-UK-3.0",
        "title": "Open Government Licence v3.0",
        "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    }
]
MEDIA_TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".ndjson": "application/x-ndjson",
    ".parquet": "application/vnd.apache.parquet",
    ".geojson": "application/geo+json",
    ".db": "application/vnd.sqlite3",
    ".zip": "application/zip",
}
_KEPT = ("name", "title", "description", "type", "unit", "constraints")
_PROVENANCE: Mapping[str, Mapping[str, str]] = {
    "publisher_id": {"title": "Publisher", "description": "Who sent the row.", "type": "string"},
    "file_id": {"title": "File", "description": "The file, as sent, that the row stood in.", "type": "string"},
    "line": {"title": "Line", "description": "The line of that file.", "type": "integer"},
}


def csv_resource(dataset: Dataset, path: str) -> dict[str, Any]:
    """A CSV of a dataset with its columns, keys and references."""
    schema: dict[str, Any] = {
        "fields": [*map(_csv_field, dataset.descriptor["fields"]), *_provenance_fields(dataset)],
        "missingValues": [""],
        "foreignKeys": [_foreign_key(dataset, key) for key in dataset.descriptor.get("foreignKeys", ())],
    }
    if dataset.primary_key:
        schema["primaryKey"] = list(dataset.primary_key)
    return _resource(dataset, path) | {"format": "csv", "schema": schema}


def fiscal_resource(dataset: Dataset, path: str) -> dict[str, Any]:
    """A CSV of money with the column types of the Fiscal Data Package, which the standard gives as `fiscal`."""
    resource = csv_resource(dataset, path)
    types = {field["name"]: field["fiscal"] for field in dataset.descriptor["fields"] if "fiscal" in field}
    fields = [
        field | ({"columnType": types[field["name"]]} if field["name"] in types else {})
        for field in resource["schema"]["fields"]
    ]
    return resource | {"schema": {"fields": fields, "missingValues": [""]}}


def file_resource(path: str, title: str) -> dict[str, Any]:
    """A file that is no table, or one in a form that a schema does not describe."""
    return {
        "name": path.lower().replace("/", "-"),
        "type": "file",
        "path": path,
        "title": title,
        "format": Path(path).suffix[1:],
        "mediatype": MEDIA_TYPES[Path(path).suffix],
    }


def _resource(dataset: Dataset, path: str) -> dict[str, Any]:
    """The whole CSV has the name of its dataset, since references go to it; every other file that of its path."""
    return file_resource(path, dataset.descriptor["title"]) | {
        "name": dataset.name if path == f"{dataset.name}.csv" else path.lower().replace("/", "-"),
        "type": "table",
        "description": dataset.descriptor["description"],
        "encoding": "utf-8",
    }


def _csv_field(field: Mapping[str, Any]) -> dict[str, Any]:
    """A field as the standard has it; of a count of people, what is withheld reads `c` and counts as missing."""
    kept = {name: field[name] for name in _KEPT if name in field}
    if "disclosure" not in field:
        return kept
    return _unrequired(kept) | {"missingValues": ["", WITHHELD]}


def _unrequired(field: dict[str, Any]) -> dict[str, Any]:
    constraints = {name: value for name, value in field.pop("constraints", {}).items() if name != "required"}
    return field | ({"constraints": constraints} if constraints else {})


def _provenance_fields(dataset: Dataset) -> Iterator[dict[str, Any]]:
    for name in provenance(dataset):
        yield {"name": name, **_PROVENANCE[name]}


def _foreign_key(dataset: Dataset, key: Mapping[str, Any]) -> dict[str, Any]:
    """A reference as Table Schema has it: within one table the resource is the empty text."""
    target = key["reference"].get("resource") or ""
    resource = "" if target == dataset.name else target
    return {"fields": key["fields"], "reference": {"resource": resource, "fields": key["reference"]["fields"]}}
