"""Proof, by whole columns, that rows are as the standard wants them, so that the judge need not look at each cell.

It may doubt a good row, which the judge then accepts. It never proves a row that the judge would refuse: every test is
at least as strict as the lexical expression and frictionless together, and what it does not know it doubts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import polars as pl

from pipeline.standard import Column, Dataset, Lexical

Test = Callable[[pl.Series, Any], pl.Series]
"""Distinct cells and the limit of a constraint → whether each cell keeps it."""


def doubted(columns: pl.DataFrame, dataset: Dataset, lexicals: Mapping[str, Lexical]) -> pl.Series:
    """For each row of text cells, whether the judge must look at it."""
    doubts = columns.select(pl.all_horizontal(pl.all().is_null())).to_series()
    for column in dataset.columns:
        cells = columns[column.name]
        if column.is_required and cells.null_count():
            doubts |= cells.is_null()
        if cells.null_count() == len(cells):
            continue
        wrong = _unproved(cells.unique().drop_nulls(), column, lexicals[column.lexical])
        if len(wrong):
            doubts |= cells.is_in(wrong.implode()).fill_null(value=False)
    return doubts


def _unproved(cells: pl.Series, column: Column, lexical: Lexical) -> pl.Series:
    """Of distinct cells, those that some test does not prove."""
    proved = cells.str.contains(lexical.linear_expression)
    for test in _tests(column):
        proved &= test(cells).fill_null(value=False)
    return cells.filter(~proved)


def _tests(column: Column) -> Iterator[Callable[[pl.Series], pl.Series]]:
    if column.type == "date":
        yield lambda cells: cells.str.to_date("%Y-%m-%d", strict=False).is_not_null()
    for name, limit in column.constraints.items():
        if name == "required":
            continue
        test = _TESTS.get((column.type, name), _nothing)
        yield lambda cells, test=test, limit=limit: test(cells, limit)  # type: ignore[misc]


def _nothing(cells: pl.Series, _limit: object) -> pl.Series:
    """A constraint that is not known here proves nothing."""
    return pl.Series([False], dtype=pl.Boolean).new_from_index(0, len(cells))


def _among(cells: pl.Series, allowed: list[str]) -> pl.Series:
    return cells.is_in(allowed)


def _at_least(cells: pl.Series, limit: float) -> pl.Series:
    value = cells.cast(pl.Float64, strict=False)
    return (value > float(limit)) | ((value == float(limit)) & _is_exact(cells))


def _at_most(cells: pl.Series, limit: float) -> pl.Series:
    value = cells.cast(pl.Float64, strict=False)
    return (value < float(limit)) | ((value == float(limit)) & _is_exact(cells))


def _is_exact(cells: pl.Series) -> pl.Series:
    """Up to 15 digits, no two decimals have one double."""
    return cells.str.len_chars() <= 15


def _no_shorter(cells: pl.Series, limit: int) -> pl.Series:
    return cells.str.len_chars() >= limit


def _no_longer(cells: pl.Series, limit: int) -> pl.Series:
    return cells.str.len_chars() <= limit


_TESTS: Mapping[tuple[str, str], Test] = {
    ("string", "enum"): _among,
    ("string", "minLength"): _no_shorter,
    ("string", "maxLength"): _no_longer,
    ("integer", "minimum"): _at_least,
    ("integer", "maximum"): _at_most,
    ("number", "minimum"): _at_least,
    ("number", "maximum"): _at_most,
}
