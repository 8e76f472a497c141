"""The columns of a table as they are looked at: header, place, and the cells that are not blank."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.guessing.heading import Heading
from pipeline.guessing.vocabulary import Meaning, Vocabulary

_LETTERS = re.compile(r"[^\W\d_].*[^\W\d_]", re.DOTALL)


@dataclass(frozen=True)
class Column:
    """A column: its place from 0, its header, its full header where two rows make it, and how often each cell stands there."""

    place: int
    label: str
    full: str
    cells: Counter[str]

    @cached_property
    def stripped(self) -> list[str]:
        """The different cells, without outer spaces."""
        return list(dict.fromkeys(cell.strip(" \t\r\n\u00a0") for cell in self.cells))

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each cell stands there, without outer spaces."""
        counts = Counter[str]()
        for cell, count in self.cells.items():
            counts[cell.strip(" \t\r\n\u00a0")] += count
        return counts

    @property
    def filled(self) -> int:
        return self.cells.total()

    @property
    def wordy(self) -> int:
        """How many cells have two letters or more."""
        return sum(count for cell, count in self.cells.items() if _LETTERS.search(cell))

    @property
    def shown(self) -> str:
        return self.label or f"column {self.place + 1}"

    @property
    def examples(self) -> str:
        return ", ".join(f"“{cell[:40]}”" for cell in self.stripped[:3])


@dataclass(frozen=True)
class Table:
    """A heading, the columns below it, and the rows that are not blank."""

    heading: Heading
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[str]]

    def meant(self, vocabulary: Vocabulary, dataset: str, name: str) -> list[tuple[Meaning, Column]]:
        """The columns that may mean a column of the standard by their header, and have cells: the strongest first."""
        found = []
        for column in self.columns:
            meanings = vocabulary.meanings(dataset, column.full) if column.filled else []
            found += [(meaning, column) for meaning in meanings if meaning.column == name][:1]
        return sorted(found, key=lambda one: (one[0], one[1].place))


def table_of(records: Sequence[Sequence[str]], heading: Heading) -> Table:
    """The table below a heading; cells beyond the header are part of it only where most rows have them."""
    rows = [row for row in records[heading.row :] if any(cell.strip() for cell in row)]
    if heading.row == 0 and heading.labels:
        rows = [row for row in rows if tuple(cell.strip() for cell in row)[: len(heading.labels)] != heading.labels]
    width = max(len(heading.labels), _width(rows))
    labels, full = (_filled(names, width) for names in (heading.labels, heading.full))
    counts = [_counted(rows, place) for place in range(width)]
    columns = (Column(place, labels[place], full[place], counts[place]) for place in range(width))
    return Table(heading, tuple(columns), rows)


def _counted(rows: Sequence[Sequence[str]], place: int) -> Counter[str]:
    """How often each cell that is not blank stands in a column."""
    counts = Counter(row[place] for row in rows if len(row) > place)
    return Counter({cell: count for cell, count in counts.items() if cell and not cell.isspace()})


def _width(rows: Sequence[Sequence[str]]) -> int:
    """The last place that nearly all rows reach and half of them fill; where few reach it, a cell has spilled over."""
    widest = max((len(row) for row in rows), default=0)
    reached = (place for place in range(widest, 0, -1) if sum(len(row) >= place for row in rows) * 20 >= len(rows) * 19)
    return next((place for place in reached if _counted(rows, place - 1).total() * 2 >= len(rows)), 0)


def _filled(names: Sequence[str], width: int) -> list[str]:
    return [*names, *[""] * (width - len(names))]
