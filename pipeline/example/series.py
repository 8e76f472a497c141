"""The figures of an indicator for the whole district over time, from those written by hand.

Between two written figures a monthly or quarterly series is filled in by a straight line, season and chance.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from math import cos, pi

from pipeline.example.place import hand_written


@dataclass(frozen=True)
class Point:
    """A figure of the district in one period; `age` is the years since the series began."""

    period: str
    value: float
    denominator: int
    margin: str
    flags: str
    note: str
    age: float = 0.0


@dataclass(frozen=True)
class Series:
    """How an indicator's figures are rounded, filled in and spread, as `outcome_series.csv` has it."""

    text: Mapping[str, str]
    is_suppressed: bool

    @property
    def indicator_id(self) -> str:
        return self.text["indicator_id"]

    @property
    def publisher(self) -> str:
        return self.text["publisher"]

    @property
    def scale(self) -> int:
        """100 for a share, 1,000 or more for a rate, 1 for a count, 0 for a mean."""
        return self.whole("scale")

    @property
    def is_ratio(self) -> bool:
        return self.scale > 1

    def whole(self, name: str) -> int:
        return int(self.text[name] or 0)

    def number(self, name: str) -> float:
        return float(self.text[name] or 0)

    def written(self, value: float) -> str:
        """A value with the decimals of the series; zero without a sign."""
        decimals = self.whole("decimals")
        return f"{round(value, decimals) + 0.0:.{decimals}f}"

    def events(self, point: Point) -> int:
        """The whole number that the value stands for: what is counted, or the numerator."""
        return round(point.value * point.denominator / self.scale) if self.is_ratio else round(point.value)


def all_series() -> Iterator[Series]:
    """The series of every indicator that has results."""
    indicators = hand_written("partnership/indicators.csv")
    suppressed = {row["indicator_id"] for row in indicators if row["disclosure"] == "suppress"}
    for row in hand_written("outcome_series.csv"):
        yield Series(row, row["indicator_id"] in suppressed)


def filled(rng: random.Random, series: Series, levels: Iterable[Mapping[str, str]]) -> list[Point]:
    """A point for every period from the first written figure to the last; the newest are marked provisional."""
    known = {_index(row["period"]): row for row in levels if row["value"]}
    steps = range(min(known), max(known) + 1) if series.text["every"] else sorted(known)
    points = [_point(rng, series, known, step) for step in steps]
    final = len(points) - series.whole("provisional")
    return points[:final] + [replace(point, flags=point.flags or "p") for point in points[final:]]


def point_of(level: Mapping[str, str], age: float = 0.0) -> Point:
    """A point as written by hand; without a value it holds none."""
    value, size = float(level["value"] or 0), int(level["denominator"] or 0)
    return Point(level["period"], value, size, level["margin"], level["flags"], level["note"], age)


def _point(rng: random.Random, series: Series, known: Mapping[int, Mapping[str, str]], step: int) -> Point:
    age = (step - min(known)) / {"month": 12, "quarter": 4}.get(series.text["every"], 1)
    if step in known:
        return point_of(known[step], age)
    before, after = next(pair for pair in pairwise(sorted(known)) if pair[0] < step < pair[1])
    way = (step - before) / (after - before)
    start, end = point_of(known[before]), point_of(known[after])
    size = round(start.denominator + (end.denominator - start.denominator) * way)
    value = start.value + (end.value - start.value) * way
    value += _season(series, step) + rng.gauss(0, series.number("wobble"))
    return Point(_period(series, step), value, size, "", "", "", age)


def _season(series: Series, step: int) -> float:
    month = step % 12 + 1 if series.text["every"] == "month" else step % 4 * 3 + 2
    return series.number("season") * cos(2 * pi * (month - series.number("peak_month")) / 12)


def _index(period: str) -> int:
    """Where a period stands among those of its kind."""
    year = int(period[:4])
    if "Q" in period:
        return year * 4 + int(period[-1]) - 1
    return year * 12 + int(period[5:]) - 1 if len(period) == len("2024-05") else year


def _period(series: Series, step: int) -> str:
    if series.text["every"] == "month":
        return f"{step // 12}-{step % 12 + 1:02}"
    return f"{step // 4}-Q{step % 4 + 1}"
