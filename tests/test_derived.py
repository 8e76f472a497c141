"""Every derived table says what it holds, and holds what somebody has worked out by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from derivations import CASES, ROOT, Rows, cases_of, derived_from, rows_of, standard

from pipeline.database import quoted, stored_columns

FOLDER = ROOT / "standard" / "derived"
DERIVED = sorted(standard().derived)


@pytest.fixture(scope="module")
def empty() -> Iterator[sqlite3.Connection]:
    """A release without rows, and with every derived table."""
    with derived_from({}, until=list(standard().derived)[-1]) as connection:
        yield connection


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test with a `case` runs for each case of each derived table, one with a `name` alone for each table."""
    if "case" in metafunc.fixturenames:
        cases = [
            pytest.param(name, case, id=f"{name}-{number}")
            for name in DERIVED
            for number, case in enumerate(cases_of(name), start=1)
        ]
        metafunc.parametrize(("name", "case"), cases)
    elif "name" in metafunc.fixturenames:
        metafunc.parametrize("name", DERIVED)


def test_a_derived_table_holds_what_was_worked_out_by_hand(name: str, case: Mapping[str, Any]) -> None:
    _assert_holds(name, case, case["rows"])


def test_a_derived_table_is_worked_out_once_and_after_all_that_it_reads(empty: sqlite3.Connection) -> None:
    waves = list(standard().waves())
    assert sorted(name for wave in waves for name in wave) == DERIVED
    number = {name: number for number, wave in enumerate(waves) for name in wave}
    read = {(name, other) for name in DERIVED for other in _read_by(name, empty) & set(DERIVED)}
    assert ("progress", "target_paths") in read
    assert [(name, other) for name, other in sorted(read) if number[name] <= number[other]] == []


def test_the_order_in_which_rows_came_changes_nothing(name: str, case: Mapping[str, Any]) -> None:
    _assert_holds(name, case, {table: list(reversed(rows)) for table, rows in case["rows"].items()})


def test_what_a_derived_table_holds_is_of_the_kind_that_its_descriptor_says(name: str, case: Mapping[str, Any]) -> None:
    """Pence are whole, and codes are in their lists; SQLite itself would take anything."""
    with derived_from(case["rows"], until=name) as connection:
        for column in standard().derived[name].columns:
            codes = column.constraints.get("enum")
            for (value,) in connection.execute(f"SELECT {quoted(column.stored_name)} FROM {quoted(name)}"):
                if column.disclosure and value == "c":
                    continue
                assert value is None or isinstance(value, _TYPES[column.sql_type]), column.name
                assert value is None or codes is None or value in codes, column.name


def test_a_case_says_why_and_gives_known_columns(name: str, case: Mapping[str, Any]) -> None:
    assert case["why"]
    for table, rows in case["rows"].items():
        assert {column for row in rows for column in row} <= set(stored_columns(standard().datasets[table])), table
    assert {column for row in case["expect"] for column in row} <= set(stored_columns(standard().derived[name]))


def test_every_derived_table_has_a_case_with_rows(name: str) -> None:
    assert any(case["expect"] for case in cases_of(name))


def test_a_derivation_selects_what_its_descriptor_lists(name: str, empty: sqlite3.Connection) -> None:
    selected = [column[0] for column in empty.execute(standard().derivations[name]).description]
    assert selected == list(stored_columns(standard().derived[name]))


def test_a_derived_table_of_nothing_is_empty(name: str, empty: sqlite3.Connection) -> None:
    assert rows_of(empty, name) == []


def test_a_derivation_says_what_a_row_says(name: str) -> None:
    assert standard().derivations[name].startswith("/*\n")


def test_every_file_belongs_to_a_derived_table() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(DERIVED)
    assert {path.stem for path in CASES.glob("*.yml")} <= set(DERIVED)


def _read_by(name: str, connection: sqlite3.Connection) -> set[str]:
    """The tables that the SQL of a derived table reads, as SQLite itself says."""
    found: set[str] = set()

    def note(action: int, table: str | None, *_: str | None) -> int:
        if action == sqlite3.SQLITE_READ:
            found.add(str(table))
        return sqlite3.SQLITE_OK

    connection.set_authorizer(note)
    connection.execute(f"EXPLAIN {standard().derivations[name]}")
    connection.set_authorizer(None)
    return found


_TYPES = {"INTEGER": int, "REAL": (int, float), "TEXT": str}


def _assert_holds(name: str, case: Mapping[str, Any], rows: Rows) -> None:
    with derived_from(rows, until=name) as connection:
        found = rows_of(connection, name)
    told = [{column: row[column] for column in expected} for row, expected in zip(found, case["expect"], strict=False)]
    assert told == [_within_a_rounding(row) for row in case["expect"]]
    assert len(found) == len(case["expect"])


def _within_a_rounding(row: Mapping[str, Any]) -> dict[str, Any]:
    """Whole numbers and words as they are, and of other numbers the first nine digits."""
    return {key: pytest.approx(value, rel=1e-9) if isinstance(value, float) else value for key, value in row.items()}
