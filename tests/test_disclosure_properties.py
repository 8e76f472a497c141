"""On random places, in two releases with corrections between them, nothing hidden can be worked out.

Set COMMUNITY_BUDGET_PLACES=500 for the full run; fewer places are tried otherwise.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from pipeline.attack import attack, exposed
from pipeline.database import connect, create_tables, insert_rows
from pipeline.errors import DisclosureError
from pipeline.model import Protected, Reconciled
from pipeline.protect import protect
from pipeline.standard import Standard

PLACES = int(os.environ.get("COMMUNITY_BUDGET_PLACES", "12"))
QUARTERS = ("2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1")
INDICATOR = {
    "title": "t", "definition": "d", "theme_id": "t", "polarity": "lower", "minimum_change": 1, "frequency": "annual", "source": "s",
}  # fmt: skip
Tables = dict[str, list[dict[str, Any]]]
small_or_large = st.one_of(st.integers(0, 12), st.integers(0, 40), st.integers(0, 900))


def place_of(draw: Any) -> Tables:
    """A place of some localities and wards whose counts add up, through areas, quarters, breakdowns and groups."""
    localities = draw(st.integers(0, 3))
    wards = [
        (f"w{n}", f"l{draw(st.integers(1, localities))}" if localities else "place")
        for n in range(draw(st.integers(1, 6)))
    ]
    areas = [{"area_id": "place"}, *({"area_id": f"l{n}", "parent_id": "place"} for n in range(1, localities + 1))]
    areas += [{"area_id": ward, "parent_id": parent} for ward, parent in wards]
    tree = {area["area_id"]: area.get("parent_id") for area in areas}
    return {
        "areas": areas,
        "cohorts": [{"cohort_id": "wide"}, {"cohort_id": "narrow", "part_of": "wide"}],
        "indicators": [
            {"indicator_id": name, "unit": unit, "disclosure": disclosure} | INDICATOR
            for name, unit, disclosure in (("rate", "percent", "round5"), ("count", "count", "round5"), ("exact", "percent", "suppress"))
        ],
        "caseloads": _caseloads(draw, tree, wards),
        "interventions": _interventions(draw, tree, wards),
        "contacts": _contacts(draw, tree, wards),
        "outcomes": _outcomes(draw, tree, wards),
    }  # fmt: skip


places = st.composite(place_of)


def _caseloads(draw: Any, tree: Mapping[str, Any], wards: list[Any]) -> list[dict[str, Any]]:
    rows = []
    for cohort in ("wide", "narrow"):
        for area, counts in _summed(tree, {ward: _chain(draw, 3) for ward, _ in wards}).items():
            row = {"cohort_id": cohort, "fy": "2024-2025", "area_id": area, "cost_before_pence": 7_700_000}
            rows.append(row | dict(zip(("supported", "units", "people"), counts, strict=True)))
    return rows


def _interventions(draw: Any, tree: Mapping[str, Any], wards: list[Any]) -> list[dict[str, Any]]:
    rows = []
    years: dict[str, list[int]] = {}
    for quarter in QUARTERS:
        for area, (completed, packages) in _summed(tree, {ward: _chain(draw, 2) for ward, _ in wards}).items():
            rows.append({"period": quarter, "area_id": area, "completed": completed, "packages": packages})
            years.setdefault(area, [0, 0])
            years[area] = [years[area][0] + completed, years[area][1] + packages]
    rows += [{"period": "2024-2025", "area_id": a, "completed": c, "packages": p} for a, (c, p) in years.items()]
    return [{"project_id": "p", "cohort_id": "wide", "intervention": "i", "tier": "early"} | row for row in rows]


def _contacts(draw: Any, tree: Mapping[str, Any], wards: list[Any]) -> list[dict[str, Any]]:
    price = draw(st.integers(100, 9_999))
    counts = _summed(tree, {ward: _chain(draw, 1) for ward, _ in wards})
    key = {"cohort_id": "wide", "agency_id": "a", "profession": "nurse", "fy": "2024-2025"}
    return [key | {"area_id": area, "contacts": n, "cost_pence": n * price} for area, (n,) in counts.items()]


def _outcomes(draw: Any, tree: Mapping[str, Any], wards: list[Any]) -> list[dict[str, Any]]:
    rows = []
    for indicator in ("rate", "exact", "count"):
        sexes = [_summed(tree, {ward: _chain(draw, 2) for ward, _ in wards}) for _ in range(2)]
        both = {area: [a + b for a, b in zip(sexes[0][area], sexes[1][area], strict=True)] for area in tree}
        for breakdown, counts in zip(("sex-female", "sex-male", "all"), (*sexes, both), strict=True):
            rows += [
                {"indicator_id": indicator, "area_id": area, "breakdown": breakdown, "period": "2024"} | _outcome(indicator, *pair)
                for area, pair in counts.items()
            ]  # fmt: skip
    return rows


def _outcome(indicator: str, numerator: int, denominator: int) -> dict[str, Any]:
    if indicator == "count":
        return {"value": float(numerator)}
    if denominator == 0:
        return {"marker": "z"}
    return {"numerator": numerator, "denominator": denominator, "value": round(100 * numerator / denominator, 1)}


def _chain(draw: Any, length: int) -> list[int]:
    """Counts each of which is at most the next."""
    return sorted(draw(small_or_large) for _ in range(length))


def _summed(tree: Mapping[str, Any], of_wards: Mapping[str, list[int]]) -> dict[str, list[int]]:
    length = len(next(iter(of_wards.values())))
    sums = {area: [0] * length for area in tree}
    for ward, counts in of_wards.items():
        area = ward
        while area is not None:
            sums[area] = [a + b for a, b in zip(sums[area], counts, strict=True)]
            area = tree[area]
    return sums


@settings(max_examples=PLACES, deadline=None, suppress_health_check=list(HealthCheck))
@given(place=places())
def test_the_attack_finds_no_hidden_count_of_a_place_with_fewer_than_three_numbers(
    standard: Standard, place: Tables
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        reconciled = _build(Path(folder) / "build.db", standard, place)
        protected = protect(reconciled, standard, Path(folder) / "now.db")
        assert exposed(protected, reconciled, standard) == []


@settings(max_examples=PLACES, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=places(), data=st.data())
def test_an_old_copy_beside_a_corrected_release_gives_no_hidden_count_away(
    standard: Standard, first: Tables, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        before = protect(_build(Path(folder) / "a.db", standard, first), standard, Path(folder) / "before.db")
        reconciled = _build(Path(folder) / "b.db", standard, _corrected(data.draw, first))
        protected = protect(reconciled, standard, Path(folder) / "now.db", before)
        found = exposed(protected, reconciled, standard, before)
        event(f"refused: {bool(found)}")
        if found:
            _is_refused(protected, reconciled, standard, before)
            assert exposed(protected, reconciled, standard) == []


def _is_refused(protected: Protected, reconciled: Reconciled, standard: Standard, before: Path) -> None:
    try:
        attack(protected, reconciled, standard, before)
    except DisclosureError:
        return
    raise AssertionError("exposed, and not refused")


def _corrected(draw: Any, tables: Tables) -> Tables:
    """The same place where one ward's counts of a year were corrected, and what they add up to with them."""
    area_of = {area["area_id"]: area.get("parent_id") for area in tables["areas"]}
    ward = draw(st.sampled_from([area for area in area_of if area.startswith("w")]))
    by = draw(st.integers(1, 9))
    around = []
    area: Any = ward
    while area is not None:
        around.append(area)
        area = area_of[area]
    caseloads = [
        row | {name: row[name] + by for name in ("units", "people")} if row["area_id"] in around and row["cohort_id"] == "wide" else row
        for row in tables["caseloads"]
    ]  # fmt: skip
    return tables | {"caseloads": caseloads}


def _build(path: Path, standard: Standard, tables: Tables) -> Reconciled:
    with connect(path) as connection:
        create_tables(connection, standard, constraints=False)
        for name, rows in tables.items():
            sent = {"publisher_id": "p", "file_id": "f"}
            insert_rows(connection, name, [sent | {"line": line} | row for line, row in enumerate(rows, 2)])
    return Reconciled(path)


def test_random_places_have_something_to_protect(standard: Standard, tmp_path: Path) -> None:
    wards = [{"area_id": "place"}, {"area_id": "w0", "parent_id": "place"}, {"area_id": "w1", "parent_id": "place"}]
    counts = {"place": 18, "w0": 12, "w1": 6}
    rows = [
        {"cohort_id": "wide", "fy": "2024-2025", "area_id": area, "units": n, "people": 3 * n}
        for area, n in counts.items()
    ]
    reconciled = _build(tmp_path / "build.db", standard, {"areas": wards, "caseloads": rows})
    protected = protect(reconciled, standard, tmp_path / "now.db")
    with closing(sqlite3.connect(protected)) as connection:
        shown = connection.execute("SELECT area_id, units FROM caseloads ORDER BY area_id").fetchall()
    assert shown == [("place", 20), ("w0", "c"), ("w1", "c")]
