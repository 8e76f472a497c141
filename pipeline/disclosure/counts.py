"""Counts of people as cells: which columns hold them, by which method each is shown, and their true numbers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pipeline.database import quoted
from pipeline.standard import Dataset, Standard


class Place(NamedTuple):
    """Where a count stands, the same in every release: its dataset, its column and the key of its row."""

    dataset: str
    column: str
    key: tuple[Any, ...]


class Counted(NamedTuple):
    """A column that holds counts: the SQL of its method, and of whether the row's value is a count."""

    column: str
    method: str
    is_count: str


@dataclass
class Row:
    """A row with counts: the values of its key by name, its counts by column, and what else relations read of it."""

    rowid: int
    key: dict[str, Any]
    method: str
    counts: dict[str, Any]
    beside: dict[str, Any] = field(default_factory=dict)


def counted(dataset: Dataset, standard: Standard, schema: str = "private") -> Iterator[Counted]:
    """The columns of a dataset that hold counts of people, by their names in SQLite."""
    scheme = standard.protection["datasets"].get(dataset.name, {})
    for column in dataset.columns:
        if column.disclosure:
            yield Counted(column.stored_name, _method(scheme, column.disclosure, schema), "1")
    also = scheme.get("also_counts", {"columns": ()})
    for name in also["columns"]:
        where = also["where"]
        is_count = f"{looked_up(where, schema)} IS '{where['is']}'"
        yield Counted(name, _method(scheme, "none", schema), is_count)


def rows_with_counts(connection: sqlite3.Connection, dataset: Dataset, standard: Standard, schema: str) -> list[Row]:
    """Every row of a dataset with what it counts, in order of the rows."""
    columns = list(counted(dataset, standard, schema))
    keys = [dataset.stored(name) for name in dataset.primary_key]
    selected = ["sent.rowid", *(f"sent.{quoted(key)}" for key in keys), f"ifnull({columns[0].method}, 'none')"]
    selected += [f"iif({column.is_count}, sent.{quoted(column.column)}, NULL)" for column in columns]
    beside = list(_beside(dataset, standard, schema))
    selected += [sql for _, sql in beside]
    found = connection.execute(
        f"SELECT {', '.join(selected)} FROM {quoted(schema)}.{quoted(dataset.name)} AS sent ORDER BY sent.rowid"  # noqa: S608 names of the standard, quoted
    )
    first, last = 2 + len(keys), 2 + len(keys) + len(columns)
    names = [column.column for column in columns]
    return [
        Row(
            row[0],
            dict(zip(keys, row[1 : first - 1], strict=True)),
            row[first - 1],
            dict(zip(names, row[first:last], strict=True)),
            dict(zip((name for name, _ in beside), row[last:], strict=True)),
        )
        for row in map(tuple, found)
    ]


def parents(connection: sqlite3.Connection, tree: Mapping[str, str], schema: str) -> dict[str, str]:
    """Who stands under whom in a tree of `protection.yml`: a parent for each row that names one."""
    by, parent = quoted(tree["by"]), quoted(tree["parent"])
    rows = connection.execute(
        f"SELECT {by}, {parent} FROM {quoted(schema)}.{quoted(tree['dataset'])} WHERE {parent} IS NOT NULL"  # noqa: S608 names of the standard, quoted
    )
    return {row[0]: row[1] for row in rows}


def looked_up(source: Mapping[str, str], schema: str = "private") -> str:
    """A value of the row of another dataset that this row names."""
    by = quoted(source["by"])
    return (
        f"(SELECT {quoted(source['column'])} FROM {quoted(schema)}.{quoted(source['dataset'])} AS other"  # noqa: S608 names of the standard, quoted
        f" WHERE other.{by} = sent.{by})"
    )


def _method(scheme: Mapping[str, Any], default: str, schema: str) -> str:
    return looked_up(scheme["method_from"], schema) if "method_from" in scheme else f"'{default}'"


def _beside(dataset: Dataset, standard: Standard, schema: str) -> Iterator[tuple[str, str]]:
    """What relations read of a row beside its counts: values, costs, what they are alike by, and conditions."""
    for name, relation in standard.protection["relations"].items():
        if relation.get("dataset") == dataset.name:
            for wanted in {"value", "cost"} & relation.keys():
                yield f"{name}.{wanted}", f"sent.{quoted(dataset.stored(relation[wanted]))}"
            for wanted in sorted({"where", "scale_from"} & relation.keys()):
                yield f"{name}.{wanted}", looked_up(relation[wanted], schema)
