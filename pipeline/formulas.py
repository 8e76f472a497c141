"""Cells that a spreadsheet would run as a formula when it opens a CSV: where they are, and how they are made harmless."""

from __future__ import annotations

import polars as pl

from pipeline.standard import Dataset

_FORMULA = r"^[ \x{a0}]*(?:[=@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}]|[+-][0-9., ]*[^0-9., ])"
MARK = "'"
"""What a spreadsheet takes as the sign that text follows."""


def free_text(dataset: Dataset) -> tuple[str, ...]:
    """The columns whose cells may begin with any sign; every other kind of cell begins with a letter or a digit."""
    return tuple(column.name for column in dataset.columns if column.type == "string" and column.lexical == "text")


def are_formulas(cells: pl.Expr) -> pl.Expr:
    """Whether each cell begins as a formula does: with =, +, - or @, and is not merely a number.

    Source: OWASP, CSV Injection. Spaces in front are no protection, nor are the wide forms of the signs.
    """
    return cells.str.contains(_FORMULA)


def defused(cells: pl.Expr) -> pl.Expr:
    """The same cells, formulas marked as text by an apostrophe in front."""
    return pl.when(are_formulas(cells)).then(pl.lit(MARK) + cells).otherwise(cells)
