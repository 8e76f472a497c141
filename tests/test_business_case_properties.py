"""Business cases and savings held against exact fractions: rounded once, and judged on the right side of every line."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derivations import Rows
from hypothesis import given
from hypothesis import strategies as st
from settlements import NO_DEADLINE, Row, derived

AGENCIES = ["council", "department", "nhs", "police"]
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
    (found,) = derived(_case(case, costs, benefits), "case_years", "case_results")
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
    (found,) = derived(rows, "case_years", "case_results")
    agencies = derived(rows, "case_years", "case_agencies")
    for whole, part in (
        ("cost_pence", "pays_pence"),
        ("fiscal_pence", "gains_pence"),
        ("npv_fiscal_pence", "net_pence"),
    ):
        assert abs((found[whole] or 0) - sum(row[part] for row in agencies)) <= (len(agencies) + 1) / 2


# Savings, judged


@NO_DEADLINE
@given(amount=st.integers(-(10**12), 10**12), outturn=st.integers(1, 10**13), years=st.integers(1, 5))
def test_a_saving_reaches_a_share_of_its_base_exactly_from_that_share_on(amount: int, outturn: int, years: int) -> None:
    rows = {
        "services": [{"service_id": "s", "starts": "2014-04-01", "ends": "2025-03-31"}],
        "budgets": [{"phase": "actual", "service_id": "s", "fy": "2024-2025", "amount_pence": outturn}],
        "savings": [
            {
                "saving_id": "a",
                "phase": "verified",
                "service_id": "s",
                "agency_id": "council",
                "fy": "2025-2026",
                "amount_pence": amount,
                "is_cashable": 1,
                "method": "budget_removed",
                "evidence": "e",
                "price_year": "2024-2025",
                "horizon_years": years,
            }
        ],
    }
    (found,) = derived(rows, "savings_claims")
    share = Fraction(amount, outturn * years)
    assert found["reaches_bps"] == max(bps for bps in (0, 1000, 1500, 2000) if share * 10000 >= bps or bps == 0)
    assert found["share_bps"] == int(share * 10000)
