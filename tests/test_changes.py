"""Changes between releases: enough to make the earlier release's tables those of the later, and no more than there are."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from places import AGENCIES, COUNCIL, POLICE, Place, spend

from pipeline.changes import changes, write_csv, write_json
from pipeline.cli import main
from pipeline.database import create_table, create_tables, insert_rows, quoted, stored_columns
from pipeline.model import Release
from pipeline.releases import DATABASE
from pipeline.standard import Dataset, Standard

Tables = Mapping[str, list[tuple[Any, ...]]]
Rows = Mapping[str, list[dict[str, Any]]]

SLUGS = st.sampled_from(["a", "b", "c", "wexmoor-council"])
TEXTS = st.one_of(
    st.none(),
    st.sampled_from(["", "c", "1", "1.0", 'say "no", twice', "two\nlines", "é", "null"]),
    st.text('ab," ', max_size=3),
)
AMOUNTS = st.integers(-(10**12), 10**12)


def unique(rows: st.SearchStrategy[dict[str, Any]], *key: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(rows, max_size=4, unique_by=lambda row: tuple(row[name] for name in key))


ROWS = st.fixed_dictionaries(
    {
        "agencies": unique(st.fixed_dictionaries({"agency_id": SLUGS, "name": TEXTS, "website": TEXTS}), "agency_id"),
        "spend": unique(
            st.fixed_dictionaries(
                {
                    "file_id": SLUGS,
                    "line": st.integers(2, 5),
                    "amount_pence": AMOUNTS,
                    "provider_name": TEXTS,
                    "is_card": st.sampled_from([None, 0, 1]),
                }
            ),
            "file_id",
            "line",
        ),
        "conservation": unique(
            st.fixed_dictionaries(
                {"file_id": SLUGS, "outcome": st.just("held_back"), "reason": st.sampled_from(["", "x"]), "rows": AMOUNTS}
            ),
            "file_id",
            "reason",
        ),
        "outcomes": unique(
            st.fixed_dictionaries(
                {
                    "indicator_id": SLUGS,
                    "area_id": SLUGS,
                    "period": st.just("2024"),
                    "breakdown": st.just("all"),
                    "value": st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
                    "denominator": st.one_of(st.none(), st.just("c"), st.integers(0, 50)),
                }
            ),
            "indicator_id",
            "area_id",
        ),
        "place_total": unique(st.fixed_dictionaries({"fy": SLUGS, "amount_pence": AMOUNTS}), "fy", "amount_pence"),
    }
)  # fmt: skip


@given(ROWS, ROWS)
def test_applying_the_csv_to_the_earlier_release_gives_the_later(before: Rows, after: Rows) -> None:
    with TemporaryDirectory() as folder:
        old, new = (release_of(Path(folder) / name, rows) for name, rows in (("old", before), ("new", after)))
        text = io.StringIO(newline="")
        write_csv(changes(old, new, STANDARD), text)
        apply(old, csv.DictReader(io.StringIO(text.getvalue(), newline="")))
        assert contents(old) == contents(new)


@settings(max_examples=25)
@given(ROWS, ROWS)
def test_the_json_has_the_same_changes_with_the_types_of_their_values(before: Rows, after: Rows) -> None:
    with TemporaryDirectory() as folder:
        old, new = (release_of(Path(folder) / name, rows) for name, rows in (("old", before), ("new", after)))
        found, text = list(changes(old, new, STANDARD)), io.StringIO()
        write_json(found, ("old", "new"), text)
        assert json.loads(text.getvalue()) == {
            "before": "old",
            "after": "new",
            "changes": [vars(change) | {"key": list(change.key)} for change in found],
        }


@settings(max_examples=10)
@given(ROWS)
def test_a_release_does_not_differ_from_itself(rows: Rows) -> None:
    with TemporaryDirectory() as folder:
        assert not list(changes(*2 * [release_of(Path(folder) / "one", rows)], STANDARD))


@settings(max_examples=25)
@given(ROWS, ROWS)
def test_no_change_is_told_that_is_none_and_no_cell_twice(before: Rows, after: Rows) -> None:
    with TemporaryDirectory() as folder:
        old, new = (release_of(Path(folder) / name, rows) for name, rows in (("old", before), ("new", after)))
        found = list(changes(old, new, STANDARD))
    assert all(change.old != change.new for change in found if change.change != "removed")
    places = [(change.dataset, change.key, change.change == "removed", change.column) for change in found]
    assert len(places) == len(set(places))


def test_a_column_and_a_table_that_an_earlier_standard_had_not_come_as_new(tmp_path: Path) -> None:
    rows = {"agencies": [{"agency_id": "a", "name": "A", "website": "w"}], "lessons": [{"lesson_id": "one"}]}
    old, new = release_of(tmp_path / "old", rows), release_of(tmp_path / "new", rows)
    with closing(sqlite3.connect(old.folder / DATABASE)) as connection:
        connection.executescript("ALTER TABLE agencies DROP COLUMN website; DROP TABLE lessons")
    found = {(change.dataset, change.change, change.column, change.new) for change in changes(old, new, STANDARD)}
    assert ("agencies", "changed", "website", "w") in found
    assert ("lessons", "added", "lesson_id", "one") in found


@pytest.fixture
def place(tmp_path: Path, standard: Standard, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A site with one release, in which the commands are run."""
    monkeypatch.chdir(tmp_path)
    place = Place(tmp_path, standard)
    place.send_partnership()
    place.send_spend(spend("2024-05-01,100.00,Calder Care", "2024-05-02,5.00,Moorland"))
    place.publish()
    return place


def publish_again(place: Place) -> tuple[str, str]:
    before = place.current.name
    place.send_partnership(agencies=AGENCIES.replace("Wexmoor Council", "Wexmoor Borough Council"))
    place.send_spend(spend("2024-05-01,99.00,Calder Care"))
    place.send_spend(spend("2024-05-04,1.00,Calder Care"), POLICE)
    place.publish()
    return before, place.current.name


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert "Traceback" not in result.output
    return result


def test_diff_as_csv_gives_every_change(place: Place) -> None:
    result = run("diff", *publish_again(place), "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.output)))
    spent = [row for row in rows if row["dataset"] == "spend" and row["column"] in {"amount_pence", ""}]
    police, file = f"{POLICE}_spend", f"{COUNCIL}_spend"
    assert [tuple(row.values()) for row in spent] == [
        ("spend", json.dumps([file, 3]), "removed", "", "", ""),
        ("spend", json.dumps([file, 2]), "changed", "amount_pence", "10000", "9900"),
        ("spend", json.dumps([police, 2]), "added", "amount_pence", "", "100"),
    ]


def test_publishing_keeps_what_changed_beside_the_releases_and_enough_to_bring_a_copy_up_to_date(place: Place) -> None:
    before, after = publish_again(place)
    kept = place.folder / "releases" / "changes"
    assert sorted(path.name for path in kept.iterdir()) == [
        f"{before}..{after}.csv.gz",
        f"{before}..{after}.json.gz",
        f"{before}..{after}.tally.json",
    ]
    assert json.loads((kept / f"{before}..{after}.tally.json").read_text(encoding="utf-8"))["rows"] == [
        {"dataset": "agencies", "added": 0, "changed": 1, "removed": 0},
        {"dataset": "spend", "added": 1, "changed": 1, "removed": 1},
    ]
    old, new = place.site.releases.find(before), place.site.releases.find(after)
    (old.folder / DATABASE).chmod(0o644)
    with gzip.open(kept / f"{before}..{after}.csv.gz", "rt", encoding="utf-8", newline="") as text:
        apply(old, csv.DictReader(text))
    assert contents(old) == contents(new)


def test_what_changed_is_no_part_of_a_release(place: Place, tmp_path: Path, standard: Standard) -> None:
    """A place that begins with the later packages makes the same release, byte for byte."""
    _, after = publish_again(place)
    other = Place(tmp_path / "other", standard)
    for package in (place.folder / "datapackages").iterdir():
        (other.folder / "datapackages" / package.name).mkdir(parents=True)
        for file in package.iterdir():
            (other.folder / "datapackages" / package.name / file.name).write_bytes(file.read_bytes())
    other.publish()
    assert other.current.name == after
    assert (other.current / DATABASE).read_bytes() == (place.current / DATABASE).read_bytes()
    assert not (other.folder / "releases" / "changes").exists()


def test_changes_that_could_not_be_written_are_written_by_the_next_publish(place: Place) -> None:
    publish_again(place)
    kept = place.folder / "releases" / "changes"
    wanted = {path.name: path.read_bytes() for path in kept.iterdir()}
    for path in kept.iterdir():
        path.unlink()
    assert not place.publish().is_new
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == wanted


def test_a_disk_that_refuses_the_changes_leaves_the_new_release_current_and_is_told(place: Place) -> None:
    before = place.current.name
    (place.folder / "releases" / "changes").write_text("in the way")
    result = run_publish_again(place)
    assert place.current.name != before
    assert result.exit_code == 1
    assert f"{place.current.name} is the current release, but what it changes could not be written" in result.output


def run_publish_again(place: Place) -> Result:
    place.send_spend(spend("2024-05-01,99.00,Calder Care"))
    return run("publish", "--as-of", "2026-06-30")


def test_pruning_a_release_takes_its_changes_away_too(place: Place) -> None:
    publish_again(place)
    run("prune", "--keep", "1")
    assert list((place.folder / "releases" / "changes").iterdir()) == []


STANDARD = Standard.read(Path(__file__).parent.parent / "standard")


@cache
def empty() -> bytes:
    """A release without rows."""
    with closing(sqlite3.connect(":memory:")) as connection:
        create_tables(connection, STANDARD)
        for dataset in STANDARD.derived.values():
            create_table(connection, dataset, constraints=True)
        connection.commit()
        return connection.serialize()


def release_of(folder: Path, rows: Rows) -> Release:
    folder.mkdir()
    (folder / DATABASE).write_bytes(empty())
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        for name, some in rows.items():
            insert_rows(connection, name, some)
        connection.commit()
    return Release(folder.name, folder, {})


def contents(release: Release) -> Tables:
    with closing(sqlite3.connect(release.folder / DATABASE)) as connection:
        return {
            dataset.name: sorted(
                map(tuple, connection.execute(f"SELECT {cells(dataset)} FROM {quoted(dataset.name)}")), key=repr
            )
            for dataset in every_dataset()
        }


def cells(dataset: Dataset) -> str:
    """Every column with its type, so that 1 is not '1'."""
    return ", ".join(f"{quoted(name)}, typeof({quoted(name)})" for name in stored_columns(dataset))


def every_dataset() -> Iterable[Dataset]:
    return (*STANDARD.datasets.values(), *STANDARD.derived.values())


def apply(release: Release, rows: Iterable[Mapping[str, str]]) -> None:
    """What a reader of the documentation would write: only the changes, the table's keys and its column types are known."""
    keys = {d.name: [d.stored(name) for name in d.primary_key] or list(stored_columns(d)) for d in every_dataset()}
    numbers = {(d.name, c.stored_name) for d in every_dataset() for c in d.columns if c.sql_type == "REAL"}
    with closing(sqlite3.connect(release.folder / DATABASE)) as connection:
        for row in rows:
            table, key = quoted(row["dataset"]), json.loads(row["key"])
            names = [quoted(name) for name in keys[row["dataset"]]]
            where = " AND ".join(f"{name} IS ?" for name in names)
            if row["change"] == "removed":
                connection.execute(f"DELETE FROM {table} WHERE {where}", key)
                continue
            if (
                row["change"] == "added"
                and not connection.execute(f"SELECT 1 FROM {table} WHERE {where}", key).fetchone()
            ):
                connection.execute(
                    f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(key))})", key
                )
            new = None if row["change"] == "cleared" else row["new"]
            if new is not None and (row["dataset"], row["column"]) in numbers:
                new = float(new)  # Python rounds the last digit of 1e-300 as it was written, SQLite does not always
            connection.execute(f"UPDATE {table} SET {quoted(row['column'])} = ? WHERE {where}", [new, *key])
        connection.commit()
