"""The budgets of every agency: what was approved, what was revised, and what it came to, pay and benefits included."""

from __future__ import annotations

import random
from collections.abc import Iterator

from pipeline.example.amounts import pounds
from pipeline.example.lines import Line
from pipeline.example.place import Place, Table, vocabulary
from pipeline.example.spread import SPLITS, apportion

Row = dict[str, str]


def tables(place: Place, lines: dict[str, list[Line]], seed: int) -> Iterator[Table]:
    """The budgets, a file for every agency and year."""
    publishers = vocabulary("publishers.yml")
    for agency_id, of_agency in lines.items():
        for year, fy in enumerate(place.years):
            if fy in publishers[agency_id].get("no_budget", ()):
                continue
            rows = _budgets(place, of_agency, year, random.Random(f"{seed} budget {agency_id} {fy}"))
            has_outturn = publishers[agency_id].get("no_outturn_yet") != fy
            known = [row for row in rows if has_outturn or row["phase"] != "actual"]
            yield Table(agency_id, "budgets", known, f"budgets-{fy}", fy)


def _budgets(place: Place, lines: list[Line], year: int, rng: random.Random) -> Iterator[Row]:
    for line in lines:
        if line.outturn[year]:
            for phase, pence in _phases(line.outturn[year], rng).items():
                for area_id, share in _areas(place, line, pence):
                    yield _budget(line, place.years[year], area_id) | {"phase": phase, "amount_gbp": pounds(share)}


def _phases(actual: int, rng: random.Random) -> dict[str, int]:
    """Budgets are set in hundreds of pounds and miss by up to five in a hundred, revised ones by half as much."""
    missed = rng.randrange(-50, 51)
    approved = actual * (1000 + missed) // 1000 // 10_000 * 10_000
    revised = actual * (2000 + missed) // 2000 // 10_000 * 10_000
    return {"approved": approved, "revised": revised, "actual": actual}


def _areas(place: Place, line: Line, pence: int) -> Iterator[tuple[str, int]]:
    """The ward that a line is for, every ward where it falls on all, or none where it is for the whole place."""
    if line["split"] not in SPLITS:
        yield ("" if line["split"] == "none" else line["split"]), pence
        return
    weights = [SPLITS[line["split"]](ward) for ward in place.wards]
    yield from zip((ward.area_id for ward in place.wards), apportion(pence, weights), strict=True)


def _budget(line: Line, fy: str, area_id: str) -> Row:
    where = f"-{area_id.lower()}" if area_id else ""
    as_written = ("agency_id", "service_id", "project_id", "function", "kind", "tier")
    return {
        "budget_id": f"{line['agency_id']}-{line.name.removeprefix(line['agency_id'] + '-')}-{fy}{where}",
        "phase": "",
        "fy": fy,
        "area_id": area_id,
    } | {column: line[column] for column in as_written}
