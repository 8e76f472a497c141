"""Any indicator with any targets and outcomes in three areas: what the properties of progress are tried on."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

Row = dict[str, Any]
Place = dict[str, Any]

AREAS = ("u", "v", "w")
PERIODS = {
    "annual": [f"{year}-{year + 1}" for year in range(2019, 2028)],
    "two_yearly": [str(year) for year in range(2018, 2028)],
    "quarterly": [f"{year}-Q{quarter}" for year in range(2024, 2027) for quarter in range(1, 5)],
    "monthly": [f"{year}-{month:02}" for year in (2025, 2026) for month in range(1, 13)],
    "irregular": ["2014-05-09", "2025-01-31", "2025-12-01", "2026-05-30", "2026-06-30", "2026-07-01"],
}
PARTS = {"baseline": slice(3), "milestone": slice(2, -1), "target": slice(4, None)}

tenths = st.integers(-30, 30).map(lambda number: number / 10)
rarely = st.sampled_from([False] * 11 + [True])
lengths = st.integers(0, 20).map(lambda number: number / 10)


def periods(frequency: str, part: slice = slice(None)) -> st.SearchStrategy[str]:
    """Mostly those of the indicator's rhythm, mostly of a part of its time; now and then one of another kind."""
    usual, any_time = st.sampled_from(PERIODS[frequency][part]), st.sampled_from(PERIODS[frequency])
    other_kind = st.sampled_from(["2024-2025", "2025-Q4", "2026"])
    return st.sampled_from([usual] * 16 + [any_time] * 3 + [other_kind]).flatmap(lambda chosen: chosen)


@st.composite
def indicators(draw: st.DrawFn) -> Row:
    limits = sorted([draw(tenths), draw(tenths)])
    has_lower, has_upper = draw(st.booleans()), draw(st.booleans())
    return {
        "indicator_id": "i",
        "polarity": draw(st.sampled_from(["higher", "lower", "higher", "lower", "maintain", "between"])),
        "lower_limit": limits[0] if has_lower else None,
        "upper_limit": limits[1] if has_upper else None,
        "minimum_change": draw(st.sampled_from([0.0, 0.1, 0.5, 1.0])),
        "frequency": draw(st.sampled_from([*PERIODS, "annual", "annual"])),
        "lag_months": draw(st.sampled_from([None, 0, 1, 1, 6, 18])),
        "valid_from": draw(st.sampled_from([None, "2020-04-01", "2026-01-01"])),
    }


@st.composite
def targets(draw: st.DrawFn, frequency: str, area: str) -> list[Row]:
    kinds = ["baseline", "target", *draw(st.lists(st.sampled_from(["milestone", "target", "baseline"]), max_size=3))]
    rows: list[Row] = []
    for number, kind in enumerate(kinds):
        days = st.sampled_from(["2021-06-01", "2021-06-01", "2021-06-01", "2022-02-02", "2024-03-03"])
        earlier = [None] * 6 + [*(row["target_id"] for row in rows)]
        rows.append(
            {
                "target_id": f"{area}{number}",
                "indicator_id": "i",
                "area_id": area,
                "kind": kind,
                "period": draw(periods(frequency, PARTS[kind])),
                "value": draw(tenths),
                "agreed_on": draw(days),
                "supersedes": draw(st.sampled_from(earlier)),
            }
        )
    return [row for row in rows if not draw(rarely)]


@st.composite
def outcomes(draw: st.DrawFn, frequency: str, area: str) -> list[Row]:
    named = draw(st.lists(periods(frequency, slice(4, -1)), unique=True, min_size=0 if draw(rarely) else 2, max_size=4))
    return [
        {"indicator_id": "i", "area_id": area, "period": period, "breakdown": breakdown, **draw(figures())}
        for period in named
        for breakdown in draw(st.sampled_from([["all"], ["all"], ["all"], ["all", "girls"], ["girls"]]))
    ]


@st.composite
def figures(draw: st.DrawFn) -> Row:
    """A value with or without ends of its interval, or a marker; flags of any kind."""
    flags = draw(st.sampled_from([None, None, None, None, None, "r", "e er", "er u", "p", "p", "f", "b"]))
    if draw(rarely):
        return {"marker": draw(st.sampled_from("cxzw")), "flags": flags}
    value = draw(tenths)
    low, high = draw(st.sampled_from([(0, 0), (1, 1), (1, 1), (1, 0), (0, 1)]))
    return {
        "value": value,
        "lower_ci": float(Fraction(str(value)) - Fraction(str(draw(lengths)))) if low else None,
        "upper_ci": float(Fraction(str(value)) + Fraction(str(draw(lengths)))) if high else None,
        "flags": flags,
    }


@st.composite
def places(draw: st.DrawFn) -> Place:
    """One indicator in three areas, on a day."""
    indicator = draw(indicators())
    frequency = indicator["frequency"]
    return {
        "releases": [{"as_of": draw(st.sampled_from(["2025-03-31", "2026-06-29", "2026-06-30"]))}],
        "indicators": [indicator],
        "targets": [row for area in AREAS for row in draw(targets(frequency, area))],
        "outcomes": [row for area in AREAS for row in draw(outcomes(frequency, area))],
    }
