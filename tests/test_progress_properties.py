"""Progress, held against the rules once more in plain Python, and against changes that must change nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from derivations import derived_from, rows_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from progress_model import Case
from progress_places import AREAS, PERIODS, Place, Row, figures, lengths, periods, places, tenths
from progress_rules import row_of

FIGURES = ("value", "lower_ci", "upper_ci", "baseline", "expected", "expected_original", "target")
VERDICTS = ("period", "status", "status_original", "is_certain", "reason")
SHIFTED = ("value", "lower_ci", "upper_ci", "lower_limit", "upper_limit")
OPPOSITE = {"higher": "lower", "lower": "higher", "maintain": "maintain", "between": "between"}
NO_DEADLINE = settings(deadline=None, max_examples=60)


@settings(deadline=None, max_examples=200)
@given(places())
def test_progress_agrees_with_its_rules_in_plain_python(place: Place) -> None:
    assert _progress(place) == {area: _approximate(row_of(case)) for area, case in _cases(place).items()}


@NO_DEADLINE
@given(places(), st.integers(-500, 500).map(lambda number: number / 10))
def test_shifting_all_values_shifts_the_figures_and_changes_no_verdict(place: Place, by: float) -> None:
    def shifted(row: Row) -> Row:
        return row | {name: _plus(row[name], by) for name in SHIFTED if row.get(name) is not None}

    expected = {
        area: {name: row[name] for name in VERDICTS} | {name: _plus(row[name], by) for name in FIGURES}
        for area, row in _progress(place).items()
    }
    assert _progress(_changed(place, shifted)) == {area: _approximate(row) for area, row in expected.items()}


@NO_DEADLINE
@given(places())
def test_mirroring_which_way_is_better_mirrors_the_figures_and_changes_no_verdict(place: Place) -> None:
    swapped = {
        "lower_ci": "upper_ci",
        "upper_ci": "lower_ci",
        "lower_limit": "upper_limit",
        "upper_limit": "lower_limit",
    }

    def mirrored(row: Row) -> Row:
        turned = {swapped.get(name, name): _minus(row.get(name)) for name in SHIFTED if name in row}
        return row | turned | ({"polarity": OPPOSITE[row["polarity"]]} if "polarity" in row else {})

    expected = {
        area: {name: row[name] for name in VERDICTS} | {swapped.get(name, name): _minus(row[name]) for name in FIGURES}
        for area, row in _progress(place).items()
    }
    assert _progress(_changed(place, mirrored)) == {area: _approximate(row) for area, row in expected.items()}


@NO_DEADLINE
@given(places(), st.data())
def test_a_later_row_of_targets_changes_the_current_path_of_its_area_and_never_the_original(
    place: Place, data: st.DataObject
) -> None:
    before = _progress(place)
    old = data.draw(st.sampled_from([row for row in place["targets"] if row["kind"] == "target"] or [None]))
    assume(old)
    new = {
        "target_id": "x",
        "kind": data.draw(st.sampled_from(["target", "milestone", "baseline"])),
        "period": data.draw(periods(place["indicators"][0]["frequency"])),
        "value": data.draw(tenths),
        "agreed_on": "2026-01-01",
        "supersedes": data.draw(st.sampled_from([old["target_id"], None])),
    }
    after = _progress(place | {"targets": [*place["targets"], old | new]})
    area = old["area_id"]
    assert {**after, area: None} == {**before, area: None}
    for name in ("expected_original", "status_original"):
        assert after[area][name] == before[area][name]


@NO_DEADLINE
@given(places(), figures(), st.data())
def test_a_later_outcome_changes_its_own_area_and_nothing_else(place: Place, figure: Row, data: st.DataObject) -> None:
    before = _progress(place)
    known = [row["period"] for row in place["outcomes"] if row["area_id"] == "w"]
    free = [period for period in PERIODS[place["indicators"][0]["frequency"]] if period not in known]
    new = {"indicator_id": "i", "area_id": "w", "period": data.draw(st.sampled_from(free)), "breakdown": "all"} | figure
    after = _progress(place | {"outcomes": [*place["outcomes"], new]})
    assert {**after, "w": None} == {**before, "w": None}
    assert _of(after["w"], "baseline", "target") == _of(before.get("w", after["w"]), "baseline", "target")


@pytest.mark.parametrize("added", [{"breakdown": "boys"}, {"breakdown": "all", "flags": "e f"}])
@NO_DEADLINE
@given(place=places(), figure=figures())
def test_groups_of_people_and_forecasts_change_no_verdict_that_there_is(added: Row, place: Place, figure: Row) -> None:
    period = PERIODS[place["indicators"][0]["frequency"]][-4]
    others = [row for row in place["outcomes"] if (row["area_id"], row["period"]) != ("w", period)]
    before = _progress(place | {"outcomes": others})
    new = {"indicator_id": "i", "area_id": "w", "period": period} | figure | added
    after = _progress(place | {"outcomes": [*others, new]})
    assert {area: after[area] for area in before} == before


@NO_DEADLINE
@given(places(), lengths)
def test_a_better_result_does_not_leave_the_track(place: Place, gain: float) -> None:
    indicator = place["indicators"][0]
    assume(indicator["polarity"] in {"higher", "lower"})
    way = gain if indicator["polarity"] == "higher" else -gain

    def better(row: Row) -> Row:
        is_outcome = "breakdown" in row
        return row | {name: _plus(row[name], way) for name in SHIFTED if is_outcome and row.get(name) is not None}

    after = _progress(_changed(place, better))
    for area, row in _progress(place).items():
        if row["status"] in {"on_track", "achieved"}:
            assert after[area]["status"] in {"on_track", "achieved"}


def _progress(place: Mapping[str, Any]) -> dict[str, Row]:
    with derived_from(place, until="progress") as connection:
        return {row["area_id"]: _told(row) for row in rows_of(connection, "progress")}


def _told(row: Mapping[str, Any]) -> Row:
    figures = {name: None if row[name] is None else float(row[name]) for name in FIGURES}
    return {name: row[name] for name in VERDICTS} | figures


def _approximate(row: Row) -> Row:
    """Figures to a millionth, to which the expected ones are rounded; verdicts as they are."""
    return {
        name: pytest.approx(float(value), abs=1.1e-6) if name in FIGURES and value is not None else value
        for name, value in row.items()
    }


def _cases(place: Mapping[str, Any]) -> dict[str, Case]:
    day = date.fromisoformat(place["releases"][0]["as_of"])
    found = {}
    for area in AREAS:
        given_targets = [row for row in place["targets"] if row["area_id"] == area]
        given_outcomes = [row for row in place["outcomes"] if row["area_id"] == area]
        if given_targets or any(row["breakdown"] == "all" for row in given_outcomes):
            found[area] = Case(day, place["indicators"][0], given_targets, given_outcomes)
    return found


def _changed(place: Place, change: Callable[[Row], Row]) -> Place:
    return {name: rows if name == "releases" else [change(row) for row in rows] for name, rows in place.items()}


def _plus(value: float | None, by: float) -> float | None:
    return None if value is None else float(Fraction(str(value)) + Fraction(str(by)))


def _minus(value: float | None) -> float | None:
    return None if value is None else 0.0 - value


def _of(row: Row, *names: str) -> Row:
    return {name: row[name] for name in names}
