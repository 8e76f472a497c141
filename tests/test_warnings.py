"""Warnings: each that the standard promises has its rule, and goes to the one who can do something about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from places import COUNCIL, PARTNERSHIP, POLICE, Place, spend

from pipeline.standard import Standard

PROMISED = """\
agency_id,dataset,period,due
wexmoor-council,spend,2024-05,2024-06-30
thornshire-police,spend,2024-05,2024-06-30
thornshire-police,spend,2026-06,2026-07-31
"""
WARNED_OF = {
    "identical lines in one file": "lines_of_a_file_differ",
    "a month's payments sent twice under other references": "months_are_sent_once",
    "month total unlike its neighbours": "month_totals_are_like_their_neighbours",
    "project not SMART": "projects_are_smart",
    "money with no indicator": "money_has_an_indicator",
    "indicator with no money": "indicators_have_money",
    "need with no project": "needs_have_a_project",
    "ask past its due date": "asks_are_answered_when_due",
    "verified savings over claimed": "verified_savings_stay_within_claims",
    "service ended without successor or reason": "ended_services_name_a_successor_or_a_reason",
    "target missed twice": "targets_are_not_missed_twice_in_a_row",
    "target within minimum change": "targets_go_beyond_the_minimum_change",
    "definition changed": "definitions_stay_the_same",
    "project outside its programme's dates": "projects_lie_within_their_programme",
    "name looks like a person's and is not redacted": "names_of_persons_are_withheld",
    "publication late": "promised_data_come_when_due",
    "overlapping thresholds or amount bases in one total": "totals_rest_on_one_threshold_and_basis",
}
"""Beside them reference_not_found, which no rule in SQL finds: emptying a reference is the load's own work."""


@pytest.fixture
def place(tmp_path: Path, standard: Standard) -> Place:
    place = Place(tmp_path, standard)
    place.send_partnership(expected_publications=PROMISED)
    place.send_spend(spend("2024-05-03,7.00,Moorland Training"), COUNCIL, period="2024-05")
    return place


def test_every_warning_of_the_standard_has_its_rule_and_no_rule_warns_of_anything_else(standard: Standard) -> None:
    """Rules that compare with a release warn at the check of a package alone."""
    warning = [rule for rule in standard.rules if rule.severity == "warning" and not rule.compares]
    assert sorted(WARNED_OF.values()) == sorted(rule.name for rule in warning)


def test_an_agency_that_is_late_reads_so_itself(place: Place) -> None:
    """The line is the partnership's, which keeps the list; the one who is late is the police."""
    place.send_spend(spend("2024-04-03,7.00,Moorland Training"), POLICE, period="2024-04")
    place.publish()
    assert _late(place) == [(POLICE, f"{PARTNERSHIP}_expected_publications", 3, "due")]


def test_an_agency_that_never_sent_anything_is_late_too(place: Place) -> None:
    place.publish()
    assert _late(place) == [(POLICE, f"{PARTNERSHIP}_expected_publications", 3, "due")]


def test_any_other_warning_is_about_the_publisher_of_the_row(place: Place) -> None:
    place.send_spend(spend("2024-05-03,7.00,Moorland Training", "2024-05-03,7.00,Moorland Training"), POLICE)
    place.publish()
    rule = "lines_of_a_file_differ"
    assert place.select(f"SELECT DISTINCT publisher_id FROM problems WHERE rule = '{rule}'") == [(POLICE,)]


def _late(place: Place) -> list[tuple[object, ...]]:
    return place.select(
        "SELECT publisher_id, file_id, line, field FROM problems WHERE rule = 'promised_data_come_when_due'"
    )
