"""The relations that `protection.yml` declares, found among the rows of a database."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from math import inf
from typing import Any

from pipeline.disclosure.cells import Relation, Switch, Table
from pipeline.disclosure.counts import Place, Row, parents, rows_with_counts
from pipeline.disclosure.families import wholes
from pipeline.disclosure.scheme import END, Method
from pipeline.standard import Standard

Groups = dict[tuple[Any, ...], dict[str, int]]
"""Cells by what they have in common, and in each group by the value along which relations go."""

_DERIVED_LOSS = 8
"""What hiding a rate or a cost loses, beside 10 and more for a count."""


@dataclass
class Relations:
    """A table of cells, filled from a database with true counts."""

    standard: Standard
    methods: Mapping[str, Method]
    table: Table = field(default_factory=Table)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    cell_of: dict[tuple[str, int, str], int] = field(default_factory=dict)
    switch_of: dict[tuple[str, int], int] = field(default_factory=dict)

    def fill(self, connection: sqlite3.Connection) -> None:
        """Reads every count, and ties them together."""
        for dataset in self.standard.datasets.values():
            if any(column.disclosure for column in dataset.columns):
                self.rows[dataset.name] = rows_with_counts(connection, dataset, self.standard, "private")
                self._add_cells(dataset.name)
        for name, relation in self.standard.protection["relations"].items():
            self._relate(connection, name, relation)

    def _add_cells(self, dataset: str) -> None:
        for row in self.rows[dataset]:
            method = self.methods[row.method]
            for column, count in row.counts.items():
                if isinstance(count, int | float) and not column.endswith(END):
                    place = Place(dataset, column, tuple(row.key.values()))
                    cell = self.table.add_cell(place, round(count), method)
                    self.cell_of[dataset, row.rowid, column] = cell
                    if any(method.is_small(end) for end in _ends(row, column)):
                        self.table.hide(cell)

    def _relate(self, connection: sqlite3.Connection, name: str, relation: Mapping[str, Any]) -> None:
        kind = relation["kind"]
        if kind in ("sum", "part"):
            self._add_families(name, relation, connection)
        elif kind == "at_most":
            self._add_chains(name, relation)
        elif kind == "ratio":
            self._add_ratios(name, relation)
        else:
            self._add_prices(name, relation)

    def _add_families(self, name: str, relation: Mapping[str, Any], connection: sqlite3.Connection) -> None:
        tree = parents(connection, relation["tree"], "private") if "tree" in relation else {}
        for dataset, columns in relation["counts"].items():
            for column in columns:
                for group in self._groups(dataset, column, relation["over"]).values():
                    self._add_sums(name, relation, (group, tree))

    def _groups(self, dataset: str, column: str, over: str) -> Groups:
        """Counts that differ in one part of their key alone; by publisher only where two send the same."""
        groups: Groups = defaultdict(dict)
        rows = self.rows[dataset]
        plain = {tuple(value for name, value in row.key.items() if name != "publisher_id") for row in rows}
        left_out = {over, "publisher_id"} if len(plain) == len(rows) else {over}
        for row in rows:
            cell = self.cell_of.get((dataset, row.rowid, column))
            if cell is not None:
                common = tuple(value for name, value in row.key.items() if name not in left_out)
                groups[common][row.key[over]] = cell
        return groups

    def _add_sums(self, name: str, relation: Mapping[str, Any], among: tuple[dict[str, int], dict[str, str]]) -> None:
        group, tree = among
        if len(group) < 2:
            return
        for whole, parts in wholes(relation, group, tree):
            cells = [group[whole], *(group[part] for part in parts)]
            if relation["kind"] == "part":
                for part in cells[1:]:
                    self.table.add_relation(Relation(name, (cells[0], part), (1, -1), 0, inf))
            else:
                self._add_sum(name, cells)

    def _add_sum(self, name: str, cells: Sequence[int]) -> None:
        """Whole less parts is nought; where what is shown contradicts that, parts are at most the whole, or nothing."""
        found = [self.table.cells[cell] for cell in cells]
        coefficients = (1, *(-1 for _ in cells[1:]))
        least, most = sum(cell.low for cell in found[1:]), sum(cell.high for cell in found[1:])
        if least <= found[0].high:
            high = 0 if most >= found[0].low else inf
            self.table.add_relation(Relation(name, tuple(cells), coefficients, 0, high))

    def _add_chains(self, name: str, relation: Mapping[str, Any]) -> None:
        dataset, columns = relation["dataset"], relation["columns"]
        for row in self.rows[dataset]:
            if "where" in relation and row.beside[f"{name}.where"] != relation["where"]["is"]:
                continue
            cells = [self.cell_of.get((dataset, row.rowid, column)) for column in columns]
            there = [cell for cell in cells if cell is not None]
            for part, whole in pairwise(there):
                self.table.add_relation(Relation(name, (whole, part), (1, -1), 0, inf))

    def _add_ratios(self, name: str, relation: Mapping[str, Any]) -> None:
        """value = scale · first ÷ second, within half a unit of its last place, in whole numbers."""
        dataset = relation["dataset"]
        places = _decimal_places(self.rows[dataset], f"{name}.value", relation["alike"])
        for row in self.rows[dataset]:
            value, scale = row.beside[f"{name}.value"], relation["scales"].get(row.beside[f"{name}.scale_from"])
            top, bottom = (self.cell_of.get((dataset, row.rowid, column)) for column in relation["of"])
            if value is None or scale is None or row.method == "none":
                continue
            if top is not None and bottom is not None:
                ten = 10 ** places[tuple(row.key[key] for key in relation["alike"])]
                twice, switch = int(2 * Decimal(repr(value)) * ten), self._switch(dataset, row.rowid)
                above, below = (2 * scale * ten, 1 - twice), (2 * scale * ten, -1 - twice)
                self.table.add_relation(Relation(name, (top, bottom), above, 0, inf, switch))
                self.table.add_relation(Relation(name, (top, bottom), below, -inf, 0, switch))
            elif self._gives_small(value / scale, row, (top, bottom)):
                self.table.switches[self._switch(dataset, row.rowid)].is_hidden = True

    def _gives_small(self, rate: float, row: Row, cells: tuple[int | None, int | None]) -> bool:
        """Whether a rate and the one of its counts that is there give a small number for the one that is not."""
        top, bottom = (None if cell is None else self.table.cells[cell].value for cell in cells)
        method = self.methods[row.method]
        if bottom is not None:
            return method.is_small(round(rate * bottom))
        return top is not None and rate > 0 and method.is_small(round(top / rate))

    def _add_prices(self, name: str, relation: Mapping[str, Any]) -> None:
        """Whoever knows the price works out the count from the cost."""
        dataset = relation["dataset"]
        for row in self.rows[dataset]:
            cell = self.cell_of.get((dataset, row.rowid, relation["count"]))
            if cell is not None and row.beside[f"{name}.cost"] is not None:
                value, switch = self.table.cells[cell].value, self._switch(dataset, row.rowid)
                self.table.add_relation(Relation(name, (cell,), (1,), value, value, switch))

    def _switch(self, dataset: str, rowid: int) -> int:
        if (dataset, rowid) not in self.switch_of:
            self.switch_of[dataset, rowid] = len(self.table.switches)
            self.table.switches.append(Switch((dataset, rowid), _DERIVED_LOSS))
        return self.switch_of[dataset, rowid]


def _ends(row: Row, column: str) -> Iterator[float]:
    """The ends of the interval around a value that is a count itself: where one is small, the value goes with it."""
    if column == "value":
        ends = (row.counts[name] for name in row.counts if name.endswith(END))
        yield from (end for end in ends if isinstance(end, int | float))


def _decimal_places(rows: Sequence[Row], value: str, alike: Sequence[str]) -> dict[tuple[Any, ...], int]:
    """With how many places values of the same kind are published: as many as the longest has."""
    places: dict[tuple[Any, ...], int] = defaultdict(int)
    for row in rows:
        if row.beside[value] is not None:
            kind = tuple(row.key[key] for key in alike)
            exponent = Decimal(repr(row.beside[value])).normalize().as_tuple().exponent
            places[kind] = max(places[kind], -int(exponent))
    return places
