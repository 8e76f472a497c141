"""Settlements held against any shares, claims, targets and cases: no penny is made or lost, and no cap is passed."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from derivations import Rows, fill, rows_of, standard
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.database import create_table, listed, quoted, stored_columns

Row = dict[str, Any]

AGENCIES = ["council", "department", "nhs", "police"]
PENCE = st.integers(-1000, 1000) | st.integers(-(10**15), 10**15)
NO_DEADLINE = settings(deadline=None)
"""Each example makes a database; how long that takes says nothing."""


def _derived(rows: Rows, *names: str) -> list[Row]:
    """The rows of the last of these derived tables, worked out in this order and without any other."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.row_factory = sqlite3.Row
        for dataset in standard().datasets.values():
            if dataset.name in TABLES:
                create_table(connection, dataset, constraints=False)
        fill(connection, rows)
        for name in names:
            create_table(connection, standard().derived[name], constraints=True)
            columns = listed(stored_columns(standard().derived[name]))
            connection.execute(f"INSERT INTO {quoted(name)} ({columns}) {standard().derivations[name]}")
        return rows_of(connection, names[-1])


TABLES = {
    *("releases", "projects", "services", "budgets", "deflators", "savings", "benefit_shares"),
    *("reward_rates", "reward_claims", "agreements", "targets", "indicators", "outcomes"),
    *("business_cases", "case_costs", "case_benefits", "unit_costs", "optimism_bias"),
}


# How verified savings are shared


@st.composite
def _whole(draw: st.DrawFn) -> dict[str, int]:
    """Shares of some agencies that are the whole, some of them perhaps nothing."""
    agencies = draw(st.lists(st.sampled_from(AGENCIES), min_size=1, unique=True))
    cuts = sorted(draw(st.lists(st.integers(0, 10000), min_size=len(agencies) - 1, max_size=len(agencies) - 1)))
    ends = [0, *cuts, 10000]
    return {agency: end - start for agency, start, end in zip(agencies, ends, ends[1:], strict=True)}


SAVINGS = st.lists(st.tuples(st.sampled_from(AGENCIES), PENCE), min_size=1, max_size=6)


def _settlement(shares: dict[str, int], savings: Sequence[tuple[str, int]]) -> dict[str, Row]:
    rows = {
        "projects": [{"project_id": "p", "programme_id": "g"}],
        "benefit_shares": [
            {"programme_id": "g", "agency_id": agency, "valid_from": "2024-04-01", "share_bps": share}
            for agency, share in shares.items()
        ],
        "savings": [
            {
                **{"saving_id": f"s{number}", "phase": "verified", "project_id": "p", "agency_id": agency},
                **{"fy": "2025-2026", "price_year": "2025-2026", "amount_pence": pence, "is_cashable": 1},
                **{"method": "trial", "sample": 5, "population": 9, "horizon_years": 1},
            }
            for number, (agency, pence) in enumerate(savings)
        ],
    }
    return {row["agency_id"]: row for row in _derived(rows, "savings_claims", "benefit_settlement")}


@NO_DEADLINE
@given(shares=_whole(), savings=SAVINGS)
def test_what_is_booked_is_given_out_again_to_the_penny_and_what_is_due_sums_to_nothing(
    shares: dict[str, int], savings: list[tuple[str, int]]
) -> None:
    settled = _settlement(shares, savings)
    booked: Counter[str] = Counter()
    for agency, pence in savings:
        booked[agency] += pence
    assert {agency: row["booked_pence"] for agency, row in settled.items() if row["booked_pence"]} == {
        agency: pence for agency, pence in booked.items() if pence
    }
    assert sum(row["entitled_pence"] for row in settled.values()) == sum(pence for _, pence in savings)
    assert sum(row["due_pence"] for row in settled.values()) == 0


@NO_DEADLINE
@given(shares=_whole(), savings=SAVINGS)
def test_every_part_is_the_exact_share_less_than_a_penny_away(
    shares: dict[str, int], savings: list[tuple[str, int]]
) -> None:
    total = sum(pence for _, pence in savings)
    for agency, row in _settlement(shares, savings).items():
        exact = Fraction(total * shares.get(agency, 0), 10000)
        assert abs(row["entitled_pence"] - exact) < 1
        assert row["due_pence"] == row["entitled_pence"] - row["booked_pence"]


@NO_DEADLINE
@given(shares=_whole(), savings=SAVINGS)
def test_savings_turned_into_losses_turn_every_sign_and_nothing_else(
    shares: dict[str, int], savings: list[tuple[str, int]]
) -> None:
    settled = _settlement(shares, savings)
    turned = _settlement(shares, [(agency, -pence) for agency, pence in savings])
    assert {agency: -row["due_pence"] for agency, row in settled.items()} == {
        agency: row["due_pence"] for agency, row in turned.items()
    }


# What payment by results comes to

RESULTS = ["home", "school", "work"]
RATES = st.fixed_dictionaries({result: st.integers(0, 300_000) for result in RESULTS})
CAP = st.none() | st.integers(0, 400_000)
CLAIMS = st.lists(
    st.fixed_dictionaries(
        {
            "agency_id": st.sampled_from(["council", "police"]),
            "fy": st.sampled_from(["2023-2024", "2024-2025", "2025-2026"]),
            "kind": st.sampled_from(["attachment", "result"]),
            "result": st.sampled_from(RESULTS),
            "units": st.integers(10, 60),
            "amount_pence": st.integers(0, 10**7),
            "status": st.sampled_from(["claimed", "verified", "paid", "refused"]),
        }
    ),
    max_size=10,
)


def _rewards(rates: dict[str, int], cap: int | None, claims: Sequence[Row]) -> list[Row]:
    scheme = {"scheme_id": "s", "attached_fy": "2023-2024"}
    paid_by = {**scheme, "programme_id": "g", "payer_agency_id": "department"}
    rows = {
        "reward_rates": [
            {**paid_by, "kind": "attachment", "result": "all", "amount_pence": 1000},
            *(
                {**paid_by, "kind": "result", "result": result, "amount_pence": rate, "cap_pence": cap}
                for result, rate in rates.items()
            ),
        ],
        "reward_claims": [
            {**scheme, "claim_id": f"c{number:02}", **claim}
            | ({"result": "all"} if claim["kind"] == "attachment" else {})
            for number, claim in enumerate(claims)
        ],
    }
    return _derived(rows, "reward_settlement")


@NO_DEADLINE
@given(rates=RATES, cap=CAP, claims=CLAIMS)
def test_rewards_never_exceed_the_cap_the_rates_or_what_was_attached(
    rates: dict[str, int], cap: int | None, claims: list[Row]
) -> None:
    earned: defaultdict[str, int] = defaultdict(int)
    attached = {}
    for row in _rewards(rates, cap, claims):
        assert 0 <= row["checked_pence"] <= row["due_pence"] <= row["payable_units"] * row["rate_pence"]
        assert row["payable_units"] <= row["units"]
        attached[row["agency_id"]] = row["attached_units"]
        if row["kind"] == "result":
            assert row["payable_units"] <= row["attached_units"]
            earned[row["agency_id"]] += row["due_pence"]
    if cap is not None:
        assert all(pence <= cap * attached[agency] for agency, pence in earned.items())


@NO_DEADLINE
@given(rates=RATES, cap=CAP, claims=CLAIMS)
def test_every_claim_is_counted_once_as_claimed_or_as_refused(
    rates: dict[str, int], cap: int | None, claims: list[Row]
) -> None:
    settled = _rewards(rates, cap, claims)
    assert sum(row["claimed_pence"] + row["refused_pence"] for row in settled) == sum(
        claim["amount_pence"] for claim in claims
    )
    assert sum(row["units"] for row in settled) == sum(
        claim["units"] for claim in claims if claim["status"] != "refused"
    )


@NO_DEADLINE
@given(rates=RATES, cap=CAP, claims=CLAIMS, units=st.integers(10, 60), result=st.sampled_from(RESULTS))
def test_a_later_claim_takes_nothing_from_what_was_due_before(
    rates: dict[str, int], cap: int | None, claims: list[Row], units: int, result: str
) -> None:
    later = {"agency_id": "council", "fy": "2026-2027", "kind": "result", "result": result, "units": units}
    before = _rewards(rates, cap, claims)
    after = {
        _key(row): row for row in _rewards(rates, cap, [*claims, {**later, "amount_pence": 0, "status": "verified"}])
    }
    for row in before:
        changed = after[_key(row)]["due_pence"] - row["due_pence"]
        assert changed == 0 or (changed > 0 and _key(row) == ("council", "result", result))


def _key(row: Row) -> tuple[str, str, str]:
    return row["agency_id"], row["kind"], row["result"]


# What targets of agreements have earned

FIGURES = st.decimals(min_value=0, max_value=5000, places=2)
REWARDS = st.integers(1, 10**10)


def _earned(target: Decimal, expected: Decimal, value: Decimal, rest: Row) -> Row:
    place = {"indicator_id": "i", "area_id": "a", "period": "2025-2026"}
    rows = {
        "indicators": [{"indicator_id": "i", "polarity": rest["polarity"]}],
        "agreements": [{"agreement_id": "laa", "signed_on": "2023-06-30", "status": "agreed"}],
        "targets": [
            {
                **{**place, "target_id": "t", "kind": "target", "agreement_id": "laa", "agreed_on": "2023-06-14"},
                **{"value": float(target), "without_agreement": float(expected), "reward_pence": rest["reward_pence"]},
            }
        ],
        "outcomes": [{**place, "breakdown": "all", "value": float(value)}],
    }
    (row,) = _derived(rows, "agreement_settlement")
    return row


@NO_DEADLINE
@given(target=FIGURES, expected=FIGURES, value=FIGURES, reward=REWARDS)
def test_a_reward_is_the_exact_share_of_the_stretch_cut_off_to_a_penny(
    target: Decimal, expected: Decimal, value: Decimal, reward: int
) -> None:
    row = _earned(target, expected, value, {"polarity": "higher", "reward_pence": reward})
    if target <= expected:
        assert (row["verdict"], row["due_pence"], row["achieved_bps"]) == ("not_payable", 0, None)
        return
    share = (Fraction(value) - Fraction(expected)) / (Fraction(target) - Fraction(expected))
    assert row["due_pence"] == (0 if share < Fraction(60, 100) else floor(min(share, 1) * reward))
    assert row["verdict"] == ("payable" if share >= Fraction(60, 100) else "not_payable")
    assert row["achieved_bps"] == int(share * 10000)


@NO_DEADLINE
@given(target=FIGURES, expected=FIGURES, value=FIGURES, reward=REWARDS)
def test_an_indicator_turned_upside_down_earns_the_same(
    target: Decimal, expected: Decimal, value: Decimal, reward: int
) -> None:
    upright = _earned(target, expected, value, {"polarity": "higher", "reward_pence": reward})
    turned = _earned(5000 - target, 5000 - expected, 5000 - value, {"polarity": "lower", "reward_pence": reward})
    told = ("achieved_bps", "due_pence", "verdict", "reason")
    assert [upright[column] for column in told] == [turned[column] for column in told]


# What business cases come to

PARTS = ["affected_bps", "engagement_bps", "retention_bps", "impact_bps", "deadweight_bps", "drop_off_bps"]
BPS = st.integers(0, 10000)
COSTS = st.lists(
    st.tuples(st.sampled_from(AGENCIES), st.integers(0, 7), st.integers(0, 10**9)),
    max_size=4,
    unique_by=lambda cost: cost[:2],
)
BENEFITS = st.lists(
    st.fixed_dictionaries(
        {
            "agency_id": st.sampled_from(AGENCIES),
            "population": st.integers(0, 10**6),
            "lag_years": st.integers(0, 7),
            **dict.fromkeys(PARTS, BPS),
        }
    ),
    max_size=4,
)
CASES = st.fixed_dictionaries({"discount_bps": BPS, "years": st.integers(1, 6)})
UNIT_COST, COST_ADDED, BENEFIT_OFF = 12345, 500, 1500


def _case(case: Row, costs: Sequence[tuple[str, int, int]], benefits: Sequence[Row]) -> Rows:
    of_case = {"case_id": "c", "confidence": 3}
    return {
        "business_cases": [{"case_id": "c", "project_id": "p", "base_year": "2024-2025", **case}],
        "deflators": [{"fy": "2022-2023", "index": 80}, {"fy": "2024-2025", "index": 100}],
        "optimism_bias": [{"confidence": 3, "cost_bps": COST_ADDED, "benefit_bps": BENEFIT_OFF}],
        "unit_costs": [
            {"unit_cost_id": "u", "fiscal_pence": UNIT_COST, "cashable_bps": 5000, "price_year": "2022-2023"}
        ],
        "case_costs": [
            {**of_case, "agency_id": agency, "kind": "revenue", "year_no": year, "amount_pence": pence}
            for agency, year, pence in costs
        ],
        "case_benefits": [
            {**of_case, "unit_cost_id": "u", "benefit": f"b{number}", **benefit}
            for number, benefit in enumerate(benefits)
        ],
    }


def _exact(case: Row, costs: Sequence[tuple[str, int, int]], benefits: Sequence[Row]) -> tuple[Fraction, Fraction]:
    """Present values of cost and fiscal benefit, in fractions of a penny."""
    discount = 1 + Fraction(case["discount_bps"], 10000)
    cost = sum(
        (
            pence * (1 + Fraction(COST_ADDED, 10000)) / discount**year
            for _, year, pence in costs
            if year < case["years"]
        ),
        Fraction(),
    )
    worth = Fraction(UNIT_COST * 100, 80) * (1 - Fraction(BENEFIT_OFF, 10000))
    gained = Fraction()
    for benefit in benefits:
        parts = {part: Fraction(benefit[part], 10000) for part in PARTS}
        units = benefit["population"] * parts["affected_bps"] * parts["engagement_bps"] * parts["retention_bps"]
        units *= parts["impact_bps"] * (1 - parts["deadweight_bps"])
        for year in range(benefit["lag_years"], case["years"]):
            fading = (1 - parts["drop_off_bps"]) ** (year - benefit["lag_years"])
            gained += units * fading * worth / discount**year
    return cost, gained


@NO_DEADLINE
@given(case=CASES, costs=COSTS, benefits=BENEFITS)
def test_present_values_are_the_exact_ones_rounded_once(
    case: Row, costs: list[tuple[str, int, int]], benefits: list[Row]
) -> None:
    (found,) = _derived(_case(case, costs, benefits), "case_years", "case_results")
    cost, gained = _exact(case, costs, benefits)
    if found["cost_pence"] is None:
        assert cost == gained == 0
        return
    assert abs(found["cost_pence"] - cost) <= Fraction(51, 100)
    assert abs(found["fiscal_pence"] - gained) <= Fraction(51, 100)
    assert abs(found["npv_fiscal_pence"] - (gained - cost)) <= Fraction(51, 100)
    assert (found["bcr_fiscal"] is None) == (found["cost_pence"] == 0)


@NO_DEADLINE
@given(case=CASES, costs=COSTS, benefits=BENEFITS)
def test_the_agencies_of_a_case_add_up_to_the_case_but_for_rounding(
    case: Row, costs: list[tuple[str, int, int]], benefits: list[Row]
) -> None:
    rows = _case(case, costs, benefits)
    (found,) = _derived(rows, "case_years", "case_results")
    agencies = _derived(rows, "case_years", "case_agencies")
    for whole, part in (
        ("cost_pence", "pays_pence"),
        ("fiscal_pence", "gains_pence"),
        ("npv_fiscal_pence", "net_pence"),
    ):
        assert abs((found[whole] or 0) - sum(row[part] for row in agencies)) <= (len(agencies) + 1) / 2


# Savings, judged


@NO_DEADLINE
@given(amount=PENCE, outturn=st.integers(1, 10**13), years=st.integers(1, 5))
def test_a_saving_reaches_a_share_of_its_base_exactly_from_that_share_on(amount: int, outturn: int, years: int) -> None:
    rows = {
        "services": [{"service_id": "s", "starts": "2014-04-01", "ends": "2025-03-31"}],
        "budgets": [{"phase": "actual", "service_id": "s", "fy": "2024-2025", "amount_pence": outturn}],
        "savings": [
            {
                **{"saving_id": "a", "phase": "verified", "service_id": "s", "agency_id": "council", "fy": "2025-2026"},
                **{"amount_pence": amount, "is_cashable": 1, "method": "budget_removed", "evidence": "e"},
                **{"price_year": "2024-2025", "horizon_years": years},
            }
        ],
    }
    (found,) = _derived(rows, "savings_claims")
    share = Fraction(amount, outturn * years)
    assert found["reaches_bps"] == max(bps for bps in (0, 1000, 1500, 2000) if share * 10000 >= bps or bps == 0)
    assert abs(found["share_bps"] - share * 10000) <= max(1, abs(share) / 10**6)
