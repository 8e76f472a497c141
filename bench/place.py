"""Forty packages of payments for the benchmark: thirty-nine councils with one file each, and their partnership."""

from __future__ import annotations

import csv
import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pipeline.database import SETTINGS, create_indexes, create_tables, stored_columns
from pipeline.standard import Dataset, Standard

COUNCILS = 39
COLUMNS = (
    "payment_date", "amount_gbp", "transaction_ref", "provider_name", "department", "expense_type", "purpose",
    "procurement_code", "function", "is_grant", "is_card", "area_id",
)  # fmt: skip
AREAS = [f"X0500{number:04}" for number in range(1, 41)]


def make_place(folder: Path, rows: int) -> None:
    """Writes the packages; the same number of rows gives the same bytes."""
    packages = folder / "datapackages"
    councils = [f"council-{number:02}" for number in range(1, COUNCILS + 1)]
    _package(packages / "partnership", {
        "agencies": (["agency_id", "name", "agency_type"], [[council, council.title(), "council"] for council in councils]),
        "areas": (["area_id", "name", "area_type"], [[area, f"Ward {area[-2:]}", "ward"] for area in AREAS]),
    })  # fmt: skip
    for number, council in enumerate(councils):
        count = rows // COUNCILS + (number < rows % COUNCILS)
        _package(packages / council, {"spend": (COLUMNS, _payments(random.Random(number), count))})


def flatten(folder: Path, dataset: Dataset, target: Path) -> None:
    """All payments in one CSV as the database's table has them, for the tools that check nothing."""
    names = list(stored_columns(dataset))
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(names)
        for path in sorted((folder / "datapackages").glob("council-*/spend.csv")):
            writer.writerows([row.get(name, "") for name in names] for row in _stored(path))


def write_for_peers(folder: Path, standard: Standard, dataset: Dataset) -> None:
    """The same table, indexes and schema for tools that do not know the standard, and what sqlite3 is to do with them."""
    table, indexes = _statements(standard, dataset)
    settings = "".join(f"{setting};\n" for setting in SETTINGS)
    (folder / "table.sql").write_text(settings + table, encoding="utf-8")
    (folder / "indexes.sql").write_text(settings + indexes, encoding="utf-8")
    steps = (".read table.sql", ".mode csv", ".import --skip 1 flat.csv spend", ".read indexes.sql")
    (folder / "import.sql").write_text("\n".join(steps) + "\n", encoding="utf-8")
    kept = ("name", "type", "constraints")
    fields = [{key: column.descriptor[key] for key in kept if key in column.descriptor} for column in dataset.columns]
    (folder / "fields.json").write_text(json.dumps(fields), encoding="utf-8")


def without_search(dataset: Dataset) -> Dataset:
    """Full-text search is an index that no peer makes."""
    return Dataset({key: value for key, value in dataset.descriptor.items() if key != "search"})


def _statements(standard: Standard, dataset: Dataset) -> tuple[str, str]:
    """The SQL that makes the table of a dataset, and its indexes."""
    with closing(sqlite3.connect(":memory:")) as connection:
        create_tables(connection, standard)
        create_indexes(connection, without_search(dataset))
        made = connection.execute(
            "SELECT type, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY rowid", [dataset.name]
        ).fetchall()
    table, indexes = ("".join(f"{sql};\n" for kind, sql in made if kind == asked) for asked in ("table", "index"))
    return table, indexes


def _stored(path: Path) -> Iterator[dict[str, str]]:
    publisher = path.parent.name
    with path.open(encoding="utf-8", newline="") as stream:
        for line, row in enumerate(csv.DictReader(stream), 2):
            pence = row.pop("amount_gbp").replace(".", "")
            flags = {name: str(int(row[name] == "true")) for name in ("is_grant", "is_card")}
            sent = {"publisher_id": publisher, "file_id": f"{publisher}_spend", "line": str(line)}
            yield row | flags | sent | {"agency_id": publisher, "amount_pence": str(int(pence))}


def _package(folder: Path, datasets: dict[str, Any]) -> None:
    folder.mkdir(parents=True)
    resources = [{"name": name, "path": f"{name}.csv", "dataset": name} for name in datasets]
    descriptor = {"name": folder.name, "publisher": folder.name, "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    for name, (header, rows) in datasets.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)


def _payments(rng: random.Random, count: int) -> Iterator[list[str]]:
    """Payments in order of their day, as ledgers export them; some texts have commas, and so quotes.

    As in a real ledger, a provider is paid for the same kind of thing by the same department again and again, and few
    payments say which part of the place they are for.
    """
    purposes = ["Building works", "Care at home", "Supplies, various", "Agency staff", "Grants, voluntary sector"]
    contracts = []
    for _ in range(400):
        expense = rng.randrange(60)
        contracts.append((
            f"Provider {rng.randrange(100_000)} Ltd", f"Department {expense % 12}", f"Expense type {expense}",
            rng.choice(purposes), rng.choice(AREAS) if rng.random() < 0.3 else "",
        ))  # fmt: skip
    for number in range(count):
        day = date(2023, 4, 1) + timedelta(days=number * 1095 // max(count, 1))
        pence = rng.randrange(-200_000, 3_000_000)
        amount = f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02}"
        provider, department, expense_type, purpose, area = rng.choice(contracts)
        yield [
            day.isoformat(), amount, f"INV{rng.randrange(10**8):08}", provider, department, expense_type, purpose, "",
            "10.4", "false", "false", area,
        ]  # fmt: skip
