"""The decision: how every count is shown, what rests on hidden ones, and how much of each column that takes away."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.disclosure.cells import add_old_copy
from pipeline.disclosure.counts import Row
from pipeline.disclosure.hiding import hide_further
from pipeline.disclosure.old_copy import OldCopy, rests
from pipeline.disclosure.relations import Relations
from pipeline.disclosure.scheme import HIDDEN, Method
from pipeline.standard import Dataset, Standard


@dataclass
class Decision:
    """What is shown of every count by dataset, row and column, and the rows of which what rests on counts is hidden."""

    shown: dict[tuple[str, int, str], Any] = field(default_factory=dict)
    rest_hidden: set[tuple[str, int]] = field(default_factory=set)
    tally: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)

    def show(self, row: tuple[str, int], column: str, method: str, outcome: tuple[Any, str]) -> None:
        """Notes how a count is shown, and counts that among its column."""
        self.shown[(*row, column)] = outcome[0]
        self.tally[row[0], column, method, outcome[1]] += 1
        if outcome[0] == HIDDEN:
            self.rest_hidden.add(row)


def decide(
    connection: sqlite3.Connection,
    standard: Standard,
    methods: Mapping[str, Method],
    old: OldCopy,
) -> Decision:
    """How the counts of the attached private database are shown; `old` is what the release before shows of them."""
    found = Relations(standard, methods)
    found.fill(connection)
    places = {cell.place: number for number, cell in enumerate(found.table.cells)}
    add_old_copy(found.table, old.counts, places.get)
    _keep_shown(found, old)
    hide_further(found.table)
    decision = Decision()
    for switch in found.table.switches:
        if switch.is_hidden:
            decision.rest_hidden.add(switch.row)
    for dataset, rows in found.rows.items():
        for row in rows:
            _show_row(decision, found, dataset, row)
    return decision


def _keep_shown(found: Relations, old: OldCopy) -> None:
    """A rate or a cost that the release before shows cannot be hidden any more, as long as it is the same."""
    for dataset, rows in found.rows.items():
        for row in rows:
            switch = found.switch_of.get((dataset, row.rowid))
            if switch is not None and any(old.rests.get(place) == value for place, value in rests([row], dataset)):
                found.table.switches[switch].can_hide = False


def tally_rows(
    decision: Decision,
    standard: Standard,
    methods: Mapping[str, Method],
    rested: Mapping[tuple[str, str], tuple[int, int]],
) -> Iterator[dict[str, Any]]:
    """The rows of the table `protection`: by column and method, how many counts are shown how.

    rested: of columns that rest on counts, by dataset and column, how many cells there were and how many were emptied.
    """
    for dataset, column, name in sorted({key[:3] for key in decision.tally}):
        method = methods[name]
        outcomes = {key[3]: number for key, number in decision.tally.items() if key[:3] == (dataset, column, name)}
        rounded, exact = outcomes.get("rounded", 0), outcomes.get("exact", 0)
        small, further = outcomes.get("small", 0), outcomes.get("further", 0)
        yield {
            "dataset": dataset, "column": column, "method": name,
            "withheld_from": method.first if method.last >= method.first else None,
            "withheld_to": method.last if method.last >= method.first else None,
            "rounded_to": method.step if method.step > 1 else None,
            "cells": small + further + rounded + exact,
            "withheld": small, "hidden_further": further, "rounded": rounded, "exact": exact,
            "reason": method.because or None,
        }  # fmt: skip
    for (dataset, column), (cells, emptied) in sorted(rested.items()):
        yield {
            "dataset": dataset, "column": column, "method": "rests_on_counts", "cells": cells, "withheld": 0,
            "hidden_further": emptied, "rounded": 0, "exact": cells - emptied,
        }  # fmt: skip
    for place, reason in sorted(standard.protection["not_protected"].items()):
        dataset, column = place.split(".")
        yield {"dataset": dataset, "column": column, "method": "none", "reason": reason} | dict.fromkeys(_NUMBERS, 0)


_NUMBERS = ("cells", "withheld", "hidden_further", "rounded", "exact")


def rests_on_counts(dataset: Dataset, standard: Standard) -> list[str]:
    """The columns, by their names in SQLite, that are emptied where a count of the row is hidden."""
    scheme = standard.protection["datasets"].get(dataset.name, {})
    return [dataset.stored(name) for name in scheme.get("if_withheld", {}).get("empty", ())]


def _show_row(decision: Decision, found: Relations, dataset: str, row: Row) -> None:
    method = found.methods[row.method]
    for column, count in row.counts.items():
        if isinstance(count, int | float):
            number = found.cell_of.get((dataset, row.rowid, column))
            is_hidden = number is not None and found.table.cells[number].is_hidden
            outcome = _outcome(count, method, is_hidden=is_hidden)
            decision.show((dataset, row.rowid), column, row.method, outcome)


def _outcome(count: float, method: Method, *, is_hidden: bool) -> tuple[Any, str]:
    if method.is_small(count):
        return HIDDEN, "small"
    if is_hidden:
        return HIDDEN, "further"
    return method.shown(count), "rounded" if method.step > 1 else "exact"
