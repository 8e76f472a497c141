"""Looking after releases: what there is, what moved, undo, verify, prune; examining a machine; beginning a fresh site."""

from __future__ import annotations

import fcntl
import json
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from broken_packages import GOOD
from click.testing import CliRunner, Result
from places import AS_OF, COUNCIL, POLICE, Place, spend

from pipeline.cli import main
from pipeline.releases import DATABASE, MANIFEST
from pipeline.standard import Standard


@pytest.fixture
def place(tmp_path: Path, standard: Standard, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A site with one release, in which the commands are run."""
    monkeypatch.chdir(tmp_path)
    place = Place(tmp_path, standard)
    place.send_partnership()
    place.send_spend(spend("2024-05-01,100.00,Calder Care", "2024-05-02,5.00,Moorland"))
    place.send_spend(GOOD, POLICE)
    place.publish()
    return place


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert "Traceback" not in result.output
    return result


def publish_again(place: Place, *rows: str) -> tuple[str, str]:
    """The ids of the release before, and of the one made now."""
    before = place.current.name
    place.send_spend(spend(*rows))
    place.publish()
    return before, place.current.name


def test_diff_shows_rows_and_money_by_dataset_and_publisher_and_answers_that_moved(place: Place) -> None:
    releases = publish_again(place, "2024-05-01,100.00,Calder Care", "2024-05-03,7.50,Moorland")
    result = run("diff", *releases, "--format", "json")
    found = json.loads(result.output)
    assert (result.exit_code, found["before"], found["after"]) == (0, *releases)
    assert found["datasets"] == [
        {
            "dataset": "spend",
            "publisher_id": COUNCIL,
            "removed": 1,
            "added": 1,
            "pence_before": 10500,
            "pence_after": 10750,
        }
    ]
    assert {"question": "largest_payments", "removed": 1, "added": 1} in [
        {key: row[key] for key in ("question", "removed", "added")} for row in found["questions"]
    ]


def test_diff_says_in_words_what_moved_and_by_how_much(place: Place) -> None:
    result = run("diff", *publish_again(place, "2024-05-01,99.00,Calder Care", "2024-05-02,5.00,Moorland"))
    assert f"spend, {COUNCIL}: 1 rows more, 1 rows fewer, -£1.00" in result.output


def test_a_release_does_not_differ_from_itself(place: Place) -> None:
    result = run("diff", place.current.name, place.current.name)
    assert result.output.splitlines()[1:] == ["  Nothing moved."]


def test_verify_finds_every_byte_of_a_release_as_it_was_published(place: Place) -> None:
    result = run("verify")
    assert result.exit_code == 0
    assert result.output.startswith(f"{place.current.name}: all ")


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda folder: os.truncate(folder / DATABASE, 4096), f"{DATABASE} has changed since it was published."),
        (lambda folder: (folder / DATABASE).unlink(), f"{DATABASE} is missing."),
        (lambda folder: (folder / "more.csv").write_text(""), "more.csv is not part of the release."),
    ],
    ids=["changed", "missing", "added"],
)
def test_verify_names_what_is_damaged(place: Place, damage: object, sentence: str) -> None:
    damage(place.current)  # type: ignore[operator]
    result = run("verify", place.current.name[:12])
    assert result.exit_code == 1
    assert sentence in result.output


def test_a_damaged_release_is_not_switched_to(place: Place) -> None:
    before, after = publish_again(place, "2024-05-01,1.00,Calder Care")
    (place.folder / "releases" / before / DATABASE).write_bytes(b"")
    result = run("rollback", before)
    assert result.exit_code == 1
    assert "is damaged" in result.output
    assert place.current.name == after


def test_an_unreadable_manifest_is_named_and_not_stumbled_over(place: Place) -> None:
    (place.current / MANIFEST).write_text("{")
    result = run("releases")
    assert result.exit_code == 1
    assert MANIFEST in result.output


def test_releases_are_listed_in_the_order_in_which_they_were_made(place: Place) -> None:
    made = [place.current.name]
    for amount in range(1, 5):
        time.sleep(0.01)
        made.append(publish_again(place, f"2024-05-01,{amount}.00,Calder Care")[1])
    assert [line.split()[0] for line in run("releases").output.splitlines()] == made


def test_prune_keeps_the_last_releases_and_the_current_one(place: Place) -> None:
    first = place.current.name
    made = [publish_again(place, f"2024-05-01,{amount}.00,Calder Care")[1] for amount in (1, 2)]
    run("rollback", first)
    result = run("prune", "--keep", "1")
    assert (result.exit_code, result.output.splitlines()[0]) == (0, f"Removed {made[0]}.")
    left = [path.name for path in (place.folder / "releases").iterdir() if not path.name.startswith(".")]
    assert sorted(left) == sorted([first, made[1], "current", "changes"])


def test_prune_must_be_told_how_many_to_keep(place: Place) -> None:
    assert run("prune").exit_code == 2
    assert run("prune", "--keep", "0").exit_code == 2
    assert place.current.exists()


def test_who_holds_the_lock_is_said_and_the_lock_of_a_dead_process_is_noticed(place: Place) -> None:
    lock = place.folder / "releases" / ".lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write("4242")
        held.flush()
        result = run("publish", "--as-of", (AS_OF + timedelta(1)).isoformat())
    assert result.exit_code == 1
    assert "Another publish is running in this folder (process 4242)" in result.output
    assert run("publish", "--as-of", (AS_OF + timedelta(1)).isoformat()).exit_code == 0
    assert lock.read_text() == str(os.getpid())


def test_the_doctor_finds_a_site_well(place: Place) -> None:
    result = run("doctor")
    assert result.exit_code == 0
    assert {line.split()[0] for line in result.output.splitlines()} == {"well"}
    assert f"The current release {place.current.name} is whole." in result.output


def test_the_doctor_says_what_to_do_about_a_damaged_release_and_an_unfinished_run(place: Place) -> None:
    (place.current / DATABASE).write_bytes(b"")
    (place.folder / "releases" / ".building").mkdir()
    result = run("doctor")
    assert result.exit_code == 1
    assert f"{DATABASE} has changed since it was published. Switch to another release" in result.output
    assert "left .building. Publish again" in result.output


def test_a_fresh_site_can_be_published_once_it_says_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("new", str(tmp_path / "ours")).exit_code == 0
    monkeypatch.chdir(tmp_path / "ours")
    areas = tmp_path / "ours" / "datapackages" / "partnership" / "areas.csv"
    assert areas.read_text().splitlines()[0].startswith("area_id,name,area_type")
    first = run("publish", "--as-of", "2026-06-30")
    assert first.exit_code == 0, first.output
    width = areas.read_text().count(",")
    with areas.open("a", encoding="utf-8") as stream:
        stream.write("X07000001,Ourplace,district" + "," * (width - 2) + "\n")
    assert run("publish", "--as-of", "2026-06-30").exit_code == 0
    assert run("verify").exit_code == 0


def test_a_fresh_site_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    assert run("new", str(tmp_path)).exit_code == 2
    assert (tmp_path / "mine").read_text() == "mine"
