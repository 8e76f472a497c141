"""The payments of every publisher, file by file, made as they are written: any number of them in constant memory."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain

from pipeline.example.amounts import AMOUNTS, pounds
from pipeline.example.kinds import ORDINARY, Kind
from pipeline.example.layouts import Layout
from pipeline.example.oddities import odd_files, odd_rows
from pipeline.example.periods import Period, periods
from pipeline.example.spread import GOLDEN, apportion
from pipeline.example.streams import Books, Stream, in_season, streams

Payment = tuple[int, Kind, int]
"""The number of the working day in the period, the kind, and the amount in pence."""
_PER_MILLION = 1000 * 1000 * 1000


@dataclass(frozen=True)
class PaymentFile:
    """A file of payments, from its header to its last row; the files of a publisher are to be read in their order."""

    name: str
    period: str
    rows: Iterable[Sequence[str]]


def payment_files(books: Books, count: int) -> Iterator[PaymentFile]:
    """The files of a publisher with about `count` payments between them, at least one in each."""
    layout, reference = books.layout, 100_000
    sent = [period for fy in books.place.years for period in periods(fy, layout.every)]
    counts = apportion(count, [in_season(period) for period in sent])
    year: list[Stream] = []
    for period, payments in zip(sent, counts, strict=True):
        if period.months.start == 0:
            year = streams(books, period.fy)
        if period.text not in layout.missing:
            rng = random.Random(f"{books.seed} {layout.publisher} {period.text}")
            paid = chain(_instalments(year, period), _invoices(year, period, max(payments, 1), rng))
            yield PaymentFile(_name(period.text), period.text, _rows(layout, period, paid, reference))
        reference += payments + 1000
    for name, text in odd_files(layout.publisher):
        yield PaymentFile(name, text, [[column.header for column in layout.columns], *odd_rows(layout, name)])


def _name(period: str) -> str:
    return f"spend-{period.lower()}"


def _instalments(year: list[Stream], period: Period) -> Iterator[Payment]:
    """One payment to each provider of a regular stream, on the first working day."""
    for stream in year:
        if stream.is_regular and period.text in stream.due:
            even = apportion(stream.due[period.text], [1] * len(stream.kinds))
            yield from ((0, kind, pence) for kind, pence in zip(stream.kinds, even, strict=True))


def _invoices(year: list[Stream], period: Period, count: int, rng: random.Random) -> Iterator[Payment]:
    """The payments of the other streams by day, in number as their lines are weighted, in amount as they are due."""
    open_streams = [stream for stream in year if not stream.is_regular and period.text in stream.due]
    weights = _weights(open_streams, period, count)
    ends = list(accumulate(weights))
    draws = [
        _Draw(stream, stream.due[period.text], count * weight / ends[-1], rng)
        for stream, weight in zip(open_streams, weights, strict=True)
    ]
    days, start = len(period.working_days()), rng.random()
    for number in range(count):
        draw = draws[bisect(ends, (start + number * GOLDEN) % 1.0 * ends[-1])]
        kind, pence = draw.payment()
        yield number * days // count, kind, pence


def _weights(open_streams: list[Stream], period: Period, count: int) -> list[float]:
    """How many payments each stream has: fewer than its weight where too little is due for that many."""
    total = sum(stream.weight for stream in open_streams)
    return [
        min(count * stream.weight / total, stream.due[period.text] / (3 * max(stream.threshold, 1)))
        for stream in open_streams
    ]


class _Draw:
    """Draws the payments of one stream in one period."""

    def __init__(self, stream: Stream, due: int, expected: float, rng: random.Random) -> None:
        self.kinds = stream.kinds
        self.sizes = stream.sizes
        self.mean = min(int(due / expected), due)
        self.floor = stream.threshold if self.mean > 2 * stream.threshold else 0
        self.random = rng.random

    def payment(self) -> tuple[Kind, int]:
        """A kind and an amount: by size, up to a tenth more or less, and not under the agency's threshold."""
        kind = self.kinds[int(self.random() * len(self.kinds))]
        uneven = 900 + int(200 * self.random())
        pence = self.mean * next(self.sizes) * uneven * kind.size // _PER_MILLION
        if kind.size == ORDINARY and pence < self.floor:
            pence = self.floor * uneven // 800
        if pence > kind.unit > 1:
            pence -= pence % kind.unit
        return kind, pence or 1


def _rows(layout: Layout, period: Period, payments: Iterable[Payment], reference: int) -> Iterator[Sequence[str]]:
    """Header, payments, odd rows, and the control total where the publisher has one: the sum, alone in its column."""
    yield from layout.top(period)
    day_at, amount_at, reference_at = map(layout.position, ("payment_date", "amount_gbp", "transaction_ref"))
    vat_at = layout.find("irrecoverable_vat_gbp")
    days, write, total = layout.days(period), AMOUNTS[layout.amounts][0], 0
    for number, (day, kind, pence) in enumerate(payments, reference):
        row = kind.cells.copy()
        row[day_at], row[amount_at], row[reference_at] = days[day], write(pence), f"{layout.reference}{number}"
        if vat_at is not None and kind.has_vat:
            row[vat_at] = write(pence // 6)
        total += pence
        yield row
    yield from odd_rows(layout, _name(period.text))
    if layout.control_total:
        yield layout.row({"amount_gbp": pounds(total)})
