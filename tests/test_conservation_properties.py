"""Pence are neither made nor lost, however payments are written down, taken back or split, and whatever shares are in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from derivations import derived_from, rows_of
from hypothesis import given, settings
from hypothesis import strategies as st
from settlements import NO_DEADLINE, Row, derived
from test_place_spend_properties import ALLOCATIONS, PAYMENTS, PLACE

FEWER = settings(deadline=None, max_examples=50)

PAYEES = st.fixed_dictionaries(
    {
        "provider_id": st.sampled_from([None, "firm"]),
        "provider_org_id": st.sampled_from([None, "GB-COH-1"]),
        "provider_name": st.sampled_from([None, "Firm", "FIRM"]),
        "redaction": st.sampled_from([None, "personal", "commercial"]),
        "is_grant": st.sampled_from([None, 0, 1]),
    }
)


# How payments are written down


@FEWER
@given(payments=PAYMENTS, allocations=ALLOCATIONS, cut=st.integers(-500, 500))
def test_a_payment_on_two_lines_is_shared_out_like_one(payments: list[Row], allocations: list[Row], cut: int) -> None:
    """Sums are shared out and not lines: an agency that splits a bill moves no penny from ward to ward."""
    split = [row | {"amount_pence": part} for row in payments for part in (cut, row["amount_pence"] - cut)]
    assert _placed(split, allocations) == _placed(payments, allocations)


@FEWER
@given(payments=PAYMENTS, allocations=ALLOCATIONS)
def test_payments_that_are_all_taken_back_leave_no_penny_anywhere(payments: list[Row], allocations: list[Row]) -> None:
    back = [row | {"amount_pence": -row["amount_pence"]} for row in payments]
    assert not any(row["amount_pence"] for row in _all_placed([*payments, *back], allocations))


@FEWER
@given(payments=PAYMENTS, allocations=ALLOCATIONS)
def test_credits_are_shared_out_like_payments_with_the_sign_turned(payments: list[Row], allocations: list[Row]) -> None:
    turned = [row | {"amount_pence": -row["amount_pence"]} for row in payments]
    assert _placed(turned, allocations) == {key: -pence for key, pence in _placed(payments, allocations).items()}


@FEWER
@given(payments=PAYMENTS, others=PAYMENTS, allocations=ALLOCATIONS)
def test_payments_of_another_agency_change_nothing_for_the_first(
    payments: list[Row], others: list[Row], allocations: list[Row]
) -> None:
    own = [row | {"agency_id": "council"} for row in payments]
    beside = [row | {"agency_id": "nhs"} for row in others]
    together = {key: pence for key, pence in _placed([*own, *beside], allocations).items() if "council" in key}
    assert together == _placed(own, allocations)


@FEWER
@given(payments=st.lists(st.tuples(PAYEES, st.sampled_from(["2024-03-31", "2024-04-01"]), st.integers(-9, 9))))
def test_every_line_counts_once_for_its_payee_as_paid_out_as_credit_or_as_nought(
    payments: list[tuple[Row, str, int]],
) -> None:
    lines = [
        {"agency_id": "council", "payment_date": day, "amount_pence": pence} | payee for payee, day, pence in payments
    ]
    found = _of({"spend": lines}, "payee_spend")
    assert sum(row["payments"] for row in found) == len(lines)
    assert sum(row["paid"] for row in found) == sum(pence > 0 for *_, pence in payments)
    assert sum(row["credits"] for row in found) == sum(pence < 0 for *_, pence in payments)
    assert sum(row["credits_pence"] for row in found) == sum(pence for *_, pence in payments if pence < 0)
    keys = ("month", "provider_id", "provider_org_id", "provider_name", "redaction", "is_grant")
    assert _sums(found, *keys) == _sums((row | {"month": row["payment_date"][:7]} for row in lines), *keys)


# Which shares of savings are in force

DAYS = ["2024-03-31", "2024-04-01", "2025-03-31", "2025-04-01"]
YEARS = ["2023-2024", "2024-2025"]
AGENCIES = st.sampled_from(["council", "department", "nhs"])
SHARES = st.lists(
    st.fixed_dictionaries(
        {
            "programme_id": st.sampled_from(["g", "g", "h"]),
            "agency_id": AGENCIES,
            "valid_from": st.sampled_from(DAYS),
            "valid_to": st.sampled_from([None, *DAYS]),
            "share_bps": st.sampled_from([5000, 10000, 3333, 6667]),
        }
    ),
    max_size=6,
)
SAVINGS = st.lists(
    st.fixed_dictionaries(
        {
            "project_id": st.sampled_from(["p", "p", "q", None]),
            "agency_id": AGENCIES,
            "fy": st.sampled_from(YEARS),
            "price_year": st.sampled_from(YEARS),
            "amount_pence": st.integers(-(10**12), 10**12),
            "is_cashable": st.sampled_from([1, 1, 0]),
            "phase": st.sampled_from(["verified", "verified", "claimed", "planned"]),
        }
    ),
    max_size=6,
)
INDEXES = st.dictionaries(st.sampled_from(YEARS), st.sampled_from([97.5, 100.0, 103.1]))


@settings(deadline=None, max_examples=300)
@given(shares=SHARES, savings=SAVINGS, indexes=INDEXES)
def test_whatever_shares_are_in_force_all_is_given_out_to_the_penny_or_nothing_is_and_the_reason_is_said(
    shares: list[Row], savings: list[Row], indexes: dict[str, float]
) -> None:
    for (programme, fy), rows in _settlements(shares, savings, indexes).items():
        in_force = [row["share_bps"] for row in shares if row["programme_id"] == programme and _holds(row, fy)]
        if sum(in_force) == 10000 and not any(row["booked_pence"] is None for row in rows):
            assert sum(row["due_pence"] for row in rows) == 0
            assert sum(row["entitled_pence"] for row in rows) == sum(row["booked_pence"] for row in rows)
        else:
            assert {row["due_pence"] for row in rows} == {None}
            assert all(row["reason"] for row in rows)


@NO_DEADLINE
@given(shares=SHARES, savings=SAVINGS)
def test_only_verified_savings_that_free_money_are_booked_each_once(shares: list[Row], savings: list[Row]) -> None:
    programme_of = {"p": "g", "q": "h"}
    counted = [
        row | {"programme_id": programme_of[row["project_id"]]}
        for row in savings
        if row["phase"] == "verified" and row["is_cashable"] and row["project_id"]
    ]
    booked = [
        row | {"amount_pence": row["booked_pence"]}
        for rows in _settlements(shares, [row | {"price_year": row["fy"]} for row in savings], {}).values()
        for row in rows
    ]
    keys = ("programme_id", "fy", "agency_id")
    assert _sums(booked, *keys) == _sums(counted, *keys)


@pytest.mark.parametrize("whole", [9999, 10001])
def test_shares_a_hair_off_the_whole_give_out_nothing(whole: int) -> None:
    share = {"programme_id": "g", "valid_from": "2024-04-01", "valid_to": None}
    shares = [
        share | {"agency_id": "council", "share_bps": 5000},
        share | {"agency_id": "nhs", "share_bps": whole - 5000},
    ]
    saving = {"project_id": "p", "agency_id": "council", "fy": "2024-2025", "price_year": "2024-2025"}
    saving |= {"amount_pence": 100, "is_cashable": 1, "phase": "verified"}
    (rows,) = _settlements(shares, [saving], {}).values()
    assert [row["due_pence"] for row in rows] == [None, None]


def _holds(share: Row, fy: str) -> bool:
    last_day = f"{fy[5:]}-03-31"
    return bool(share["valid_from"] <= last_day <= (share["valid_to"] or "9999-12-31"))


def _settlements(
    shares: Sequence[Row], savings: Sequence[Row], indexes: dict[str, float]
) -> dict[tuple[str, str], list[Row]]:
    trial = {"method": "trial", "sample": 5, "population": 9, "horizon_years": 1}
    rows = {
        "projects": [{"project_id": "p", "programme_id": "g"}, {"project_id": "q", "programme_id": "h"}],
        "deflators": [{"fy": fy, "index": index} for fy, index in indexes.items()],
        "benefit_shares": shares,
        "savings": [{"saving_id": f"s{number}"} | trial | row for number, row in enumerate(savings)],
    }
    found: dict[tuple[str, str], list[Row]] = {}
    for row in derived(rows, "savings_claims", "benefit_settlement"):
        found.setdefault((row["programme_id"], row["fy"]), []).append(row)
    return found


def _placed(payments: Sequence[Row], allocations: Sequence[Row]) -> dict[Any, int]:
    columns = ("agency_id", "month", "department", "expense_type", "service_id")
    return _sums(_all_placed(payments, allocations), *columns, "project_id", "area_id", "project_basis", "area_basis")


def _all_placed(payments: Sequence[Row], allocations: Sequence[Row]) -> list[Row]:
    return _of(PLACE | {"spend": payments, "allocations": allocations}, "place_spend")


def _of(rows: dict[str, Sequence[Row]], name: str) -> list[Row]:
    with derived_from(rows, until=name) as connection:
        return rows_of(connection, name)


def _sums(rows: Iterable[Row], *columns: str) -> dict[Any, int]:
    sums: Counter[Any] = Counter()
    for row in rows:
        sums[tuple(row[column] for column in columns)] += row["amount_pence"]
    return {key: pence for key, pence in sums.items() if pence}
