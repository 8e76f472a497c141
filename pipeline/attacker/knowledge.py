"""What a released database tells of counts: an interval for each, and equations and inequalities between them."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pipeline.standard import Dataset, Standard

Name = tuple[Any, ...]
"""A count: its dataset, its column, and the key of its row."""

MANY = 10_000_000


class Tie(NamedTuple):
    """low ≤ Σ factor · count ≤ high, and the relation of `protection.yml` that says so."""

    relation: str
    factors: Mapping[Name, int]
    low: int
    high: int


@dataclass
class Knowledge:
    """Intervals of counts, which of them are hidden, in the order of the tables, and ties."""

    intervals: dict[Name, tuple[int, int]] = field(default_factory=dict)
    hidden: dict[Name, None] = field(default_factory=dict)
    ties: list[Tie] = field(default_factory=list)


class Released:
    """A released database as plain rows, and what the scheme says of them."""

    def __init__(self, connection: sqlite3.Connection, standard: Standard) -> None:
        self.connection = connection
        self.standard = standard
        self.scheme = standard.protection
        self.own = self.scheme.get("thresholds") or {}
        self._rows: dict[str, list[dict[str, Any]]] = {}

    def rows(self, dataset: str) -> list[dict[str, Any]]:
        """The rows of a table; none where this release has no such table."""
        if dataset not in self._rows:
            known = self.connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [dataset]).fetchone()
            cursor = self.connection.execute(f'SELECT * FROM "{dataset}"' if known else "SELECT 1 WHERE 0")  # noqa: S608 a name of the standard
            names = [column[0] for column in cursor.description]
            self._rows[dataset] = [dict(zip(names, row, strict=True)) for row in cursor]
        return self._rows[dataset]

    def column(self, dataset: str, by: str, column: str) -> dict[Any, Any]:
        """One column of a table, by another."""
        return {row.get(by): row.get(column) for row in self.rows(dataset)}

    def counts(self, dataset: Dataset) -> Iterator[tuple[Name, str, Any, dict[str, Any]]]:
        """Every count of a table: its name, its method, what is shown, and its row."""
        scheme = self.scheme["datasets"].get(dataset.name, {})
        source = scheme.get("method_from")
        methods = self.column(source["dataset"], source["by"], source["column"]) if source else {}
        columns = {column.name: column.disclosure for column in dataset.columns if column.disclosure}
        for row in self.rows(dataset.name):
            for name, declared in (columns | self._further(dataset, row)).items():
                method = methods.get(row.get(source["by"])) if source else declared
                shown = row.get(name)
                if shown is None and name not in columns and row.get("marker") == "c":
                    shown = "c"
                if shown is not None:
                    yield name_of(dataset, name, row), method or "none", shown, row

    def _further(self, dataset: Dataset, row: Mapping[str, Any]) -> dict[str, str]:
        """Columns that are counts in this row alone; the ends of intervals are no counts of their own."""
        also = self.scheme["datasets"].get(dataset.name, {}).get("also_counts")
        if not also:
            return {}
        where = also["where"]
        is_count = self.column(where["dataset"], where["by"], where["column"]).get(row.get(where["by"])) == where["is"]
        return {name: "none" for name in also["columns"] if is_count and not name.endswith("_ci")}

    def withheld(self, method: str) -> tuple[int, int]:
        """The numbers that a method withholds."""
        first, last = self.scheme["methods"][method].get("withhold", (1, 0))
        return first, self.own.get(method, {}).get("withhold_to", last)

    def interval(self, method: str, shown: Any, *, is_small: bool | None) -> tuple[int, int]:
        """Between which numbers a count lies that is shown so; of a hidden one it may be known whether it is small."""
        first, last = self.withheld(method)
        if shown == "c":
            if is_small is None:
                return 0, MANY
            return (first, last) if is_small else (last + 1, MANY)
        step = self.scheme["methods"][method].get("nearest", 1)
        number = round(shown)
        if step == 1 or number == 0:
            return number, number
        there = [
            n
            for n in range(number - step, number + step + 1)
            if n > last and (2 * n + step) // (2 * step) * step == number
        ]
        return (there[0], there[-1]) if there else (number, number)


def name_of(dataset: Dataset, column: str, row: Mapping[str, Any]) -> Name:
    """The name of a count."""
    return (dataset.name, column, *(row.get(key) for key in dataset.stored_key))


def small_counts(truth: Released) -> set[Name]:
    """Which counts are withheld for their own sake: more than anybody outside can know, and granted to the attacker."""
    found = set()
    for dataset in truth.standard.datasets.values():
        for name, method, count, _ in truth.counts(dataset) if _has_counts(dataset) else ():
            first, last = truth.withheld(method)
            if isinstance(count, int | float) and first - 1 < count < last + 1:
                found.add(name)
    return found


def known_counts(release: Released, small: set[Name] | None, sent: set[Name] | None = None) -> Knowledge:
    """The intervals of all counts of a release; `sent` are those of which anybody here knows the number."""
    known = Knowledge()
    for dataset in release.standard.datasets.values():
        for name, method, shown, _ in release.counts(dataset) if _has_counts(dataset) else ():
            if method == "none":
                continue
            is_known = small is not None and (sent is None or name in sent)
            known.intervals[name] = release.interval(
                method, shown, is_small=name in small if is_known and small is not None else None
            )
            if shown == "c" and is_known:
                known.hidden[name] = None
    return known


def all_counts(truth: Released) -> set[Name]:
    """The names of all counts of which the number is known here."""
    return {
        name
        for dataset in truth.standard.datasets.values()
        if _has_counts(dataset)
        for name, _, count, _ in truth.counts(dataset)
        if isinstance(count, int | float)
    }


def grouped(release: Released, relation: Mapping[str, Any]) -> Iterator[dict[str, Name]]:
    """Counts that differ along a relation alone, by their place along it."""
    for dataset_name, columns in relation["counts"].items():
        dataset = release.standard.datasets[dataset_name]
        keys = dataset.stored_key
        rows = release.rows(dataset_name)
        without = {tuple(row.get(key) for key in keys if key != "publisher_id") for row in rows}
        dropped = {relation["over"]} | ({"publisher_id"} if len(without) == len(rows) else set())
        for column in columns:
            groups: dict[tuple[Any, ...], dict[str, Name]] = defaultdict(dict)
            for row in rows:
                common = tuple(row.get(key) for key in keys if key not in dropped)
                groups[common][row.get(relation["over"]) or ""] = name_of(dataset, column, row)
            yield from groups.values()


def _has_counts(dataset: Dataset) -> bool:
    return any(column.disclosure for column in dataset.columns)
