"""The goals of `describe` on real files: right or asking, never silently wrong, and never a crash."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest
from corpus import CORRECTED, LAMBETH, OTHERS, SENDING, Corpus, Ending, expected_of, files
from real_files import FOLDER, Count, count

pytestmark = [
    pytest.mark.skipif(not FOLDER.name, reason="COMMUNITY_BUDGET_REAL_FILES names no folder"),
    pytest.mark.filterwarnings("default"),
]
SECONDS = 10


@pytest.fixture(scope="module")
def sending() -> list[Ending]:
    corpus = Corpus.read()
    return [corpus.run(path) for path in files(SENDING)]


def test_no_file_of_payments_is_silently_wrong(sending: list[Ending]) -> None:
    assert [one.path for one in sending if one.ending == "wrong"] == []


def test_of_the_files_with_answers_nine_in_ten_are_right_unasked_and_all_once_answered(sending: list[Ending]) -> None:
    known = [one for one in sending if expected_of(one.path)]
    right = [one for one in known if one.ending == "right"]
    assert len(right) >= 0.9 * len(known)
    assert [one.path for one in known if not one.is_answered_right] == []


def test_every_file_of_payments_ends_within_seconds(sending: list[Ending]) -> None:
    assert [one.path for one in sending if one.seconds > SECONDS] == []


def test_files_that_are_something_else_are_refused_with_a_reason(sending: list[Ending]) -> None:
    refused = [one for one in sending if one.ending == "refused"]
    assert refused
    assert all(one.words for one in refused)


def test_results_and_messy_files_end_without_a_crash_within_seconds() -> None:
    corpus = Corpus.read()
    endings = [corpus.run(path) for path in files(OTHERS)]
    assert [one.path for one in endings if one.ending == "wrong" or one.seconds > SECONDS] == []


def test_lambeths_answer_is_corrected_to_what_its_whole_rows_say() -> None:
    """A whole row has six cells, a day and a number; eleven fused rows and the row “Total” are none."""
    with (FOLDER / LAMBETH).open(encoding="utf-8", newline="") as stream:
        whole = [row for row in csv.reader(stream) if len(row) == 6 and row[3].count("/") == 2 and all(row[:5])]
    assert count(Decimal(row[4]) for row in whole) == CORRECTED[LAMBETH] == Count(2516, 0, Decimal("39775940.53"))
