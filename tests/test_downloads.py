"""The files of a release: what partners' own programs read in them, and that they can be published again as they are."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pandas
import polars as pl
import pytest
from frictionless import Package, Resource
from places import AS_OF, COUNCIL, PARTNERSHIP, Place, spend

from pipeline.database import quoted
from pipeline.releases import DATABASE, Releases, faults
from pipeline.standard import Standard

ROOT = Path(__file__).parent.parent
MONEY = "SELECT sum(amount_pence) FROM spend"


@pytest.fixture(scope="module")
def illustrative(tmp_path_factory: pytest.TempPathFactory, standard: Standard) -> Place:
    """The illustrative place, published."""
    place = Place(tmp_path_factory.mktemp("place"), standard)
    shutil.copytree(ROOT / "datapackages", place.folder / "datapackages")
    place.publish()
    return place


@pytest.fixture(scope="module")
def files(illustrative: Place) -> Path:
    return illustrative.current / "downloads"


@pytest.fixture
def place(tmp_path: Path, standard: Standard) -> Place:
    place = Place(tmp_path, standard)
    place.send_partnership()
    return place


def test_pandas_duckdb_and_polars_read_the_same_sum_to_the_penny(illustrative: Place, files: Path) -> None:
    pounds = Decimal(illustrative.select(MONEY)[0][0]).scaleb(-2)
    query = "SELECT sum(amount_gbp::DECIMAL(18,2)) FROM '{}'"
    text = pandas.read_csv(files / "spend.csv", dtype=str)["amount_gbp"]
    assert pounds == sum(map(Decimal, text)) == sum(pandas.read_parquet(files / "spend.parquet")["amount_gbp"])
    assert pounds == duckdb.sql(query.format(files / "spend.csv")).fetchall()[0][0]
    assert pounds == duckdb.sql(query.format(files / "spend.parquet")).fetchall()[0][0]
    assert pounds == pl.read_parquet(files / "spend.parquet")["amount_gbp"].sum()
    read = pl.read_csv(
        files / "spend.csv", schema_overrides={"amount_gbp": pl.Decimal(18, 2)}, infer_schema_length=None
    )
    assert pounds == read["amount_gbp"].sum()


def test_every_table_has_the_same_rows_in_the_database_csv_json_and_parquet(illustrative: Place, files: Path) -> None:
    for name, rows in illustrative.select("SELECT dataset, row_count FROM datasets"):
        path = files / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            assert sum(1 for _ in csv.DictReader(stream)) == rows
        assert pl.read_parquet(files / f"{name}.parquet").height == rows
        array = json.loads(_text(files / f"{name}.json"))
        assert array == [json.loads(line) for line in _text(files / f"{name}.ndjson").splitlines()]
        assert len(array) == rows


def test_a_cell_of_text_is_in_the_csv_as_it_was_sent(place: Place) -> None:
    names = ["Smith, Jones & Co", 'The "Hub"', " led by a space", "café, £5", "=1+1"]
    place.send_spend(spend(*(f'2024-05-01,1.50,"{name.replace(chr(34), chr(34) * 2)}"' for name in names)))
    place.publish()
    with (place.current / "downloads" / "spend.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["provider_name"] for row in rows] == names
    assert {(row["amount_gbp"], row["payment_date"], row["file_id"]) for row in rows} == {
        ("1.50", "2024-05-01", f"{COUNCIL}_spend")
    }


def test_money_flags_and_withheld_counts_are_written_as_the_standard_writes_them(files: Path) -> None:
    text = (files / "spend.csv").read_text(encoding="utf-8")
    payments = list(csv.DictReader(text.splitlines()))
    assert all(re.fullmatch(r"-?\d+\.\d\d", row["amount_gbp"]) for row in payments)
    assert {row["is_card"] for row in payments} <= {"true", "false", ""}
    with (files / "caseloads.csv").open(encoding="utf-8") as stream:
        counts = [row["units"] for row in csv.DictReader(stream)]
    typed = pl.read_parquet(files / "caseloads.parquet")
    assert counts.count("c") == typed["units_withheld"].sum() > 0
    assert sum(int(count) for count in counts if count != "c") == typed["units"].sum()
    assert typed["units"].dtype == pl.Int64


def test_what_is_published_can_be_published_again_and_comes_back_equal(illustrative: Place, tmp_path: Path) -> None:
    with ZipFile(illustrative.current / "downloads" / "community-budget.zip") as archive:
        archive.extractall(tmp_path)
    again = Place(tmp_path, illustrative.standard)
    published = again.publish()
    assert [package.publisher_id for package in published.refused] == []
    found = {problem.rule for package in published.packages for problem in package.problems}
    assert found <= {"cell_reads_like_a_formula"}
    assert again.select("SELECT count(*) FROM held_back") == [(0,)]
    left_out = _left_out(tmp_path)
    assert left_out > 0
    for dataset in illustrative.standard.sent:
        columns = ", ".join(quoted(column.stored_name) for column in dataset.columns if not column.disclosure)
        needed = [column.name for column in dataset.columns if column.disclosure and column.is_required]
        sendable = " AND ".join(f"{name} <> 'c'" for name in needed) or "1"
        sql = f"SELECT file_id, {columns} FROM {dataset.name} WHERE {sendable} ORDER BY file_id, line"
        assert again.select(sql) == illustrative.select(sql), dataset.name
        for name in needed:
            sql = f"SELECT sum({name}) FROM {dataset.name} WHERE {sendable}"
            assert again.select(sql) == illustrative.select(sql)


def test_frictionless_finds_the_package_of_a_release_valid(place: Place) -> None:
    place.send_spend(spend("2024-05-01,1.50,=1+1", "2024-05-02,-2.00,Calder Care"))
    place.publish()
    command = [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"]
    done = subprocess.run(command, cwd=place.current / "downloads", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert json.loads(done.stdout)["stats"]["tasks"] > 100


def test_frictionless_reads_withheld_counts_as_missing(files: Path) -> None:
    described = json.loads((files / "datapackage.json").read_text(encoding="utf-8"))
    names = {"caseloads", "cohorts", "areas"}
    kept = [resource for resource in described["resources"] if resource["name"] in names]
    report = Package.from_descriptor(described | {"resources": kept}, basepath=str(files)).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "note"])[:5]


def test_every_checksum_is_that_of_its_file_and_no_file_is_without_one(illustrative: Place, files: Path) -> None:
    lines = (files / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    told = {name: sha for sha, name in (line.split("  ") for line in lines)}
    found = {path.relative_to(files).as_posix(): _sha256(path) for path in files.rglob("*") if path.is_file()}
    assert told == {name: sha for name, sha in found.items() if name != "SHA256SUMS"}
    current = Releases(illustrative.folder / "releases").current()
    assert current is not None
    assert list(faults(current)) == []


def test_the_database_stands_there_once_and_sqlite_utils_reads_it(illustrative: Place, files: Path) -> None:
    assert (files / DATABASE).samefile(illustrative.current / DATABASE)
    done = subprocess.run(
        [sys.executable, "-m", "sqlite_utils", "query", str(files / DATABASE), "SELECT count(*) AS n FROM spend"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)[0]["n"] == illustrative.select("SELECT count(*) FROM spend")[0][0]


def test_sqlite_utils_takes_the_csv_and_the_json_lines(files: Path, tmp_path: Path) -> None:
    for form, name in (("--csv", "agencies.csv"), ("--nl", "agencies.ndjson")):
        target = str(tmp_path / f"{name}.db")
        command = [
            sys.executable,
            "-m",
            "sqlite_utils",
            "insert",
            target,
            "agencies",
            str(files / name),
            form,
            "--silent",
        ]
        subprocess.run(command, check=True, capture_output=True)
        with closing(sqlite3.connect(target)) as connection:
            rows = connection.execute("SELECT count(*) FROM agencies").fetchone()[0]
        assert rows == pl.read_parquet(files / "agencies.parquet").height


def test_the_same_packages_give_the_same_bytes(place: Place, tmp_path: Path, standard: Standard) -> None:
    place.send_spend(spend("2024-05-01,1.50,Calder Care"))
    place.publish(AS_OF)
    other = Place(tmp_path / "other", standard)
    shutil.copytree(place.folder / "datapackages", other.folder / "datapackages")
    other.publish(AS_OF)
    names = sorted(
        path.relative_to(place.current) for path in (place.current / "downloads").rglob("*") if path.is_file()
    )
    differ = [str(name) for name in names if (place.current / name).read_bytes() != (other.current / name).read_bytes()]
    assert differ == []


def test_text_that_a_spreadsheet_would_run_is_a_warning_and_harmless_in_the_csv_for_spreadsheets(place: Place) -> None:
    cells = ["=1+1", "+44 call us", "-cheap", "@SUM(A1)", " =2+2", "-5.20", "Calder = Care", "-"]
    place.send_spend(spend(*(f"2024-05-01,1.00,{cell}" for cell in cells)))
    checked = place.checked()
    warned = [(problem.line, problem.rule, problem.severity) for problem in checked.problems]
    assert warned == [(line, "cell_reads_like_a_formula", "warning") for line in range(2, 7)]
    assert place.problems()[1].startswith("spend.csv line 2: Paid to in C2 begins like a formula")
    place.publish()
    safe = pl.read_csv(place.current / "downloads" / "spend.spreadsheet-safe.csv")["provider_name"].to_list()
    assert safe == [f"'{cell}" for cell in cells[:5]] + cells[5:]
    faithful = pl.read_csv(place.current / "downloads" / "spend.csv")["provider_name"].to_list()
    assert faithful == cells


def test_where_nothing_would_be_run_the_csv_for_spreadsheets_is_the_csv_itself(files: Path) -> None:
    assert (files / "themes.spreadsheet-safe.csv").samefile(files / "themes.csv")


def test_large_tables_are_packed_and_have_a_csv_for_each_publisher_and_financial_year(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.exports.PACKED_FROM", 3)
    monkeypatch.setattr("pipeline.exports.PARTS_FROM", 3)
    place.send_spend(spend("2024-03-31,1.00,A", "2024-04-01,2.00,=B", "2025-03-31,3.00,C"))
    place.publish()
    files = place.current / "downloads"
    assert gzip.decompress((files / "spend.csv.gz").read_bytes()) == (files / "spend.csv").read_bytes()
    assert [row["amount_gbp"] for row in json.loads(gzip.decompress((files / "spend.json.gz").read_bytes()))] == [
        1,
        2,
        3,
    ]
    assert not (files / "spend.json").exists()
    parts = {path.name: pl.read_csv(path)["amount_gbp"].sum() for path in (files / "spend").iterdir()}
    assert parts == {f"{COUNCIL}-2023-2024.csv": 1.0, f"{COUNCIL}-2024-2025.csv": 5.0}
    described = Package(str(files / "datapackage.json"))
    for name in ("spend", f"spend-{COUNCIL}-2024-2025.csv"):
        assert described.get_resource(name).validate().valid, name


@pytest.mark.parametrize("cell", ["A\nB", "A\n", "\n", "12\n", "true\n", "2024-05-31\n", '"A\nB"'])
def test_no_cell_that_is_sent_has_an_end_of_line_by_which_the_parts_of_a_table_are_cut(
    standard: Standard, cell: str
) -> None:
    expressions = {name: lexical.expression for name, lexical in standard.lexicals.items()}
    assert len(expressions) > 10
    assert not [name for name, expression in expressions.items() if re.search(expression, cell)]


def test_wards_are_on_the_map_with_their_figures_in_pounds(illustrative: Place, files: Path) -> None:
    collection = json.loads((files / "wards.geojson").read_text(encoding="utf-8"))
    paid = dict(illustrative.select("SELECT area_id, payments_pence FROM ward_figures"))
    assert len(collection["features"]) == len(paid) == 12
    for feature in collection["features"]:
        assert feature["geometry"]["type"] in {"Polygon", "MultiPolygon"}
        assert round(feature["properties"]["payments_gbp"] * 100) == paid[feature["properties"]["area_id"]]


def test_the_content_hash_does_not_depend_on_the_files(illustrative: Place) -> None:
    release = Releases(illustrative.folder / "releases").current()
    assert release is not None
    assert any(name.startswith("downloads/") for name in release.manifest["files"])  # type: ignore[attr-defined]
    columns = {row[1] for row in illustrative.select("PRAGMA table_info(files)")}
    assert "file_id" in columns
    names = {row[0] for row in illustrative.select("SELECT name FROM sqlite_master")}
    assert not {name for name in names if "download" in name}


def _left_out(folder: Path) -> int:
    descriptions = [
        json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("datapackages/*/datapackage.json")
    ]
    assert PARTNERSHIP in {described["publisher"] for described in descriptions}
    return sum(int(re.sub(r"\D", "", described.get("description", "0"))) for described in descriptions)


def _text(path: Path) -> str:
    if path.exists():
        return path.read_text(encoding="utf-8")
    return gzip.decompress(path.with_name(path.name + ".gz").read_bytes()).decode()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_fiscal_package_maps_payments_and_budgets_and_validates(files: Path) -> None:
    described = json.loads((files / "fiscal-datapackage.json").read_text(encoding="utf-8"))
    assert {resource["name"] for resource in described["resources"]} == {"budgets", "spend"}
    for resource in described["resources"]:
        types = {field.get("columnType"): field["name"] for field in resource["schema"]["fields"]}
        assert types["value"] == "amount_gbp"
        assert types["administrative-classification:generic:level1:code"] == "agency_id"
        found = Resource.from_descriptor(resource, basepath=str(files)).validate()
        assert found.valid, found.flatten(["message"])
