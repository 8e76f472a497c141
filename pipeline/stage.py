"""The stage: checked packages by content hash, so that what has not changed is not checked twice. Private to the site."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from pipeline.model import CheckedFile, CheckedPackage, Held, Original, Problem, Rewritten, Totals

_RECORD = "package.json"


@dataclass(frozen=True)
class Stage:
    """A folder with one folder for every checked package, named by its content hash."""

    folder: Path

    def find(self, content_hash: str) -> CheckedPackage | None:
        """The checked package of that content, if it is here."""
        record = self.folder / content_hash / _RECORD
        return _package(json.loads(record.read_text(encoding="utf-8")), record.parent) if record.is_file() else None

    @contextmanager
    def keep(self, content_hash: str) -> Iterator[Path]:
        """A folder to write a checked package into; it takes its place in the stage only when all went well."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / f"{content_hash}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        try:
            yield unfinished
            shutil.rmtree(self.folder / content_hash, ignore_errors=True)
            unfinished.rename(self.folder / content_hash)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)


def write_record(folder: Path, package: CheckedPackage) -> None:
    """Writes everything about a checked package but its rows."""
    record = asdict(package) | {"folder": None}
    (folder / _RECORD).write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")


def rows_path(folder: Path, file_id: str) -> Path:
    """Where the typed rows of a file stand in a package's folder."""
    return folder / f"{file_id}.parquet"


@contextmanager
def row_writer(path: Path) -> Iterator[Any]:
    """A function that appends frames of one schema to a Parquet file; without any frame there is no file."""
    writers: list[pq.ParquetWriter] = []

    def write(frame: pl.DataFrame) -> None:
        table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        if not writers:
            options = {"compression": "lz4", "write_statistics": False, "use_dictionary": _repeating(frame)}
            writers.append(pq.ParquetWriter(path, table.schema, **options))
        writers[0].write_table(table)

    try:
        yield write
    finally:
        for writer in writers:
            writer.close()


def _repeating(frame: pl.DataFrame) -> list[str]:
    """The columns of text whose cells repeat, to judge by the first rows: each is kept as whole numbers and the texts they stand for."""
    first = frame.head(1000).select(pl.col(pl.String).n_unique())
    return [cells.name for cells in first.iter_columns() if cells.item() * 2 <= min(frame.height, 1000)]


def _package(record: dict[str, Any], folder: Path) -> CheckedPackage:
    return CheckedPackage(
        **record
        | {
            "files": tuple(_file(file) for file in record["files"]),
            "problems": tuple(Problem(**problem) for problem in record["problems"]),
            "folder": folder,
        }
    )


def _file(record: dict[str, Any]) -> CheckedFile:
    return CheckedFile(
        **record
        | {
            "published": Totals(**record["published"]),
            "held": tuple(Held(**held) for held in record["held"]),
            "covers": tuple(record["covers"]) if record["covers"] else None,
            "unpublished": tuple(record["unpublished"]),
            "words": tuple(_rewritten(word) for word in record["words"]),
        }
    )


def _rewritten(record: dict[str, Any]) -> Rewritten:
    return Rewritten(**record | {"originals": tuple(Original(**original) for original in record["originals"])})
