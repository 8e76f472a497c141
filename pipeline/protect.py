"""Protect people: a new database takes over what may be published, counts of people as the standard protects them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.database import connect, create_table, is_keyed_by_line, quoted, stored_columns
from pipeline.model import Protected, Reconciled
from pipeline.standard import Dataset, Standard


def protect(reconciled: Reconciled, standard: Standard, path: Path) -> Protected:
    """A new database at `path` with every row of the reconciled one; no unprotected count ever touches its file.

    round5: counts of people from 1 to 7 become `c`, others the nearest 5, and 0 stays 0, as in the hospital statistics
    of NHS England since September 2018. What rests on a withheld count is emptied, as `protection.yml` says.
    """
    with connect(path) as connection:
        connection.execute("ATTACH ? AS private", [str(reconciled)])
        methods = standard.protection["methods"]
        connection.create_function("protected", 2, protector(methods), deterministic=True)
        for dataset in standard.datasets.values():
            create_table(connection, dataset, constraints=True)
            connection.execute(f"INSERT INTO main.{quoted(dataset.name)} {_taken_over(dataset, standard)}")
        connection.commit()
        connection.execute("DETACH private")
    return Protected(path)


def _taken_over(dataset: Dataset, standard: Standard) -> str:
    """The SQL of what is published of a dataset, in order of its key; payments lie in that order, and go over whole."""
    table = f"private.{quoted(dataset.name)}"
    if is_keyed_by_line(dataset):
        return f"SELECT * FROM {table}"  # noqa: S608 names of the standard, quoted
    columns = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in _published(dataset, standard).items())
    return f"SELECT {columns} FROM {table} AS sent ORDER BY {_order(dataset)}"  # noqa: S608 names of the standard, quoted


def protector(methods: Mapping[str, Mapping[str, Any]]) -> Callable[[str | None, Any], Any]:
    """A function of a method's name and a count; what is no count (nothing, or `c` already) comes back as it is."""

    def protected(method: str | None, count: Any) -> Any:
        if not isinstance(count, int | float):
            return count
        scheme = methods[method or "none"]
        withhold = scheme.get("withhold", [])
        if withhold == "all" or (withhold and withhold[0] - 1 < count < withhold[1] + 1):
            return scheme["shown_as"]
        return _nearest(count, scheme["nearest"]) if "nearest" in scheme else count

    return protected


def _nearest(count: float, step: int) -> int:
    """The nearest multiple; halves away from zero."""
    return int((abs(count) + step / 2) // step * step) * (1 if count > 0 else -1)


def _published(dataset: Dataset, standard: Standard) -> dict[str, str]:
    """For every stored column of a dataset, the SQL of what is published of it."""
    scheme = standard.protection["datasets"].get(dataset.name, {})
    counts = dict(_counts(dataset, scheme))
    columns = {name: f"sent.{quoted(name)}" for name in stored_columns(dataset)} | counts
    withheld = scheme.get("if_withheld", {})
    if not withheld or not counts:
        return columns
    is_withheld = _is_withheld(counts, scheme, standard)
    for name in withheld.get("empty", ()):
        stored = dataset.stored(name)
        columns[stored] = f"iif({is_withheld}, NULL, {columns[stored]})"
    for name, value in withheld.get("set", {}).items():
        columns[name] = f"iif({is_withheld}, '{value}', {columns[name]})"
    return columns


def _is_withheld(counts: Mapping[str, str], scheme: Mapping[str, Any], standard: Standard) -> str:
    """Whether a count of the row is withheld, or the row's method withholds all."""
    methods = standard.protection["methods"]
    withholding = ", ".join(f"'{name}'" for name, method in methods.items() if method.get("withhold") == "all")
    method = _method(scheme, "none")
    return f"({method} IN ({withholding}) OR 'c' IN ({', '.join(counts.values())}))"


def _counts(dataset: Dataset, scheme: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for column in dataset.columns:
        if column.disclosure:
            method = _method(scheme, column.disclosure)
            yield column.stored_name, f"protected({method}, sent.{quoted(column.stored_name)})"
    also = scheme.get("also_counts", {"columns": ()})
    for name in also["columns"]:
        where = also["where"]
        is_count = f"{_looked_up(where)} = '{where['is']}'"
        method = _method(scheme, "none")
        yield name, f"iif({is_count}, protected({method}, sent.{quoted(name)}), sent.{quoted(name)})"


def _method(scheme: Mapping[str, Any], default: str) -> str:
    return _looked_up(scheme["method_from"]) if "method_from" in scheme else f"'{default}'"


def _looked_up(source: Mapping[str, str]) -> str:
    """A value of the row of another dataset that this row names."""
    by = quoted(source["by"])
    return (
        f"(SELECT {quoted(source['column'])} FROM private.{quoted(source['dataset'])} AS other"  # noqa: S608 names of the standard, quoted
        f" WHERE other.{by} = sent.{by})"
    )


def _order(dataset: Dataset) -> str:
    return ", ".join(f"sent.{quoted(dataset.stored(name))}" for name in dataset.primary_key) or "sent.rowid"
