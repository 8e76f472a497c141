"""What packages are to one another: conservation of pounds, references, keys of two publishers, rules in any order."""

from __future__ import annotations

import csv
import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from broken_packages import GOOD
from places import AGENCIES, AS_OF, COUNCIL, FRAMEWORK, PARTNERSHIP, POLICE, Place, resource, send_everything, spend

from pipeline.database import connect
from pipeline.errors import ConservationError
from pipeline.load import load
from pipeline.reconcile import reconcile
from pipeline.standard import Standard


@pytest.fixture
def place(tmp_path: Path, standard: Standard) -> Place:
    place = Place(tmp_path, standard)
    place.send_partnership()
    return place


def test_pounds_received_are_published_or_held_back_for_every_file_package_and_release(place: Place) -> None:
    send_everything(place)
    place.publish()
    totals = "SELECT {} outcome, sum(rows), total(credits), total(amount_pence) FROM conservation GROUP BY {} outcome"
    for by in ("file_id,", "publisher_id,", ""):
        found: dict[Any, dict[str, tuple[float, ...]]] = {}
        for *key, outcome, rows, returned, amount in place.select(totals.format(by, by)):
            found.setdefault(tuple(key), {})[outcome] = (rows, returned, amount)
        for outcomes in found.values():
            published, held = outcomes["published"], outcomes.get("held_back", (0, 0, 0))
            assert outcomes["received"] == tuple(a + b for a, b in zip(published, held, strict=True))
    assert place.select(
        "SELECT outcome, reason, rows, credits, amount_pence FROM conservation WHERE file_id = 'wexmoor-council_spend'"
    ) == [
        ("held_back", "free_text_holds_no_personal_data", 1, 0, 64),
        ("held_back", "payments_are_not_in_the_future", 1, 1, -16),
        ("held_back", "payments_fall_in_the_period_of_their_file", 1, 0, 32),
        ("held_back", "wrong_format", 2, 0, 8),
        ("published", "", 3, 1, 10000 - 2050 + 256),
        ("received", "", 8, 2, 10000 - 2050 + 256 + 64 - 16 + 32 + 8),
    ]


def test_what_is_received_is_what_a_calculator_finds_in_the_file(place: Place) -> None:
    rows = [f"2024-05-{day:02},{amount},Calder Care" for day, amount in zip(range(1, 31), _amounts(), strict=True)]
    place.send_spend(spend(*rows))
    place.publish()
    with (place.package() / "spend.csv").open(encoding="utf-8") as stream:
        amounts = [Decimal(row["amount_gbp"]) for row in csv.DictReader(stream)]
    assert place.select(
        "SELECT rows, credits, amount_pence FROM conservation WHERE outcome = 'received' AND dataset = 'spend'"
    ) == [(30, sum(amount < 0 for amount in amounts), int(sum(amounts) * 100))]
    assert place.select("SELECT sum(amount_pence) FROM spend") == [(int(sum(amounts) * 100),)]
    assert place.select("SELECT sum(amount_pence) FROM place_spend") == [(int(sum(amounts) * 100),)]


def test_every_published_row_leads_to_its_line_as_sent(place: Place) -> None:
    rows = [
        f'2024-05-01,{number}.00,"Supplier\n{number}"' if number % 3 else f"2024-05-01,{number}.00,S"
        for number in range(40)
    ]
    fields = [{"name": name, "reads": ["line_breaks"]} for name in ("payment_date", "amount_gbp", "provider_name")]
    place.send_spend(spend(*rows[:20], "", "2024-05-01,x,", *rows[20:]), schema={"fields": fields})
    place.publish()
    lines = (place.package() / "spend.csv").read_text().split("\n")
    found = place.select(
        "SELECT s.line, s.amount_pence, f.path FROM spend AS s JOIN files AS f USING (file_id) ORDER BY 1"
    )
    assert len(found) == 40
    for line, amount_pence, path in found:
        assert path == "spend.csv"
        assert lines[line - 1].startswith(f"2024-05-01,{amount_pence // 100}.00,")


def test_rows_are_removed_in_rounds_until_all_that_is_left_holds(place: Place) -> None:
    place.send_partnership(**FRAMEWORK)
    place.send_spend("payment_date,amount_gbp,project_id\n2024-05-01,1.00,falls\n2024-05-02,2.00,reablement\n")
    place.publish()
    assert place.select("SELECT dataset, line, rule FROM held_back ORDER BY dataset") == [
        ("milestones", 3, "reference_not_found"),
        ("programmes", 3, "reference_not_found"),
        ("projects", 3, "reference_not_found"),
    ]
    assert (
        place.select("SELECT project_id FROM projects")
        == place.select("SELECT project_id FROM milestones")
        == [("reablement",)]
    )
    assert place.select("SELECT amount_pence, project_id FROM spend ORDER BY line") == [
        (100, None),
        (200, "reablement"),
    ]


def test_a_dangling_reference_holds_a_row_back_or_is_emptied_and_both_are_said(place: Place) -> None:
    place.send_partnership(**FRAMEWORK)
    place.send_spend("payment_date,amount_gbp,project_id\n2024-05-01,1.00,falls\n")
    place.publish()
    dangling = "SELECT severity, dataset, line, field, message FROM problems WHERE rule = 'reference_not_found'"
    assert place.select(f"{dangling} ORDER BY problem_id") == [
        ("error", "programmes", 3, "theme_id", "Theme names a row of Themes that is not there."),
        ("error", "projects", 3, "programme_id", "Programme names a row of Programmes that is not there."),
        ("error", "milestones", 3, "project_id", "Project names a row of Projects that is not there."),
        ("warning", "spend", 2, "project_id", "Project names a row of Projects that is not there."),
    ]


def test_a_row_of_an_agency_that_is_not_in_the_list_is_held_back(place: Place) -> None:
    place.send_partnership(agencies=AGENCIES.replace("wexmoor-council,", "another-council,"))
    place.send_spend(GOOD)
    place.publish()
    assert place.select("SELECT line, rule, amount_pence FROM held_back") == [
        (2, "reference_not_found", 10000),
        (3, "reference_not_found", -2050),
    ]


def test_a_key_that_two_publishers_use_holds_both_rows_back_and_names_the_other(place: Place) -> None:
    for publisher, own in ((COUNCIL, "calder"), (POLICE, "moorland")):
        place.send(
            publisher,
            {"p.csv": f"provider_id,name\n{own},Only ours\nshared,Ours too\n"},
            resource("p.csv", "providers"),
        )
    place.publish()
    assert place.select("SELECT provider_id FROM providers ORDER BY 1") == [("calder",), ("moorland",)]
    assert place.select(
        "SELECT publisher_id, line, rule, message, advice FROM problems WHERE severity = 'error' ORDER BY 1"
    ) == [
        (
            publisher,
            3,
            "key_of_another_publisher",
            f"{other} sends a row with the same Provider (Providers).",
            "Agree which of you publishes it; until then both rows are held back.",
        )
        for publisher, other in ((POLICE, COUNCIL), (COUNCIL, POLICE))
    ]
    assert place.select("SELECT verdict FROM packages WHERE publisher_id = 'wexmoor-council'") == [("accepted",)]


def test_the_order_of_rules_does_not_matter(place: Place) -> None:
    send_everything(place)
    found = []
    for number, rules in enumerate(_orders(place.standard)):
        folder = place.folder / str(number)
        folder.mkdir()
        packages = [place.checked(publisher) for publisher in (PARTNERSHIP, POLICE, COUNCIL)]
        ordered = replace(place.standard, rules=rules)
        found.append(_what_is_left(reconcile(load(packages, ordered, AS_OF, folder), ordered), place.standard))
    assert found[0] == found[1] == found[2]
    assert len(found[0]["held_back"]) >= 8


def test_references_hold_in_the_released_database_whatever_was_sent(place: Place) -> None:
    send_everything(place)
    place.publish()
    declared = [name for (name,) in place.select("SELECT name FROM sqlite_master WHERE type = 'table'")]
    keys = [key for name in declared for key in place.select(f"PRAGMA foreign_key_list('{name}')")]
    expected = sum(
        len(dataset.references) for dataset in (*place.standard.datasets.values(), *place.standard.derived.values())
    )
    assert len(keys) == expected > 60
    assert place.select("PRAGMA foreign_key_check") == []
    assert place.select("PRAGMA integrity_check") == [("ok",)]


def test_every_reference_and_every_search_of_the_standard_has_its_index(place: Place) -> None:
    place.publish()
    indexed = set(
        place.select(
            "SELECT m.tbl_name, i.name FROM sqlite_master AS m, pragma_index_info(m.name) AS i WHERE seqno = 0"
        )
    )
    for dataset in (*place.standard.datasets.values(), *place.standard.derived.values()):
        for reference in dataset.references:
            assert (dataset.name, dataset.stored(reference.columns[0])) in indexed
        if dataset.listed("search"):
            assert place.select(f"SELECT count(*) FROM {dataset.name}_fts") == place.select(
                f"SELECT count(*) FROM {dataset.name}"
            )


@pytest.mark.parametrize(
    "lost", ["DELETE FROM spend WHERE line = 2", "UPDATE spend SET amount_pence = amount_pence + 1"]
)
def test_a_row_or_a_penny_that_is_lost_on_the_way_stops_everything(place: Place, lost: str) -> None:
    place.send_spend(GOOD)
    build = load(
        [place.checked(publisher) for publisher in (PARTNERSHIP, COUNCIL)], place.standard, AS_OF, place.folder
    )
    with connect(build) as connection:
        connection.execute(lost)
    with pytest.raises(ConservationError, match="What was received in wexmoor-council_spend is not what is published"):
        reconcile(build, place.standard)


def _amounts() -> list[str]:
    found = random.Random(7)
    return [f"{found.randint(-(10**7), 10**9) / 100:.2f}" for _ in range(30)]


def _orders(standard: Standard) -> list[tuple[Any, ...]]:
    shuffled = list(standard.rules)
    random.Random(1).shuffle(shuffled)
    return [standard.rules, standard.rules[::-1], tuple(shuffled)]


def _what_is_left(reconciled: Any, standard: Standard) -> dict[str, Any]:
    """The rows of every table, and the rows held back, whatever their first reason."""
    with connect(Path(reconciled)) as connection:
        left: dict[str, Any] = {
            dataset.name: [tuple(row) for row in connection.execute(f"SELECT * FROM {dataset.name}")]
            for dataset in standard.sent
        }
        left["held_back"] = sorted(tuple(row) for row in connection.execute("SELECT file_id, line FROM held_back"))
        problems = connection.execute("SELECT file_id, line, rule, message FROM problems")
        left["problems"] = Counter(tuple(row) for row in problems)
    return left
