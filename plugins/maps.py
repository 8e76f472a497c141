"""Maps of areas, as SVG in the page itself, so that every area is a link and takes the colours of the stylesheet.

`{{ mapped(answer) }}` gives the shapes of the areas of an answer whose `draw` is `{kind: map, area: …, colour: …}`: each
with its path, its row, and a level from 1 to 5 by rank; 0 where the number is withheld or missing, which is drawn in a
pattern of its own and not as little. Boundaries are those of the release. A place without boundaries has no map. A name is
written only where there is room for it: of a place with hundreds of areas, the links and the question's rows have the names.

`/maps/<question>.svg` is the map by itself, with the question's own parameters; `/maps/<question>.csv` leads to its rows.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import cos, radians
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from datasette import NotFound, Response, hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request
from jinja2 import Environment

ROUTE = "community-budget"
WIDTH = 600
LEVELS = 5
WITHHELD = 0
LETTER = 0.58
"""How wide a letter is on average, for each unit of its height."""
SIZES = {"roomy": 24, "close": 15}
"""How high names are written: those with room for it as a narrow screen needs them, else as a wide one does."""

Point = Sequence[float]


@dataclass(frozen=True)
class Shape:
    """An area on a map, with the row of the answer that it stands for."""

    area_id: str
    path: str
    middle: tuple[float, float]
    room: str
    level: int
    row: Mapping[str, Any]


@dataclass(frozen=True)
class Map:
    """The areas of one answer, in the measures of the drawing."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    column: str


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Gives templates the function `mapped`, and the filter `map_address`."""
    env.globals["mapped"] = lambda answer, area_type="ward": mapped(datasette, answer, area_type)
    env.filters["map_address"] = map_address


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The addresses of maps and of their rows."""
    return [(r"/maps/(?P<question>[a-z_]+)\.(?P<form>svg|csv)$", show)]


async def show(request: Request, datasette: Datasette) -> Response:
    """A map as SVG, or the way to its rows."""
    question = datasette.questions.get(request.url_vars["question"])
    if question is None or question.draw["kind"] != "map":
        raise NotFound("There is no such map.")
    given = {name: request.args.get(name) or "" for name in question.parameters}
    if request.url_vars["form"] == "csv":
        return Response.redirect(f"/{ROUTE}/{question.name}.csv?{urlencode(given)}")
    answer = await datasette.ask(question.name, **given)
    drawn = mapped(datasette, answer)
    if drawn is None:
        raise NotFound("There is nothing to draw: no area in the answer, or no boundaries in this release.")
    svg = await datasette.render_template("map.svg", {"answer": answer, "drawn": drawn}, request=request)
    return Response(svg.strip(), content_type="image/svg+xml; charset=utf-8")


def map_address(answer: Any) -> str:
    """Where the map of an answer is."""
    given = answer.address.partition("?")[2]
    return f"/maps/{answer.question.name}.svg" + (f"?{given}" if given else "")


def mapped(datasette: Datasette, answer: Any, area_type: str = "ward") -> Map | None:
    """The map of an answer's areas of one kind; None where there is no boundary to draw or no question to map."""
    if answer is None or answer.question.draw["kind"] != "map":
        return None
    draw = answer.question.draw
    rows = {row[draw["area"]]: row for row in answer.rows if row.get("area_type", area_type) == area_type}
    rings = {area: found for area, found in boundaries(_folder(datasette)).items() if area in rows}
    if not rings:
        return None
    project = _Projection([point for found in rings.values() for ring in found for point in ring])
    levels = _levels({area: rows[area][draw["colour"]] for area in rings})
    boxes = {area: project.box(found) for area, found in rings.items()}
    rooms = _rooms(boxes, {area: str(rows[area].get("area") or "") for area in rings})
    shapes = tuple(
        Shape(area, project.path(found), boxes[area].middle, rooms[area], levels[area], rows[area])
        for area, found in rings.items()
    )
    return Map(WIDTH, project.height, shapes, draw["colour"])


def _folder(datasette: Datasette) -> str:
    path = datasette.get_database(ROUTE).path
    return str(Path(path).resolve().parent) if path else ""


@lru_cache(maxsize=4)
def boundaries(folder: str) -> Mapping[str, list[list[Point]]]:
    """The rings of every area of a release, in degrees. Read once: releases do not change."""
    path = Path(folder) / "boundaries.geojson"
    if not folder or not path.exists():
        return {}
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return {feature["properties"]["area_id"]: list(_rings(feature["geometry"])) for feature in features}


def _rings(geometry: Mapping[str, Any]) -> Iterator[list[Point]]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for polygon in polygons:
        yield from polygon


def _levels(numbers: Mapping[str, Any]) -> dict[str, int]:
    """From 1 to 5 by rank, equal numbers alike, so that one large number does not make all others look the same."""
    known = sorted({value for value in numbers.values() if isinstance(value, int | float)})
    share = {value: 1 + at * LEVELS // len(known) for at, value in enumerate(known)}
    return {
        area: share.get(value, WITHHELD) if not isinstance(value, str) else WITHHELD for area, value in numbers.items()
    }


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> tuple[float, float]:
        """Where a name stands."""
        return round((self.left + self.right) / 2, 1), round((self.top + self.bottom) / 2, 1)

    def of_name(self, name: str, size: int) -> "_Box":
        """The box that a name takes, in the middle of this one."""
        x, y = self.middle
        half = len(name) * size * LETTER / 2
        return _Box(x - half, y - size, x + half, y + size / 4)

    def holds(self, other: "_Box") -> bool:
        return other.right - other.left <= self.right - self.left and other.bottom - other.top <= self.bottom - self.top

    def meets(self, other: "_Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def _rooms(boxes: Mapping[str, _Box], names: Mapping[str, str]) -> dict[str, str]:
    """For each area the largest size in which its name fits into it beside those of its neighbours; empty where none does."""
    rooms = dict.fromkeys(boxes, "")
    for room, size in SIZES.items():
        taken: list[_Box] = [boxes[area].of_name(names[area], SIZES[rooms[area]]) for area in boxes if rooms[area]]
        for area in (area for area in boxes if not rooms[area]):
            wanted = boxes[area].of_name(names[area], size)
            if boxes[area].holds(wanted) and not any(wanted.meets(other) for other in taken):
                rooms[area] = room
                taken.append(wanted)
    return rooms


class _Projection:
    """Degrees to the drawing's own measures: a degree of longitude is as long as it is at the middle of the place."""

    def __init__(self, points: Sequence[Point]) -> None:
        self.left, self.right = min(point[0] for point in points), max(point[0] for point in points)
        self.bottom, self.top = min(point[1] for point in points), max(point[1] for point in points)
        self.squeeze = cos(radians((self.bottom + self.top) / 2))
        self.scale = WIDTH / ((self.right - self.left) * self.squeeze or 1)
        self.height = round((self.top - self.bottom) * self.scale) or 1

    def path(self, rings: Sequence[Sequence[Point]]) -> str:
        """All rings as one path in whole units. Neighbours share their corners, so that no gap opens between them."""
        return "".join(_drawn([self._placed(point) for point in ring]) for ring in rings)

    def box(self, rings: Sequence[Sequence[Point]]) -> _Box:
        """The box around the longest ring."""
        placed = [self._placed(point) for point in max(rings, key=len)]
        across, down = [point[0] for point in placed], [point[1] for point in placed]
        return _Box(min(across), min(down), max(across), max(down))

    def _placed(self, point: Point) -> tuple[float, float]:
        return (point[0] - self.left) * self.squeeze * self.scale, (self.top - point[1]) * self.scale


def _drawn(ring: Sequence[tuple[float, float]]) -> str:
    corners = [(round(x), round(y)) for x, y in ring]
    steps = [(x - left, y - top) for (left, top), (x, y) in pairwise(corners) if (x, y) != (left, top)]
    return "M{} {}".format(*corners[0]) + "".join(f"l{x} {y}" for x, y in steps) + "Z"
