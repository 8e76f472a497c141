"""The least that has to be hidden, by the solver HiGHS: a mixed-integer program in the manner of Fischetti and Salazar.

For every hidden count that is exposed there must be two tables of whole numbers, both in agreement with everything that
stays published, in which the count differs by two: then at least three numbers are possible for it.
Source: Fischetti, Salazar-González: Models and algorithms for optimizing cell suppression in tabular data with linear
constraints, Journal of the American Statistical Association 95 (2000).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isinf

import highspy

from pipeline.disclosure.cells import Relation, Table
from pipeline.solver import Solver

_REACH = 24
"""How far from what is shown a hidden count may move in the program; two is asked for, so more is never needed."""
_NODES = 400
"""Beyond so many branches the search is given up; a limit in seconds would make the choice depend on the machine."""


@dataclass
class Program:
    """The program for one component: a binary for each cell and switch that may be hidden, two tables for each target."""

    table: Table
    cells: Sequence[int]
    solver: Solver = field(default_factory=Solver)
    hiding: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.solver.setOptionValue("mip_max_nodes", _NODES)

    def least(self, targets: Sequence[int]) -> frozenset[int] | None:
        """The cells, and the switches as negative numbers, whose hiding loses least; None where none is proved."""
        relations = self._relations()
        for cell in self.cells:
            if self.table.cells[cell].can_hide and not self.table.cells[cell].is_hidden:
                self.hiding[cell] = self._variable(0, 1, self.table.cells[cell].loss)
        for switch in sorted({relation.switch for relation in relations if relation.switch >= 0}):
            if self.table.switches[switch].can_hide:
                self.hiding[-1 - switch] = self._variable(0, 1, self.table.switches[switch].loss)
        for target in targets:
            one, other = self._two_tables(relations)
            self._row(2, highspy.kHighsInf, [(one[target], 1), (other[target], -1)])
        return self._solved()

    def _relations(self) -> list[Relation]:
        numbers = sorted({number for cell in self.cells for number in self.table.of_cell[cell]})
        relations = [self.table.relations[number] for number in numbers]
        return [relation for relation in relations if not self.table.is_off(relation)]

    def _two_tables(self, relations: Sequence[Relation]) -> tuple[dict[int, int], dict[int, int]]:
        tables = ({cell: self._count(cell) for cell in self.cells}, {cell: self._count(cell) for cell in self.cells})
        for numbers in tables:
            for relation in relations:
                self._relate(relation, numbers)
        return tables

    def _count(self, number: int) -> int:
        """A count that lies in what is shown or, where it is hidden, within reach of that."""
        cell = self.table.cells[number]
        low, high = max(cell.far_low, cell.low - _REACH), min(cell.far_high, cell.high + _REACH)
        if number not in self.hiding:
            return self._variable(max(cell.low, cell.value - _REACH), min(cell.high, cell.value + _REACH), 0)
        count = self._variable(low, high, 0)
        self._row(cell.low, highspy.kHighsInf, [(count, 1), (self.hiding[number], cell.low - low)])
        self._row(-highspy.kHighsInf, cell.high, [(count, 1), (self.hiding[number], cell.high - high)])
        return count

    def _relate(self, relation: Relation, numbers: dict[int, int]) -> None:
        """A relation holds, as far as the truth itself keeps it, unless what it rests on is hidden."""
        pairs = list(zip(relation.cells, relation.coefficients, strict=True))
        truth = sum(coefficient * self.table.cells[cell].value for cell, coefficient in pairs)
        terms = [(numbers[cell], coefficient) for cell, coefficient in pairs]
        off = [self.hiding[item] for item in (*relation.cells, -1 - relation.switch) if item in self.hiding]
        slack = (
            0 if relation.switch < 0 else 4 * _REACH * sum(abs(coefficient) for coefficient in relation.coefficients)
        )
        if not isinf(relation.low):
            eased = [(variable, slack) for variable in off] if slack else []
            self._row(min(relation.low, truth), highspy.kHighsInf, [*terms, *eased])
        if not isinf(relation.high):
            eased = [(variable, -slack) for variable in off] if slack else []
            self._row(-highspy.kHighsInf, max(relation.high, truth), [*terms, *eased])

    def _variable(self, low: float, high: float, cost: float) -> int:
        number: int = self.solver.getNumCol()
        self.solver.addCol(cost, low, high, 0, [], [])
        self.solver.changeColIntegrality(number, highspy.HighsVarType.kInteger)
        return number

    def _row(self, low: float, high: float, terms: Sequence[tuple[int, float]]) -> None:
        variables, coefficients = zip(*terms, strict=True)
        self.solver.addRow(low, high, len(terms), list(variables), list(coefficients))

    def _solved(self) -> frozenset[int] | None:
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        values = self.solver.getSolution().col_value
        return frozenset(item for item, variable in self.hiding.items() if values[variable] > 0.5)
