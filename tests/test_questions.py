"""Every question says what it is, and answers what somebody has worked out by hand."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml

from pipeline.database import create_table, create_tables, insert_rows, listed, stored_columns
from pipeline.front_comment import front_comment
from pipeline.standard import Standard

ROOT = Path(__file__).parent.parent
QUESTIONS = sorted((ROOT / "questions").glob("*.sql"))
CASES = ROOT / "tests" / "questions"
DRAWN = {"table": set(), "bar": {"x", "y"}, "line": {"x", "y"}, "map": {"area", "colour"}}
UNITS = {"gbp", "count", "basis_points", "days"}


@cache
def standard() -> Standard:
    return Standard.read(ROOT / "standard")


@pytest.fixture(scope="module")
def empty() -> Iterator[sqlite3.Connection]:
    """A release without rows. Its tables take any row, so that a case gives only what its question reads."""
    with closing(sqlite3.connect(":memory:")) as connection:
        create_tables(connection, standard(), constraints=False)
        for dataset in standard().derived.values():
            create_table(connection, dataset, constraints=False)
        connection.commit()
        yield connection


@pytest.fixture
def release(empty: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A release of its own for one case."""
    with closing(sqlite3.connect(":memory:")) as connection:
        empty.backup(connection)
        connection.row_factory = sqlite3.Row
        yield connection


class PlainDates(yaml.SafeLoader):
    """YAML in which a date is text, as it is in the database."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [resolver for resolver in resolvers if resolver[0] != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class Recorder(dict):
    """Parameters that are all empty, and remember which of them were asked for."""

    def __missing__(self, name: str) -> str:
        self[name] = ""
        return ""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test with a `case` runs for each case of each question, one with a `path` alone for each question."""
    if "case" in metafunc.fixturenames:
        cases = [
            pytest.param(path, case, id=f"{path.stem}-{number}")
            for path in QUESTIONS
            for number, case in enumerate(_cases_of(path), start=1)
        ]
        metafunc.parametrize(("path", "case"), cases)
    elif "path" in metafunc.fixturenames:
        metafunc.parametrize("path", QUESTIONS, ids=lambda path: path.stem)


def test_a_question_answers_what_was_worked_out_by_hand(
    path: Path, case: Mapping[str, Any], release: sqlite3.Connection
) -> None:
    _fill(release, case["rows"])
    _derive(release, path, given=case["rows"])
    assert _ask(release, path, case.get("parameters")) == case["answer"]


def test_the_order_in_which_rows_came_changes_no_answer(
    path: Path, case: Mapping[str, Any], release: sqlite3.Connection
) -> None:
    _fill(release, case["rows"], backwards=True)
    _derive(release, path, given=case["rows"])
    assert _ask(release, path, case.get("parameters")) == case["answer"]


def test_a_case_says_why_and_gives_known_columns_and_parameters(
    path: Path, case: Mapping[str, Any], empty: sqlite3.Connection
) -> None:
    assert case["why"]
    assert set(case.get("parameters") or {}) <= _parameters(empty, path)
    for table, rows in case["rows"].items():
        dataset = standard().datasets.get(table) or standard().derived[table]
        assert {column for row in rows for column in row} <= set(stored_columns(dataset)), table


def test_every_question_has_a_case_with_an_answer(path: Path) -> None:
    assert any(case["answer"] for case in _cases_of(path))


def test_every_question_says_what_it_is(path: Path, empty: sqlite3.Connection) -> None:
    comment, _ = front_comment(path)
    assert set(comment) <= {"title", "meaning", "caveats", "parameters", "columns", "draw"}
    assert comment["title"]
    assert comment["meaning"].endswith(".")
    assert comment["caveats"]
    assert all(caveat.endswith(".") for caveat in comment["caveats"])
    assert set(comment.get("parameters", {})) == _parameters(empty, path)
    for parameter in comment.get("parameters", {}).values():
        assert parameter["title"]
        assert parameter["example"]


def test_a_question_describes_and_draws_columns_that_it_selects(path: Path, empty: sqlite3.Connection) -> None:
    comment, sql = front_comment(path)
    columns = [column[0] for column in empty.execute(sql, Recorder()).description]
    assert len(columns) == len(set(columns))
    assert set(comment.get("columns", {})) <= set(columns)
    draw = dict(comment["draw"])
    kind = draw.pop("kind")
    assert DRAWN[kind] <= set(draw) <= {"x", "y", "area", "colour"}
    assert set(draw.values()) <= set(columns)


def test_columns_of_money_and_shares_say_their_unit(path: Path, empty: sqlite3.Connection) -> None:
    comment, sql = front_comment(path)
    described = comment.get("columns", {})
    assert {column["unit"] for column in described.values() if "unit" in column} <= UNITS
    for column in empty.execute(sql, Recorder()).description:
        unit = described.get(column[0], {}).get("unit")
        assert (unit == "gbp") == column[0].endswith("_pence"), column[0]
        assert (unit == "basis_points") == column[0].endswith("_bps"), column[0]


def test_a_question_answers_an_empty_release_without_error(path: Path, empty: sqlite3.Connection) -> None:
    comment, sql = front_comment(path)
    examples = {name: parameter["example"] for name, parameter in comment.get("parameters", {}).items()}
    assert empty.execute(sql, examples).fetchall() == []


def test_a_question_has_an_address_of_its_own_and_is_short_enough_to_serve(path: Path) -> None:
    assert re.fullmatch("[a-z]+(_[a-z]+)+", path.stem)
    assert path.stem not in {*standard().datasets, *standard().derived}
    assert len(path.read_bytes()) < 20_000


def test_every_case_belongs_to_a_question() -> None:
    assert {path.stem for path in CASES.glob("*.yml")} <= {path.stem for path in QUESTIONS}


def _cases_of(path: Path) -> list[dict[str, Any]]:
    """The cases of a question, none where nobody has written any yet."""
    file = CASES / f"{path.stem}.yml"
    return yaml.load(file.read_text(encoding="utf-8"), PlainDates)["cases"] if file.exists() else []


def _parameters(empty: sqlite3.Connection, path: Path) -> set[str]:
    """The named parameters that the SQL of a question binds."""
    asked = Recorder()
    empty.execute(front_comment(path)[1], asked)
    return set(asked)


def _fill(connection: sqlite3.Connection, rows: Mapping[str, list[dict[str, Any]]], *, backwards: bool = False) -> None:
    for table, given in ({"releases": [{"as_of": "2026-06-30", "standard_version": "1.0.0"}]} | dict(rows)).items():
        dataset = standard().datasets.get(table) or standard().derived[table]
        sent = {"publisher_id": "p", "file_id": "p_f"} if dataset.is_sent else {}
        lines = [{**sent, **({"line": line} if sent else {}), **row} for line, row in enumerate(given, start=2)]
        insert_rows(connection, table, reversed(lines) if backwards else lines)


def _derive(connection: sqlite3.Connection, path: Path, given: Mapping[str, Any]) -> None:
    """Works out the totals of payments that the question reads, unless the case gives them."""
    sql = front_comment(path)[1]
    for name in ("yearly_spend", "payee_spend", "large_payments"):
        if name in sql and name not in given:
            columns = listed(stored_columns(standard().derived[name]))
            connection.execute(f"INSERT INTO {name} ({columns}) {standard().derivations[name]}")


def _ask(connection: sqlite3.Connection, path: Path, parameters: Mapping[str, str] | None) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(front_comment(path)[1], Recorder(parameters or {}))]
