"""The illustrative place: what is committed is what the seed makes, and it goes the whole way."""

from __future__ import annotations

import builtins
import filecmp
import functools
import operator
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.example import make
from pipeline.publish import Published, publish
from pipeline.releases import DATABASE
from pipeline.site import Site
from pipeline.standard import Standard

ROOT = Path(__file__).parent.parent
AS_OF = date(2026, 6, 30)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("wexmoor")
    make(folder / "datapackages")
    return Site(folder)


@pytest.fixture(scope="module")
def published(site: Site) -> Published:
    return publish(site, AS_OF)


@pytest.fixture
def database(published: Published) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(published.release.folder / DATABASE)
    yield connection
    connection.close()


def test_the_committed_packages_are_what_the_seed_makes(site: Site) -> None:
    made, committed = site.folder / "datapackages", ROOT / "datapackages"
    names = sorted(path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(committed).as_posix() for path in committed.rglob("*") if path.is_file())
    assert filecmp.cmpfiles(made, committed, names, shallow=False)[0] == names


def test_no_fractions_are_added_up_by_sum_which_rounds_as_the_version_of_python_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builtins, "sum", _of_whole_numbers)
    make(tmp_path / "datapackages", rows=2_000)


def test_every_publisher_is_accepted(published: Published) -> None:
    assert [package.publisher_id for package in published.refused] == []
    assert len(published.packages) == 12


def test_every_dataset_has_rows(database: sqlite3.Connection, standard: Standard) -> None:
    empty = [name for name in (*standard.datasets, *standard.derived) if not _count(database, name)]
    assert empty == []


def test_rows_are_held_back_for_at_least_five_reasons(database: sqlite3.Connection) -> None:
    (reasons,) = database.execute("SELECT count(DISTINCT rule) FROM held_back").fetchone()
    assert reasons >= 5


def test_what_is_received_is_published_or_held_back_to_the_penny(database: sqlite3.Connection) -> None:
    sign = "CASE outcome WHEN 'received' THEN 1 ELSE -1 END"
    query = f"SELECT file_id FROM conservation GROUP BY file_id HAVING sum(rows * {sign}) OR sum(amount_pence * {sign})"
    assert database.execute(query).fetchall() == []
    query = "SELECT sum(amount_pence), count(*) FROM spend"
    (recorded,) = database.execute(
        "SELECT sum(amount_pence) FROM conservation WHERE dataset = 'spend' AND outcome = 'published'"
    ).fetchone()
    assert database.execute(query).fetchone()[0] == recorded


def test_place_spend_has_every_penny_of_the_payments_once(database: sqlite3.Connection) -> None:
    (spent,) = database.execute("SELECT sum(amount_pence) FROM spend").fetchone()
    assert database.execute("SELECT sum(amount_pence) FROM place_spend").fetchone() == (spent,)


def test_a_second_run_finds_nothing_to_do(site: Site, published: Published) -> None:
    again = publish(site, AS_OF)
    assert not again.is_new
    assert again.release.release_id == published.release.release_id


def test_the_same_packages_and_date_give_the_same_bytes(published: Published, tmp_path: Path) -> None:
    make(tmp_path / "datapackages")
    again = publish(Site(tmp_path), AS_OF)
    assert again.release.release_id == published.release.release_id
    for name in (DATABASE, "manifest.json", "boundaries.geojson"):
        assert _hash(again.release.folder / name) == _hash(published.release.folder / name), name


def test_another_seed_makes_other_payments_that_are_accepted_too(tmp_path: Path) -> None:
    make(tmp_path / "datapackages", rows=3_000, seed=7)
    again = publish(Site(tmp_path), AS_OF)
    assert [package.publisher_id for package in again.refused] == []


def _count(database: sqlite3.Connection, table: str) -> int:
    (count,) = database.execute(f'SELECT count(*) FROM "{table}"').fetchone()
    return int(count)


def _of_whole_numbers(values: Iterable[int], start: int = 0) -> int:
    """The sum; raises `TypeError` for a fraction, as an index does."""
    return functools.reduce(operator.add, map(operator.index, values), start)


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
