"""Moves: ways in which several counts could differ from the truth without anything published being wrong.

If a hidden count can move two away from the truth, or one up and one down, at least three numbers are possible for it. A
move shifts each of a few counts by one; a count that is shown can move within its rounding, a hidden one freely, and
any other could if it were hidden, at the price of its loss. The search takes the cheapest move first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush, nsmallest
from itertools import count as counter

from pipeline.disclosure.cells import Relation, Table

_TRIES = 400
_ABREAST = 6
"""How many cells of one relation are tried in its repair: the cheapest, and among them the least tied."""


@dataclass(frozen=True)
class Move:
    """By how much cells differ from the truth, what would have to be hidden for it, and what that loses.

    hides: cells by their numbers, and switches as negative numbers from -1.
    """

    shifts: Mapping[int, int]
    hides: frozenset[int]
    loss: int


NOWHERE = Move({}, frozenset(), 0)
_WAYS = ((1, 1), (1, -1), (-1, -1))
"""Two steps that together make three numbers possible."""


def cheapest(table: Table, target: int, patience: int = 1) -> Move | None:
    """What has to be hidden so that at least three numbers are possible for a hidden cell; None where none was found.

    patience: how many times as long as usual to look.
    """
    best: Move | None = None
    for ways in _WAYS:
        found = _two_steps(table, target, ways, patience)
        if found is not None and (best is None or found.loss < best.loss):
            best = found
        if best is not None and best.loss == 0:
            break
    return best


def _two_steps(table: Table, target: int, ways: tuple[int, int], patience: int) -> Move | None:
    one = _step(table, (target, ways[0]), NOWHERE, patience)
    if one is None:
        return None
    start = one if ways[0] == ways[1] else Move({}, one.hides, one.loss)
    return _step(table, (target, ways[1]), start, patience)


def _step(table: Table, wanted: tuple[int, int], start: Move, patience: int) -> Move | None:
    """The cheapest way to shift one cell by one from where a move begins, all relations kept."""
    order = counter()
    first = _shifted(table, start, *wanted)
    moved = frozenset([wanted[0]])
    waiting = [(first.loss, 1, next(order), first, moved, tuple(table.of_cell[wanted[0]]))] if first else []
    tries = _TRIES * patience
    while waiting and tries:
        tries -= 1
        _, _, _, move, moved, doubtful = heappop(waiting)
        broken = tuple(number for number in dict.fromkeys(doubtful) if _way_back(table, number, move))
        if not broken:
            return move
        for further, cell in _repairs(table, move, moved, broken[0]):
            now, ties = (moved | {cell}, table.of_cell[cell]) if cell >= 0 else (moved, [])
            heappush(waiting, (further.loss, len(now), next(order), further, now, (*broken, *ties)))
    return None


def _shifted(table: Table, move: Move, number: int, by: int) -> Move | None:
    """The move with one more cell shifted, hidden where it has to be; None where it cannot be so."""
    cell = table.cells[number]
    value = cell.value + move.shifts.get(number, 0) + by
    shifts = {**move.shifts, number: move.shifts.get(number, 0) + by}
    if cell.low <= value <= cell.high:
        return Move(shifts, move.hides, move.loss)
    is_hidden = number in move.hides
    if (is_hidden or (cell.can_hide and not cell.is_hidden)) and cell.far_low <= value <= cell.far_high:
        return Move(shifts, move.hides | {number}, move.loss + (0 if is_hidden else cell.loss))
    return None


def _way_back(table: Table, number: int, move: Move) -> int:
    """In which way the sum of a relation has to go that the move breaks; 0 where it is kept, or was so before."""
    relation = table.relations[number]
    factors = table.factors[number]
    by = sum(factors[cell] * shift for cell, shift in move.shifts.items() if cell in factors)
    if by == 0 or _is_off(table, relation, move):
        return 0
    before = table.sums[number]
    if before + by < min(relation.low, before):
        return 1
    return -1 if before + by > max(relation.high, before) else 0


def _is_off(table: Table, relation: Relation, move: Move) -> bool:
    if relation.switch < 0:
        return False
    hidden = -1 - relation.switch in move.hides or any(cell in move.hides for cell in relation.cells)
    return hidden or table.is_off(relation)


def _repairs(table: Table, move: Move, moved: frozenset[int], broken: int) -> Iterator[tuple[Move, int]]:
    """Ways to mend a relation: shift one of its other cells, or hide what it rests on."""
    relation, way = table.relations[broken], _way_back(table, broken, move)
    if relation.switch >= 0 and table.switches[relation.switch].can_hide:
        loss = move.loss + table.switches[relation.switch].loss
        yield Move(move.shifts, move.hides | {-1 - relation.switch}, loss), -1
    found = []
    for cell, coefficient in zip(relation.cells, relation.coefficients, strict=True):
        further = None if cell in moved else _shifted(table, move, cell, way if coefficient > 0 else -way)
        if further is not None:
            found.append((further.loss, len(table.of_cell[cell]), cell, further))
    for _, _, cell, further in nsmallest(_ABREAST, found, key=lambda repair: repair[:3]):
        yield further, cell
