"""Kinds of payment: everything about a payment but its day, its amount and its reference."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate, count
from typing import Any, NamedTuple

from pipeline.example.layouts import Layout
from pipeline.example.lines import Line
from pipeline.example.place import Place, register, vocabulary
from pipeline.example.spread import GOLDEN, SPLITS

POOL = 40
"""Kinds for each line and year, from which its payments are drawn."""
NAMELESS = "individual-not-named"
_FAMILIES = {"employment": "Department for Work", "department": "Department for Families and Communities"}
_POUND = 100
ORDINARY = 1000
"""The size of a payment that is neither a credit nor by card."""


class Kind(NamedTuple):
    """The cells of a row; `size` in thousandths of an ordinary payment; amounts are multiples of `unit` pence."""

    cells: list[str]
    size: int = ORDINARY
    unit: int = 1
    has_vat: bool = False


def kinds(place: Place, line: Line, layout: Layout, rng: random.Random) -> list[Kind]:
    """Kinds of payment for a line: credits, purchases by card, grants, some withheld, some that state an area."""
    wards = _wards(place, line, rng.random())
    return [_kind(line, layout, rng, wards) for _ in range(POOL)]


def instalment(line: Line, layout: Layout, provider: str) -> Kind:
    """The one kind of payment that a contract or a grant is paid by."""
    expense = line.listed("expense_types")[0]
    stated = {"service_id": line["service_id"], "project_id": line["project_id"], "area_id": line.area_id}
    cells = _common(line) | _bought(expense, 0) | _paid_to(layout, provider) | stated
    return Kind(layout.row(cells))


def _wards(place: Place, line: Line, start: float) -> Iterator[str]:
    """Wards without end, each as often as the line falls on it: drawn by chance, a few large payments would hide that."""
    weigh = SPLITS.get(line["split"], SPLITS["need"])
    ends = list(accumulate(weigh(ward) for ward in place.wards))
    for number in count():
        yield place.wards[bisect(ends, int((start + number * GOLDEN) % 1.0 * ends[-1]))].area_id


def _kind(line: Line, layout: Layout, rng: random.Random, wards: Iterator[str]) -> Kind:
    name = rng.choice(line.listed("expense_types"))
    expense, habits = vocabulary("expenses.yml")[name], vocabulary("amounts.yml")
    item = rng.randrange(len(expense["purposes"]))
    cells = _common(line) | _bought(name, item) | _stated(line, rng, wards)
    if expense.get("is_card"):
        cells |= _paid_to(layout, expense["sold_by"][item]) | {"merchant_category": expense["merchants"][item]}
        return Kind(layout.row(cells), habits["card_size"])
    cells |= _paid_to(layout, rng.choice(_sellers(line, expense)))
    _withhold(cells, line, layout, rng)
    if not _happens(rng, habits["stated"]["provider"]):
        cells["provider_id"] = ""
    if _happens(rng, habits["credits"]["percent"]):
        cells["purpose"] = f"Credit note: {cells['purpose'][:1].lower()}{cells['purpose'][1:]}".removesuffix(": ")
        return Kind(layout.row(cells), habits["credits"]["size"])
    is_grant = expense.get("is_grant", False)
    return Kind(layout.row(cells), unit=100 * _POUND if is_grant else 1, has_vat=not is_grant and _happens(rng, 15))


def _sellers(line: Line, expense: dict[str, Any]) -> list[str]:
    """The line's own providers that sell this, or else all who do."""
    sold_by: list[str] = expense["sold_by"]
    return [provider for provider in line.listed("providers") if provider in sold_by] or sold_by


def _common(line: Line) -> dict[str, str]:
    agency = register("partnership/agencies.csv", "agency_id")[line["agency_id"]]
    return {
        "agency_id": line["agency_id"],
        "department": line["department"],
        "function": line["function"],
        "entity": agency["name"],
        "family": _FAMILIES.get(agency["agency_type"], ""),
        "cost_centre": f"{line['department'][:2].upper()}{sum(line.name.encode()) % 900 + 100}",
    }


def _bought(name: str, item: int) -> dict[str, str]:
    expense = vocabulary("expenses.yml")[name]
    return {
        "expense_type": name,
        "purpose": expense["purposes"][item],
        "procurement_code": expense["code"],
        "is_grant": str(expense.get("is_grant", False)).lower(),
        "is_card": str(expense.get("is_card", False)).lower(),
    }


def _paid_to(layout: Layout, provider_id: str) -> dict[str, str]:
    name = register("partnership/providers.csv", "provider_id")[provider_id]["name"]
    return {"provider_id": provider_id, "provider_name": name.upper() if layout.names == "upper" else name}


def _stated(line: Line, rng: random.Random, wards: Iterator[str]) -> dict[str, str]:
    """The service, project and area that a payment states: not all do."""
    percent = vocabulary("amounts.yml")["stated"]
    stated = {
        column: line[column] if _happens(rng, percent[column.removesuffix("_id")]) else ""
        for column in ("service_id", "project_id")
    }
    if line.area_id and stated["service_id"]:
        return stated | {"area_id": line.area_id}
    is_told = line["split"] in SPLITS and _happens(rng, percent["area"])
    return stated | {"area_id": next(wards) if is_told else ""}


def _withhold(cells: dict[str, str], line: Line, layout: Layout, rng: random.Random) -> None:
    """Takes the name out and says why; an individual is never named, and where a child may be known no purpose stays."""
    redaction = line["redaction"] if line["redaction"] and _happens(rng, vocabulary("amounts.yml")["redacted"]) else ""
    if cells["provider_id"] == NAMELESS:
        redaction = "personal"
    if not redaction:
        return
    cells |= {"provider_name": layout.redacted.get(redaction, ""), "redaction": redaction}
    if cells["provider_id"] != NAMELESS:
        cells["provider_id"] = ""
    if redaction == "safeguarding":
        cells["purpose"] = ""


def _happens(rng: random.Random, percent: int) -> bool:
    return rng.randrange(100) < percent
