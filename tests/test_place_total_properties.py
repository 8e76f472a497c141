"""Totals from any budgets, payments and contributions: every line once, every penny visible once, every transfer told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from derivations import derived_from, rows_of
from hypothesis import given
from hypothesis import strategies as st

Row = dict[str, Any]

PHASES = ("proposed", "approved", "revised", "actual")
YEARS = ("2023-2024", "2024-2025")
PLACE = {
    "agencies": [
        {"agency_id": "council", "org_id": "GB-LAE-1"},
        {"agency_id": "nhs", "org_id": "GB-NHS-1"},
        {"agency_id": "charity"},
    ],
    "providers": [
        {"provider_id": "trust", "agency_id": "nhs"},
        {"provider_id": "works", "agency_id": "council"},
        {"provider_id": "clinic", "org_id": "GB-NHS-1", "is_sme": 0, "is_local": 1},
        {"provider_id": "shop", "org_id": "GB-CHC-1", "agency_id": "charity", "is_sme": 1},
        {"provider_id": "firm"},
    ],
    "programmes": [{"programme_id": "g", "theme_id": "t"}],
    "projects": [{"project_id": "p", "programme_id": "g", "tier": "early"}],
    "services": [{"service_id": "s", "function": "10.4", "tier": "acute", "project_id": "p"}],
}


def _one_of(*values: str | None) -> st.SearchStrategy[str | None]:
    return st.sampled_from(values)


AGENCY = _one_of("council", "nhs", "charity")
PENCE = st.integers(-(10**13), 10**13)
BUDGETS = st.lists(
    st.fixed_dictionaries(
        {
            "budget_id": _one_of("a", "b", "c"),
            "phase": _one_of(*PHASES),
            "agency_id": AGENCY,
            "fy": _one_of(*YEARS),
            "function": _one_of("10.4", "07"),
            "tier": _one_of("early", "acute"),
            "area_id": _one_of(None, "X05000001"),
            "project_id": _one_of(None, "p"),
            "amount_pence": PENCE,
        }
    ),
    unique_by=lambda row: (row["budget_id"], row["phase"], row["agency_id"], row["fy"]),
    max_size=8,
)
PAYMENTS = st.lists(
    st.fixed_dictionaries(
        {
            "agency_id": AGENCY,
            "payment_date": _one_of("2023-04-01", "2024-03-31", "2024-04-01", "2025-03-31"),
            "provider_id": _one_of(None, "trust", "works", "clinic", "shop", "firm"),
            "provider_org_id": _one_of(None, "GB-LAE-1", "GB-NHS-1", "GB-CHC-1", "GB-COH-1"),
            "function": _one_of(None, "10.4"),
            "service_id": _one_of(None, "s"),
            "project_id": _one_of(None, "p"),
            "area_id": _one_of(None, "X05000001"),
            "amount_pence": PENCE,
        }
    ),
    max_size=8,
)
CONTRIBUTIONS = st.lists(
    st.fixed_dictionaries(
        {
            "contribution_id": _one_of("a", "b", "c"),
            "phase": _one_of(*PHASES),
            "agency_id": AGENCY,
            "programme_id": _one_of("g", "h"),
            "fy": _one_of(*YEARS),
            "arrangement": _one_of("pooled", "aligned"),
            "stream_id": _one_of(None, "s"),
            "amount_pence": PENCE,
        }
    ),
    unique_by=lambda row: (row["contribution_id"], row["phase"]),
    max_size=8,
)


@given(budgets=BUDGETS, payments=PAYMENTS)
def test_every_budget_line_counts_once_in_its_furthest_phase(budgets: list[Row], payments: list[Row]) -> None:
    furthest: dict[Any, Row] = {}
    for line in sorted(budgets, key=lambda row: PHASES.index(row["phase"])):
        furthest[line["agency_id"], line["budget_id"], line["fy"]] = line | {"source": line["phase"]}
    keys = ("agency_id", "fy", "function", "tier", "area_id", "source")
    totals = _derived({"budgets": budgets, "spend": payments}, "place_total")
    assert _sums(totals, *keys) == _sums(furthest.values(), *keys)


@given(budgets=BUDGETS, payments=PAYMENTS)
def test_every_penny_of_the_payments_is_visible_once(budgets: list[Row], payments: list[Row]) -> None:
    totals = _derived({"budgets": budgets, "spend": payments}, "place_total")
    visible = [row | {"amount_pence": row["visible_pence"]} for row in totals]
    assert _sums(visible, "agency_id", "fy", "area_id") == _sums(_by_year(payments), "agency_id", "fy", "area_id")
    assert all(row["source"] or row["amount_pence"] is None for row in totals)


@given(budgets=BUDGETS, payments=PAYMENTS)
def test_transfers_are_the_payments_that_are_marked_as_transfers(budgets: list[Row], payments: list[Row]) -> None:
    rows = {"budgets": budgets, "spend": payments}
    marked = [
        row | {"payment_date": f"{row['month']}-01"} for row in _derived(rows, "place_spend") if row["is_transfer"]
    ]
    told = [row | {"agency_id": row["from_agency_id"]} for row in _derived(rows, "transfers")]
    assert _sums(told, "agency_id", "fy") == _sums(_by_year(marked), "agency_id", "fy")
    assert all(row["from_agency_id"] != row["to_agency_id"] for row in told)


@given(payments=PAYMENTS)
def test_every_penny_has_one_kind_of_payee_and_transfers_agree(payments: list[Row]) -> None:
    kinds = _derived({"spend": payments}, "supplier_spend")
    assert _sums(kinds, "agency_id", "fy") == _sums(_by_year(payments), "agency_id", "fy")
    assert sum(row["payments"] for row in kinds) == len(payments)
    told = [row | {"agency_id": row["from_agency_id"]} for row in _derived({"spend": payments}, "transfers")]
    assert _sums((row for row in kinds if row["is_transfer"]), "agency_id", "fy") == _sums(told, "agency_id", "fy")


@given(budgets=BUDGETS, payments=PAYMENTS)
def test_only_what_both_agencies_budget_for_is_taken_out(budgets: list[Row], payments: list[Row]) -> None:
    published = {(row["agency_id"], row["fy"]) for row in budgets}
    for row in _derived({"budgets": budgets, "spend": payments}, "transfers"):
        both = {(row["from_agency_id"], row["fy"]), (row["to_agency_id"], row["fy"])}
        assert bool(row["is_taken_out"]) == (both <= published)


@given(contributions=CONTRIBUTIONS)
def test_every_contribution_is_in_its_pot_once_in_each_phase_and_once_as_the_latest(contributions: list[Row]) -> None:
    pots = _derived({"contributions": contributions}, "pots")
    keys = ("programme_id", "fy", "phase", "arrangement", "stream_id", "agency_id")
    assert _sums(pots, *keys) == _sums(contributions, *keys)
    furthest: dict[Any, Row] = {}
    for row in sorted(contributions, key=lambda row: PHASES.index(row["phase"])):
        furthest[row["contribution_id"], row["fy"]] = row
    assert _sums((row for row in pots if row["is_latest"]), *keys) == _sums(furthest.values(), *keys)


def _derived(rows: dict[str, Sequence[Row]], name: str) -> list[Row]:
    with derived_from(PLACE | rows, until=name) as connection:
        return rows_of(connection, name)


def _by_year(payments: Iterable[Row]) -> list[Row]:
    return [row | {"fy": YEARS[row["payment_date"] >= "2024-04"]} for row in payments]


def _sums(rows: Iterable[Row], *columns: str) -> dict[Any, int]:
    sums: Counter[Any] = Counter()
    for row in rows:
        sums[tuple(row[column] for column in columns)] += row["amount_pence"] or 0
    return {key: pence for key, pence in sums.items() if pence}
