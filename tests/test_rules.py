"""Every rule across tables is tried on its own cases: rows that pass, and rows that fail with the exact words."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.database import create_table, insert_rows
from pipeline.rules import broken
from pipeline.standard import Standard

CASES = Path(__file__).parent / "rules"
RULES = sorted(path.stem for path in (Path(__file__).parent.parent / "standard" / "rules").glob("*.sql"))


def _cases(kind: str) -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        found += [pytest.param(path.stem, case, id=f"{path.stem}: {case['why']}") for case in content[kind]]
    return found


def _messages(standard: Standard, build_of: Any, rule: str, case: dict[str, Any]) -> list[str]:
    """What a rule says of a case: error rules see what was sent, warnings see derived tables too."""
    tables = {name: rows for name, rows in case.items() if name not in {"why", "expect", "before"}}
    (found,) = (known for known in standard.rules if known.name == rule)
    build = build_of({name: rows for name, rows in tables.items() if name not in standard.derived})
    if found.severity == "warning":
        _derive(build, standard, tables)
    if found.compares:
        _attach(build, standard, case.get("before", {}))
    return [failing.message for failing in broken(build, found)]


def _derive(build: sqlite3.Connection, standard: Standard, tables: dict[str, Any]) -> None:
    """Fills the derived tables: with the rows of the case, where it has some, else by their own SQL."""
    for name, dataset in standard.derived.items():
        create_table(build, dataset, constraints=False)
        if name in tables:
            insert_rows(build, name, tables[name])
        else:
            build.execute(f'INSERT INTO "{name}" {standard.derivations[name]}')


def _attach(build: sqlite3.Connection, standard: Standard, tables: dict[str, Any]) -> None:
    """The earlier release, as `before`: empty tables with the rows of the case."""
    build.execute("ATTACH ':memory:' AS before")
    for name in standard.datasets:
        build.execute(f'CREATE TABLE before."{name}" AS SELECT * FROM main."{name}" WHERE false')
        for row in tables.get(name, ()):
            sent = {"publisher_id": "p"} if standard.datasets[name].is_sent else {}
            values = sent | row
            places = ", ".join("?" for _ in values)
            columns = ", ".join(f'"{column}"' for column in values)
            build.execute(f'INSERT INTO before."{name}" ({columns}) VALUES ({places})', list(values.values()))


@pytest.mark.parametrize(("rule", "case"), _cases("passes"))
def test_rows_that_keep_a_rule_pass(standard: Standard, build_of: Any, rule: str, case: dict[str, Any]) -> None:
    assert _messages(standard, build_of, rule, case) == []


@pytest.mark.parametrize(("rule", "case"), _cases("fails"))
def test_rows_that_break_a_rule_are_named(standard: Standard, build_of: Any, rule: str, case: dict[str, Any]) -> None:
    assert _messages(standard, build_of, rule, case) == case["expect"]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_cases_that_pass_and_cases_that_fail(rule: str) -> None:
    cases = yaml.safe_load((CASES / f"{rule}.yml").read_text(encoding="utf-8"))
    assert len(cases["passes"]) >= 2
    assert len(cases["fails"]) >= 2


def test_every_file_of_cases_belongs_to_a_rule() -> None:
    assert sorted(path.stem for path in CASES.glob("*.yml")) == RULES
