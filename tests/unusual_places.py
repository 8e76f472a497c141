"""Places that a site must look right for: nothing yet, names but no money, one ward, two hundred wards, very long names."""

from __future__ import annotations

import csv
import json
import random
import shutil
from collections.abc import Callable, Iterable, Mapping
from math import sin
from pathlib import Path
from typing import Any

from pipeline import example
from pipeline.new import write_site
from pipeline.standard import Standard

Row = Mapping[str, object]
YEARS = ("2023-2024", "2024-2025", "2025-2026")
MEASURED = {"outcomes", "targets", "caseloads", "contacts", "typical_families", "voices", "milestones", "lessons"}
MONEY = {"contributions", "savings", "stream_amounts", "business_cases", "case_costs", "case_benefits", "benefit_shares",
         "reward_rates", "expected_publications"}  # fmt: skip
LONG_WORD = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogochundergroundandmetropolitan"
WARDS, ACROSS, SIDE, CORNER, WAVES = 200, 20, 0.02, (1.6, 54.6), 12
"""A grid in the North Sea: how many wards, in each row, the side of one in degrees, a corner, pieces of a side."""


def nothing_yet(folder: Path) -> None:
    """What `community-budget new` writes."""
    write_site(folder, Standard.read(Path(__file__).parent.parent / "standard"))


def names_without_money(folder: Path) -> None:
    """All that the illustrative partnership names, of which nothing is paid, measured or promised."""
    _keep_partnership(folder, lambda dataset: dataset not in MEASURED | MONEY)


def one_ward(folder: Path) -> None:
    """One of everything: a ward that is the whole district, an agency, a project, a result, a payment and its credit."""
    _send(folder, "partnership", {
        "areas": [_district(1), _ward(1)],
        "agencies": [_agency("wexmoor-council", "Wexmoor Council")],
        "themes": [{"theme_id": "good-homes", "title": "Good homes"}],
        "programmes": [{"programme_id": "warm-homes", "title": "Warm homes", "theme_id": "good-homes", "lead_agency_id": "wexmoor-council", "starts": "2024-04-01"}],
        "indicators": [_indicator("homes-too-cold", "Homes too cold", "good-homes")],
        "projects": [{"project_id": "loft-insulation", "programme_id": "warm-homes", "title": "Loft insulation", "specific": "Insulate 40 lofts by March 2026.", "indicator_id": "homes-too-cold", "owner_agency_id": "wexmoor-council", "starts": "2024-04-01", "ends": "2026-03-31", "area_id": _code(1), "tier": "prevention", "status": "live"}],
        "providers": [{"provider_id": "warm-lofts", "name": "Warm Lofts", "provider_type": "private"}],
    }, boundaries=1)  # fmt: skip
    _send(folder, "wexmoor-council", {
        "outcomes": [{"indicator_id": "homes-too-cold", "area_id": _code(1), "period": "2024-2025", "value": "12.5"}],
        "budgets": [_budget("lofts", "wexmoor-council", _code(1), "2024-2025", "0.00")],
        "spend": [_payment("2024-05-01", "1028.00"), _payment("2024-06-01", "-1028.00")],
    })  # fmt: skip


def two_hundred_wards(folder: Path) -> None:
    """Two hundred wards with their boundaries, thirty agencies and twelve themes, budgets and results for each ward."""
    drawn = random.Random(200)
    agencies = [_agency(f"agency-{number}", f"Agency number {number}") for number in range(1, 31)]
    themes = [{"theme_id": f"theme-{number}", "title": f"Theme number {number}"} for number in range(1, 13)]
    indicators = [_indicator(f"indicator-{n}", f"Indicator number {n}", f"theme-{n}") for n in range(1, 4)]
    areas = [_district(WARDS), *(_ward(number) for number in range(1, WARDS + 1))]
    targets = [_target(kind, fy, value) for kind, fy, value in (("baseline", YEARS[0], 30), ("target", YEARS[2], 20))]
    projects = {"programmes": [_programme(n) for n in range(1, 13)], "projects": [_project(n) for n in range(1, 13)]}
    tables = {"areas": areas, "agencies": agencies, "themes": themes, "indicators": indicators, "targets": targets}
    _send(folder, "partnership", tables | projects, boundaries=WARDS)
    for agency in ("agency-1", "agency-2"):
        _send(folder, agency, {
            "budgets": [_budget(f"{agency}-{ward}-{fy}", agency, _code(ward), fy, f"{drawn.randrange(10_000, 900_000)}.00", f"project-{ward % 12 + 1}") for ward in range(1, WARDS + 1) for fy in YEARS],
            "spend": [{**_payment(f"2024-{ward % 12 + 1:02}-03", f"{drawn.randrange(500, 90_000)}.{ward % 100:02}"), "provider_id": "", "provider_name": f"Provider {ward % 60}", "project_id": f"project-{ward % 12 + 1}", "area_id": _code(ward)} for ward in range(1, WARDS + 1)],
            "outcomes": [{"indicator_id": "indicator-1", "area_id": _code(ward), "period": fy, "value": drawn.randrange(10, 40)} for ward in range(1, WARDS + 1) for fy in YEARS] if agency == "agency-1" else [],
        })  # fmt: skip


def very_long_names(folder: Path) -> None:
    """Three publishers of the illustrative place, where everything has a name of 80 characters or more."""
    made = folder / "made"
    example.make(made, rows=300)
    for publisher in ("partnership", "wexmoor-council", "open-door-wexmoor"):
        shutil.move(made / publisher, folder / "datapackages" / publisher)
        for path in sorted((folder / "datapackages" / publisher).glob("*.csv")):
            _lengthen(path)
    shutil.rmtree(made)


PLACES: dict[str, Callable[[Path], None]] = {
    function.__name__: function
    for function in (nothing_yet, names_without_money, one_ward, two_hundred_wards, very_long_names)
}


def _keep_partnership(folder: Path, is_kept: Callable[[str], bool]) -> None:
    made = folder / "made"
    example.make(made, rows=20)
    package = folder / "datapackages" / "partnership"
    shutil.move(made / "partnership", package)
    shutil.rmtree(made)
    descriptor = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    descriptor["resources"] = [resource for resource in descriptor["resources"] if is_kept(resource["dataset"])]
    (package / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")


def _lengthen(path: Path) -> None:
    """Every second name gets many words, and the others one long one; amounts, codes and texts stay."""
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    places = [
        header.index(name) for name in ("name", "title", "provider_name", "department", "purpose") if name in header
    ]
    for number, row in enumerate(rows):
        for at in places:
            row[at] = row[at] and _long(row[at], many_words=number % 2 == 0)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])


def _long(name: str, *, many_words: bool) -> str:
    return (
        f"{name}, together with Upper and Lower Thornshire and the Parishes beyond the Old River"
        if many_words
        else f"{name} {LONG_WORD}"
    )


def _send(folder: Path, publisher: str, tables: Mapping[str, Iterable[Row]], boundaries: int = 0) -> None:
    package = folder / "datapackages" / publisher
    package.mkdir(parents=True)
    resources: list[dict[str, Any]] = []
    for dataset, rows in tables.items():
        listed = list(rows)
        if listed:
            _write(package / f"{dataset}.csv", listed)
            resources.append({"name": dataset, "path": f"{dataset}.csv", "dataset": dataset})
    if boundaries:
        features = [_square(number) for number in range(1, boundaries + 1)]
        (package / "boundaries.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        resources.append(
            {"name": "boundaries", "path": "boundaries.geojson", "dataset": "boundaries", "format": "geojson"}
        )
    described = {"name": publisher, "publisher": publisher, "resources": resources}
    (package / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")


def _write(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(dict.fromkeys(name for row in rows for name in row)), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _code(ward: int) -> str:
    return f"X05{ward:06}"


def _district(wards: int) -> Row:
    return {"area_id": "X07000001", "name": "Wexmoor", "area_type": "district", "population": 6_000 * wards}


def _ward(number: int) -> Row:
    return {"area_id": _code(number), "name": f"Ward {number}" if number > 1 else "Eastgate", "area_type": "ward",
            "parent_id": "X07000001", "population": 6_000}  # fmt: skip


def _square(number: int) -> dict[str, Any]:
    """A square whose sides are waves; neighbours share the points of a side."""
    west, south = (number - 1) % ACROSS * WAVES, (number - 1) // ACROSS * WAVES
    round_it = [
        *((west + at, south) for at in range(WAVES)),
        *((west + WAVES, south + at) for at in range(WAVES)),
        *((west + WAVES - at, south + WAVES) for at in range(WAVES)),
        *((west, south + WAVES - at) for at in range(WAVES + 1)),
    ]
    ring = [_waved(x, y) for x, y in round_it]
    return {
        "type": "Feature",
        "properties": {"area_id": _code(number)},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def _waved(x: int, y: int) -> list[float]:
    drift = SIDE / 12
    return [
        round(CORNER[0] + x * SIDE / WAVES + drift * sin(1.7 * y), 5),
        round(CORNER[1] + y * SIDE / WAVES + drift * sin(1.3 * x), 5),
    ]


def _agency(agency_id: str, name: str) -> Row:
    return {"agency_id": agency_id, "name": name, "agency_type": "council"}


def _indicator(indicator_id: str, title: str, theme_id: str) -> Row:
    return {"indicator_id": indicator_id, "title": title, "definition": "Of every hundred homes, how many.", "theme_id": theme_id,
            "unit": "percent", "polarity": "lower", "minimum_change": 1, "frequency": "annual", "source": "Survey",
            "disclosure": "none"}  # fmt: skip


def _target(kind: str, fy: str, value: int) -> Row:
    return {"target_id": f"{kind}-1", "indicator_id": "indicator-1", "area_id": _code(1), "kind": kind, "period": fy,
            "value": value, "agreed_on": "2023-06-01", "agreed_by": "Board"}  # fmt: skip


def _programme(number: int) -> Row:
    return {"programme_id": f"programme-{number}", "title": f"Programme number {number}", "theme_id": f"theme-{number}",
            "lead_agency_id": "agency-1", "starts": "2023-04-01"}  # fmt: skip


def _project(number: int) -> Row:
    return {"project_id": f"project-{number}", "programme_id": f"programme-{number}", "title": f"Project number {number}",
            "specific": "Visit every home once.", "tier": "early", "status": "live"}  # fmt: skip


def _budget(budget_id: str, agency_id: str, area_id: str, fy: str, amount: str, project_id: str = "") -> Row:
    return {"budget_id": budget_id, "phase": "approved", "agency_id": agency_id, "project_id": project_id, "function": "10.6",
            "area_id": area_id, "fy": fy, "kind": "revenue", "tier": "early", "amount_gbp": amount}  # fmt: skip


def _payment(day: str, amount: str) -> Row:
    return {"payment_date": day, "amount_gbp": amount, "provider_name": "Warm Lofts", "provider_id": "warm-lofts",
            "project_id": "loft-insulation", "area_id": _code(1)}  # fmt: skip
