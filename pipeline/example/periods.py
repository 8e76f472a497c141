"""The months and quarters of a financial year, for which payments are published."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

EXCEL_EPOCH = date(1899, 12, 30)
_MONTHS_IN = {"month": 1, "quarter": 3}


@dataclass(frozen=True)
class Period:
    """A month (`2024-05`) or a quarter of the calendar year (`2024-Q2`); `months` count from 0 in April."""

    text: str
    fy: str
    months: range
    first: date
    last: date

    def within(self, starts: str, ends: str) -> bool:
        """Whether the whole period lies between two days, either of which may be empty."""
        return starts <= self.first.isoformat() and (not ends or self.last.isoformat() <= ends)

    def working_days(self) -> list[date]:
        """Mondays to Fridays, in order."""
        every = (self.first + timedelta(days=day) for day in range((self.last - self.first).days + 1))
        return [day for day in every if day.weekday() < 5]


def periods(fy: str, every: str) -> Iterator[Period]:
    """The periods of a financial year in order, by `month` or by `quarter`."""
    length = _MONTHS_IN[every]
    for start in range(0, 12, length):
        first, end = _first_of(fy, start), _first_of(fy, start + length - 1)
        last = end.replace(day=monthrange(end.year, end.month)[1])
        text = f"{first:%Y-%m}" if length == 1 else f"{first.year}-Q{(first.month + 2) // 3}"
        yield Period(text, fy, range(start, start + length), first, last)


def _first_of(fy: str, month: int) -> date:
    return date(int(fy[:4]) + (month + 3) // 12, (month + 3) % 12 + 1, 1)
