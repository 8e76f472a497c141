"""The place on the map: its areas, and boundaries of wards that tile, with localities and district as their unions."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from pipeline.example.place import Place, Table

Point = tuple[int, int]
"""Longitude and latitude in hundred-thousandths of a degree: whole numbers, so that neighbours share their vertices."""
Edge = tuple[Point, Point]

COLUMNS, ROWS = 4, 3
SOUTH_WEST: Point = (160_000, 5_460_000)
"""In the North Sea, where no real ward can be mistaken for one of these."""
WIDTH, HEIGHT = 8_000, 4_500
STEPS = 6
"""Pieces of a side between two corners."""


def tables(place: Place) -> Iterator[Table]:
    """The areas of the place; their boundaries are a resource of their own kind."""
    yield Table("partnership", "areas", _areas(place))


def boundaries(place: Place, seed: int) -> dict[str, Any]:
    """A GeoJSON FeatureCollection: every ward, locality and the district, each with its `area_id`."""
    rings = _ward_rings(random.Random(f"{seed} boundaries"))
    outlines = {ward.area_id: ring for ward, ring in zip(place.wards, rings, strict=True)}
    features = [_feature(area_id, ring) for area_id, ring in outlines.items()]
    for locality_id, _ in place.localities:
        within = [outlines[ward.area_id] for ward in place.wards if ward.locality_id == locality_id]
        features.append(_feature(locality_id, _union(within)))
    features.append(_feature(place.district_id, _union(outlines.values())))
    return {"type": "FeatureCollection", "features": features}


def _areas(place: Place) -> Iterator[dict[str, str]]:
    everyone = sum(ward.population for ward in place.wards)
    yield _area(place.district_id, place.name, "district", "", everyone)
    for locality_id, name in place.localities:
        people = sum(ward.population for ward in place.wards if ward.locality_id == locality_id)
        yield _area(locality_id, name, "locality", place.district_id, people)
    for ward in place.wards:
        yield _area(ward.area_id, ward.name, "ward", ward.locality_id, ward.population)


def _area(area_id: str, name: str, area_type: str, parent_id: str, population: int) -> dict[str, str]:  # noqa: PLR0913 an area is these five
    return {
        "area_id": area_id,
        "name": name,
        "area_type": area_type,
        "parent_id": parent_id,
        "population": str(population),
        "population_year": "2024",
        "valid_from": "2015-05-07",
        "valid_to": "",
    }


def _ward_rings(rng: random.Random) -> list[list[Point]]:
    """Wards by rows from the north, each a ring that runs against the clock and ends where it began."""
    corners = {(x, y): _corner(rng, x, y) for y in range(ROWS + 1) for x in range(COLUMNS + 1)}
    sides: dict[tuple[Point, Point], list[Point]] = {}
    for (x, y), corner in corners.items():
        for end in ((x + 1, y), (x, y + 1)):
            if end in corners:
                side = _wander(rng, corner, corners[end])
                sides[(x, y), end] = side
                sides[end, (x, y)] = side[::-1]
    return [_ring(sides, x, y) for y in reversed(range(ROWS)) for x in range(COLUMNS)]


def _corner(rng: random.Random, x: int, y: int) -> Point:
    return (
        SOUTH_WEST[0] + x * WIDTH + rng.randrange(-WIDTH // 6, WIDTH // 6),
        SOUTH_WEST[1] + y * HEIGHT + rng.randrange(-HEIGHT // 6, HEIGHT // 6),
    )


def _wander(rng: random.Random, start: Point, end: Point) -> list[Point]:
    """The side from start to end, its inner points pushed a little off the straight line."""
    inner = [
        (
            start[0] + (end[0] - start[0]) * step // STEPS + rng.randrange(-WIDTH // 20, WIDTH // 20),
            start[1] + (end[1] - start[1]) * step // STEPS + rng.randrange(-HEIGHT // 20, HEIGHT // 20),
        )
        for step in range(1, STEPS)
    ]
    return [start, *inner, end]


def _ring(sides: dict[tuple[Point, Point], list[Point]], x: int, y: int) -> list[Point]:
    corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)]
    pieces = (sides[pair] for pair in pairwise(corners))
    ring = [point for piece in pieces for point in piece[:-1]]
    return [*ring, ring[0]]


def _union(rings: Iterable[list[Point]]) -> list[Point]:
    """The outline of neighbouring rings: the edges that only one of them has, joined end to end."""
    edges: set[Edge] = {edge for ring in rings for edge in pairwise(ring)}
    outer: defaultdict[Point, list[Point]] = defaultdict(list)
    for start, end in edges:
        if (end, start) not in edges:
            outer[start].append(end)
    ring = [min(outer)]
    while len(ring) == 1 or ring[-1] != ring[0]:
        ring.append(outer[ring[-1]][0])
    return ring


def _feature(area_id: str, ring: list[Point]) -> dict[str, Any]:
    coordinates = [[longitude / 100_000, latitude / 100_000] for longitude, latitude in ring]
    return {
        "type": "Feature",
        "properties": {"area_id": area_id},
        "geometry": {"type": "Polygon", "coordinates": [coordinates]},
    }
