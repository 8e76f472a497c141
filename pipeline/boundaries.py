"""Boundaries of areas: the features of a GeoJSON file, and the rows that their properties make."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.descriptor import read_json
from pipeline.layout import Layout
from pipeline.model import Block, Reading
from pipeline.rows import blocks_of
from pipeline.sheets import Row, sheet_of
from pipeline.standard import Dataset
from pipeline.structure import Structural

BOUNDARIES = "boundaries.geojson"
MAX_BYTES = 100_000_000
MAX_HEIGHT = 10_000
_SHAPES = {"Polygon": 2, "MultiPolygon": 3}


def features(folder: Path, path: str) -> list[dict[str, Any]]:
    """The features of a FeatureCollection of polygons, in degrees of longitude and latitude.

    Raises `Structural` (not_geojson, unreadable_json) where it is none.
    """
    collection = read_json(folder, path, MAX_BYTES)
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise Structural("not_geojson", {"file": path}, reason="it has no list of features")
    for number, feature in enumerate(collection["features"], 1):
        if not _is_shape(feature):
            raise Structural("not_geojson", {"file": path}, reason=f"feature {number} is not a polygon of an area")
    found: list[dict[str, Any]] = collection["features"]
    return found


def property_blocks(folder: Path, layout: Layout, dataset: Dataset, reading: Reading) -> Iterator[Block]:
    """The features' properties as rows, a column per field; line and row count the features from 1."""
    rows = [
        Row(number, number, [_text(feature["properties"].get(field.name)) for field in layout.fields])
        for number, feature in enumerate(features(folder, layout.path), 1)
    ]
    yield from blocks_of([sheet_of(rows, layout)], layout, dataset, reading)


def shapes(folder: Path, path: str, area_property: str) -> dict[str, str]:
    """The geometry of each area, as compact GeoJSON text by area_id."""
    return {
        _text(feature["properties"].get(area_property)): _shape(feature["geometry"])
        for feature in features(folder, path)
    }


def collection_of(geometries: Mapping[str, str]) -> str:
    """A FeatureCollection of areas, in order of area_id, each feature carrying its area_id."""
    written = (
        f'{{"type":"Feature","properties":{{"area_id":{json.dumps(area_id)}}},"geometry":{geometry}}}'
        for area_id, geometry in sorted(geometries.items())
    )
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(written) + "\n]}\n"


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _shape(geometry: Mapping[str, Any]) -> str:
    """The type and the coordinates alone: whatever else a geometry says is not published."""
    return json.dumps({name: geometry[name] for name in ("type", "coordinates")}, separators=(",", ":"))


def _is_shape(feature: object) -> bool:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        return False
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") not in _SHAPES:
        return False
    return _are_positions(geometry.get("coordinates"), _SHAPES[geometry["type"]])


def _are_positions(coordinates: object, depth: int) -> bool:
    if not isinstance(coordinates, list) or not coordinates:
        return False
    if depth:
        return all(_are_positions(inner, depth - 1) for inner in coordinates)
    limits = (180, 90, MAX_HEIGHT)[: len(coordinates)]
    return len(coordinates) in {2, 3} and all(map(_is_within, coordinates, limits))


def _is_within(value: object, limit: int) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= limit
