"""The whole way: packages in, a release out; what is refused, held back, kept, counted, and never lost."""

from __future__ import annotations

import fcntl
import json
import shutil
import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pytest
from broken_packages import BROKEN, GOOD, Broken
from places import AS_OF, COUNCIL, PARTNERSHIP, POLICE, Place, fingerprint, resource, send_everything, spend

from pipeline.errors import ReleaseError, SiteError
from pipeline.standard import Standard

ONE_OF_EACH_RULE = {broken.rule: broken for broken in reversed(BROKEN)}.values()
PAYMENTS = (
    "SELECT payment_date, amount_pence, provider_name, file_id, line FROM spend WHERE publisher_id = '{}' ORDER BY line"
)


@pytest.fixture
def place(tmp_path: Path, standard: Standard) -> Place:
    place = Place(tmp_path, standard)
    place.send_partnership()
    return place


@pytest.fixture(scope="module")
def published_once(tmp_path_factory: pytest.TempPathFactory, standard: Standard) -> Path:
    place = Place(tmp_path_factory.mktemp("site"), standard)
    place.send_partnership()
    place.send_spend(GOOD)
    place.send_spend(spend("2024-05-03,7.00,Moorland Training"), POLICE)
    place.publish()
    return place.folder


@pytest.fixture
def published(published_once: Path, tmp_path: Path, standard: Standard) -> Place:
    """A site that has a release of the partnership, the council and the police."""
    return Place(Path(shutil.copytree(published_once, tmp_path / "site", symlinks=True)), standard)


@pytest.mark.parametrize("broken", ONE_OF_EACH_RULE, ids=lambda broken: broken.rule)
def test_a_broken_package_is_refused_and_nothing_is_lost(published: Place, broken: Broken) -> None:
    old = published.current
    before, payments = fingerprint(old), published.select(PAYMENTS.format(COUNCIL))
    broken.make(published)
    published.send_spend(spend("2024-05-03,8.00,Moorland Training"), POLICE)
    after = published.publish()
    assert [package.publisher_id for package in after.refused] == [COUNCIL]
    assert fingerprint(old) == before
    assert published.current != old
    assert published.select(PAYMENTS.format(COUNCIL)) == payments
    assert published.select("SELECT amount_pence FROM spend WHERE publisher_id = 'thornshire-police'") == [(800,)]
    assert published.select("SELECT publisher_id, verdict FROM packages ORDER BY 1") == [
        (PARTNERSHIP, "accepted"),
        (POLICE, "accepted"),
        (COUNCIL, "last_accepted"),
    ]
    assert published.select("SELECT rule FROM problems WHERE publisher_id = 'wexmoor-council'") == [(broken.rule,)]


def test_a_package_stays_at_its_last_accepted_version_until_it_is_mended(published: Place) -> None:
    payments = published.select(PAYMENTS.format(COUNCIL))
    for content in ("{", "[", '{"name": 1}'):
        published.write_descriptor(content)
        assert published.publish().is_new
        assert published.select(PAYMENTS.format(COUNCIL)) == payments
    published.send_spend(spend("2024-05-09,1.00,Calder Care"))
    assert not published.publish().refused
    assert [row[:2] for row in published.select(PAYMENTS.format(COUNCIL))] == [("2024-05-09", 100)]


def test_a_refused_package_that_changes_without_a_new_fault_gives_nothing_to_do(published: Place) -> None:
    published.describe(COUNCIL, resource("june.csv", "spend"))
    assert published.publish().is_new
    published.describe(COUNCIL, resource("june.csv", "spend"), description="Payments of June")
    again = published.publish()
    assert (again.is_new, [package.publisher_id for package in again.refused]) == (False, [COUNCIL])


def test_a_first_package_that_is_refused_is_named_and_the_others_are_published(place: Place) -> None:
    place.write_descriptor("{")
    place.send_spend(spend("2024-05-03,8.00,Moorland Training"), POLICE)
    place.publish()
    assert place.select("SELECT verdict, files FROM packages WHERE publisher_id = 'wexmoor-council'") == [
        ("refused", 0)
    ]
    assert place.select("SELECT agency_id, amount_pence FROM spend") == [(POLICE, 800)]


def test_a_package_with_too_many_errors_publishes_nothing_new_and_has_its_errors_listed(published: Place) -> None:
    published.send_spend(spend("2024-05-03,9.00,New", *["2024-05-01,x,Calder Care"] * 21))
    assert [package.publisher_id for package in published.publish().refused] == [COUNCIL]
    assert [row[1] for row in published.select(PAYMENTS.format(COUNCIL))] == [10000, -2050]
    assert published.select("SELECT rule, count(*) FROM problems GROUP BY rule") == [
        ("too_many_errors", 1),
        ("wrong_format", 21),
    ]


def test_a_second_run_finds_nothing_to_do_and_touches_nothing(published: Place) -> None:
    before = {path: path.lstat().st_mtime_ns for path in sorted((published.folder / "releases").rglob("*"))}
    again = published.publish()
    assert not again.is_new
    assert again.release.folder.resolve() == published.current
    after = {path: path.lstat().st_mtime_ns for path in sorted((published.folder / "releases").rglob("*"))}
    assert {path for path in before if before[path] != after.get(path)} <= {published.folder / "releases" / ".lock"}
    assert list(after) == list(before)


@pytest.mark.parametrize("change", ["a byte of a file", "the description", "a package less", "the day"])
def test_whatever_changes_makes_a_new_release(published: Place, change: str) -> None:
    old = published.current
    if change == "a byte of a file":
        (published.package() / "spend.csv").write_text(GOOD + "\n")
    if change == "the description":
        published.describe(COUNCIL, resource("spend.csv", "spend"), title="Payments")
    if change == "a package less":
        shutil.rmtree(published.package(POLICE))
    assert published.publish(AS_OF + timedelta(days=change == "the day")).is_new
    assert published.current != old
    assert old.is_dir()


def test_the_same_packages_and_day_give_the_same_bytes_wherever_and_whenever(
    tmp_path: Path, standard: Standard
) -> None:
    here, there = Place(tmp_path / "here", standard), Place(tmp_path / "a" / "longer path" / "there", standard)
    send_everything(here)
    send_everything(there)
    there.package(POLICE).rename(tmp_path / "police")
    there.publish(date(2026, 1, 1))
    shutil.copytree(tmp_path / "police", there.package(POLICE))
    here.publish()
    there.publish()
    assert fingerprint(here.current) == fingerprint(there.current)
    assert {"community-budget.db", "manifest.json", "boundaries.geojson", "downloads/spend.parquet"} <= set(
        fingerprint(here.current)
    )
    assert here.current.name == there.current.name


def test_the_manifest_names_the_sha256_of_every_other_file(published: Place) -> None:
    manifest = json.loads((published.current / "manifest.json").read_text())
    found = fingerprint(published.current)
    del found["manifest.json"]
    assert manifest["files"] == found
    assert manifest["release"] == published.current.name
    assert manifest["as_of"] == "2026-06-30"


def test_after_a_rollback_the_next_publish_goes_on_from_the_packages(published: Place) -> None:
    old = published.current
    published.send_spend(spend("2024-05-09,1.00,Calder Care"))
    new = published.publish().release
    releases = published.site.releases
    releases.switch(releases.find(old.name))
    assert published.current == old
    assert [release.release_id for release in releases.history()] == [old.name, new.release_id]
    assert published.publish().release.release_id == new.release_id == published.current.name


def test_a_publish_that_fails_half_way_leaves_everything_as_it_was(published: Place) -> None:
    before = fingerprint(published.folder / "releases")
    own_rules = published.folder / "standard" / "rules"
    own_rules.mkdir(parents=True)
    comment = '/*\nmessage: "m"\nadvice: "a"\nseverity: error\nwhy: w\n*/\n'
    (own_rules / "no_such_table_is_asked.sql").write_text(comment + "SELECT rowid AS row_id FROM no_such_table")
    with pytest.raises(sqlite3.OperationalError, match="no such table: no_such_table"):
        published.publish()
    assert fingerprint(published.folder / "releases") == before
    shutil.rmtree(published.folder / "standard")
    assert not published.publish().is_new


def test_two_publishes_at_once_are_one_and_a_message(published: Place) -> None:
    with (published.folder / "releases" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(
            ReleaseError, match=r"Another publish is running in this folder; wait until it has finished\."
        ):
            published.publish()
    assert not published.publish().is_new


def test_a_folder_without_packages_is_no_site_and_is_left_alone(tmp_path: Path, standard: Standard) -> None:
    with pytest.raises(SiteError, match=r"There are no data packages in .*: run this in a site's folder"):
        Place(tmp_path, standard).publish()
    assert list(tmp_path.iterdir()) == []


def test_what_is_known_of_a_file_is_published_with_it(place: Place) -> None:
    fields = [{"name": "payment_date"}, {"name": "amount_gbp", "reads": ["currency_sign"]}]
    content = "payment_date,amount_gbp\n2024-05-01,£1.00\n\n2024-05-02,2.00\n,3.00\n"
    place.send_spend(content.encode("cp1252"), schema={"fields": fields}, period="2024-05", encoding="windows-1252")
    place.publish()
    assert place.select(
        "SELECT path, encoding, period, period_start, period_end, blank_rows, rewritten_cells, control_total_pence FROM files"
        " WHERE dataset = 'spend'"
    ) == [("spend.csv", "windows-1252", "2024-05", "2024-05-01", "2024-05-31", 1, 1, 300)]
