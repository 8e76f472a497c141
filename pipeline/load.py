"""Load all staged packages into one build database, without constraints: what does not fit is judged later, by name."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.database import bulk, connect, create_tables, insert_rows
from pipeline.model import Build, CheckedFile, CheckedPackage, Problem, Totals
from pipeline.stage import rows_path
from pipeline.standard import Standard

BATCH_ROWS = 32_768


def load(packages: Iterable[CheckedPackage], standard: Standard, as_of: date, folder: Path) -> Build:
    """A build in `folder` with the rows of every package, where each came from, and what was received and held back.

    Each package is loaded as soon as it comes, so that others can be checked meanwhile.
    """
    path = folder / "build.db"
    loaded: list[CheckedPackage] = []
    with connect(path) as connection:
        create_tables(connection, standard, constraints=False)
    with bulk(path) as insert:
        for package in packages:
            loaded.append(package)
            for file in sorted(package.files, key=lambda file: file.file_id):
                for batch in _rows(package, file):
                    insert(file.dataset, batch)
    with connect(path) as connection:
        insert_rows(connection, "releases", [{"as_of": as_of.isoformat(), "standard_version": standard.version}])
        for package in loaded:
            _record(connection, package, standard)
    return Build(path)


def _rows(package: CheckedPackage, file: CheckedFile) -> Iterator[pa.RecordBatch]:
    """The staged rows of a file, each with who sent it and in which file; columns that are blank throughout are left out."""
    path = rows_path(package.folder, file.file_id)
    if not path.exists() or package.is_refused:
        return
    with pq.ParquetFile(path) as parquet:
        for batch in parquet.iter_batches(batch_size=BATCH_ROWS):
            rows = batch.num_rows
            columns = zip(batch.schema.names, batch.columns, strict=True)
            sent = {name: cells for name, cells in columns if cells.null_count < rows}
            sent["publisher_id"] = pa.repeat(package.publisher_id, rows)
            sent["file_id"] = pa.repeat(file.file_id, rows)
            yield pa.record_batch(sent)


def _record(connection: sqlite3.Connection, package: CheckedPackage, standard: Standard) -> None:
    """What is known of a package; of a refused one only that it was refused, and why."""
    publisher = {"publisher_id": package.publisher_id}
    file_ids = {file.path: file.file_id for file in package.files}
    insert_rows(connection, "packages", [_package(package)])
    insert_rows(connection, "problems", (publisher | _problem(problem, file_ids) for problem in package.problems))
    if package.is_refused:
        return
    for file in package.files:
        of_file = publisher | {"file_id": file.file_id, "dataset": file.dataset}
        has_amount = standard.datasets[file.dataset].amount is not None
        insert_rows(connection, "files", [of_file | _file(file)])
        insert_rows(connection, "conservation", [of_file | received(file.received, has_amount=has_amount)])
        insert_rows(
            connection,
            "held_back",
            (of_file | {"line": held.line, "rule": held.rule, "amount_pence": held.amount_pence} for held in file.held),
        )


def received(totals: Totals, *, has_amount: bool) -> dict[str, Any]:
    """What was received of a file, as `conservation` has it."""
    amount = totals.amount_pence if has_amount else None
    return {
        "outcome": "received", "reason": "", "rows": totals.rows,
        "credits": totals.credits if has_amount else None, "amount_pence": amount,
    }  # fmt: skip


def _package(package: CheckedPackage) -> dict[str, Any]:
    return {
        "publisher_id": package.publisher_id,
        "title": package.title,
        "verdict": package.verdict,
        "content_hash": package.content_hash,
        "files": len(package.files),
    }


def _file(file: CheckedFile) -> dict[str, Any]:
    first, last = file.covers or (None, None)
    return {
        "path": file.path,
        "sha256": file.sha256,
        "bytes": file.bytes,
        "encoding": file.encoding,
        "period": file.period or None,
        "period_start": first,
        "period_end": last,
        "blank_rows": file.blank_rows,
        "rewritten_cells": sum(file.rewritten.values()),
        "control_total_pence": file.control_total_pence,
    }


def _problem(problem: Problem, file_ids: dict[str, str]) -> dict[str, Any]:
    """A problem without the content of its cell, which is the publisher's alone to see."""
    return {
        "file_id": file_ids.get(problem.file),
        "dataset": problem.dataset or None,
        "rule": problem.rule,
        "severity": problem.severity,
        "line": problem.line,
        "cell": problem.cell or None,
        "field": problem.field or None,
        "message": problem.message,
        "advice": problem.advice,
    }
