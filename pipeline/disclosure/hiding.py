"""Chooses which further counts to hide, so that none that is withheld can be worked out and least is lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.disclosure.cells import Cell, Switch, Table
from pipeline.disclosure.moves import cheapest
from pipeline.disclosure.optimum import Program

SOLVED = 160
"""Up to so many cells times exposed counts the solver finds the least; beyond, the cheapest moves of each in turn."""
_FEW = 12
"""Up to so many exposed counts several orders are tried, and what may be shown again."""
_DEAR = 1_000_000
"""Stands for the loss where nothing was found that helps."""
_PATIENT = 10
"""How much longer a move is looked for where none was found at first."""


def hide_further(table: Table) -> None:
    """Hides cells and switches of a table until every hidden count is one of at least three numbers, where that can be.

    Deterministic: components, cells and ties go in their order. Hiding more never exposes what was safe, so only what
    was exposed or is newly hidden is looked at again.
    """
    for cells in list(table.components()):
        doubtful = [cell for cell in cells if table.cells[cell].is_hidden]
        while exposed := exposed_in(table, doubtful):
            hidden = _hide(table, _least(table, cells, exposed)) or _hide(table, around(table, list(exposed)))
            if not hidden:
                break
            doubtful = sorted({*exposed, *(item for item in hidden if item >= 0)})


def exposed_in(table: Table, cells: Iterable[int]) -> dict[int, int]:
    """The hidden cells of which fewer than three numbers are possible as things stand, with what mending that loses."""
    found = {cell: cheapest(table, cell) for cell in cells}
    return {cell: _DEAR if move is None else move.loss for cell, move in found.items() if move is None or move.loss}


def by_moves(table: Table, exposed: Mapping[int, int]) -> list[int]:
    """Hides what the cheapest moves of exposed cells need: the dearest first, as its move often helps others too.

    Where the cells are few other orders are tried too, and what loses least is taken.
    """
    dearest = sorted(exposed, key=lambda cell: (-exposed[cell], cell))
    if len(exposed) > _FEW:
        return _in_order(table, dearest)
    tried: list[tuple[int, int, list[int]]] = []
    for order in (dearest, dearest[::-1], sorted(exposed), sorted(exposed, reverse=True)):
        hidden = _spared(table, _in_order(table, order), order)
        tried.append((sum(_loss(table, item) for item in hidden), len(tried), hidden))
        for item in hidden:
            _show(table, item)
    return _hide(table, min(tried)[2])


def _in_order(table: Table, cells: Sequence[int]) -> list[int]:
    hidden: list[int] = []
    for cell in cells:
        move = cheapest(table, cell) or cheapest(table, cell, _PATIENT)
        hidden += _hide(table, move.hides if move else around(table, [cell]))
    return hidden


def _spared(table: Table, hidden: list[int], exposed: Sequence[int]) -> list[int]:
    """Shows again, the dearest first, what need not be hidden now that the rest is."""
    for item in sorted(hidden, key=lambda item: (-_loss(table, item), item)):
        rest = [other for other in hidden if other != item]
        _show(table, item)
        if exposed_in(table, sorted({*exposed, *(cell for cell in rest if cell >= 0)})):
            _hide(table, [item])
        else:
            hidden = rest
    return hidden


def _loss(table: Table, item: int) -> int:
    return table.cells[item].loss if item >= 0 else table.switches[-1 - item].loss


def _show(table: Table, item: int) -> None:
    if item >= 0:
        table.show(item)
    else:
        table.switches[-1 - item].is_hidden = False


def around(table: Table, cells: Sequence[int]) -> list[int]:
    """What rests on the counts beside these, or else those counts themselves: where no move is found in time."""
    relations = [table.relations[number] for cell in cells for number in table.of_cell[cell]]
    beside = {cell for relation in relations for cell in relation.cells}
    tied = {table.relations[number].switch for cell in beside for number in table.of_cell[cell]}
    switches = [-1 - switch for switch in tied if switch >= 0 and _can_go(table.switches[switch])]
    return switches or [cell for cell in beside if _can_go(table.cells[cell])]


def _can_go(item: Cell | Switch) -> bool:
    return item.can_hide and not item.is_hidden


def _least(table: Table, cells: Sequence[int], exposed: Mapping[int, int]) -> Iterable[int]:
    """What to hide for exposed cells: the least there is where the component is small, else what moves find."""
    if len(cells) * len(exposed) <= SOLVED:
        found = Program(table, cells).least(list(exposed))
        if found is not None:
            return found
    return by_moves(table, exposed)


def _hide(table: Table, items: Iterable[int]) -> list[int]:
    """Hides cells, and switches as negative numbers; what was hidden."""
    items = sorted(items)
    for item in items:
        if item >= 0:
            table.hide(item)
        else:
            table.switches[-1 - item].is_hidden = True
    return items
