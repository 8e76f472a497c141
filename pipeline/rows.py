"""The rows of a file as blocks: cells as sent, and the same cells rewritten as its layout declares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from pipeline.layout import Field, Layout, fields_named, refuse_unclear
from pipeline.model import Block, Reading
from pipeline.originals import Rewriting, column_letters, note_rewriting, value_of
from pipeline.sheets import Sheet, header_of, sheets, without_trailing_blanks
from pipeline.standard import Dataset
from pipeline.structure import Structural

MAX_COLUMNS = 1000

_NUMBER = re.compile(r"\A-?[0-9]{1,13}(\.[0-9]{1,2})?\Z")


def with_header(folder: Path, layout: Layout, dataset: Dataset) -> Layout:
    """The layout once the file's header is found to be as described, or taken for the fields where none are described.

    Raises `Structural` (wrong_header, header_missing, too_many_columns, and what reading rows raises).
    """
    if not layout.header_row:
        return layout
    header = header_of(folder, layout)
    at = {"file": layout.path, "dataset": dataset.name}
    if header is None:
        raise Structural("header_missing", at, row=layout.header_row)
    if len(header.cells) > MAX_COLUMNS:
        raise Structural("too_many_columns", at | {"line": header.line}, limit=f"{MAX_COLUMNS:,}")
    labels = without_trailing_blanks([cell.strip() for cell in header.cells])
    if not layout.fields:
        layout = replace(layout, fields=fields_named(labels, dataset))
        refuse_unclear(layout, dataset)
    _compare(labels, layout, at | {"line": header.line})
    return layout


def blocks(folder: Path, layout: Layout, dataset: Dataset, reading: Reading) -> Iterator[Block]:
    """The rows below the header, some thousand at a time; blank rows and a control total are left out and noted.

    Raises `Structural` (unclosed_quote, wrong_line_ending, cell_too_long, stray_quote).
    """
    return blocks_of(sheets(folder, layout), layout, dataset, reading)


def blocks_of(found: Iterable[Sheet], layout: Layout, dataset: Dataset, reading: Reading) -> Iterator[Block]:
    """Sheets as blocks, their cells rewritten."""
    filled = (sheet for sheet in (_filled(sheet, reading) for sheet in found) if sheet.sent.height)
    for sheet in _rows(filled, layout, dataset, reading):
        columns = _columns(sheet, layout, dataset, reading)
        yield Block(sheet.sent, columns, sheet.lines, sheet.records, sheet.cells)


def _filled(sheet: Sheet, reading: Reading) -> Sheet:
    """The sheet without its blank rows."""
    is_blank = pl.Series([True], dtype=pl.Boolean).new_from_index(0, sheet.sent.height) & (sheet.cells == 0)
    for cells in sheet.sent.iter_columns():
        if not is_blank.any():
            return sheet
        is_blank &= (cells.str.strip_chars() == "").fill_null(value=True)
    reading.blank_rows += int(is_blank.sum())
    return _kept(sheet, ~is_blank)


def _kept(sheet: Sheet, rows: pl.Series) -> Sheet:
    return Sheet(
        sheet.sent.filter(rows), sheet.lines.filter(rows), sheet.records.filter(rows), sheet.cells.filter(rows)
    )


def _rows(found: Iterable[Sheet], layout: Layout, dataset: Dataset, reading: Reading) -> Iterator[Sheet]:
    """All rows but a last one that holds one number alone, in the amount column: the publisher's control total."""
    previous: Sheet | None = None
    for sheet in found:
        if previous is not None:
            yield previous
        previous = sheet
    amount = next((field for field in layout.fields if dataset.amount and field.column == dataset.amount.name), None)
    if previous is None:
        return
    is_longer = previous.cells[-1] > previous.sent.width
    total = _lone_number(previous.sent.row(-1), layout.fields, amount) if amount and not is_longer else ""
    if total:
        reading.control_total, reading.control_total_line = total, previous.lines[-1]
        is_row = pl.Series([True] * (previous.sent.height - 1) + [False])
        previous = _kept(previous, is_row)
    if previous.sent.height:
        yield previous


def _lone_number(cells: Sequence[str | None], fields: Sequence[Field], amount: Field) -> str:
    filled = [position for position, cell in enumerate(cells) if cell and cell.strip()]
    if filled != [fields.index(amount)]:
        return ""
    cell = str(cells[filled[0]])
    number = amount.rewrite(cell) if amount.rewrite else cell
    return number if _NUMBER.match(number) else ""


def _columns(sheet: Sheet, layout: Layout, dataset: Dataset, reading: Reading) -> pl.DataFrame:
    """A column for every column of the dataset: rewritten from its field, constant, defaulted, or null throughout."""
    sent = sheet.sent
    columns = {name: pl.Series(name, [value], dtype=pl.String) for name, value in layout.constants.items()}
    columns |= {cells.name: cells for cells in _as_sent(sent, layout).iter_columns()}
    for position, field in enumerate(layout.fields):
        if field.column and not field.is_plain:
            columns[field.column] = _rewritten(sent[field.name], field, reading).alias(field.column)
            note_rewriting(Rewriting(field, column_letters(position), sheet.records), sent[field.name], reading)
    for field in layout.fields:
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


def _as_sent(sent: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The fields that nothing rewrites, by their columns; a blank cell becomes null."""
    plain = {str(field.column): pl.col(field.name) for field in layout.fields if field.column and field.is_plain}
    return sent.select(pl.when(cells != "").then(cells).alias(column) for column, cells in plain.items())


def _rewritten(cells: pl.Series, field: Field, reading: Reading) -> pl.Series:
    """Each distinct cell is rewritten once; a missing or redacted one becomes null."""
    distinct = cells.drop_nulls().unique()
    became = {cell: value_of(cell, field) for cell in distinct}
    changed = [cell for cell, value in became.items() if value is not None and value != cell]
    if changed:
        count = int(cells.is_in(changed).sum())
        reading.rewritten[field.name] = reading.rewritten.get(field.name, 0) + count
    return cells.replace_strict(list(became), list(became.values()), default=None, return_dtype=pl.String)


def _redactions(cells: pl.Series, field: Field, known: pl.Series | None) -> pl.Series:
    codes = cells.str.strip_chars().replace_strict(field.redacted, default=None, return_dtype=pl.String)
    return codes if known is None else _spread(known, len(codes), "").fill_null(codes)


def _compare(labels: Sequence[str], layout: Layout, at: dict[str, object]) -> None:
    described = without_trailing_blanks([field.label.strip() for field in layout.fields])
    for position in range(max(len(labels), len(described))):
        found = labels[position] if position < len(labels) else ""
        expected = described[position] if position < len(described) else ""
        if found != expected:
            cell = f"{column_letters(position)}{layout.header_row}"
            raise Structural("wrong_header", at | {"cell": cell}, found=found, expected=expected)
