"""Rules that speak of many datasets leave none out: a column added to the standard must be added to its rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.rules import broken
from pipeline.standard import Standard

STANDARD = Standard.read(Path(__file__).parent.parent / "standard")
REFERENCES_AND_CODES = {
    ("spend", "transaction_ref"),
    ("spend", "procurement_code"),
    ("business_cases", "version"),
    ("unit_costs", "licence"),
}
OF_ANY_AGENCY = {"contacts", "providers"}
"""Their agency_id names an agency that the row is about, not the one that answers for it."""


def _columns(*kinds: str) -> list[tuple[str, str]]:
    return [
        (dataset.name, column.name)
        for dataset in STANDARD.sent
        for column in dataset.columns
        if column.lexical in kinds
    ]


def _failing(build_of, rule: str, dataset: str, row: dict[str, str]) -> list[tuple[str, str]]:
    (found,) = (known for known in STANDARD.rules if known.name == rule)
    return [(failing.dataset, failing.field) for failing in broken(build_of({dataset: [row]}), found)]


@pytest.mark.parametrize(("dataset", "column"), _columns("text"))
def test_personal_data_is_looked_for_in_every_column_of_free_text(build_of, dataset, column):
    failing = _failing(build_of, "free_text_holds_no_personal_data", dataset, {column: "pat@example.org"})
    assert failing == ([] if (dataset, column) in REFERENCES_AND_CODES else [(dataset, column)])


@pytest.mark.parametrize(("dataset", "column"), _columns("financial_year", "period"))
def test_every_financial_year_is_looked_at(build_of, dataset, column):
    failing = _failing(build_of, "financial_years_are_consecutive", dataset, {column: "2024-2026"})
    assert failing == [(dataset, column)]


@pytest.mark.parametrize("dataset", [dataset.name for dataset in STANDARD.sent if "agency_id" in dataset.by_name])
def test_every_dataset_that_agencies_send_is_held_to_its_own_rows(build_of, dataset):
    row = {"publisher_id": "council", "agency_id": "police"}
    failing = _failing(build_of, "agencies_publish_only_their_own_rows", dataset, row)
    is_free = STANDARD.datasets[dataset].owner == "P" or dataset in OF_ANY_AGENCY
    assert failing == ([] if is_free else [(dataset, "agency_id")])
