"""Derive the tables of `standard/derived/`, each after those it rests on, from protected tables only; then warn."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.database import connect, create_table, listed, quoted, stored_columns
from pipeline.model import Derived, Withstood
from pipeline.rules import Failing, all_failing, broken
from pipeline.standard import Standard

AT_ONCE = 2
"""How many tables are worked out at once, each into a file of its own that the database then takes over."""


def derive(withstood: Withstood, standard: Standard) -> Derived:
    """The protected database with every derived table filled by its own SQL, and the warnings that rest on them.

    A warning is written down as a problem of its row; the row stays published. It is about the row's publisher, unless
    its rule says that another has to answer for it.
    """
    for wave in standard.waves():
        _derive(Path(withstood), standard, wave)
    looks = [partial(broken, rule=rule) for rule in standard.rules if rule.severity == "warning" and not rule.compares]
    failing = all_failing(Path(withstood), looks)
    with connect(Path(withstood)) as connection:
        for each in failing:
            _warn(connection, each)
    return Derived(Path(withstood))


def _derive(database: Path, standard: Standard, wave: list[str]) -> None:
    """Works out the tables of a wave, two at a time as reading is all that they do to the database; then it takes them over."""
    with TemporaryDirectory(prefix=".deriving-", dir=database.parent) as folder:
        with connect(database) as connection:
            for name in wave:
                create_table(connection, standard.derived[name], constraints=True)
        parts = {name: Path(folder) / f"{name}.db" for name in wave}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda name: _work_out(database, standard, name, parts[name]), wave))
        with connect(database) as connection:
            for name, part in parts.items():
                connection.execute("ATTACH ? AS part", [str(part)])
                connection.execute(f"INSERT INTO main.{quoted(name)} SELECT * FROM part.{quoted(name)}")  # noqa: S608 names of the standard, quoted
                connection.commit()
                connection.execute("DETACH part")


def _work_out(database: Path, standard: Standard, name: str, part: Path) -> None:
    """Fills a table like the empty one of the database in a file of its own."""
    with connect(part) as connection:
        connection.execute("ATTACH ? AS known", [str(database)])
        (table,) = connection.execute("SELECT sql FROM known.sqlite_master WHERE name = ?", [name]).fetchone()
        connection.execute(table)
        columns = listed(stored_columns(standard.derived[name]))
        connection.execute(f"INSERT INTO main.{quoted(name)} ({columns}) {standard.derivations[name]}")


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
