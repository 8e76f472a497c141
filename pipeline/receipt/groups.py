"""The problems of a package by what is to be done about them, with how much they concern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from pipeline.check import pounds
from pipeline.model import CheckedFile, CheckedPackage, Problem
from pipeline.stage import rows_path
from pipeline.standard import Standard

FIRST = 10
"""How many cells of a group are named."""

Amounts = Mapping[str, Mapping[int, int]]
"""Pence by file and line, of the rows whose amount can be read."""


def groups_of(package: CheckedPackage, standard: Standard) -> list[dict[str, Any]]:
    """Problems of one kind that ask for the same: how many, in how many rows, of what amount, where first, what to do.

    `share_of_rows_bps` is of all rows received, in hundredths of one per cent, rounded down; `amount_gbp` is the net
    amount of its rows, each counted once, as far as it can be read, and null where no file of the group has amounts.
    """
    found: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in package.problems:
        found.setdefault((problem.severity, problem.rule, problem.advice), []).append(problem)
    amounts = _amounts(package, standard)
    return [_group(problems, package, standard, amounts) for problems in found.values()]


def _group(
    problems: Sequence[Problem], package: CheckedPackage, standard: Standard, amounts: Amounts
) -> dict[str, Any]:
    received = sum(file.received.rows for file in package.files)
    first = problems[0]
    rows = {(problem.file, problem.line) for problem in problems if problem.line is not None}
    wording = standard.problems.get(first.rule, {"title": _titled(first.rule), "refuses": "row"})
    is_of_rows = wording["refuses"] == "row" and bool(rows)
    priced = [amounts[file].get(line) for file, line in rows if is_of_rows and file in amounts and line is not None]
    known = [pence for pence in priced if pence is not None]
    return {
        "severity": first.severity,
        "rule": first.rule,
        "title": wording["title"],
        "problems": len(problems),
        "rows": len(rows) if is_of_rows else None,
        "share_of_rows_bps": len(rows) * 10_000 // received if is_of_rows and received else None,
        "amount_gbp": pounds(sum(known)) if known else None,
        "unread_amounts": len(priced) - len(known),
        "first_cells": [_place(problem) for problem in problems[:FIRST]],
        "advice": first.advice,
        "example": _example(first, package, standard),
    }


def _titled(rule: str) -> str:
    """A rule across tables has the name of what should be true."""
    return f"Not true: {rule.replace('_', ' ')}"


def _place(problem: Problem) -> dict[str, Any]:
    return {"file": problem.file, "line": problem.line, "cell": problem.cell}


def _example(problem: Problem, package: CheckedPackage, standard: Standard) -> str:
    """A cell that is right: of the column's list, from its descriptor, or as its kind is written."""
    labels = next((file.labels for file in package.files if file.path == problem.file), {})
    name = next((name for name, label in labels.items() if label == problem.field), problem.field)
    dataset = standard.datasets.get(problem.dataset)
    column = dataset.by_name.get(name) if dataset else None
    if column is None:
        return ""
    allowed = column.constraints.get("enum") or [standard.lexicals[column.lexical].example]
    return str(column.descriptor.get("example", allowed[0]))


def _amounts(package: CheckedPackage, standard: Standard) -> Amounts:
    """The amounts of the rows that a problem names: of those held back, and of those that pass with a warning."""
    named: dict[str, set[int]] = {}
    for problem in package.problems:
        if problem.line is not None:
            named.setdefault(problem.file, set()).add(problem.line)
    return {
        file.path: _of_file(package, file, amount.stored_name, named[file.path])
        for file in package.files
        if (amount := standard.datasets[file.dataset].amount) and file.path in named
    }


def _of_file(package: CheckedPackage, file: CheckedFile, column: str, lines: set[int]) -> dict[int, int]:
    held = {held.line: held.amount_pence for held in file.held if held.amount_pence is not None}
    path = rows_path(package.folder, file.file_id)
    if not path.exists():
        return held
    passed = pl.scan_parquet(path).filter(pl.col("line").is_in(list(lines))).select("line", column).collect()
    return held | dict(passed.iter_rows())
