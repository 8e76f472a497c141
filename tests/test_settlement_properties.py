"""Settlements held against any shares, claims and targets: no penny is made or lost, and no cap is passed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor

from hypothesis import given
from hypothesis import strategies as st
from settlements import NO_DEADLINE, Row, derived

AGENCIES = ["council", "department", "nhs", "police"]
PENCE = st.integers(-1000, 1000) | st.integers(-(10**15), 10**15)


# How verified savings are shared


@st.composite
def _whole(draw: st.DrawFn) -> dict[str, int]:
    """Shares of some agencies that are the whole, some of them perhaps nothing."""
    agencies = draw(st.lists(st.sampled_from(AGENCIES), min_size=1, unique=True))
    cuts = sorted(draw(st.lists(st.integers(0, 10000), min_size=len(agencies) - 1, max_size=len(agencies) - 1)))
    ends = [0, *cuts, 10000]
    return {agency: end - start for agency, start, end in zip(agencies, ends[:-1], ends[1:], strict=True)}


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
                "saving_id": f"s{number}",
                "phase": "verified",
                "project_id": "p",
                "agency_id": agency,
                "fy": "2025-2026",
                "price_year": "2025-2026",
                "amount_pence": pence,
                "is_cashable": 1,
                "method": "trial",
                "sample": 5,
                "population": 9,
                "horizon_years": 1,
            }
            for number, (agency, pence) in enumerate(savings)
        ],
    }
    return {row["agency_id"]: row for row in derived(rows, "savings_claims", "benefit_settlement")}


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
    return derived(rows, "reward_settlement")


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
                **place,
                "target_id": "t",
                "kind": "target",
                "agreement_id": "laa",
                "agreed_on": "2023-06-14",
                "value": float(target),
                "without_agreement": float(expected),
                "reward_pence": rest["reward_pence"],
            }
        ],
        "outcomes": [{**place, "breakdown": "all", "value": float(value)}],
    }
    (row,) = derived(rows, "agreement_settlement")
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
