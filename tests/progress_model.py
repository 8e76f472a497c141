"""The rules of progress once more, in plain Python and exact fractions, from the words of the standard: the SQL must agree.

All is turned first, so that higher is better; only `row_of` turns figures back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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


def row_of(case: Case) -> dict[str, Any]:
    """The row of progress, figures in the indicator's own direction."""
    now, first = current_path(case), original_path(case)
    result = latest(case, now)
    reason, status = judged(case, now, result)
    baseline, target = now.one("baseline"), now.one("target")
    is_given = result.value is not None
    return {
        "period": result.row.get("period"),
        "value": _turned(case, result.value),
        "lower_ci": result.row.get("lower_ci") if is_given else None,
        "upper_ci": result.row.get("upper_ci") if is_given else None,
        "baseline": _turned(case, baseline and baseline.value),
        "target": _turned(case, target and target.value),
        "expected": _turned(case, result.row and now.expected(result.month)),
        "expected_original": _turned(case, result.row and first.expected(result.month)),
        "status": status,
        "status_original": judged(case, first, result)[1],
        "is_certain": None if reason else certain(case, now, result, status),
        "reason": reason,
    }


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


def judged(case: Case, path: Path, result: Result) -> tuple[str | None, str]:
    """Why nothing can be told, and the status."""
    reason = next((reason for reason, holds in _reasons(case, path, result) if holds()), None)
    if reason:
        return reason, "cannot_tell"
    statuses = _by_limits(case, path, result) if _is_limited(case) else _by_path(case, path, result)
    return None, next(status for status, holds in statuses if holds)


def certain(case: Case, path: Path, result: Result, status: str) -> bool:
    """Whether the value is final and its interval, if it has one, holds none of the lines that decided."""
    if "p" in str(result.row.get("flags")).split():
        return False
    if result.row.get("lower_ci") is None and result.row.get("upper_ci") is None:
        return True
    lines = _limit_lines(case, path, status) if _is_limited(case) else _path_lines(case, path, result, status)
    return not any(result.low <= line <= result.high for line in lines if line is not None)


def _turned(case: Case, value: Any) -> Line:
    return case.way * value if isinstance(value, Fraction) else None


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


def _reasons(case: Case, path: Path, result: Result) -> Iterable[tuple[str | None, Callable[[], bool]]]:
    baseline, target = path.one("baseline"), path.one("target")
    is_free = not _is_limited(case)
    yield result.reason, lambda: result.reason is not None
    yield "no_data", lambda: baseline is not None and result.month < baseline.month
    yield "break_in_series", lambda: baseline is not None and result.last_break > baseline.month
    yield "other_period_kind", lambda: bool({p.length for p in path.points} - {length_of(result.row["period"])})
    yield "no_limits", lambda: not is_free and _limits(case, path) == (None, None)
    yield "one_point", lambda: is_free and len(path.points) == 1
    yield (
        "within_minimum_change",
        lambda: is_free and None not in (baseline, target) and abs(target.value - baseline.value) < case.m,
    )
    yield "no_target", lambda: is_free and target is None
    yield "no_baseline", lambda: is_free and baseline is None


def _by_path(case: Case, path: Path, result: Result) -> Iterable[tuple[str, bool]]:
    baseline, target = path.one("baseline").value, path.one("target").value
    value, expected, is_over = result.value, path.expected(result.month), result.month >= path.one("target").month
    yield "achieved", is_over and value >= target
    yield "missed", is_over
    yield "achieved", value >= target > baseline
    yield "worsening", result.high < baseline and value <= baseline - case.m and expected >= baseline
    yield "no_change", abs(value - baseline) < case.m and expected - baseline >= case.m
    yield "on_track", value >= expected - case.m
    yield "off_track", True


def _by_limits(case: Case, path: Path, result: Result) -> Iterable[tuple[str, bool]]:
    baseline, limits = path.one("baseline"), _limits(case, path)
    outside = _outside(limits, result.value)
    yield "on_track", outside == 0
    yield "worsening", baseline is not None and outside >= _outside(limits, baseline.value) + case.m
    yield "off_track", True


def _is_limited(case: Case) -> bool:
    return case.indicator["polarity"] in ("maintain", "between")


def _limits(case: Case, path: Path) -> tuple[Line, Line]:
    lower, upper = (case.indicator.get(name) for name in ("lower_limit", "upper_limit"))
    baseline = path.one("baseline") if case.indicator["polarity"] == "maintain" else None
    by_default = (baseline.value - case.m, baseline.value + case.m) if baseline else (None, None)
    return by_default[0] if lower is None else exact(lower), by_default[1] if upper is None else exact(upper)


def _outside(limits: tuple[Line, Line], value: Fraction) -> Fraction:
    lower, upper = limits
    return max(0 if lower is None else lower - value, 0 if upper is None else value - upper, Fraction(0))


def _path_lines(case: Case, path: Path, result: Result, status: str) -> tuple[Line, ...]:
    baseline = path.one("baseline").value
    if status in ("achieved", "missed"):
        return (path.one("target").value,)
    if status == "worsening":
        return (baseline - case.m,)
    if status == "no_change":
        return (baseline - case.m, baseline + case.m)
    return (path.expected(result.month) - case.m,)


def _limit_lines(case: Case, path: Path, status: str) -> tuple[Line, ...]:
    lower, upper = _limits(case, path)
    farther = case.m + _outside((lower, upper), path.one("baseline").value) if status == "worsening" else 0
    return (None if lower is None else lower - farther, None if upper is None else upper + farther)
