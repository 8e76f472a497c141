"""The rules of progress once more, in plain Python, from the words of the standard: the SQL must agree with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from progress_model import Case, Line, Path, Result, current_path, exact, latest, original_path


def row_of(case: Case) -> dict[str, Any]:
    """The row of progress, figures in the indicator's own direction."""
    now, first = current_path(case), original_path(case)
    result, result_at_first = latest(case, now), latest(case, first)
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
        "expected_original": _turned(case, result_at_first.row and first.expected(result_at_first.month)),
        "status": status,
        "status_original": judged(case, first, result_at_first)[1],
        "is_certain": None if reason else certain(case, now, result, status),
        "reason": reason,
    }


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


def _reasons(case: Case, path: Path, result: Result) -> Iterable[tuple[str | None, Callable[[], bool]]]:
    baseline, target = path.one("baseline"), path.one("target")
    is_free = not _is_limited(case)
    yield result.reason, lambda: result.reason is not None
    yield "break_in_series", lambda: baseline is not None and result.last_break > baseline.month
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
