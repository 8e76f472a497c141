"""A citation of an answer can be checked against the release on disk, by one command, for as long as that is kept."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from places import Place, spend

from pipeline.cli import main
from pipeline.front_comment import front_comment
from pipeline.releases import DATABASE
from pipeline.standard import Standard

QUESTION = Path(__file__).parent.parent / "questions" / "spend_by_ward.sql"


@pytest.fixture
def place(tmp_path: Path, standard: Standard, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.chdir(tmp_path)
    place = Place(tmp_path, standard)
    place.send_partnership()
    place.send_spend(spend("2024-05-01,100.00,Calder Care", "2024-05-02,5.00,Moorland"))
    place.publish()
    return place


def cited(place: Place) -> dict[str, Any]:
    """The citation of an answer, worked out here and not by the program."""
    _, sql = front_comment(QUESTION)
    with closing(sqlite3.connect(place.current / DATABASE)) as connection:
        answer = connection.execute(sql, {"fy": "2024-2025", "agency": "", "tier": ""})
        text = io.StringIO()
        csv.writer(text).writerows([[column[0] for column in answer.description], *answer])
    return {
        "text": "As people cite it",
        "release": place.current.name,
        "question": "spend_by_ward",
        "parameters": {"fy": "2024-2025", "agency": "", "tier": ""},
        "sql_sha256": sha256(sql.encode()).hexdigest(),
        "sha256": sha256(text.getvalue().encode()).hexdigest(),
    }


def check(citation: Any, *arguments: str) -> Result:
    Path("citation.json").write_text(json.dumps(citation))
    result = CliRunner().invoke(main, ["verify", "--citation", "citation.json", *arguments])
    assert "Traceback" not in result.output
    return result


def test_a_citation_holds_alone_and_within_its_answer_after_later_releases_too(place: Place) -> None:
    citation = cited(place)
    place.send_spend(spend("2024-05-01,99.00,Calder Care"))
    place.publish()
    for said in (citation, {"question": "spend_by_ward", "citation": citation, "rows": []}):
        result = check(said)
        assert (result.exit_code, result.output.splitlines()[-1]) == (
            0,
            "spend_by_ward: the answer is the one that was cited.",
        )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sha256": 64 * "0"}, "the answer is not the one that was cited"),
        ({"parameters": {"fy": "2023-2024", "agency": "", "tier": ""}}, "the answer is not the one that was cited"),
        ({"parameters": {"fy": ""}}, "cannot be asked"),
        ({"sql_sha256": 64 * "0"}, "has changed since it was cited"),
        ({"question": "../standard/derived/place_spend"}, "is gone"),
        ({"question": "no_such_question"}, "is gone"),
        ({"release": "2026-06-30-000000000000"}, "There is not one release called"),
    ],
)
def test_a_citation_that_does_not_hold_is_told_why(place: Place, wrong: dict[str, Any], said: str) -> None:
    result = check(cited(place) | wrong)
    assert result.exit_code == 1
    assert said in result.output


def test_another_release_than_the_one_cited_is_not_asked(place: Place) -> None:
    citation, before = cited(place), place.current.name
    place.send_spend(spend("2024-05-01,99.00,Calder Care"))
    place.publish()
    result = check(citation, place.current.name)
    assert result.exit_code == 1
    assert f"The citation is of release {before}" in result.output


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("content", ["[]", "{}", '"text"', '{"citation": 1}', '{"release": "x"}'])
def test_a_file_without_a_citation_says_what_to_save(content: str) -> None:
    Path("citation.json").write_text(content)
    result = CliRunner().invoke(main, ["verify", "--citation", "citation.json"])
    assert result.exit_code == 1
    assert "The file has no citation" in result.output
