"""People helped: how many there are, who meets them, and what is done for them, ward by ward.

The figures of the district are written by hand; those of the wards add up to them, so that some are small.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping

from pipeline.example.place import Place, Table, hand_written
from pipeline.example.spread import Part, apportion, unevenly, wards

Row = dict[str, str]
Units = Mapping[tuple[str, str, str], int]
"""Families or people by cohort, year and ward."""

_PROGRESS = (0.0, 0.25, 0.6)
_PROGRESS_OF_NEIGHBOURS = (0.0, 0.5, 1.0)
"""How far each year has come in changing who meets a family, in most wards and where agencies work as one."""


def tables(rng: random.Random, place: Place) -> Iterator[Table]:
    """Organisations around families that publish nothing, caseloads, contacts and packages of help, by publisher.

    A few contacts are wrong on purpose, so that something is held back.
    """
    yield Table("partnership", "agencies", list(hand_written("organisations.csv")), "organisations-around-families")
    units = _units(place)
    for dataset, rows in (
        ("caseloads", _caseloads(place, units)),
        ("contacts", _contacts(rng, place, units)),
        ("interventions", _interventions(rng, place)),
    ):
        yield from _by_publisher(dataset, rows)


def _by_publisher(dataset: str, rows: Iterator[Row]) -> Iterator[Table]:
    sent: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        sent[row.pop("publisher")].append(row)
    for publisher in sorted(sent):
        yield Table(publisher, dataset, sent[publisher])


def _units(place: Place) -> Units:
    units = {}
    for row in hand_written("caseloads.csv"):
        shares = apportion(int(row["units"]), _weights(place, row))
        for part, share in zip(wards(place), shares, strict=True):
            units[row["cohort_id"], row["fy"], part.area_id] = share
    return units


def _weights(place: Place, row: Row) -> list[float]:
    return [part.population * pow(part.poverty, float(row["power"])) for part in wards(place)]


def _caseloads(place: Place, units: Units) -> Iterator[Row]:
    for row in hand_written("caseloads.csv"):
        key = {name: row[name] for name in ("publisher", "cohort_id", "fy")}
        counts = {name: row[name] for name in ("units", "people", "supported")}
        costs = {name: row[name] and f"{row[name]}.00" for name in ("cost_before_gbp", "cost_after_gbp")}
        yield key | {"area_id": place.district_id} | counts | costs
        mine = [units[row["cohort_id"], row["fy"], part.area_id] for part in wards(place)]
        people = apportion(int(row["people"]), mine)
        supported = apportion(int(row["supported"]), _supported(row, wards(place), mine), mine)
        for part, *shares in zip(wards(place), mine, people, supported, strict=True):
            yield key | {"area_id": part.area_id} | dict(zip(counts, map(str, shares), strict=True)) | _costs(row, part)


def _supported(row: Row, parts: list[Part], units: list[int]) -> list[float]:
    """Weights of those supported: the three neighbouring wards began first."""
    return [
        size * (1.6 - 8 * float(row["gain"]) if part.is_neighbour else 1)
        for part, size in zip(parts, units, strict=True)
    ]


def _costs(row: Row, part: Part) -> Row:
    """The cost of a family or person, a little higher where the ward is poorer, and falling faster among neighbours."""
    before, after = (float(row[name] or 0) * pow(part.poverty, 0.1) for name in ("cost_before_gbp", "cost_after_gbp"))
    after *= 1 - float(row["gain"]) if part.is_neighbour else 1
    return {
        name: f"{cost:.2f}" if row[name] else ""
        for name, cost in (("cost_before_gbp", before), ("cost_after_gbp", after))
    }


def _contacts(rng: random.Random, place: Place, units: Units) -> Iterator[Row]:
    silent = {row["agency_id"] for row in hand_written("organisations.csv")}
    for met in hand_written("professions.csv"):
        publisher = "partnership" if met["agency_id"] in silent else met["agency_id"]
        for fy in _years(place, met):
            for part in _within(place, met["within"]):
                families = units.get((met["cohort_id"], fy, part.area_id), 0)
                count = round(families * _a_family(met, place.years.index(fy), part) * (1 + rng.gauss(0, 0.06)))
                if count > 0:
                    yield {"publisher": publisher} | _contact(met, fy, part, count)
    yield from hand_written("contact_mistakes.csv")


def _years(place: Place, met: Row) -> list[str]:
    return [fy for fy in place.years if met["from"] <= fy <= (met["until"] or fy)]


def _within(place: Place, area_id: str) -> list[Part]:
    """The wards in an area: the district, a locality, or the ward itself."""
    codes = {ward.area_id for ward in place.wards if area_id in (place.district_id, ward.locality_id, ward.area_id)}
    return [part for part in wards(place) if part.area_id in codes]


def _a_family(met: Row, year: int, part: Part) -> float:
    """Contacts with one family in a year: the key worker comes, and others need come less often."""
    progress = (_PROGRESS_OF_NEIGHBOURS if part.is_neighbour else _PROGRESS)[year]
    return float(met["contacts"]) * (1 + float(met["change"]) * progress)


def _contact(met: Row, fy: str, part: Part, count: int) -> Row:
    key = {name: met[name] for name in ("cohort_id", "agency_id", "profession")}
    cost = f"{count * int(met['cost_gbp'])}.00"
    return key | {"area_id": part.area_id, "fy": fy, "contacts": str(count), "cost_gbp": cost}


def _interventions(rng: random.Random, place: Place) -> Iterator[Row]:
    for offer in hand_written("interventions_offered.csv"):
        parts = _within(place, offer["within"])
        quarters = _quarters(offer["from"], offer["until"])
        for step, period in enumerate(quarters):
            way = step / max(len(quarters) - 1, 1)
            total = round(int(offer["first"]) + (int(offer["last"]) - int(offer["first"])) * way)
            weights = unevenly(rng, total, [part.population * part.poverty for part in parts], 0.7)
            for part, packages in zip(parts, apportion(total, weights), strict=True):
                if packages:
                    yield _intervention(offer, period, part) | _completed(rng, packages, float(offer["completed"]))


def _intervention(offer: Row, period: str, part: Part) -> Row:
    columns = ("publisher", "project_id", "cohort_id", "intervention", "tier", "hub", "team")
    return {name: offer[name] for name in columns} | {"area_id": part.area_id, "period": period}


def _completed(rng: random.Random, packages: int, share: float) -> Row:
    completed = sum(rng.random() < share for _ in range(packages))
    return {"packages": str(packages), "completed": str(completed)}


def _quarters(first: str, last: str) -> list[str]:
    every = [f"{year}-Q{quarter}" for year in range(int(first[:4]), int(last[:4]) + 1) for quarter in range(1, 5)]
    return [quarter for quarter in every if first <= quarter <= last]
