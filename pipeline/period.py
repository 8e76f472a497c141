"""Periods as the standard writes them: a financial year, a year, a quarter, a month, a day, or one to another."""

from __future__ import annotations

import re
from datetime import date, timedelta

_DAY = re.compile(r"\A([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")
_MONTH = re.compile(r"\A([0-9]{4})-([0-9]{2})\Z")
_QUARTER = re.compile(r"\A([0-9]{4})-Q([1-4])\Z")
_FINANCIAL_YEAR = re.compile(r"\A([0-9]{4})-([0-9]{4})\Z")
_YEAR = re.compile(r"\A([0-9]{4})\Z")


def bounds(period: str) -> tuple[date, date]:
    """The first and the last day of a period; quarters are of the calendar year, financial years begin on 1 April.

    Raises `ValueError` where it is not one.
    """
    first, _, last = period.partition("/")
    return _bounds(first)[0], _bounds(last or first)[1]


def _bounds(period: str) -> tuple[date, date]:
    if match := _DAY.match(period):
        day = date(int(match[1]), int(match[2]), int(match[3]))
        return day, day
    if match := _MONTH.match(period):
        return _months(int(match[1]), int(match[2]), 1)
    if match := _QUARTER.match(period):
        return _months(int(match[1]), int(match[2]) * 3 - 2, 3)
    if match := _YEAR.match(period):
        return _months(int(match[1]), 1, 12)
    match = _FINANCIAL_YEAR.match(period)
    if match is None or int(match[2]) != int(match[1]) + 1:
        raise ValueError(f"{period} is not a period such as 2024-05, 2024-Q2, 2024-2025 or 2024-04/2025-03")
    return _months(int(match[1]), 4, 12)


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    after = year * 12 + month - 1 + count
    return date(year, month, 1), date(after // 12, after % 12 + 1, 1) - timedelta(days=1)
