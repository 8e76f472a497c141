"""The rows of a CSV file as blocks: cells as sent, and the same cells rewritten as its layout declares."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import polars as pl

from pipeline.layout import Field, Layout, fields_named, refuse_unclear
from pipeline.model import Block, Reading
from pipeline.source import open_regular
from pipeline.standard import Dataset
from pipeline.structure import Structural

BLOCK_ROWS = 8192
MAX_CELL = 131_072
MAX_COLUMNS = 1000

_NUMBER = re.compile(r"\A-?[0-9]{1,13}(\.[0-9]{1,2})?\Z")
_CSV_PROBLEMS = (
    ("unexpected end of data", "unclosed_quote"),
    ("new-line character", "wrong_line_ending"),
    ("field larger", "cell_too_long"),
    ("expected after", "stray_quote"),
)


class Row(NamedTuple):
    """A record: the line where it starts, its row in a spreadsheet, and its cells as sent."""

    line: int
    record: int
    cells: Sequence[str]


def with_header(folder: Path, layout: Layout, dataset: Dataset) -> Layout:
    """The layout once the file's header is found to be as described, or taken for the fields where none are described.

    Raises `Structural` (wrong_header, header_missing, too_many_columns, and what reading rows raises).
    """
    if not layout.header_row:
        return layout
    with _text(folder, layout) as stream:
        header = next((row for row in _records(stream, layout) if row.record == layout.header_row), None)
    at = {"file": layout.path, "dataset": dataset.name}
    if header is None:
        raise Structural("header_missing", at, row=layout.header_row)
    if len(header.cells) > MAX_COLUMNS:
        raise Structural("too_many_columns", at | {"line": header.line}, limit=f"{MAX_COLUMNS:,}")
    labels = _without_trailing_blanks([cell.strip() for cell in header.cells])
    if not layout.fields:
        layout = replace(layout, fields=fields_named(labels, dataset))
        refuse_unclear(layout, dataset)
    _compare(labels, layout, at | {"line": header.line})
    return layout


def blocks(folder: Path, layout: Layout, dataset: Dataset, reading: Reading) -> Iterator[Block]:
    """The rows below the header, some thousand at a time; blank rows and a control total are left out and noted.

    Raises `Structural` (unclosed_quote, wrong_line_ending, cell_too_long, stray_quote).
    """
    with _text(folder, layout) as stream:
        rows = (row for row in _records(stream, layout) if row.record > layout.header_row)
        yield from blocks_of(_payments(_filled(rows, reading), layout, dataset, reading), layout, dataset, reading)


def blocks_of(rows: Iterator[Row], layout: Layout, dataset: Dataset, reading: Reading) -> Iterator[Block]:
    """Rows gathered into blocks, their cells rewritten."""
    while batch := list(islice(rows, BLOCK_ROWS)):
        width = len(layout.fields)
        cells = [[*row.cells[:width], *[None] * (width - len(row.cells))] for row in batch]
        names = [field.name for field in layout.fields]
        sent = pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String), orient="row")
        yield Block(
            sent=sent,
            columns=_columns(sent, layout, dataset, reading),
            lines=pl.Series("line", [row.line for row in batch], dtype=pl.Int64),
            records=pl.Series("record", [row.record for row in batch], dtype=pl.Int64),
            cells=pl.Series("cells", [len(_without_trailing_blanks(row.cells)) for row in batch], dtype=pl.Int64),
        )


@contextmanager
def _text(folder: Path, layout: Layout) -> Iterator[io.TextIOWrapper]:
    """Lines end in LF (or CR LF) unless the layout says CR: then a lone CR ends a line too."""
    csv.field_size_limit(MAX_CELL)
    binary = open_regular(folder, layout.path)
    newline = "" if layout.ends_in_cr else "\n"
    with io.TextIOWrapper(binary, encoding=layout.python_encoding, newline=newline) as stream:
        yield stream


def _records(stream: io.TextIOWrapper, layout: Layout) -> Iterator[Row]:
    reader = csv.reader(stream, **layout.csv)
    line, record = 1, 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _csv_problem(error, layout, line) from None
        record += 1
        yield Row(line, record, cells)
        line = reader.line_num + 1


def _csv_problem(error: csv.Error, layout: Layout, line: int) -> Structural:
    rule = next((rule for words, rule in _CSV_PROBLEMS if words in str(error)), "unreadable_row")
    return Structural(rule, {"file": layout.path, "line": line}, limit=f"{MAX_CELL:,}")


def _filled(rows: Iterator[Row], reading: Reading) -> Iterator[Row]:
    for row in rows:
        if any(not cell.isspace() and cell for cell in row.cells):
            yield row
        else:
            reading.blank_rows += 1


def _payments(rows: Iterator[Row], layout: Layout, dataset: Dataset, reading: Reading) -> Iterator[Row]:
    """All rows but a last one that holds one number alone, in the amount column: the publisher's control total."""
    amount = next((field for field in layout.fields if dataset.amount and field.column == dataset.amount.name), None)
    previous: Row | None = None
    for row in rows:
        if previous is not None:
            yield previous
        previous = row
    if previous is None:
        return
    total = _lone_number(previous, layout.fields, amount) if amount else ""
    if not total:
        yield previous
        return
    reading.control_total, reading.control_total_line = total, previous.line


def _lone_number(row: Row, fields: Sequence[Field], amount: Field) -> str:
    filled = [position for position, cell in enumerate(row.cells) if cell.strip()]
    if filled != [fields.index(amount)]:
        return ""
    cell = row.cells[filled[0]]
    number = amount.rewrite(cell) if amount.rewrite else cell
    return number if _NUMBER.match(number) else ""


def _columns(sent: pl.DataFrame, layout: Layout, dataset: Dataset, reading: Reading) -> pl.DataFrame:
    """A column for every column of the dataset: rewritten from its field, constant, defaulted, or null throughout."""
    columns = {name: pl.Series(name, [value], dtype=pl.String) for name, value in layout.constants.items()}
    for field in layout.fields:
        if field.column:
            columns[field.column] = _rewritten(sent[field.name], field, reading).alias(field.column)
        if field.redacted:
            columns["redaction"] = _redactions(sent[field.name], field, columns.get("redaction"))
    empty = pl.Series([None], dtype=pl.String)
    return pl.DataFrame(
        [
            _spread(columns.get(column.name, empty).alias(column.name), sent.height, column.default)
            for column in dataset.columns
        ]
    )


def _spread(series: pl.Series, height: int, default: str) -> pl.Series:
    whole = series.new_from_index(0, height) if len(series) == 1 else series
    return whole.fill_null(default) if default else whole


def _rewritten(cells: pl.Series, field: Field, reading: Reading) -> pl.Series:
    """Each distinct cell is rewritten once; a missing or redacted one becomes null."""
    if field.is_plain:
        return cells.set(cells == "", None)
    distinct = cells.drop_nulls().unique()
    became = {cell: _value(cell, field) for cell in distinct}
    changed = [cell for cell, value in became.items() if value is not None and value != cell]
    if changed:
        count = int(cells.is_in(changed).sum())
        reading.rewritten[field.name] = reading.rewritten.get(field.name, 0) + count
    return cells.replace_strict(list(became), list(became.values()), default=None, return_dtype=pl.String)


def _value(cell: str, field: Field) -> str | None:
    if cell in field.missing or cell.strip() in field.redacted:
        return None
    value = field.rewrite(cell) if field.rewrite else cell
    return None if value in field.missing else value


def _redactions(cells: pl.Series, field: Field, known: pl.Series | None) -> pl.Series:
    codes = cells.str.strip_chars().replace_strict(field.redacted, default=None, return_dtype=pl.String)
    return codes if known is None else _spread(known, len(codes), "").fill_null(codes)


def _without_trailing_blanks(cells: Sequence[str]) -> Sequence[str]:
    width = len(cells)
    while width and not cells[width - 1].strip():
        width -= 1
    return cells[:width]


def _compare(labels: Sequence[str], layout: Layout, at: dict[str, object]) -> None:
    described = _without_trailing_blanks([field.label.strip() for field in layout.fields])
    for position in range(max(len(labels), len(described))):
        found = labels[position] if position < len(labels) else ""
        expected = described[position] if position < len(described) else ""
        if found != expected:
            cell = f"{column_letters(position)}{layout.header_row}"
            raise Structural("wrong_header", at | {"cell": cell}, found=found, expected=expected)


def column_letters(position: int) -> str:
    """The letters of a spreadsheet's column, counted from 0: A … Z, AA …"""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
