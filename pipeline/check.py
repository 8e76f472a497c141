"""Check every value and key of one package against the standard, and stage its typed rows by content hash."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.boundaries import BOUNDARIES, collection_of
from pipeline.errors import ChangedError
from pipeline.judge import Judge, Judged, pence
from pipeline.model import (
    CheckedFile,
    CheckedPackage,
    Held,
    Package,
    Problem,
    Reading,
    SourceFile,
    Totals,
    Verdict,
)  # fmt: skip
from pipeline.stage import Stage, row_writer, rows_path, write_record
from pipeline.standard import PROVENANCE, Dataset, Standard
from pipeline.structure import Structural

MAX_ERROR_ROWS = 20
MAX_ERROR_PERCENT = 5


def check(package: Package, standard: Standard, stage: Stage) -> CheckedPackage:
    """The package judged row by row, taken from the stage where the same content was judged before.

    Rows with an error are held back; the package is refused where it is structurally wrong, or where more than 5 % and
    more than 20 of its rows have errors. For each file: rows and pence received = published + held back.
    Raises `ChangedError` where a file is written to meanwhile; then nothing is staged.
    """
    kept = stage.find(package.content_hash)
    if kept is not None:
        return kept
    with stage.keep(package.content_hash) as folder:
        checked = _Checking(package, standard, folder).check()
        write_record(folder, checked)
    return replace(checked, folder=stage.folder / package.content_hash)


@dataclass
class _Checking:
    package: Package
    standard: Standard
    folder: Path
    keys: dict[tuple[Any, ...], str] = field(default_factory=dict)

    def check(self) -> CheckedPackage:
        files: list[CheckedFile] = []
        problems = list(self.package.problems)
        for file in self.package.files:
            try:
                files.append(self._file(file, problems))
            except Structural as error:
                problems.append(self.standard.problem(error.rule, error.at, **error.words))
        refusals = [problem for problem in problems if self._refuses(problem)] or list(self._too_many(files))
        (self.folder / BOUNDARIES).write_text(collection_of(self.package.boundaries), encoding="utf-8")
        return CheckedPackage(
            publisher_id=self.package.publisher_id,
            title=self.package.title,
            content_hash=self.package.content_hash,
            verdict=_verdict(refusals, problems),
            files=tuple(files),
            problems=(*refusals, *(problem for problem in problems if problem not in refusals)),
        )

    def _file(self, file: SourceFile, problems: list[Problem]) -> CheckedFile:
        """Judges a file block by block; its good rows go to Parquet, its totals and problems are kept."""
        dataset = self.standard.datasets[file.dataset]
        judge = Judge(self.standard, dataset, file)
        reading, published, held = Reading(), Totals(), list[Held]()
        with row_writer(rows_path(self.folder, file.file_id)) as write:
            for block in file.blocks(reading):
                judged = self._without_known_keys(judge.judge(block), file, dataset)
                write(judged.rows)
                published += _totals(judged.rows, dataset)
                held += judged.held
                problems += judged.problems
        if not file.is_as_seen():
            raise ChangedError(
                f"{file.path} of {self.package.publisher_id} was written to while it was read:"
                " wait until it is whole, then run the command again."
            )
        checked = _checked(file, published, held)
        problems += self._control_total(checked, reading)
        total = pence(reading.control_total) if reading.control_total else None
        return replace(
            checked, blank_rows=reading.blank_rows, rewritten=reading.rewritten, control_total_pence=total,
            words=tuple(reading.words.values()),
        )  # fmt: skip

    def _without_known_keys(self, judged: Judged, file: SourceFile, dataset: Dataset) -> Judged:
        """Holds back the rows whose key the package has used before, as frictionless does within one file."""
        key = [name for name in dataset.primary_key if name not in PROVENANCE]
        if not key or "line" in dataset.primary_key or judged.rows.is_empty():
            return judged
        stored = [dataset.stored(name) for name in key]
        repeated: list[Problem] = []
        for line, *values in judged.rows.select("line", *stored).iter_rows():
            other = self.keys.setdefault((dataset.name, *values), f"line {line} of {file.path}")
            if other != f"line {line} of {file.path}":
                repeated.append(self._duplicate(file, dataset, key, (line, other)))
        return _holding_back(judged, repeated, dataset)

    def _duplicate(self, file: SourceFile, dataset: Dataset, key: Sequence[str], where: tuple[int, str]) -> Problem:
        line, other = where
        titles = " and ".join(dataset.by_name[name].title for name in key)
        at = {"dataset": dataset.name, "file": file.path, "line": line, "field": file.labels.get(key[0], key[0])}
        return replace(
            self.standard.problem("duplicate_key", at | {"cell": f"line {line}"}, key=titles, other=other), cell=""
        )

    def _control_total(self, file: CheckedFile, reading: Reading) -> Iterator[Problem]:
        """A warning where the publisher's own total is not the sum of all rows received, to the penny."""
        if reading.control_total and pence(reading.control_total) != file.received.amount_pence:
            at = {"dataset": file.dataset, "file": file.path, "line": reading.control_total_line}
            words = {"total": reading.control_total, "sum": pounds(file.received.amount_pence)}
            yield replace(self.standard.problem("control_total_differs", at, **words), severity="warning")

    def _too_many(self, files: Sequence[CheckedFile]) -> Iterator[Problem]:
        wrong = sum(file.held_back.rows for file in files)
        rows = sum(file.received.rows for file in files)
        if wrong > MAX_ERROR_ROWS and wrong * 100 > MAX_ERROR_PERCENT * rows:
            yield self.standard.problem("too_many_errors", wrong=f"{wrong:,}", rows=f"{rows:,}")

    def _refuses(self, problem: Problem) -> bool:
        return self.standard.problems[problem.rule]["refuses"] == "package"


def pounds(amount_pence: int) -> str:
    """Whole pence as decimal pounds: -5 is -0.05."""
    sign = "-" if amount_pence < 0 else ""
    return f"{sign}{abs(amount_pence) // 100}.{abs(amount_pence) % 100:02}"


def _checked(file: SourceFile, published: Totals, held: Sequence[Held]) -> CheckedFile:
    return CheckedFile(
        file_id=file.file_id,
        dataset=file.dataset,
        path=file.path,
        sha256=file.sha256,
        bytes=file.bytes,
        encoding=file.encoding,
        period=file.period,
        covers=(file.covers[0].isoformat(), file.covers[1].isoformat()) if file.covers else None,
        labels=file.labels,
        unpublished=tuple(label for label in file.unpublished.values() if label),
        published=published,
        held=tuple(sorted(held, key=lambda row: row.line)),
    )


def _verdict(refusals: Sequence[Problem], problems: Sequence[Problem]) -> Verdict:
    if refusals:
        return "refused"
    return "accepted_with_problems" if problems else "accepted"


def _totals(rows: pl.DataFrame, dataset: Dataset) -> Totals:
    if dataset.amount is None:
        return Totals(rows.height)
    amounts = rows[dataset.amount.stored_name]
    return Totals(rows.height, int((amounts < 0).sum()), int(amounts.sum()))


def _holding_back(judged: Judged, repeated: Sequence[Problem], dataset: Dataset) -> Judged:
    if not repeated:
        return judged
    lines = [problem.line for problem in repeated]
    is_held = judged.rows["line"].is_in(lines)
    amount = dataset.amount.stored_name if dataset.amount else None
    out = judged.rows.filter(is_held)
    amounts = out[amount].to_list() if amount else [None] * out.height
    held = (Held(line, "duplicate_key", pence) for line, pence in zip(out["line"], amounts, strict=True))
    return Judged(judged.rows.filter(~is_held), (*judged.held, *held), (*judged.problems, *repeated))
