"""Derive the tables of `standard/derived/`, in their declared order, from protected tables only."""

from __future__ import annotations

from pathlib import Path

from pipeline.database import connect, create_table, listed, quoted, stored_columns
from pipeline.model import Derived, Protected
from pipeline.standard import Standard


def derive(protected: Protected, standard: Standard) -> Derived:
    """The protected database with every derived table filled by its own SQL."""
    with connect(Path(protected)) as connection:
        for name, dataset in standard.derived.items():
            create_table(connection, dataset, constraints=True)
            columns = listed(stored_columns(dataset))
            connection.execute(f"INSERT INTO {quoted(name)} ({columns}) {standard.derivations[name]}")
    return Derived(protected)
