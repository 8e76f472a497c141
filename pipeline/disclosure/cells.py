"""Cells, and the relations between them, as numbers: what an attacker can tell of each, and what hiding it would cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log10
from typing import NamedTuple

from pipeline.disclosure.counts import Place
from pipeline.disclosure.scheme import FAR, Method


class Relation(NamedTuple):
    """low ≤ Σ coefficient · cell ≤ high; where it has a switch, only while that and all its cells are published."""

    name: str
    cells: tuple[int, ...]
    coefficients: tuple[int, ...]
    low: float
    high: float
    switch: int = -1


@dataclass
class Cell:
    """A count: its true number, the numbers that what is shown allows (`low` to `high`), and those if it were hidden."""

    place: Place
    value: int
    low: int
    high: int
    far_low: int
    far_high: int
    loss: int
    is_hidden: bool = False
    can_hide: bool = True
    shown: tuple[int, int] = (0, 0)


@dataclass
class Switch:
    """What rests on counts and is published beside them: a rate, a cost. Hiding it takes a relation away."""

    row: tuple[str, int]
    loss: int
    is_hidden: bool = False
    can_hide: bool = True


@dataclass
class Table:
    """All cells with all that ties them together; `of_cell` has each cell's relations, `sums` what they truly come to."""

    cells: list[Cell] = field(default_factory=list)
    switches: list[Switch] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    of_cell: list[list[int]] = field(default_factory=list)
    factors: list[dict[int, int]] = field(default_factory=list)
    sums: list[int] = field(default_factory=list)

    def add_cell(self, place: Place, value: int, method: Method) -> int:
        """Adds a count as its method shows it, and returns its number."""
        low, high = method.interval(value)
        is_small = method.is_small(value)
        far_low = low if is_small or value <= 0 else min(low, method.last + 1)
        far_high = high if is_small or value <= 0 else high + FAR
        loss = 10 + int(10 * log10(1 + abs(value)))
        can_hide = value > 0 and method.last >= method.first
        self.cells.append(Cell(place, value, low, high, far_low, far_high, loss, is_small, can_hide))
        self.of_cell.append([])
        return len(self.cells) - 1

    def add_relation(self, relation: Relation) -> None:
        for cell in relation.cells:
            self.of_cell[cell].append(len(self.relations))
        factors = dict(zip(relation.cells, relation.coefficients, strict=True))
        self.factors.append(factors)
        self.sums.append(sum(factor * self.cells[cell].value for cell, factor in factors.items()))
        self.relations.append(relation)

    def is_off(self, relation: Relation) -> bool:
        """Whether a relation tells nothing, as what it rests on is hidden."""
        if relation.switch < 0:
            return False
        return self.switches[relation.switch].is_hidden or any(self.cells[cell].is_hidden for cell in relation.cells)

    def hide(self, cell: int) -> None:
        """Hides a count for another's sake."""
        found = self.cells[cell]
        found.shown = (found.low, found.high)
        found.is_hidden, found.low, found.high = True, found.far_low, found.far_high

    def show(self, cell: int) -> None:
        """Takes back that a count is hidden for another's sake."""
        found = self.cells[cell]
        found.is_hidden, (found.low, found.high) = False, found.shown

    def components(self) -> Iterator[list[int]]:
        """The cells that hang together and have a hidden one among them, each component in order."""
        seen: set[int] = set()
        for start, cell in enumerate(self.cells):
            if cell.is_hidden and start not in seen:
                yield sorted(self._reached(start, seen))

    def _reached(self, start: int, seen: set[int]) -> list[int]:
        reached, waiting = [], [start]
        seen.add(start)
        while waiting:
            cell = waiting.pop()
            reached.append(cell)
            for number in self.of_cell[cell]:
                for other in self.relations[number].cells:
                    if other not in seen:
                        seen.add(other)
                        waiting.append(other)
        return reached


def add_old_copy(table: Table, old: Mapping[Place, tuple[int, int]], find: Callable[[Place], int | None]) -> None:
    """Takes into account what the release before shows of the same counts, as `low` and `high` by place.

    A count is taken as unchanged unless both releases together show that it was corrected, or it is tied to one that was;
    what was shown of it then cannot be hidden any more.
    """
    known = {cell: interval for place, interval in old.items() if (cell := find(place)) is not None}
    changed = {cell for cell, interval in known.items() if not _meet(table.cells[cell], interval)}
    for cell in sorted(set(known) - _tied(table, changed)):
        _narrow(table.cells[cell], *known[cell])


def _tied(table: Table, changed: set[int]) -> set[int]:
    numbers = {number for cell in changed for number in table.of_cell[cell]}
    return changed | {cell for number in numbers for cell in table.relations[number].cells}


def _meet(cell: Cell, interval: Sequence[int]) -> bool:
    return max(cell.low, interval[0]) <= min(cell.high, interval[1])


def _narrow(cell: Cell, low: int, high: int) -> None:
    cell.low, cell.high = max(cell.low, low), min(cell.high, high)
    cell.far_low, cell.far_high = cell.low, cell.high
    cell.can_hide = False
