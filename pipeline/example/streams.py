"""A year's money on its way out: what of each line is due to be paid in each period, and how."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

from pipeline.example.kinds import Kind, instalment, kinds
from pipeline.example.layouts import Layout
from pipeline.example.lines import Line
from pipeline.example.periods import Period, periods
from pipeline.example.place import Place, register, vocabulary
from pipeline.example.spread import apportion

_BLOCKS = 16


@dataclass(frozen=True)
class Books:
    """A publisher's lines, and the layout in which it publishes what it pays for them."""

    place: Place
    lines: list[Line]
    layout: Layout
    seed: int


@dataclass(frozen=True)
class Stream:
    """The payments of one line in one year: `due` in pence by period, `sizes` in thousandths of their mean, for ever."""

    line: Line
    kinds: list[Kind]
    sizes: Iterator[int]
    due: dict[str, int]

    @property
    def is_regular(self) -> bool:
        """Whether it is paid in even instalments, however many other payments there are."""
        return self.line["pattern"] == "instalments"

    @property
    def weight(self) -> int:
        """How many payments it has, compared with the others."""
        return int(self.line["payments"])

    @property
    def threshold(self) -> int:
        """The amount in pence under which the agency publishes no payment."""
        agency = register("partnership/agencies.csv", "agency_id")[self.line["agency_id"]]
        return int(agency["spend_threshold_gbp"].removesuffix(".00") or "0") * 100


def streams(books: Books, fy: str) -> list[Stream]:
    """A stream for every line of which something is visible in the year."""
    return [stream for line in books.lines if line["pattern"] != "none" and (stream := _stream(books, line, fy)).due]


def in_season(period: Period) -> int:
    """How much of a year's spending falls on a period, compared with others."""
    season: list[int] = vocabulary("amounts.yml")["season"]
    return sum(season[month] for month in period.months)


def _stream(books: Books, line: Line, fy: str) -> Stream:
    rng = random.Random(f"{books.seed} {books.layout.publisher} {fy} {line.name}")
    due = _due(line, list(periods(fy, books.layout.every)), line.outturn[books.place.years.index(fy)])
    if line["pattern"] == "instalments":
        return Stream(line, [instalment(line, books.layout, name) for name in line.listed("providers")], iter(()), due)
    return Stream(line, kinds(books.place, line, books.layout, rng), _sizes(rng), due)


def _due(line: Line, of_year: list[Period], outturn: int) -> dict[str, int]:
    """What is visible of the line's outturn, over the periods in which it runs from first day to last."""
    running = [period for period in of_year if period.within(line.starts, line.ends)]
    visible = outturn * line.visible // 100
    if not running or not visible:
        return {}
    even = line["pattern"] == "instalments"
    weights = [len(period.months) if even else in_season(period) for period in running]
    return dict(zip((period.text for period in running), apportion(visible, weights), strict=True))


def _sizes(rng: random.Random) -> Iterator[int]:
    """Blocks of all sizes, each in another order: so the sum of many payments is near what is due."""
    sizes: list[int] = []
    for _ in range(_BLOCKS):
        block = list(vocabulary("amounts.yml")["sizes"])
        rng.shuffle(block)
        sizes += block
    return cycle(sizes)
