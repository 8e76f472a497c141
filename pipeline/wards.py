"""Wards on a map: their boundaries joined to the headline figures that the release has of them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

_FIGURES = """
    SELECT areas.area_id, areas.name, parents.name AS within, areas.population, areas.population_year, figures.*
    FROM areas
    LEFT JOIN areas AS parents ON parents.area_id = areas.parent_id
    LEFT JOIN ward_figures AS figures ON figures.area_id = areas.area_id
    WHERE areas.area_type = 'ward'
    ORDER BY areas.area_id
"""


def ward_collection(database: Path, boundaries: Path) -> bytes:
    """A GeoJSON FeatureCollection of every ward; one without a boundary has no geometry. Money is in pounds."""
    features = json.loads(boundaries.read_text(encoding="utf-8"))["features"]
    shapes = {feature["properties"]["area_id"]: feature["geometry"] for feature in features}
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        wards = [_feature(dict(row), shapes) for row in connection.execute(_FIGURES)]
    lines = ",\n".join(json.dumps(ward, ensure_ascii=False, separators=(",", ":")) for ward in wards)
    return f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'.encode()


def _feature(ward: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    properties = {
        name.removesuffix("_pence") + ("_gbp" if name.endswith("_pence") else ""): _pounds(name, value)
        for name, value in ward.items()
    }
    return {"type": "Feature", "properties": properties, "geometry": shapes.get(ward["area_id"])}


def _pounds(name: str, value: Any) -> Any:
    return value / 100 if name.endswith("_pence") and value is not None else value
