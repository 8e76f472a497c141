"""A package as it is: what makes it impossible to read, in its publisher's words, and how its files are laid out."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from broken_packages import BROKEN, GOOD, Broken
from places import COUNCIL, PARTNERSHIP, POLICE, Place, resource, spend

from pipeline.boundaries import BOUNDARIES
from pipeline.read import read
from pipeline.standard import Standard

FIRST, SECOND = (
    {
        "payment_date": "2024-05-01",
        "amount_pence": 10000,
        "provider_name": "Calder Care",
        "line": 2,
    },
    {
        "payment_date": "2024-05-02",
        "amount_pence": -2050,
        "provider_name": "Moorland Training",
        "line": 3,
    },
)


@pytest.fixture
def place(tmp_path: Path, standard: Standard) -> Place:
    return Place(tmp_path, standard)


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.how)
def test_a_broken_package_is_refused_in_words_that_name_the_place_and_what_to_do(place: Place, broken: Broken) -> None:
    place.send_spend(GOOD)
    broken.make(place)
    kind, message, advice = place.problems()
    assert kind == f"error: {broken.rule} (1)"
    assert message == broken.message
    assert advice == "What to do: " + place.checked().problems[0].advice
    assert len(advice) > 30
    assert place.checked().verdict == "refused"


def test_a_refused_receipt_is_short_and_whole(place: Place) -> None:
    place.describe(COUNCIL, resource("spend.csv", "spend"))
    assert place.receipt() == [
        "wexmoor-council: Refused: nothing of this package can be published until what is listed below is mended.",
        "Cannot be published: The file is not there",
        "  spend.csv is not in the package.",
        "  What to do: Add the file, or correct its path in datapackage.json; capitals count.",
    ]


def test_everything_that_is_structurally_wrong_is_said_at_once(place: Place) -> None:
    place.send(
        COUNCIL,
        {"april.csv": GOOD, "may.csv": "date,amount\n"},
        resource("april.csv", "spend", encoding="klingon"),
        resource("may.csv", "spend"),
        resource("june.csv", "spend"),
    )
    assert [problem.rule for problem in place.checked().problems] == [
        "unknown_encoding",
        "required_column_missing",
        "file_missing",
    ]


def test_every_word_of_a_description_that_may_not_be_said_is_named_once(place: Place) -> None:
    place.write_descriptor('{"name": "A B", "publisher": "wexmoor-council", "resources": [{"patth": "a.csv"}], "x": 1}')
    assert place.problems() == [
        "error: property_not_allowed (2)",
        "datapackage.json: “x” is not a property that a description may have (in its top level).",
        "datapackage.json: “patth” is not a property that a description may have (in resources / 1).",
        "What to do: Remove it, or look up its name in the guide for publishers. Compressed files, archives and addresses"
        " of other sites are not read.",
        "error: property_wrong (2)",
        "datapackage.json: In the description, name must be a short name of small letters, digits, dots, hyphens and"
        " underscores.",
        "datapackage.json: In the description, resources / 1 must be an object that says its name and its path and its"
        " dataset.",
        "What to do: Correct it; the guide for publishers has an example of each property.",
    ]


def test_two_publishers_with_the_same_fault_each_read_of_their_own(place: Place) -> None:
    for publisher in (COUNCIL, POLICE):
        place.write_descriptor("{", publisher)
    assert [place.checked(publisher).publisher_id for publisher in (COUNCIL, POLICE)] == [COUNCIL, POLICE]


def test_a_fault_that_becomes_another_is_told_anew(place: Place) -> None:
    place.write_descriptor("{")
    place.checked()
    place.write_descriptor("[1")
    assert "line 1, column 3: Expecting ',' delimiter" in place.problems()[1]
    place.describe(COUNCIL, resource("spend.csv", "spend"))
    place.checked()
    os.mkfifo(place.package() / "spend.csv")
    assert place.problems()[1] == "spend.csv is not a regular file."


@pytest.mark.parametrize(
    ("content", "described"),
    [
        (GOOD, {}),
        ("\ufeff" + GOOD, {}),
        (GOOD.replace("\n", "\r\n"), {}),
        (GOOD.rstrip("\n"), {}),
        (GOOD.replace(",", ";"), {"dialect": {"csv": {"delimiter": ";"}}}),
        (GOOD.replace(",", "\t"), {"format": "tsv"}),
        (GOOD.replace(",", "|"), {"dialect": {"delimiter": "|"}}),
        (GOOD.replace("Calder Care", '"Calder Care"'), {}),
        (GOOD.replace("Calder Care", "'Calder Care'"), {"dialect": {"csv": {"quoteChar": "'"}}}),
        (GOOD.encode("utf-16"), {"encoding": "utf-16"}),
        (GOOD.replace("\n", "\r"), {"dialect": {"csv": {"lineTerminator": "\r"}}}),
        (GOOD.replace("\n", ",,\n"), {}),
        (GOOD.replace("_gbp", "_gbp "), {}),
    ],
    ids=lambda value: json.dumps(value)[:60] if isinstance(value, dict) else "file",
)
def test_a_file_comes_out_the_same_however_it_is_written(
    place: Place, content: str | bytes, described: dict[str, Any]
) -> None:
    place.send_spend(content, **described)
    assert place.problems() == []
    assert place.rows() == [FIRST, SECOND]


@pytest.mark.parametrize("encoding", ["windows-1252", "iso-8859-1", "iso-8859-15", "cp850", "mac-roman", "utf-8"])
def test_a_declared_encoding_is_read_as_declared(place: Place, encoding: str) -> None:
    place.send_spend(spend("2024-05-01,1.00,Café Société").encode(encoding), encoding=encoding)
    assert [row["provider_name"] for row in place.rows()] == ["Café Société"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("wrong", "rule"), [(b"Caf\xe9", "wrong_encoding"), (b"Cal\0der", "nul_character")])
def test_the_line_is_right_whatever_ends_the_lines(place: Place, ending: str, wrong: bytes, rule: str) -> None:
    place.send_spend(
        GOOD.replace("\n", ending).encode() + b"2024-05-03,1.00," + wrong + ending.encode(),
        dialect={"csv": {"lineTerminator": ending}},
    )
    assert [(problem.rule, problem.line) for problem in place.checked().problems] == [(rule, 4)]


@pytest.mark.parametrize("rows_before", [0, 30_000, 60_000])
def test_the_line_is_right_far_down_in_a_long_file(place: Place, rows_before: int) -> None:
    rows = "2024-05-01,1.00,A supplier with a rather long name\n" * rows_before
    place.send_spend((spend() + rows).encode() + b"2024-05-03,1.00,Caf\xe9\n")
    assert place.problems()[1] == f"spend.csv, line {rows_before + 2}: the text is not utf-8, as described."


def test_title_rows_above_the_header_are_skipped_and_counted(place: Place) -> None:
    content = 'Payments over £500\n"as agreed\nby cabinet"\n' + GOOD + "2024-05-03,x,Calder Care\n"
    place.send_spend(content, dialect={"headerRows": [3]})
    assert [row["line"] for row in place.rows()] == [5, 6]
    assert place.problems()[1].startswith("spend.csv line 7: Amount in B6 is not an amount in pounds")


def test_a_file_without_a_header_is_read_by_its_fields(place: Place) -> None:
    fields = [{"name": name} for name in ("payment_date", "amount_gbp", "provider_name")]
    place.send_spend(GOOD.split("\n", 1)[1], dialect={"header": False}, schema={"fields": fields})
    assert place.rows() == [FIRST | {"line": 1}, SECOND | {"line": 2}]


def test_fields_fill_the_columns_that_they_name_and_the_rest_is_not_published(place: Place) -> None:
    fields = [
        {"name": "Paid", "columnType": "payment_date", "type": "date", "format": "%d/%m/%Y"},
        {"name": "gap", "label": "", "columnType": None},
        {"name": "amount", "label": "Amount (£)", "columnType": "amount_gbp"},
        {"name": "provider_name"},
        {"name": "department", "columnType": None},
        {"name": "Internal ref"},
    ]
    header = "Paid,,Amount (£),provider_name,department,Internal ref\n"
    place.send_spend(header + "01/05/2024,x,100.00,Calder Care,Homes,secret-7\n", schema={"fields": fields})
    assert place.rows() == [FIRST]


@pytest.mark.parametrize(
    ("name", "found", "described"),
    [("Amount ", "Amount", ""), ("amount_gbp", "Amount", "amount_gbp"), ("Amount", "amount", "Amount")],
)
def test_a_header_matches_but_for_its_outer_spaces(place: Place, name: str, found: str, described: str) -> None:
    fields = [{"name": "payment_date"}, {"name": name, "columnType": "amount_gbp"}]
    place.send_spend(f"payment_date,{found}\n2024-05-01,1.00\n", schema={"fields": fields})
    problems = place.problems()
    assert problems[1:2] == (
        [f"spend.csv, line 1: the header in B1 is “{found}”, described is “{described}”."] if described else []
    )


def test_several_files_share_a_schema_by_its_path(place: Place) -> None:
    schema = {"fields": [{"name": "Paid", "columnType": "payment_date"}, {"name": "£", "columnType": "amount_gbp"}]}
    months = {f"{month}.csv": f"Paid,£\n2024-{month}-01,1.00\n" for month in ("04", "05", "06")}
    place.send(
        COUNCIL,
        months | {"schemas/spend.json": json.dumps(schema)},
        *(resource(path, "spend", schema="schemas/spend.json") for path in months),
    )
    assert [(row["payment_date"], row["line"]) for row in place.rows()] == [
        ("2024-04-01", 2),
        ("2024-05-01", 2),
        ("2024-06-01", 2),
    ]
    before = read(place.package(), place.standard).content_hash
    schema["fields"][0]["title"] = "Date"
    (place.package() / "schemas/spend.json").write_text(json.dumps(schema))
    assert read(place.package(), place.standard).content_hash != before


def test_a_file_is_known_by_its_publisher_its_name_its_bytes_and_its_days(place: Place) -> None:
    place.send_spend(GOOD, period="2024-05")
    (file,) = place.checked().files
    assert (file.file_id, file.path, file.encoding) == ("wexmoor-council_spend", "spend.csv", "utf-8")
    assert (file.bytes, file.sha256) == (len(GOOD), sha256(GOOD.encode()).hexdigest())
    assert (file.period, file.covers) == ("2024-05", ("2024-05-01", "2024-05-31"))


def test_the_content_hash_changes_with_every_byte_and_with_nothing_else(place: Place, tmp_path: Path) -> None:
    def content_hash(content: str, **described: Any) -> str:
        return read(place.send_spend(content, **described), place.standard).content_hash

    first = content_hash(GOOD)
    assert content_hash(GOOD) == first
    elsewhere = Place(tmp_path / "elsewhere", place.standard)
    assert read(elsewhere.send_spend(GOOD), place.standard).content_hash == first
    assert len({first, content_hash(GOOD + "\n"), content_hash(GOOD, title="Payments"), content_hash("")}) == 4


def test_boundaries_come_with_the_partnership_and_carry_nothing_but_their_shape(place: Place) -> None:
    ring = [[[-1.5, 53.0], [-1.4, 53.0], [-1.4, 53.1], [-1.5, 53.0]]]
    geometry = {"type": "Polygon", "coordinates": ring, "note": "canary"}
    feature = {"type": "Feature", "properties": {"area_id": "X05000005", "owner": "canary"}, "geometry": geometry}
    shapes = json.dumps({"type": "FeatureCollection", "features": [feature]})
    place.send(PARTNERSHIP, {"b.geojson": shapes}, resource("b.geojson", "boundaries", format="geojson"))
    written = json.loads((place.checked(PARTNERSHIP).folder / BOUNDARIES).read_text())
    assert written["features"] == [
        {
            "type": "Feature",
            "properties": {"area_id": "X05000005"},
            "geometry": {"type": "Polygon", "coordinates": ring},
        }
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"type": "Feature"}, "it has no list of features"),
        ({"features": [{"properties": {}, "geometry": None}]}, "feature 1 is not a polygon of an area"),
        ({"features": [{"properties": {}, "geometry": {"type": "Point", "coordinates": [0, 0]}}]}, "feature 1 is not a polygon of an area"),
        ({"features": [{"properties": {}, "geometry": {"type": "Polygon", "coordinates": [[[400000, 300000]]]}}]}, "feature 1 is not a polygon of an area"),
        ({"features": [{"properties": {}, "geometry": {"type": "Polygon", "coordinates": [[[0, 0, "canary"]]]}}]}, "feature 1 is not a polygon of an area"),
    ],
)  # fmt: skip
def test_what_is_no_boundary_is_refused(place: Place, content: dict[str, Any], reason: str) -> None:
    files = {"b.geojson": json.dumps(content)}
    place.send(PARTNERSHIP, files, resource("b.geojson", "boundaries", format="geojson"))
    assert place.problems(PARTNERSHIP)[1] == f"b.geojson is not GeoJSON with boundaries: {reason}."
    assert "degrees of longitude and latitude" in place.problems(PARTNERSHIP)[2]
