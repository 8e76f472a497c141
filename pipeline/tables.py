"""A table of a release by columns: as it is read, as Parquet, CSV and JSON have it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from adbc_driver_sqlite import dbapi

from pipeline.database import is_keyed_by_line, quoted
from pipeline.formulas import are_formulas, defused, free_text
from pipeline.standard import PROVENANCE, Column, Dataset

BATCH_ROWS = 8_192
WITHHELD = "c"
"""What stands for a count of people that is too small to be published."""

_SAMPLES = {"TEXT": "''", "INTEGER": "0", "REAL": "0.0"}
_MONEY = pa.decimal128(18, 2)


def batches(database: Path, dataset: Dataset) -> Iterator[pa.Table]:
    """The rows of a dataset by some ten thousand, those that publishers sent in order of file and line.

    Money is decimal pounds, dates are dates, shares whole numbers. A count that is withheld is null, and a column beside
    it, named `<count>_withheld`, is true. The first batch comes even where there are no rows.
    """
    with dbapi.connect(f"file:{database}?mode=ro") as connection, connection.cursor() as cursor:
        cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(BATCH_ROWS)})
        cursor.execute(_rows(dataset))
        is_first = True
        for batch in cursor.fetch_record_batch():
            yield _typed(batch.slice(1) if is_first else batch, dataset)
            is_first = False


def as_csv(rows: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """The rows as the CSV of the standard has them: counts that are withheld read `c`."""
    columns = [_csv_column(column) for column in dataset.columns]
    return rows.select(*columns, *provenance(dataset))


def as_safe_csv(rows: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """The same, with cells that a spreadsheet would run made harmless."""
    return as_csv(rows, dataset).with_columns(defused(pl.col(name)).alias(name) for name in free_text(dataset))


def as_json(rows: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """The rows as JSON has them: money as numbers of pounds; below 10 trillion every penny of them is exact."""
    return rows.with_columns(pl.col(column.name).cast(pl.Float64) for column in dataset.columns if column.is_money)


def has_formulas(rows: pl.DataFrame, dataset: Dataset) -> bool:
    """Whether any cell would be run by a spreadsheet."""
    found = [are_formulas(pl.col(name)).any() for name in free_text(dataset)]
    return bool(found) and bool(rows.select(pl.any_horizontal(found)).item())


def provenance(dataset: Dataset) -> tuple[str, ...]:
    """Who sent a row, in which file and line, where a publisher sent it."""
    return PROVENANCE if dataset.is_sent else ()


def _rows(dataset: Dataset) -> str:
    """The SQL of all rows after one that only shows the type of each column, which the driver takes from what comes first."""
    types = {column.stored_name: "TEXT" if column.disclosure else column.sql_type for column in dataset.columns}
    columns = [
        f"CAST({quoted(column.stored_name)} AS TEXT)" if column.disclosure else quoted(column.stored_name)
        for column in dataset.columns
    ]
    sent = provenance(dataset)
    types |= {name: "INTEGER" if name == "line" else "TEXT" for name in sent}
    samples = ", ".join(f"{_SAMPLES[kind]} AS {quoted(name)}" for name, kind in types.items())
    order = " ORDER BY file_id, line" if sent and not is_keyed_by_line(dataset) else ""
    rows = f"SELECT {', '.join([*columns, *map(quoted, sent)])} FROM {quoted(dataset.name)}{order}"  # noqa: S608 names of the standard, quoted
    return f"SELECT {samples} UNION ALL SELECT * FROM ({rows})"  # noqa: S608 names of the standard, quoted


def _typed(batch: pa.RecordBatch, dataset: Dataset) -> pa.Table:
    columns: dict[str, pa.Array] = {}
    for position, column in enumerate(dataset.columns):
        columns |= _published(column, batch.column(position))
    columns |= {name: batch.column(name) for name in provenance(dataset)}
    return pa.table(columns)


def _published(column: Column, cells: pa.Array) -> dict[str, pa.Array]:
    if column.is_money:
        return {column.name: _pounds(cells)}
    if column.disclosure:
        is_withheld = pc.fill_null(pc.equal(cells, WITHHELD), False)  # noqa: FBT003 pyarrow's own
        counts = pc.if_else(is_withheld, pa.scalar(None, cells.type), cells)
        return {column.name: counts.cast(pa.int64()), f"{column.name}_withheld": is_withheld}
    if column.type == "boolean":
        return {column.name: cells.cast(pa.bool_())}
    if column.type == "date":
        return {column.name: cells.cast(pa.date32())}
    return {column.name: cells}


def _pounds(pence: pa.Array) -> pa.Array:
    """Whole pence read as hundredths: the same numbers, the point moved."""
    wide = pa.concat_arrays([pence.cast(pa.decimal128(19, 0))])
    return pa.Array.from_buffers(_MONEY, len(wide), wide.buffers(), offset=wide.offset)


def _csv_column(column: Column) -> pl.Expr:
    cells = pl.col(column.name)
    if not column.disclosure:
        return cells
    withheld = pl.col(f"{column.name}_withheld")
    return pl.when(withheld).then(pl.lit(WITHHELD)).otherwise(cells.cast(pl.String)).alias(column.name)
