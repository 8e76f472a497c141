"""Derive the tables of `standard/derived/`, in their declared order, from protected tables only; then warn."""

from __future__ import annotations

import sqlite3
from functools import partial
from pathlib import Path

from pipeline.database import connect, create_table, listed, quoted, stored_columns
from pipeline.model import Derived, Withstood
from pipeline.rules import Failing, all_failing, broken
from pipeline.standard import Standard


def derive(withstood: Withstood, standard: Standard) -> Derived:
    """The protected database with every derived table filled by its own SQL, and the warnings that rest on them.

    A warning is written down as a problem of its row; the row stays published. It is about the row's publisher, unless
    its rule says that another has to answer for it.
    """
    with connect(Path(withstood)) as connection:
        for name, dataset in standard.derived.items():
            create_table(connection, dataset, constraints=True)
            columns = listed(stored_columns(dataset))
            connection.execute(f"INSERT INTO {quoted(name)} ({columns}) {standard.derivations[name]}")
    looks = [partial(broken, rule=rule) for rule in standard.rules if rule.severity == "warning" and not rule.compares]
    failing = all_failing(Path(withstood), looks)
    with connect(Path(withstood)) as connection:
        for each in failing:
            _warn(connection, each)
    return Derived(Path(withstood))


def _warn(connection: sqlite3.Connection, failing: Failing) -> None:
    connection.execute(
        "INSERT INTO problems (problem_id, publisher_id, file_id, dataset, rule, severity, line, field, message, advice)"  # noqa: S608 names of the standard, quoted
        " SELECT (SELECT ifnull(max(problem_id), 0) + 1 FROM problems), ifnull(?, publisher_id), file_id, ?, ?, 'warning', line,"
        f" ?, ?, ? FROM {quoted(failing.dataset)} WHERE rowid = ?",
        [
            failing.answerable,
            failing.dataset,
            failing.rule,
            failing.field,
            failing.message,
            failing.advice,
            failing.row_id,
        ],
    )
