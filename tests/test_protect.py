"""Counts of people as they are published, and what rests on them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import PARTNERSHIP

from pipeline.database import connect, create_tables, insert_rows
from pipeline.disclosure.scheme import Method, methods_of
from pipeline.errors import StandardError
from pipeline.model import Reconciled
from pipeline.protect import protect
from pipeline.standard import Standard

ROUND5 = Method("round5", 1, 7, 5)
INDICATOR = {
    "title": "t", "definition": "d", "theme_id": "healthy-lives", "polarity": "lower", "minimum_change": 1, "frequency": "annual",
    "source": "s", "lag_months": 0,
}  # fmt: skip
OUTCOME = {"area_id": "X05000005", "period": "2024", "breakdown": "all"}


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, 0),
        (1, "c"),
        (7, "c"),
        (8, 10),
        (12, 10),
        (13, 15),
        (17, 15),
        (18, 20),
        (1002, 1000),
    ],
)
def test_counts_of_people_from_1_to_7_are_withheld_and_others_rounded_to_5(count: Any, shown: Any) -> None:
    assert ROUND5.shown(count) == shown


@given(count=st.one_of(st.integers(8, 10**10), st.just(0)))
def test_protecting_twice_is_protecting_once_and_the_interval_of_what_is_shown_holds_the_count(count: int) -> None:
    shown = ROUND5.shown(count)
    assert ROUND5.shown(shown) == shown
    low, high = ROUND5.interval(shown)
    assert low <= count <= high
    assert {ROUND5.shown(number) for number in range(low, high + 1)} == {shown}


@given(count=st.one_of(st.integers(1, 10**10), st.floats(0.001, 10**9)))
def test_no_count_but_nought_and_multiples_of_5_from_10_is_ever_shown(count: float) -> None:
    shown = ROUND5.shown(count)
    assert shown == "c" or (shown >= 10 and shown % 5 == 0 and abs(shown - count) <= 2.5)


def test_each_method_of_the_standard_shows_a_count_in_its_way(standard: Standard) -> None:
    methods = methods_of(standard)
    assert [methods[name].shown(3) for name in ("none", "round5", "suppress")] == [3, "c", "c"]
    assert [methods[name].shown(13) for name in ("none", "round5", "suppress")] == [13, 15, 13]


def test_a_place_may_raise_a_threshold_and_lowers_one_only_with_a_reason(standard: Standard) -> None:
    def with_thresholds(**own: Any) -> Standard:
        return replace(standard, protection={**standard.protection, "thresholds": own})

    assert methods_of(with_thresholds(round5={"withhold_to": 12}))["round5"].shown(12) == "c"
    with pytest.raises(StandardError, match="without saying why"):
        methods_of(with_thresholds(round5={"withhold_to": 5}))
    lowered = methods_of(with_thresholds(round5={"withhold_to": 5, "because": "The board agreed."}))["round5"]
    assert (lowered.shown(6), lowered.because) == (5, "The board agreed.")
    with pytest.raises(StandardError, match="fewer than 3"):
        methods_of(with_thresholds(round5={"withhold_to": 2, "because": "No."}))
    with pytest.raises(StandardError, match="no method"):
        methods_of(with_thresholds(blur={"withhold_to": 9}))


def test_a_withheld_count_takes_the_averages_of_its_row_with_it(standard: Standard, tmp_path: Path) -> None:
    row = {"cohort_id": "complex-families", "fy": "2024-2025", "cost_before_pence": 250_000, "cost_after_pence": 90_000}
    caseloads = [
        row | {"area_id": "X05000005", "units": 3, "people": 14, "supported": 0},
        row | {"area_id": "X05000006", "units": 33, "people": 98, "supported": None},
    ]
    assert _protected(standard, tmp_path, {"caseloads": caseloads})["caseloads"] == [
        ("c", 15, 0, None, None),
        (35, 100, None, 250_000, 90_000),
    ]


@pytest.mark.parametrize(
    ("indicator", "outcome", "shown"),
    [
        (
            {"unit": "percent", "disclosure": "round5"},
            {"value": 40.0, "numerator": 24, "denominator": 60},
            (40.0, 25, 60, None, None, None),
        ),
        (
            {"unit": "percent", "disclosure": "round5"},
            {"value": 5.0, "numerator": 3, "denominator": 60, "lower_ci": 4.0, "upper_ci": 6.0},
            (None, "c", 60, None, None, "c"),
        ),
        ({"unit": "count", "disclosure": "round5"}, {"value": 33.0}, (35, None, None, None, None, None)),
        ({"unit": "count", "disclosure": "round5"}, {"value": 4.0}, (None, None, None, None, None, "c")),
        (
            {"unit": "count", "disclosure": "round5"},
            {"value": 12.0, "lower_ci": 6.4, "upper_ci": 19.2},
            (None, None, None, None, None, "c"),
        ),
        ({"unit": "count", "disclosure": "round5"}, {"value": 0.0}, (0, None, None, None, None, None)),
        ({"unit": "count", "disclosure": "none"}, {"value": 4.0}, (4.0, None, None, None, None, None)),
        ({"unit": "percent", "disclosure": "none"}, {"value": 5.0, "numerator": 3}, (5.0, 3, None, None, None, None)),
        (
            {"unit": "percent", "disclosure": "suppress"},
            {"value": 40.0, "numerator": 24, "denominator": 60},
            (40.0, 24, 60, None, None, None),
        ),
        ({"unit": "percent", "disclosure": "suppress"}, {"value": 40.0}, (40.0, None, None, None, None, None)),
        (
            {"unit": "percent", "disclosure": "suppress"},
            {"value": 10.0, "numerator": 9, "denominator": 90},
            (None, "c", 90, None, None, "c"),
        ),
        (
            {"unit": "percent", "disclosure": "round5"},
            {"value": 5.0, "denominator": 60},
            (None, None, 60, None, None, "c"),
        ),
        (
            {"unit": "percent", "disclosure": "suppress"},
            {"value": 0.0, "numerator": 0},
            (0.0, 0, None, None, None, None),
        ),
        ({"unit": "percent", "disclosure": "none"}, {"marker": "x"}, (None, None, None, None, None, "x")),
    ],
)
def test_an_outcome_is_protected_as_its_indicator_asks(
    standard: Standard, tmp_path: Path, indicator: Mapping[str, Any], outcome: Mapping[str, Any], shown: tuple[Any, ...]
) -> None:
    tables = {
        "indicators": [{"indicator_id": "i"} | INDICATOR | indicator],
        "outcomes": [{"indicator_id": "i"} | OUTCOME | outcome],
    }
    assert _protected(standard, tmp_path, tables)["outcomes"] == [shown]


def test_a_protected_database_protected_again_is_the_same(standard: Standard, tmp_path: Path) -> None:
    counts = [0, 1, 3, 7, 8, 12, 13, 42, 1003]
    caseload = {"cohort_id": "a", "fy": "2024-2025", "cost_before_pence": 100, "supported": None}
    tables = {
        "caseloads": [
            caseload | {"area_id": f"X0500000{n}", "units": n, "people": count} for n, count in enumerate(counts)
        ],
        "indicators": [{"indicator_id": "i", "unit": "count", "disclosure": "round5"} | INDICATOR],
        "outcomes": [
            {"indicator_id": "i", "value": count, "denominator": count} | OUTCOME | {"period": f"20{10 + n}"}
            for n, count in enumerate(counts)
        ],
    }
    once = _protected(standard, tmp_path, tables)
    protect(Reconciled(tmp_path / "protected.db"), standard, tmp_path / "again.db")
    assert _shown(tmp_path / "again.db") == once
    assert len(once["caseloads"]) == len(once["outcomes"]) == len(counts)


def _protected(standard: Standard, folder: Path, tables: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[Any]]:
    with connect(folder / "build.db") as connection:
        create_tables(connection, standard, constraints=False)
        for name, rows in tables.items():
            sent = (
                {"publisher_id": PARTNERSHIP, "file_id": "f", "line": line} | row for line, row in enumerate(rows, 2)
            )
            insert_rows(connection, name, sent)
    protect(Reconciled(folder / "build.db"), standard, folder / "protected.db")
    return _shown(folder / "protected.db")


def _shown(path: Path) -> dict[str, list[Any]]:
    columns = {
        "caseloads": "units, people, supported, cost_before_pence, cost_after_pence",
        "outcomes": "value, numerator, denominator, lower_ci, upper_ci, marker",
    }
    with closing(sqlite3.connect(path)) as connection:
        return {name: connection.execute(f"SELECT {sql} FROM {name}").fetchall() for name, sql in columns.items()}
