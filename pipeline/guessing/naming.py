"""Which days a file speaks of, as its name and the rows above its header say."""

from __future__ import annotations

import calendar
import re
from datetime import date

from pipeline.period import bounds

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?P<year>20[0-9]{2}|[0-9]{2})"
_GAP = r"[ _.,'()/-]*"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<![a-z])(?P<first>{_MONTH}){_GAP}(?:to|and)?{_GAP}(?P<month>{_MONTH}){_GAP}{_YEAR}(?![0-9])",
        rf"(?<![a-z])(?P<month>{_MONTH})(?![a-z]){_GAP}{_YEAR}(?![0-9])",
        r"(?<![0-9])(?P<year>20[0-9]{2})[-_.](?P<month>0[1-9]|1[0-2])(?![0-9])",
        rf"(?<![0-9])(?P<year>20[0-9]{{2}})[ _-]+(?P<month>{_MONTH})(?![a-z])",
    )
)


def period_named(words: str) -> str:
    """The month or months that some words name, as the standard writes it; empty where they name none or several.

    Quarters are not taken: publishers count them from April or from January, and the words do not say which.
    """
    found = {period for form in _FORMS for match in form.finditer(words) if (period := _period(match.groupdict()))}
    ranges = {period for period in found if "/" in period}
    inner = {period for period in found if not any(_within(period, outer) for outer in ranges if outer != period)}
    return inner.pop() if len(inner) == 1 else ""


def contains(period: str, day: date) -> bool:
    """Whether a day is in a period."""
    first, last = bounds(period)
    return first <= day <= last


def _period(parts: dict[str, str | None]) -> str:
    year = f"20{parts['year']}"[-4:]
    last = _number(str(parts["month"]))
    first = _number(str(parts["first"])) if parts.get("first") else last
    is_financial_year = str(parts["month"]).isdigit() and last == (int(year) + 1) % 100
    if first > last or is_financial_year:
        return ""
    return f"{year}-{last:02}" if first == last else f"{year}-{first:02}/{year}-{last:02}"


def _number(month: str) -> int:
    return int(month) if month.isdigit() else _MONTHS[month.lower()]


def _within(inner: str, outer: str) -> bool:
    (first, last), (start, end) = bounds(inner), bounds(outer)
    return start <= first and last <= end
