"""The lines of the agencies' budgets, from which both the budgets and the payments are made."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.example.place import CONTENT, hand_written, register
from pipeline.example.pots import Pot, pots


@dataclass(frozen=True)
class Line:
    """What an agency spends on one thing, in pence a year, and what can be seen of it in payments.

    `split` is the ward it is spent in, or how it falls on wards (need, population, age, none). `visible` is the percentage
    that payments over the threshold show, `pattern` how (invoices, instalments, none), `payments` how many, compared
    with other lines. A line runs from `starts` to `ends` (days, or empty), as its service does.
    """

    name: str
    text: dict[str, str]
    outturn: tuple[int, ...]
    starts: str = ""
    ends: str = ""
    area_id: str = ""

    def __getitem__(self, column: str) -> str:
        return self.text[column]

    @property
    def visible(self) -> int:
        return int(self.text["visible"])

    def listed(self, column: str) -> list[str]:
        """The members of a cell that holds several."""
        return [member for member in self.text[column].split(";") if member]


def all_lines(seed: int) -> dict[str, list[Line]]:
    """The lines of every agency: its own, those of projects, and what it hands over to others for them to spend."""
    services = {row["service_id"]: row for row in _services()}
    by_agency: dict[str, list[Line]] = {}
    for row in hand_written("lines.csv"):
        rng = random.Random(f"{seed} outturn {row['agency_id']} {row['line']}")
        outturn = tuple(_about(int(row[year]), rng) for year in ("y1", "y2", "y3"))
        by_agency.setdefault(row["agency_id"], []).append(_line(row, outturn, services))
    for row in hand_written("project_lines.csv"):
        outturn = tuple(int(row[year]) * 100 for year in ("y1", "y2", "y3"))
        by_agency[row["agency_id"]].append(_line(row, outturn, services))
    for pot in pots():
        if pot.is_handed_over and pot.agency_id in by_agency:
            by_agency[pot.agency_id].append(_handed_over(pot))
    return by_agency


def _services() -> Iterator[dict[str, str]]:
    for folder in sorted(CONTENT.iterdir(), key=lambda folder: folder.name):
        if folder.joinpath("services.csv").is_file():
            yield from hand_written(f"{folder.name}/services.csv")


def _about(thousands: int, rng: random.Random) -> int:
    """Thousands of pounds in pence, a little off, as outturns are."""
    return thousands * 100_000 + rng.randrange(-300, 301) * thousands + rng.randrange(100) if thousands else 0


def _line(row: dict[str, str], outturn: tuple[int, ...], services: dict[str, dict[str, str]]) -> Line:
    """A line for a service has the service's function, tier, days and, if it is one ward's, ward."""
    service = services.get(row["service_id"])
    text = {"project_id": ""} | row
    if service is None:
        return Line(row["line"], text, outturn)
    text |= {"function": service["function"], "tier": service["tier"]}
    ward = service["area_id"] if service["area_id"].startswith("X05") else ""
    return Line(row["line"], text, outturn, service["starts"], service["ends"], ward)


def _handed_over(pot: Pot) -> Line:
    """What a giver hands over is paid in instalments to the agency that spends it, and seen to the last penny."""
    expense = "Grant to a partner" if pot.text["arrangement"] == "grant" else "Payment into the pool"
    text = {
        "agency_id": pot.agency_id,
        "service_id": "",
        "project_id": "",
        "function": pot.text["function"],
        "tier": pot.text["tier"],
        "kind": "revenue",
        "split": "none",
        "visible": "100",
        "pattern": "instalments",
        "payments": "0",
        "department": "Partnership funding",
        "expense_types": expense,
        "providers": _paid_as(pot.text["spent_by"]),
        "redaction": "",
    }
    return Line(pot.name, text, pot.actual)


def _paid_as(agency_id: str) -> str:
    """The provider that an agency is when another pays it."""
    providers = register("partnership/providers.csv", "provider_id")
    return next(provider_id for provider_id, row in providers.items() if row["agency_id"] == agency_id)
