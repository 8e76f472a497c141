"""Proof, by whole columns, that rows are as the standard wants them, so that the judge need not look at each cell.

It may doubt a good row, which the judge then accepts. It never proves a row that the judge would refuse: every test is
at least as strict as the lexical expression and frictionless together, and what it does not know it doubts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import polars as pl

from pipeline.standard import Column, Dataset, Lexical

Test = Callable[[pl.Expr, Any], pl.Expr]
"""Cells and the limit of a constraint → whether each cell keeps it."""


def doubted(columns: pl.DataFrame, dataset: Dataset, lexicals: Mapping[str, Lexical]) -> pl.Series:
    """For each row of text cells, whether the judge must look at it."""
    doubts = columns.select(pl.all_horizontal(pl.all().is_null())).to_series()
    nulls = {cells.name: cells.null_count() for cells in columns.iter_columns()}
    given = [column for column in dataset.columns if nulls[column.name] < columns.height]
    for column in dataset.columns:
        if column.is_required and nulls[column.name]:
            doubts |= columns[column.name].is_null()
    distinct = columns.select(pl.col(column.name).drop_nulls().unique().implode() for column in given)
    wrong = distinct.select(_unproved(column, lexicals[column.lexical]).implode() for column in given)
    for cells in wrong.iter_columns():
        if len(cells[0]):
            doubts |= columns[cells.name].is_in(cells).fill_null(value=False)
    return doubts


def _unproved(column: Column, lexical: Lexical) -> pl.Expr:
    """Of distinct cells in a list, those that some test does not prove."""
    cells = pl.col(column.name).explode()
    proved = pl.all_horizontal(cells.str.contains(lexical.linear_expression), *_tests(cells, column))
    return cells.filter(~proved.fill_null(value=False))


def _tests(cells: pl.Expr, column: Column) -> Iterator[pl.Expr]:
    if column.type == "date":
        yield cells.str.to_date("%Y-%m-%d", strict=False).is_not_null()
    for name, limit in column.constraints.items():
        if name != "required":
            yield _TESTS.get((column.type, name), _nothing)(cells, limit)


def _nothing(_cells: pl.Expr, _limit: object) -> pl.Expr:
    """A constraint that is not known here proves nothing."""
    return pl.lit(False)  # noqa: FBT003 polars's own


def _among(cells: pl.Expr, allowed: list[str]) -> pl.Expr:
    return cells.is_in(allowed)


def _at_least(cells: pl.Expr, limit: float) -> pl.Expr:
    value = cells.cast(pl.Float64, strict=False)
    return (value > float(limit)) | ((value == float(limit)) & _is_exact(cells))


def _at_most(cells: pl.Expr, limit: float) -> pl.Expr:
    value = cells.cast(pl.Float64, strict=False)
    return (value < float(limit)) | ((value == float(limit)) & _is_exact(cells))


def _is_exact(cells: pl.Expr) -> pl.Expr:
    """Up to 15 digits, no two decimals have one double."""
    return cells.str.len_chars() <= 15


def _no_shorter(cells: pl.Expr, limit: int) -> pl.Expr:
    return cells.str.len_chars() >= limit


def _no_longer(cells: pl.Expr, limit: int) -> pl.Expr:
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
