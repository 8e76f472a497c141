"""What tests share: the standard, and small databases made of rows written in YAML."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from pipeline.database import create_table, create_tables, insert_rows
from pipeline.personal_data import personal_data_in
from pipeline.standard import Standard

# How long an example takes says how busy the machine is, and nothing about the program.
settings.register_profile("community-budget", deadline=None)
settings.load_profile("community-budget")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def standard() -> Standard:
    return Standard.read(ROOT / "standard")


@pytest.fixture
def build_of(standard: Standard) -> Iterator[Any]:
    """A function that makes an unprotected build of some tables' rows: publisher p, file p_f, lines from 2."""
    connections: list[sqlite3.Connection] = []

    def make(tables: Mapping[str, list[Mapping[str, Any]]]) -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:")
        connection.row_factory = sqlite3.Row
        connection.create_function("personal_data_in", 1, personal_data_in, deterministic=True)
        connections.append(connection)
        create_tables(connection, standard, constraints=False)
        for name, rows in ({"releases": [{"as_of": "2026-06-30"}]} | dict(tables)).items():
            insert_rows(connection, name, _with_provenance(standard, name, rows))
        return connection

    yield make
    for connection in connections:
        connection.close()


def _with_provenance(standard: Standard, name: str, rows: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if not standard.datasets[name].is_sent:
        return [dict(row) for row in rows]
    sent = {"publisher_id": "p", "file_id": "p_f"}
    return [sent | {"line": line} | dict(row) for line, row in enumerate(rows, 2)]


@pytest.fixture
def derived_tables(standard: Standard) -> Any:
    """A function that adds the empty derived tables to a database."""

    def add(connection: sqlite3.Connection) -> None:
        for dataset in standard.derived.values():
            create_table(connection, dataset, constraints=False)

    return add
