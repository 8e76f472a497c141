"""Chooses which further counts to hide, so that none that is withheld can be worked out and least is lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.disclosure.cells import Table
from pipeline.disclosure.moves import cheapest
from pipeline.disclosure.optimum import Program

SOLVED = 400
"""Up to so many cells times exposed counts the solver finds the least; beyond, the cheapest move for each in turn."""
_ROUNDS = 50


def hide_further(table: Table) -> None:
    """Hides cells and switches of a table until every hidden count is one of at least three numbers, where that can be.

    Deterministic: components, cells and ties go in their order.
    """
    for cells in list(table.components()):
        for _ in range(_ROUNDS):
            exposed = exposed_in(table, cells)
            if not exposed or not _hide(table, least_of(table, cells, exposed)):
                break


def exposed_in(table: Table, cells: Sequence[int]) -> list[int]:
    """The hidden cells of a component of which fewer than three numbers are possible as things stand."""
    return [cell for cell in cells if table.cells[cell].is_hidden and _is_exposed(table, cell)]


def least_of(table: Table, cells: Sequence[int], exposed: Sequence[int]) -> frozenset[int]:
    """What to hide for exposed cells: the least there is where the component is small, else by moves."""
    if len(cells) * len(exposed) <= SOLVED:
        found = Program(table, cells).least(exposed)
        if found is not None:
            return found
    return by_moves(table, exposed)


def by_moves(table: Table, exposed: Sequence[int]) -> frozenset[int]:
    """What the cheapest moves of exposed cells hide, the dearest cell first, as its move often helps others too."""
    dearest: frozenset[int] = frozenset()
    loss = -1
    for cell in exposed:
        move = cheapest(table, cell)
        if move is not None and move.loss > loss:
            dearest, loss = move.hides, move.loss
    return dearest


def _is_exposed(table: Table, cell: int) -> bool:
    move = cheapest(table, cell)
    return move is None or move.loss > 0


def _hide(table: Table, items: Iterable[int]) -> bool:
    """Hides cells, and switches as negative numbers; whether there was anything to hide."""
    items = sorted(items)
    for item in items:
        if item >= 0:
            table.hide(item)
        else:
            table.switches[-1 - item].is_hidden = True
    return bool(items)
