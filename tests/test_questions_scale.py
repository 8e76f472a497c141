"""Questions stay fast at millions of payments: none reads them all, and those that look up single ones have an index."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from derivations import ROOT, standard

from pipeline.database import create_indexes, create_table, create_tables
from pipeline.front_comment import front_comment

QUESTIONS = sorted((ROOT / "questions").glob("*.sql"))


@pytest.fixture(scope="module")
def release() -> Iterator[sqlite3.Connection]:
    """An empty release with all its indexes, which knows from elsewhere that there are five million payments."""
    with closing(sqlite3.connect(":memory:")) as connection:
        create_tables(connection, standard())
        for dataset in standard().derived.values():
            create_table(connection, dataset, constraints=True)
        for dataset in (*standard().datasets.values(), *standard().derived.values()):
            create_indexes(connection, dataset)
        connection.execute("ANALYZE")
        connection.execute("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('spend', NULL, '5000000')")
        connection.execute("ANALYZE sqlite_schema")
        yield connection


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_no_question_reads_every_payment(path: Path, release: sqlite3.Connection) -> None:
    assert not _reads_all(release, front_comment(path)[1])


def test_a_question_that_reads_every_payment_would_be_found(release: sqlite3.Connection) -> None:
    assert _reads_all(release, "SELECT sum(amount_pence) FROM spend")
    assert _reads_all(release, "SELECT max(s.line) FROM agencies JOIN spend AS s WHERE s.department = 'x'")
    assert _reads_all(release, "SELECT agency_id, count(*) FROM spend GROUP BY agency_id")
    assert not _reads_all(release, "SELECT sum(amount_pence) FROM spend WHERE project_id = 'x'")


@pytest.mark.parametrize(
    "column", ["agency_id", "provider_id", "service_id", "project_id", "area_id", "payment_date", "amount_pence"]
)
def test_payments_are_found_by_what_a_page_counts_or_leads_to_them_by(column: str, release: sqlite3.Connection) -> None:
    (step,) = _plan(release, f"SELECT count(*) FROM spend WHERE {column} = 'x'")
    assert step.startswith("SEARCH spend USING")
    assert "INDEX" in step


@pytest.mark.parametrize(
    ("column", "index"),
    [
        ("agency_id", "idx_spend_agency_id_payment_date_amount_pence"),
        ("area_id", "idx_spend_area_id_payment_date"),
    ],
)
def test_the_payments_of_a_year_to_which_a_page_leads_are_found_and_in_their_order(
    column: str, index: str, release: sqlite3.Connection
) -> None:
    condition = f"{column} = 'x' AND payment_date >= '2024-04-01' AND payment_date <= '2025-03-31'"
    plan = _plan(release, f"SELECT * FROM spend WHERE {condition} ORDER BY payment_date DESC LIMIT 51")

    assert plan == [f"SEARCH spend USING INDEX {index} ({column}=? AND payment_date>? AND payment_date<?)"]


def test_payments_that_name_no_project_stand_in_no_index_of_projects(release: sqlite3.Connection) -> None:
    (sql,) = release.execute("SELECT sql FROM sqlite_schema WHERE name = 'idx_spend_project_id'").fetchone()
    assert sql.endswith('WHERE "project_id" IS NOT NULL')
    (sql,) = release.execute("SELECT sql FROM sqlite_schema WHERE name = 'idx_spend_payment_date'").fetchone()
    assert "WHERE" not in sql


def _plan(release: sqlite3.Connection, sql: str) -> list[str]:
    return [row[3] for row in release.execute(f"EXPLAIN QUERY PLAN {sql}", _nothing(sql))]


def _reads_all(release: sqlite3.Connection, sql: str) -> bool:
    """Whether the program that SQLite makes of it goes from end to end of the payments, or of an index of them.

    A plan in words names tables as the query does, so this looks at the program itself.
    """
    program = release.execute(f"EXPLAIN {sql}", _nothing(sql)).fetchall()
    roots = {row[0] for row in release.execute("SELECT rootpage FROM sqlite_schema WHERE tbl_name = 'spend'")}
    cursors = {row[2] for row in program if row[1] in ("OpenRead", "ReopenIdx") and row[3] in roots}
    return any(row[1] in ("Rewind", "Last", "Count") and row[2] in cursors for row in program)


def _nothing(sql: str) -> dict[str, str]:
    """Every parameter of a question, empty."""
    return dict.fromkeys(re.findall(r"(?<![\w:]):([a-z_]+)", sql), "")
