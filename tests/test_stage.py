"""No work twice: what has not changed is taken from the stage, and the release does not show that it was."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
from places import Place, spend

from pipeline.releases import DATABASE
from pipeline.standard import Standard

COUNCILS = [f"council-{number:02}" for number in range(39)]


def test_of_forty_packages_the_one_that_changed_is_checked(tmp_path: Path, standard: Standard) -> None:
    place = many_packages(tmp_path / "grown", standard)
    place.publish()
    before = _checked_when(place)
    place.send_spend(spend("2024-05-02,99.99,Acme Ltd"), COUNCILS[7])
    place.publish()
    after = _checked_when(place)
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + 1 == 41


def test_a_release_from_the_stage_has_the_bytes_of_one_from_nothing(tmp_path: Path, standard: Standard) -> None:
    grown = many_packages(tmp_path / "grown", standard)
    grown.publish()
    fresh = many_packages(tmp_path / "fresh", standard)
    for place in (grown, fresh):
        place.send_spend(spend("2024-05-02,99.99,Acme Ltd"), COUNCILS[7])
        place.publish()
    assert (grown.current / DATABASE).read_bytes() == (fresh.current / DATABASE).read_bytes()


def test_text_that_repeats_is_staged_once_and_referred_to_by_number(tmp_path: Path, standard: Standard) -> None:
    place = many_packages(tmp_path, standard)
    place.send_spend(spend(*(f"2024-05-02,{number}.00,Payee {number % 7}" for number in range(1, 3000))), COUNCILS[7])
    place.publish()
    (staged,) = list((place.folder / "stage").glob(f"*/{COUNCILS[7]}_*.parquet"))
    group = pq.read_metadata(staged).row_group(0)
    columns = {group.column(number).path_in_schema: group.column(number) for number in range(group.num_columns)}
    referred = {name for name, column in columns.items() if column.has_dictionary_page}
    assert {"agency_id", "payment_date", "provider_name"} <= referred
    assert not {"amount_pence", "line"} & referred


def many_packages(folder: Path, standard: Standard) -> Place:
    """A partnership and thirty-nine councils with a payment each."""
    place = Place(folder, standard)
    agencies = "".join(f"{council},{council.title()},council\n" for council in COUNCILS)
    place.send_partnership(agencies=f"agency_id,name,agency_type\n{agencies}")
    for number, council in enumerate(COUNCILS):
        place.send_spend(spend(f"2024-05-01,{number}.00,Acme Ltd"), council)
    return place


def _checked_when(place: Place) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (place.folder / "stage").iterdir()}
