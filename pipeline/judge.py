"""The judge of values: the lexical expression of each column, then frictionless. Blocks in, problems and typed rows out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline.formulas import are_formulas, free_text
from pipeline.model import Block, Held, Problem, SourceFile
from pipeline.originals import column_letters
from pipeline.proof import doubted
from pipeline.standard import Column, Dataset, Standard

if TYPE_CHECKING:
    from pipeline.faults import Fault

_WORDED = {"required": "missing_value", "enum": "not_in_list", "minimum": "out_of_range", "maximum": "out_of_range"}
_POLARS = {"TEXT": pl.String(), "INTEGER": pl.Int64(), "REAL": pl.Float64()}


@dataclass(frozen=True)
class Judged:
    """What came of a block: typed rows by `line` (money in pence, dates as ISO text), rows held back, and why."""

    rows: pl.DataFrame
    held: tuple[Held, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Judge:
    """Judges the blocks of one file against its dataset, cell by cell and without stopping at any number of errors."""

    standard: Standard
    dataset: Dataset
    file: SourceFile

    def judge(self, block: Block) -> Judged:
        """Every problem of every cell, and the rows that have none; what is proved good is not looked at cell by cell."""
        doubts = doubted(block.columns, self.dataset, self.standard.lexicals) | self._is_misshapen(block)
        doubted_rows = doubts.arg_true().to_list()
        found = dict(zip(doubted_rows, self._found(block, doubted_rows), strict=True)) if doubted_rows else {}
        wrong = [index for index, problems in found.items() if problems]
        is_good = pl.Series([True], dtype=pl.Boolean).new_from_index(0, len(doubts)).scatter(wrong, values=False)
        good = block.columns.with_columns(block.lines)
        return Judged(
            rows=typed(good.filter(is_good) if wrong else good, self.dataset),
            held=tuple(self._held(block, index, found[index]) for index in wrong),
            problems=(*(problem for index in wrong for problem in found[index]), *self._formulas(block, is_good)),
        )

    def _formulas(self, block: Block, is_good: pl.Series) -> Iterator[Problem]:
        """A warning for every published text that a spreadsheet would run."""
        are = block.columns.select(are_formulas(pl.col(name)) for name in free_text(self.dataset))
        for name in (cells.name for cells in are.iter_columns() if cells.any()):
            for index in (are[name] & is_good).arg_true():
                problem = self._problem("cell_reads_like_a_formula", block, index, self.dataset.by_name[name])
                yield replace(problem, severity="warning")

    def _found(self, block: Block, rows: list[int]) -> Iterator[list[Problem]]:
        """The problems of each of these rows."""
        from pipeline.faults import (
            faults,
        )  # frictionless takes a third of a second to start: files without a doubt do not wait

        doubted_cells = block.columns[rows]
        misread = self._misread(doubted_cells)
        for number, found in enumerate(faults(doubted_cells.rows(), self.dataset)):
            index = rows[number]
            yield [*self._shape(block, index), *self._values(block, index, found, misread.get(number, []))]

    def _is_misshapen(self, block: Block) -> pl.Series:
        """Whether a row has more cells than the file has fields, or none for a column that is published."""
        misshapen = block.cells > block.sent.width
        for cells in (block.sent.to_series(position) for position in self.file.positions.values()):
            if cells.null_count():
                misshapen |= cells.is_null()
        return misshapen

    def _misread(self, columns: pl.DataFrame) -> dict[int, list[Column]]:
        """For each row, the columns whose cell is not written as their kind must be."""
        wrong: dict[int, list[Column]] = {}
        for column in self.dataset.columns:
            pattern = self.standard.lexicals[column.lexical].pattern
            for number, cell in enumerate(columns[column.name]):
                if cell is not None and not pattern.match(cell):
                    wrong.setdefault(number, []).append(column)
        return wrong

    def _shape(self, block: Block, index: int) -> Iterator[Problem]:
        """Cells that the row has too many or too few of; a missing cell matters where its column is published."""
        at = self._at(block, index)
        if block.cells[index] > block.sent.width:
            yield self.standard.problem("cell_extra", at, cells=block.cells[index], columns=block.sent.width)
        for name, position in self.file.positions.items():
            if block.sent[index, position] is None:
                at = self._at(block, index, name)
                yield self.standard.problem("cell_missing", at, title=self.dataset.by_name[name].title)

    def _values(self, block: Block, index: int, found: list[Fault], wrong: list[Column]) -> Iterator[Problem]:
        for column in wrong:
            yield self._problem("wrong_format", block, index, column)
        lacking = [name for name, position in self.file.positions.items() if block.sent[index, position] is None]
        named = {column.name for column in wrong} | set(lacking)
        for fault in found:
            if not fault.column:
                missing = [column for column in self.dataset.columns if column.is_required and column.name not in named]
                yield from (self._problem("missing_value", block, index, column) for column in missing)
            elif fault.column not in named:
                yield self._worded(block, index, fault)

    def _worded(self, block: Block, index: int, fault: Fault) -> Problem:
        column = self.dataset.by_name[fault.column]
        if not fault.constraint:
            return self._problem("wrong_type", block, index, column)
        rule = _WORDED.get(fault.constraint, "against_constraint")
        return self._problem(rule, block, index, column, constraint=fault.constraint, limit=fault.limit)

    def _problem(self, rule: str, block: Block, index: int, column: Column, **words: str) -> Problem:
        lexical = self.standard.lexicals[column.lexical]
        at = self._at(block, index, column.name)
        allowed = ", ".join(map(str, column.constraints.get("enum", ())))
        example = str(column.descriptor.get("example", lexical.example))
        return self.standard.problem(
            rule, at | {"cell": at["cell"] or f"line {at['line']}"}, title=column.title, means=lexical.means,
            example=example, allowed=allowed, **words,
        )  # fmt: skip

    def _at(self, block: Block, index: int, column: str = "") -> dict[str, Any]:
        position = self.file.positions.get(column)
        record = block.records[index]
        return {
            "dataset": self.dataset.name,
            "file": self.file.path,
            "line": block.lines[index],
            "cell": "" if position is None else f"{column_letters(position)}{record}",
            "field": self.file.labels.get(column, column),
            "value": "" if position is None else block.sent[index, position] or "",
            "beside": {label: block.sent[index, place] or "" for place, label in self.file.unpublished.items()},
        }

    def _held(self, block: Block, index: int, problems: list[Problem]) -> Held:
        amount = self.dataset.amount
        cell = block.columns[index, amount.name] if amount else None
        if amount is None or cell is None or not self.standard.lexicals[amount.lexical].pattern.match(cell):
            return Held(block.lines[index], problems[0].rule)
        return Held(block.lines[index], problems[0].rule, pence(cell))


def pence(amount: str) -> int:
    """Pounds as decimal text in whole pence."""
    return int(Decimal(amount).scaleb(2))


def typed(columns: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Judged text as it is stored: pounds as integer pence, whole numbers, doubles, true and false as 1 and 0; and lines."""
    return columns.select(*(_typed(column).alias(column.stored_name) for column in dataset.columns), "line")


def _typed(column: Column) -> pl.Expr:
    cells = pl.col(column.name)
    if column.is_money:
        return cells.str.to_decimal(scale=2).to_physical().cast(pl.Int64)
    if column.type == "boolean":
        return (cells == "true").cast(pl.Int64)
    return cells.cast(_POLARS[column.sql_type])
