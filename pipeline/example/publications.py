"""What every agency said it would publish, and when: so that what is late can be told."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from pipeline.example.layouts import layouts
from pipeline.example.periods import Period, periods
from pipeline.example.place import Place, Table


def tables(place: Place) -> Iterator[Table]:
    """Payments are due a month after the month or quarter, budgets with their outturn four months after the year."""
    yield Table("partnership", "expected_publications", _expected(place))


def _expected(place: Place) -> Iterator[dict[str, str]]:
    for layout in layouts():
        for fy in place.years:
            yield _row(layout.publisher, "budgets", fy, date(int(fy[5:]), 7, 31))
            for period in periods(fy, layout.every):
                yield _row(layout.publisher, "spend", period.text, _month_after(period))


def _month_after(period: Period) -> date:
    year, month = period.last.year + period.last.month // 12, period.last.month % 12 + 1
    return date(year, month, monthrange(year, month)[1])


def _row(agency_id: str, dataset: str, period: str, due: date) -> dict[str, str]:
    return {"agency_id": agency_id, "dataset": dataset, "period": period, "due": due.isoformat()}
