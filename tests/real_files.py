"""The real files of `tests/real`: where they are, laid out as packages, and read once more by the csv module alone.

They are not part of the project. COMMUNITY_BUDGET_REAL_FILES names the folder that has them, with ANSWERS.csv: the
payments, credits and net total that a careful reading of most of them found.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from pipeline.site import Site

FOLDER = Path(os.environ.get("COMMUNITY_BUDGET_REAL_FILES", ""))
REAL = Path(__file__).parent / "real"
PATHS: dict[str, dict[str, str]] = yaml.safe_load((REAL / "files.yml").read_text(encoding="utf-8"))


class Count(NamedTuple):
    """Payments, those of them that are credits, and their net total in pounds."""

    rows: int
    credits: int
    net_total: Decimal


def lay_out(site: Site, publisher: str, without: str = "") -> None:
    """A publisher's package in a site: its description, and beside it the files, under the names that it gives them."""
    folder = site.folder / "datapackages" / publisher
    shutil.copytree(REAL / publisher, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.yml"))
    descriptor = read_json(folder / "datapackage.json")
    descriptor["resources"] = [resource for resource in descriptor["resources"] if resource["name"] != without]
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    for resource in descriptor["resources"]:
        if resource["name"] in PATHS[publisher]:
            shutil.copyfile(FOLDER / PATHS[publisher][resource["name"]], folder / resource["path"])


def write_partnership(folder: Path) -> None:
    """What the files refer to, with the areas that the outcomes name."""
    tables = yaml.safe_load((REAL / "partnership" / "rows.yml").read_text(encoding="utf-8"))
    named = {row[0]: row[1] for indicator in PATHS["trafford"] for row in records_of(f"trafford_{indicator}")}
    tables["areas"] += [{"area_id": code, "name": name, "area_type": "district"} for code, name in named.items()]
    for table, rows in tables.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


def read_json(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def path_of(file_id: str) -> str:
    publisher, name = file_id.split("_")
    return PATHS[publisher][name]


def resource_of(file_id: str) -> dict[str, Any]:
    """A resource with its schema in place, also where several share one."""
    publisher, name = file_id.split("_")
    resources = read_json(REAL / publisher / "datapackage.json")["resources"]
    resource: dict[str, Any] = next(resource for resource in resources if resource["name"] == name)
    if isinstance(resource["schema"], str):
        resource["schema"] = read_json(REAL / publisher / resource["schema"])
    return resource


def records_of(file_id: str) -> list[list[str]]:
    """The rows below the header, by the csv module alone."""
    resource = resource_of(file_id)
    dialect = resource.get("dialect", {})
    text = (FOLDER / path_of(file_id)).read_bytes().decode(resource.get("encoding", "utf-8")).removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=dialect.get("csv", {}).get("delimiter", ",")))
    return rows[dialect.get("headerRows", [int(dialect.get("header", True))])[0] :]


def counted(file_id: str) -> Count:
    """Our own count: the rows with a number in the column of the amount and something in another."""
    columns = [field.get("columnType") for field in resource_of(file_id)["schema"]["fields"]]
    rows = [row for row in records_of(file_id) if sum(bool(cell.strip()) for cell in row) > 1]
    cells = [row[columns.index("amount_gbp")] for row in rows if len(row) > columns.index("amount_gbp")]
    return count(amount for cell in cells if (amount := amount_in(cell)) is not None)


def amount_in(cell: str) -> Decimal | None:
    """`1,234.50`, `£12`, `-£12` and `12.50-` as numbers."""
    match = re.fullmatch(r"(-?)£?([0-9][0-9,]*(?:\.[0-9]+)?)(-?)", cell.strip())
    return Decimal(match[1] + match[3] + match[2].replace(",", "")) if match else None


def count(amounts: Iterable[Decimal]) -> Count:
    found = list(amounts)
    return Count(len(found), sum(amount < 0 for amount in found), sum(found, Decimal()))


def answers() -> dict[str, dict[str, str]]:
    with (FOLDER / "ANSWERS.csv").open(encoding="utf-8", newline="") as stream:
        return {answer["file"]: answer for answer in csv.DictReader(stream)}
