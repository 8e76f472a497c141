"""Sharing out payments, held against any payments and any allocations: every penny once, and everybody's part exact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from derivations import derived_from, rows_of
from hypothesis import given
from hypothesis import strategies as st

Row = dict[str, Any]
Pence = dict[Any, int]

AREAS = [
    {"area_id": "X07000001", "area_type": "district", "population": 9000},
    {"area_id": "X13000001", "area_type": "locality", "parent_id": "X07000001"},
    {"area_id": "X05000001", "area_type": "ward", "parent_id": "X13000001", "population": 1100},
    {"area_id": "X05000002", "area_type": "ward", "parent_id": "X13000001", "population": 2300},
    {
        "area_id": "X05000003",
        "area_type": "ward",
        "parent_id": "X07000001",
        "population": 777,
        "valid_to": "2024-05-10",
    },
    {"area_id": "X05000004", "area_type": "ward", "parent_id": "X07000001"},
    {"area_id": "X05000009", "area_type": "ward", "population": 50},
]
WARDS = {row["area_id"]: row for row in AREAS if row["area_type"] == "ward"}
PLACE = {
    "agencies": [{"agency_id": "council"}, {"agency_id": "nhs"}],
    "areas": [{"name": row["area_id"]} | row for row in AREAS],
    "programmes": [{"programme_id": "g", "theme_id": "t"}],
    "projects": [{"project_id": project, "programme_id": "g"} for project in "pqr"],
}
DATES = ["2024-04-30", "2024-05-01", "2024-05-10", "2024-05-11", "2024-05-31", "2024-06-01"]


def _one_of(*values: str | None) -> st.SearchStrategy[str | None]:
    return st.sampled_from(values)


SELECTION = {
    "agency_id": _one_of("council", "nhs"),
    "department": _one_of(None, "Homes", "Roads"),
    "expense_type": _one_of(None, "Rent"),
    "service_id": _one_of(None, "s"),
}
AREA = _one_of(None, *(row["area_id"] for row in AREAS))
PROJECT = _one_of(None, "p", "q", "r")
AMOUNTS = st.integers(-1000, 1000) | st.integers(-(10**15), 10**15)
PAYMENTS = st.lists(
    st.fixed_dictionaries(
        {
            **SELECTION,
            "payment_date": st.sampled_from(DATES),
            "amount_pence": AMOUNTS,
            "project_id": PROJECT,
            "area_id": AREA,
        }
    ),
    max_size=6,
)
SHARES = st.fixed_dictionaries(
    {
        **SELECTION,
        "dimension": _one_of("project", "area"),
        "project_id": PROJECT,
        "area_id": AREA,
        "share_bps": st.integers(0, 10000),
        "method": _one_of("population", "need"),
        "valid_from": st.sampled_from(DATES),
        "valid_to": _one_of(None, *DATES),
    }
)
ALLOCATIONS = st.lists(SHARES, max_size=8)


@given(payments=PAYMENTS, allocations=ALLOCATIONS)
def test_every_penny_is_there_once_whatever_the_allocations(payments: list[Row], allocations: list[Row]) -> None:
    """Even with shares over the whole, which the rules hold back."""
    kept = ("agency_id", "department", "expense_type", "service_id")
    placed = _placed(payments, allocations)
    assert _sums(placed, *kept, "month") == _sums([_with_month(payment) for payment in payments], *kept, "month")


@given(payments=PAYMENTS, allocations=ALLOCATIONS)
def test_what_payments_state_stays_as_stated(payments: list[Row], allocations: list[Row]) -> None:
    placed = _placed(payments, allocations)
    for dimension in ("project", "area"):
        column, basis = f"{dimension}_id", f"{dimension}_basis"
        stated = _sums((row for row in placed if row[basis] == "stated"), "agency_id", column)
        assert stated == _sums((row for row in payments if row[column] is not None), "agency_id", column)
        assert all((row[column] is None) == (row[basis] == "not_allocated") for row in placed)


@given(
    payments=PAYMENTS,
    allocations=ALLOCATIONS.map(lambda rows: [row | {"share_bps": row["share_bps"] // 8} for row in rows]),
)
def test_everybody_gets_the_part_that_is_worked_out_one_sum_at_a_time(
    payments: list[Row], allocations: list[Row]
) -> None:
    columns = ("agency_id", "department", "expense_type", "service_id", "month", "project_id", "area_id")
    expected: Counter[Any] = Counter()
    for sum_of_payments in _sums_shared_together(payments, allocations):
        for (project, area), pence in _shared_out(sum_of_payments, allocations).items():
            row = sum_of_payments | {"project_id": project, "area_id": area}
            expected[tuple(row[column] for column in columns)] += pence
    assert _sums(_placed(payments, allocations), *columns) == _without_noughts(expected)


@given(payments=PAYMENTS, allocations=ALLOCATIONS)
def test_years_hold_every_penny_of_their_months(payments: list[Row], allocations: list[Row]) -> None:
    columns = ("fy", "agency_id", "department", "project_id", "area_id", "project_basis", "area_basis", "is_transfer")
    rows = PLACE | {"spend": payments, "allocations": allocations}
    with derived_from(rows, until="yearly_spend") as connection:
        months, years = rows_of(connection, "place_spend"), rows_of(connection, "yearly_spend")
    assert _sums(years, *columns) == _sums([row | {"fy": _financial_year(row["month"])} for row in months], *columns)


def _financial_year(month: str) -> str:
    """The year from April that a month such as 2024-05 lies in."""
    year = int(month[:4]) - (month[5:] < "04")
    return f"{year}-{year + 1}"


def _placed(payments: Sequence[Row], allocations: Sequence[Row]) -> list[Row]:
    with derived_from(PLACE | {"spend": payments, "allocations": allocations}, until="place_spend") as connection:
        return rows_of(connection, "place_spend")


def _sums(rows: Iterable[Row], *columns: str) -> Pence:
    sums: Counter[Any] = Counter()
    for row in rows:
        sums[tuple(row[column] for column in columns)] += row["amount_pence"]
    return _without_noughts(sums)


def _without_noughts(sums: Pence) -> Pence:
    return {key: pence for key, pence in sums.items() if pence}


def _with_month(payment: Row) -> Row:
    return payment | {"month": payment["payment_date"][:7]}


def _sums_shared_together(payments: Sequence[Row], allocations: Sequence[Row]) -> list[Row]:
    """Payments added up by all that is known of them and by month, apart where another set of shares or wards applies."""
    sums: Counter[Any] = Counter()
    for payment in payments:
        valid = tuple(number for number, row in enumerate(allocations) if _is_valid(row, payment["payment_date"]))
        wards = payment["payment_date"] <= "2024-05-10"
        known = {
            key: value for key, value in _with_month(payment).items() if key not in {"payment_date", "amount_pence"}
        }
        sums[(*sorted(known.items(), key=str), ("valid", valid), ("wards", wards))] += payment["amount_pence"]
    return [dict(known) | {"amount_pence": pence} for known, pence in sums.items()]


def _is_valid(row: Row, day: str) -> bool:
    return bool(row["valid_from"] <= day <= (row["valid_to"] or "9999-12-31"))


def _shared_out(payment: Row, allocations: Sequence[Row]) -> Pence:
    """Pence by project and area of one sum of payments."""
    shared: Counter[Any] = Counter()
    sign = -1 if payment["amount_pence"] < 0 else 1
    for project, part in _by_shares(payment, allocations, "project", abs(payment["amount_pence"])).items():
        for area, pence in _by_shares(payment, allocations, "area", part).items():
            for ward, last in _over_wards(area, pence, is_early=payment["wards"]).items():
                shared[project, ward] += sign * last
    return shared


def _by_shares(payment: Row, allocations: Sequence[Row], dimension: str, pence: int) -> Pence:
    """Pence by target: a code, or a pair of an area and True where it is to be spread over wards."""
    column = f"{dimension}_id"
    if payment[column] is not None:
        return {payment[column]: pence}
    selectors = ("service_id", "department", "expense_type")
    applying = [
        row
        for number, row in enumerate(allocations)
        if number in payment["valid"]
        and row["dimension"] == dimension
        and row["agency_id"] == payment["agency_id"]
        and all(row[selector] in {None, payment[selector]} for selector in selectors)
    ]
    closest = max(([row[selector] is not None for selector in selectors] for row in applying), default=None)
    weights: Counter[Any] = Counter()
    for row in applying:
        if [row[selector] is not None for selector in selectors] == closest:
            is_spread = dimension == "area" and row["method"] == "population"
            weights[(row[column], True) if is_spread else row[column]] += row["share_bps"]
    weights[None] += 10000 - sum(weights.values())
    return _largest_remainder(pence, weights)


def _over_wards(area: Any, pence: int, *, is_early: bool) -> Pence:
    if not isinstance(area, tuple):
        return {area: pence}
    inside = {
        ward: row["population"]
        for ward, row in WARDS.items()
        if row.get("population") and (is_early or "valid_to" not in row) and _is_inside(ward, area[0])
    }
    return _largest_remainder(pence, inside) if inside else {area[0]: pence}


def _is_inside(ward: str, area: str | None) -> bool:
    parents = {row["area_id"]: row.get("parent_id") for row in AREAS}
    here: str | None = ward
    while here not in {area, None}:
        here = parents[here]
    return here == area or area is None


def _largest_remainder(pence: int, weights: Pence) -> Pence:
    whole = sum(weights.values())
    exact = {key: Fraction(pence * weight, whole) for key, weight in weights.items()}
    parts = {key: int(part) for key, part in exact.items()}
    first = sorted(exact, key=lambda key: (parts[key] - exact[key], *_in_order(key)))
    for key in first[: pence - sum(parts.values())]:
        parts[key] += 1
    return parts


def _in_order(key: Any) -> tuple[bool, str, bool]:
    """By code, with what is to be spread after its own area, and what is left open last."""
    code, is_spread = key if isinstance(key, tuple) else (key, False)
    return key is None, code or "", is_spread
