"""What progress is judged by, in plain Python and exact fractions: the path of a target, and the latest result.

All is turned so that higher is better.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from pipeline.period import bounds

Row = Mapping[str, Any]
Line = Fraction | None

INTERVALS = {"monthly": 1, "quarterly": 3, "annual": 12, "two_yearly": 24, "irregular": 0}
MARKERS = {"c": "withheld", "x": "not_available", "w": "nobody_recorded", "z": "not_applicable"}
HEAVIEST = ("target", "baseline", "milestone")


@dataclass(frozen=True)
class Point:
    """A baseline, milestone or target at the last month of its period."""

    kind: str
    month: int
    length: str
    value: Fraction


@dataclass(frozen=True)
class Path:
    """The points of a target in their order."""

    points: tuple[Point, ...]

    def one(self, kind: str) -> Point | None:
        """The baseline, or the target: the last point where it is one."""
        return next((point for point in reversed(self.points) if point.kind == kind), None)

    @property
    def starts(self) -> int | None:
        baseline = self.one("baseline")
        return baseline.month if baseline else None

    def expected(self, month: int) -> Line:
        """The value on the straight line, by whole months; without a start or an end, and before the start, none."""
        if not (self.one("baseline") and self.one("target")) or month < self.points[0].month:
            return None
        passed = [point for point in self.points if point.month <= month]
        ahead = [point for point in self.points if point.month > month]
        if not ahead:
            return passed[-1].value
        start, end = passed[-1], ahead[0]
        return start.value + (end.value - start.value) * Fraction(month - start.month, end.month - start.month)


@dataclass(frozen=True)
class Result:
    """The result that is judged; without a value the reason says why."""

    reason: str | None
    row: Row
    value: Line = None
    low: Line = None
    high: Line = None
    last_break: int = -1

    @property
    def month(self) -> int:
        return month_of(self.row["period"])


@dataclass(frozen=True)
class Case:
    """Everything that is known of one indicator in one area, on a day."""

    as_of: date
    indicator: Row
    targets: Sequence[Row]
    outcomes: Sequence[Row]

    @property
    def way(self) -> int:
        return -1 if self.indicator["polarity"] == "lower" else 1

    @property
    def m(self) -> Fraction:
        return exact(self.indicator["minimum_change"])

    @property
    def lag(self) -> int:
        return self.indicator.get("lag_months") or 0

    @property
    def interval(self) -> int:
        return INTERVALS[self.indicator["frequency"]]

    @property
    def this_month(self) -> int:
        tomorrow = self.as_of + timedelta(days=1)
        return 12 * tomorrow.year + tomorrow.month - 2


def exact(value: float) -> Fraction:
    """The decimal that was written, not its nearest binary number."""
    return Fraction(str(value))


def month_of(period: str) -> int:
    last = bounds(period)[1]
    return 12 * last.year + last.month - 1


def length_of(period: str) -> str:
    return "Q" if "Q" in period else str(len(period))


def current_path(case: Case) -> Path:
    return _path(case, case.targets)


def original_path(case: Case) -> Path:
    """The rows agreed no later than the first target, or without one than the first row."""
    days = [row["agreed_on"] for row in case.targets if row["kind"] == "target"]
    days = days or [row["agreed_on"] for row in case.targets]
    return _path(case, [row for row in case.targets if row["agreed_on"] <= min(days)])


def latest(case: Case, path: Path) -> Result:
    """The latest result that can be held against the path, or why there is none."""
    lengths = {point.length for point in path.points}
    measured = [row for row in case.outcomes if _is_measured(case, row)]
    since = [row for row in measured if path.starts is None or month_of(row["period"]) >= path.starts]
    like = [row for row in since if lengths <= {length_of(row["period"])}]
    results = [row for row in like if not _holds_place(case, row)]
    if not results:
        waits = len(results) < len(like) or _first_due(case, path) > case.this_month
        return Result("not_due_yet" if waits else "other_period_kind" if since else "no_data", {})
    last = max(results, key=lambda row: (month_of(row["period"]), row["period"]))
    return _read(case, last, [row for row in measured if lengths <= {length_of(row["period"])}])


def _path(case: Case, rows: Sequence[Row]) -> Path:
    replaced = {row.get("supersedes") for row in rows}
    rows = [row for row in rows if row["target_id"] not in replaced]
    months: dict[int, Row] = {}
    for row in sorted(rows, key=lambda row: (row["agreed_on"], row["target_id"])):
        held = months.get(month_of(row["period"]))
        if held is None or HEAVIEST.index(row["kind"]) <= HEAVIEST.index(held["kind"]):
            months[month_of(row["period"])] = row
    return Path(tuple(_points(case, months)))


def _points(case: Case, months: Mapping[int, Row]) -> Iterable[Point]:
    start = min((month for month, row in months.items() if row["kind"] == "baseline"), default=0)
    end = max((month for month, row in months.items() if row["kind"] == "target" and month > start), default=None)
    for month, row in sorted(months.items()):
        kind = "milestone" if row["kind"] == "target" and month != end else row["kind"]
        is_later_baseline = kind == "baseline" and month != start
        if start <= month <= (end or month) and not is_later_baseline:
            yield Point(kind, month, length_of(row["period"]), case.way * exact(row["value"]))


def _is_measured(case: Case, row: Row) -> bool:
    is_forecast = "f" in str(row.get("flags")).split()
    return row["breakdown"] == "all" and not is_forecast and bounds(row["period"])[1] <= case.as_of


def _holds_place(case: Case, row: Row) -> bool:
    return row.get("marker") == "x" and month_of(row["period"]) + case.lag > case.this_month


def _first_due(case: Case, path: Path) -> int:
    start, begins = path.starts, case.indicator.get("valid_from")
    if start is None:
        start = month_of(begins[:7]) - 1 if begins else -9999
    return start + case.interval + case.lag


def _read(case: Case, row: Row, like: Iterable[Row]) -> Result:
    breaks = [
        month_of(other["period"])
        for other in like
        if "b" in str(other.get("flags")).split() and not _holds_place(case, other)
    ]
    reason = MARKERS.get(row.get("marker"))
    age = case.this_month - month_of(row["period"])
    if not reason and case.interval and age > case.lag + 2 * case.interval:
        reason = "stale"
    if row.get("marker") in MARKERS:
        return Result(reason, row, last_break=max(breaks, default=-1))
    value = Fraction(0) if row.get("marker") == "low" else exact(row["value"])
    ends = [case.way * (value if row.get(end) is None else exact(row[end])) for end in ("lower_ci", "upper_ci")]
    return Result(reason, row, case.way * value, min(ends), max(ends), max(breaks, default=-1))
