"""Every question finds its rows by an index in a place of a million payments.

SQLite chooses how to answer from the schema and from the statistics that a release carries. So the illustrative place is
published, and its statistics are then multiplied as if it had a million payments, and the sums that go with them. What
SQLite would really do is read from its program for each question, because its plans name tables by their short names only.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from pipeline.front_comment import front_comment
from pipeline.publish import publish
from pipeline.releases import DATABASE
from pipeline.site import Site

ROOT = Path(__file__).parent.parent
QUESTIONS = sorted((ROOT / "questions").glob("*.sql"))
ROWS = {"spend": 1_000_000, "place_spend": 40_000, "payee_spend": 80_000}
"""A place of 996,119 payments that the program made had 39,383 rows in place_spend; a real one has far more payees."""

LARGE = 10_000
READ_WHOLE = {
    "place_spend": "sums of payments by all that can be asked of them: a total of the place is made of most of them",
    "payee_spend": "sums of payments by payee: a list of all payees is made of all of them",
}
"""Large tables that a question may read from end to end, each with the reason why that is no fault."""


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The illustrative place with the statistics of a million payments."""
    folder = tmp_path_factory.mktemp("million")
    shutil.copytree(ROOT / "datapackages", folder / "datapackages")
    released = publish(Site(folder), date(2026, 6, 30)).release.folder / DATABASE
    database = shutil.copyfile(released, folder / "million.db")
    _multiply(database)
    with closing(sqlite3.connect(database)) as connection:
        yield connection


@pytest.fixture(scope="module")
def readers(release: sqlite3.Connection) -> dict[str, list[str]]:
    """By large table, the questions that read it from end to end."""
    large = {table for table, rows in _rows(release).items() if rows >= LARGE}
    found = defaultdict(list)
    for path in QUESTIONS:
        for table in _read_whole(release, front_comment(path)[1]) & large:
            found[table].append(path.stem)
    return found


def test_no_question_reads_every_payment(readers: dict[str, list[str]]) -> None:
    assert readers.get("spend", []) == []


def test_only_tables_of_sums_are_read_whole(readers: dict[str, list[str]]) -> None:
    assert set(readers) == set(READ_WHOLE)


def test_a_question_that_reads_every_payment_would_be_found(release: sqlite3.Connection) -> None:
    assert _read_whole(release, "SELECT sum(s.amount_pence) FROM spend AS s") == {"spend"}
    assert _read_whole(release, "SELECT count(*) FROM spend") == {"spend"}
    assert _read_whole(release, "SELECT * FROM spend WHERE :fy = '' OR payment_date = :fy") == {"spend"}
    assert _read_whole(release, "SELECT * FROM spend WHERE project_id = :project") == set()


class _Empty(dict[str, str]):
    """Parameters that are all left empty."""

    def __missing__(self, name: str) -> str:
        return ""


def _multiply(database: Path) -> None:
    """Turns the statistics of some tables into those of as many rows; a connection reads them when it is opened."""
    with closing(sqlite3.connect(database)) as connection, connection:
        for table, index, stat in connection.execute("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall():
            if table in ROWS:
                told = (_multiplied(stat, ROWS[table]), table, index)
                connection.execute("UPDATE sqlite_stat1 SET stat = ? WHERE tbl = ? AND idx IS ?", told)


def _multiplied(stat: str, rows: int) -> str:
    """How many rows there are, and how many have the same first columns of the index: one stays one, for it is a key."""
    was, *same = (int(word) for word in stat.split())
    return " ".join(str(number) for number in (rows, *(1 if one == 1 else one * rows // was for one in same)))


def _rows(connection: sqlite3.Connection) -> dict[str, int]:
    return {table: int(stat.split()[0]) for table, stat in connection.execute("SELECT tbl, stat FROM sqlite_stat1")}


def _read_whole(connection: sqlite3.Connection, sql: str) -> set[str]:
    """The tables over which the program of a statement goes row by row from an end, by themselves or by an index."""
    program = connection.execute(f"EXPLAIN {sql}", _Empty()).fetchall()
    tables = dict(connection.execute("SELECT rootpage, tbl_name FROM sqlite_master WHERE rootpage > 0"))
    opened = {step[2]: tables[step[3]] for step in program if step[1] == "OpenRead"}
    begun = {step[2] for step in program if step[1] in {"Rewind", "Last"}}
    counted = {step[2] for step in program if step[1] == "Count"}
    going_on = {step[2] for step in program if step[1] in {"Next", "Prev"}}
    return {opened[cursor] for cursor in begun & going_on | counted if cursor in opened}
