"""Tiny sites for tests: a partnership with its areas and agencies, two agencies that send, and what they read of it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.check import check
from pipeline.model import CheckedPackage
from pipeline.publish import Published, publish
from pipeline.read import read
from pipeline.receipt import placed, receipt, receipt_text
from pipeline.receipt.content import NOT_LOOKED_UP
from pipeline.receipt.text import LISTED, beside
from pipeline.releases import DATABASE
from pipeline.site import Site
from pipeline.stage import rows_path
from pipeline.standard import Standard

AS_OF = date(2026, 6, 30)
PARTNERSHIP = "partnership"
COUNCIL = "wexmoor-council"
POLICE = "thornshire-police"
HEADER = "payment_date,amount_gbp,provider_name\n"

AREAS = """\
area_id,name,area_type,parent_id
X07000001,Wexmoor,district,
X05000005,Eastgate,ward,X07000001
X05000006,Fenside,ward,X07000001
"""
AGENCIES = """\
agency_id,name,agency_type
wexmoor-council,Wexmoor Council,council
thornshire-police,Thornshire Police,police
"""


@dataclass(frozen=True)
class Place:
    """A site in a folder of its own."""

    folder: Path
    standard: Standard

    def package(self, publisher: str = COUNCIL) -> Path:
        return self.folder / "datapackages" / publisher

    def send(self, publisher: str, files: Mapping[str, str | bytes], *resources: Mapping[str, Any]) -> Path:
        """Replaces a publisher's package by these files, described by these resources."""
        shutil.rmtree(self.package(publisher), ignore_errors=True)
        for path, content in files.items():
            target = self.package(publisher) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)
        return self.describe(publisher, *resources)

    def describe(self, publisher: str, *resources: Mapping[str, Any], **properties: Any) -> Path:
        described = {"name": publisher, "publisher": publisher, "resources": resources} | properties
        return self.write_descriptor(json.dumps(described), publisher)

    def write_descriptor(self, content: str, publisher: str = COUNCIL) -> Path:
        folder = self.package(publisher)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "datapackage.json").write_text(content, encoding="utf-8")
        return folder

    def send_spend(self, content: str | bytes, publisher: str = COUNCIL, **described: Any) -> Path:
        """A package of one file of payments, which is described as given."""
        return self.send(publisher, {"spend.csv": content}, resource("spend.csv", "spend", **described))

    def send_partnership(self, **tables: str) -> Path:
        """The partnership's package: areas and agencies, and other datasets by name."""
        tables = {"areas": AREAS, "agencies": AGENCIES} | tables
        resources = [resource(f"{name}.csv", name) for name in tables]
        return self.send(PARTNERSHIP, {f"{name}.csv": content for name, content in tables.items()}, *resources)

    def checked(self, publisher: str = COUNCIL) -> CheckedPackage:
        return check(read(self.package(publisher), self.standard), self.standard, Site(self.folder).stage)

    def receipt(self, publisher: str = COUNCIL) -> list[str]:
        """The receipt, line by line, without its empty lines and what every receipt ends with."""
        text = receipt_text(receipt(self.checked(publisher), self.standard))
        lines = [line for line in text.splitlines() if line]
        return lines[: lines.index(NOT_LOOKED_UP)]

    def problems(self, publisher: str = COUNCIL) -> list[str]:
        """What the text says of problems, line by line; each kind by its code, as its title is only for people."""
        content = receipt(self.checked(publisher), self.standard)
        return [line for group in content["groups"] for line in _of_group(group, content["problems"])]

    def rows(self, publisher: str = COUNCIL) -> list[dict[str, Any]]:
        """The typed rows that passed, file by file, without what is null and without the agency."""
        kept = [{name: cell for name, cell in row.items() if cell is not None} for row in self._staged(publisher)]
        return [{name: cell for name, cell in row.items() if name != "agency_id"} for row in kept]

    def staged_agencies(self, publisher: str = COUNCIL) -> list[str]:
        """The agencies that the rows that passed are of."""
        return [row["agency_id"] for row in self._staged(publisher)]

    def _staged(self, publisher: str) -> Iterator[dict[str, Any]]:
        checked = self.checked(publisher)
        for file in checked.files:
            yield from pl.read_parquet(rows_path(checked.folder, file.file_id)).iter_rows(named=True)

    def publish(self, as_of: date = AS_OF) -> Published:
        return publish(self.site, as_of)

    @property
    def site(self) -> Site:
        return Site(self.folder)

    @property
    def current(self) -> Path:
        return (self.folder / "releases" / "current").resolve()

    def select(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the current release."""
        with closing(sqlite3.connect(f"file:{self.current / DATABASE}?immutable=1", uri=True)) as connection:
            return connection.execute(sql).fetchall()


def resource(path: str, dataset: str, **described: Any) -> dict[str, Any]:
    """A resource named like its file."""
    return {"name": Path(path).stem, "path": path, "dataset": dataset} | described


def spend(*rows: str, header: str = HEADER) -> str:
    """A file of payments."""
    return header + "".join(f"{row}\n" for row in rows)


def fingerprint(folder: Path) -> dict[str, str]:
    """The sha256 of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


FRAMEWORK = {
    "themes": "theme_id,title\nhealthy-lives,Healthy lives\n",
    "programmes": "programme_id,title,theme_id,lead_agency_id,starts\n"
    "living-well,Living well,healthy-lives,wexmoor-council,2023-04-01\nlost,Lost,no-theme,wexmoor-council,2023-04-01\n",
    "projects": "project_id,programme_id,title,specific,tier,status\n"
    "reablement,living-well,Reablement,s,early,live\nfalls,lost,Falls,s,early,live\n",
    "milestones": "project_id,milestone,due\nreablement,First visit,2024-05-01\nfalls,First visit,2024-05-01\n",
}


def send_everything(place: Place) -> None:
    """Packages with most that can go wrong with a row: in its cells, its key, its references, under rules."""
    place.send_partnership(**FRAMEWORK)
    rows = (
        "2024-05-01,100.00,Calder Care",
        "2024-05-02,-20.50,Moorland Training",
        "2024-05-03,2.56,Calder Care",
        "2024-05-04,0.64,Pat pat@example.org",
        "2031-01-01,-0.16,Calder Care",
        "2023-05-05,0.32,Calder Care",
        "2024-05-40,0.08,Calder Care",
        "2024-05-07,1e5,Calder Care",
    )
    savings = "saving_id,phase,project_id,fy,amount_gbp,is_cashable,method,price_year,basis,horizon_years\n"
    saving = "2024-2025,5.00,true,estimate,2024-2025,net,3\n"
    place.send(
        COUNCIL,
        {
            "spend.csv": spend(*rows),
            "p.csv": "provider_id,name\ncalder,Calder Care\ncalder,Calder again\nshared,Shared\n",
            "savings.csv": f"{savings}s,planned,falls,{saving}s,claimed,reablement,{saving}",
        },
        resource("spend.csv", "spend", period="2024-05/2031-12"),
        resource("p.csv", "providers"),
        resource("savings.csv", "savings"),
    )
    police = "agency_id,payment_date,amount_gbp\nthornshire-police,2024-05-01,7.00\nwexmoor-council,2024-05-01,9.00\n"
    place.send(
        POLICE,
        {"spend.csv": police, "p.csv": "provider_id,name,agency_id\nshared,Shared,nobody\nmoor,Moor,nobody\n"},
        resource("spend.csv", "spend"),
        resource("p.csv", "providers"),
    )


def _of_group(group: Mapping[str, Any], problems: list[Mapping[str, Any]]) -> Iterator[str]:
    kind = ("severity", "rule", "advice")
    found = [problem for problem in problems if all(problem[name] == group[name] for name in kind)]
    yield f"{group['severity']}: {group['rule']} ({group['problems']:,})"
    for problem in found[:LISTED]:
        yield placed(problem) + (f" ({beside(problem)})" if beside(problem) else "")
    if len(found) > LISTED:
        yield f"… and {len(found) - LISTED:,} more; --format csv lists them all"
    yield f"What to do: {group['advice']}"
