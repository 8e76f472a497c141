"""Outcomes: what the indicators showed, for the district, its localities and wards, and for groups of people.

Wards, localities and groups add up to the district, to the last person.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter

from pipeline.example.place import Place, Table, hand_written
from pipeline.example.series import Point, Series, all_series, filled, point_of
from pipeline.example.spread import Part, apportion, localities, unevenly, wards

Row = dict[str, str]

_COLUMNS = (
    *("indicator_id", "area_id", "period", "breakdown", "value", "numerator", "denominator"),
    *("lower_ci", "upper_ci", "marker", "flags", "note"),
)
_PARTS: dict[str, Callable[[Place], list[Part]]] = {"localities": localities, "wards": wards}
_SMALLEST_SHOWN = 8
_Z = 1.96


def tables(rng: random.Random, place: Place) -> Iterator[Table]:
    """The outcomes of each publisher; a few rows are wrong on purpose, so that something is held back."""
    rows: dict[str, list[Row]] = defaultdict(list)
    levels = {
        name: list(group) for name, group in groupby(hand_written("outcome_levels.csv"), itemgetter("indicator_id"))
    }
    for series in all_series():
        rows[series.publisher] += _outcomes(rng, place, series, levels[series.indicator_id])
    for row in hand_written("outcome_mistakes.csv"):
        rows[row.pop("publisher")].append(row)
    for publisher in sorted(rows):
        yield Table(publisher, "outcomes", rows[publisher])


def _outcomes(rng: random.Random, place: Place, series: Series, levels: list[Row]) -> list[Row]:
    """All rows of a series: those filled in and spread, except where one is written by hand."""
    path = [row for row in levels if row["area_id"] == place.district_id and row["breakdown"] == "all"]
    as_written = {_key(row): row for row in (_as_written(series, level) for level in levels if level not in path)}
    made = {_key(row): row for point in filled(rng, series, path) for row in _at(rng, place, series, point)}
    marked = {_key(row): row for row in (_as_written(series, level) for level in path if level["marker"])}
    return list((made | as_written | marked).values())


def _key(row: Row) -> tuple[str, str, str]:
    return row["area_id"], row["period"], row["breakdown"]


def _as_written(series: Series, level: Row) -> Row:
    """A row that is complete as written: a mark in place of a value, a survey's answer in a locality."""
    figures = _figures(series, point_of(level)) if level["value"] else {}
    named = {name: level[name] for name in ("breakdown", "marker", "note")}
    return _row(series, level["area_id"], point_of(level), figures | named)


def _at(rng: random.Random, place: Place, series: Series, point: Point) -> Iterator[Row]:
    """The district, its parts and its groups of people in one period."""
    yield _row(series, place.district_id, point, _figures(series, point) | {"note": point.note})
    if series.text["parts"] in _PARTS:
        yield from _by_part(rng, series, point, _PARTS[series.text["parts"]](place))
    yield from _by_group(series, point, place.district_id)


def _row(series: Series, area_id: str, point: Point, cells: Row) -> Row:
    key = {"indicator_id": series.indicator_id, "area_id": area_id, "period": point.period}
    return dict.fromkeys(_COLUMNS, "") | key | {"breakdown": "all", "flags": point.flags} | cells


def _figures(series: Series, point: Point) -> Row:
    """The value of the district, with numerator, denominator and interval where it has them."""
    if series.is_ratio:
        return _ratio(series, series.events(point), point.denominator)
    value = {"value": series.written(point.value)}
    return (
        value | _bounds(series, *(point.value + side * float(point.margin) for side in (-1, 1)))
        if point.margin
        else value
    )


def _ratio(series: Series, events: int, size: int) -> Row:
    """A share or rate with its interval; a mark where there was nobody, too few, or what rounds to zero and is not."""
    value = series.written(events / size * series.scale) if size else ""
    if mark := _mark(series, events, value):
        return {"marker": mark}
    counts = {"value": value, "numerator": str(events), "denominator": str(size)}
    if not series.text["interval"]:
        return counts
    return counts | _bounds(
        series, *(series.scale * bound for bound in _INTERVALS[series.text["interval"]](events, size))
    )


def _mark(series: Series, events: int, value: str) -> str:
    if not value:
        return "z"
    if series.is_suppressed and 0 < events < _SMALLEST_SHOWN:
        return "c"
    return "low" if events and not float(value) else ""


def _bounds(series: Series, low: float, high: float) -> Row:
    return {"lower_ci": series.written(low), "upper_ci": series.written(high)}


def _wilson(events: int, size: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share."""
    middle, half = 2 * events + _Z**2, _Z * math.sqrt(_Z**2 + 4 * events * (1 - events / size))
    return max(middle - half, 0) / (2 * (size + _Z**2)), (middle + half) / (2 * (size + _Z**2))


def _byar(events: int, size: int) -> tuple[float, float]:
    """Byar's 95% interval of a rate."""
    low = events * (1 - 1 / (9 * events) - _Z / (3 * math.sqrt(events))) ** 3 if events else 0.0
    high = (events + 1) * (1 - 1 / (9 * (events + 1)) + _Z / (3 * math.sqrt(events + 1))) ** 3
    return max(low, 0) / size, high / size


def _by_part(rng: random.Random, series: Series, point: Point, parts: list[Part]) -> Iterator[Row]:
    sizes = apportion(point.denominator, [_size(series, part) for part in parts])
    bases = sizes if series.is_ratio else [part.population for part in parts]
    weights = [
        base * math.pow(part.poverty, _power(series, part, point)) for base, part in zip(bases, parts, strict=True)
    ]
    if point.age:  # the first period has no chance in it, so that baselines written by hand hold whatever the seed
        weights = unevenly(rng, series.events(point), weights, series.number("noise"))
    shares = apportion(series.events(point), weights, sizes if series.is_ratio else ())
    for part, share, size in zip(parts, shares, sizes, strict=True):
        figures = _ratio(series, share, size) if series.is_ratio else {"value": str(share)}
        yield _row(series, part.area_id, point, figures)


def _size(series: Series, part: Part) -> float:
    return part.population * math.pow(part.poverty, series.number("denominator_power"))


def _power(series: Series, part: Part, point: Point) -> float:
    """How far poverty tells; less each year in the wards where agencies work as one."""
    eased = 1 - series.number("gain") * point.age if part.is_neighbour else 1
    return series.number("power") * eased


def _by_group(series: Series, point: Point, area_id: str) -> Iterator[Row]:
    groups = [row for row in hand_written("outcome_breakdowns.csv") if row["indicator_id"] == series.indicator_id]
    for _, members in groupby(groups, itemgetter("characteristic")):
        rows = list(members)
        sizes = apportion(point.denominator, [float(row["share"]) for row in rows])
        weights = [size * float(row["relative"]) for row, size in zip(rows, sizes, strict=True)]
        shares = apportion(series.events(point), weights, sizes)
        for row, share, size in zip(rows, shares, sizes, strict=True):
            yield _row(series, area_id, point, _ratio(series, share, size) | {"breakdown": row["breakdown"]})


_INTERVALS = {"wilson": _wilson, "poisson": _byar}
