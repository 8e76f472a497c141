"""Files that real councils and departments put out go the whole way, right to the penny."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import pytest
from real_files import (
    FOLDER,
    PATHS,
    Count,
    answers,
    count,
    counted,
    lay_out,
    path_of,
    records_of,
    resource_of,
    write_partnership,
)

from pipeline.check import check
from pipeline.model import CheckedFile, CheckedPackage
from pipeline.publish import publish
from pipeline.read import read
from pipeline.releases import DATABASE
from pipeline.site import Site
from pipeline.standard import Standard

Checked = Mapping[str, CheckedPackage]

FUSED, UNDATED, TITLED_LAST = "lambeth_spend-2012-06", "oxford_spend-2014-q2", "hyndburn_spend-2025-03"
PAYMENTS = [
    f"{sender}_{name}" for sender in PATHS if sender not in {"trafford", "partnership"} for name in PATHS[sender]
]
PUBLISHED = [file_id for file_id in PAYMENTS if file_id not in {FUSED, UNDATED}]
ANSWERED = [
    file_id for file_id in PAYMENTS if path_of(file_id).startswith("spend/") and file_id not in {FUSED, TITLED_LAST}
]
TOTALS = {
    "manchester_spend-2012-06": "39048239.84", "leeds_spend-2013-10": "88623833.53", "defra_kew-2010-04": "722104.45",
}  # fmt: skip

pytestmark = pytest.mark.skipif(not FOLDER.name, reason="COMMUNITY_BUDGET_REAL_FILES names no folder")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(tmp_path_factory.mktemp("site"))
    for publisher in PATHS:
        lay_out(site, publisher)
    write_partnership(site.folder / "datapackages" / "partnership")
    return site


@pytest.fixture(scope="module")
def checked(site: Site, standard: Standard) -> Checked:
    """Every package as it stands, checked."""
    packages = (check(read(folder, standard), standard, site.stage) for folder in site.packages)
    return {package.publisher_id: package for package in packages}


@pytest.fixture(scope="module")
def released(site: Site, checked: Checked) -> Iterator[sqlite3.Connection]:
    """All of them published together, once Oxford has taken out the quarter whose dates are lost."""
    assert checked["oxford"].is_refused
    lay_out(site, "oxford", without=UNDATED.removeprefix("oxford_"))
    connection = sqlite3.connect(publish(site, date(2026, 6, 30)).release.folder / DATABASE)
    yield connection
    connection.close()


@pytest.mark.parametrize("file_id", PAYMENTS)
def test_what_is_received_is_what_the_csv_module_counts(file_id: str, checked: Checked) -> None:
    assert readable(file_of(checked, file_id)) == counted(file_id)


@pytest.mark.parametrize("file_id", ANSWERED)
def test_rows_credits_and_net_total_equal_the_answers(file_id: str, checked: Checked) -> None:
    file, answer = file_of(checked, file_id), answers()[path_of(file_id)]
    others = sum(held.amount_pence is None for held in file.held) + (file.control_total_pence is not None)
    assert readable(file) == Count(int(answer["rows"]), int(answer["credits"]), Decimal(answer["net_total"]))
    assert others == int(answer["other_rows"])


def test_every_payment_passes_but_those_that_nobody_could_place(checked: Checked) -> None:
    held = {file.file_id: Counter(row.rule for row in file.held) for file in files(checked) if file.held}
    assert held == {
        FUSED: {"cell_missing": 639, "missing_value": 2},
        UNDATED: {"missing_value": 3836},
        TITLED_LAST: {"wrong_format": 1},
        "oxford_spend-2014-q1": {"missing_value": 1},
    }


def test_a_last_row_with_one_number_is_the_total_and_equals_the_sum(checked: Checked) -> None:
    totals = {file.file_id: file.control_total_pence for file in files(checked) if file.control_total_pence is not None}
    assert totals == {file_id: int(Decimal(total) * 100) for file_id, total in TOTALS.items()}
    assert totals == {file_id: file_of(checked, file_id).received.amount_pence for file_id in TOTALS}
    assert "control_total_differs" not in {problem.rule for package in checked.values() for problem in package.problems}


def test_lambeth_is_refused_and_its_fused_rows_are_what_its_own_total_has_more(checked: Checked) -> None:
    """ANSWERS.csv also counts the row “Total” as a payment, and in eleven fused rows the 17 of “SECTION 17” as pounds."""
    file, answer = file_of(checked, FUSED), answers()[path_of(FUSED)]
    passed = in_pounds(file.published.amount_pence)
    total = next(Decimal(row[4]) for row in records_of(FUSED) if row[0] == "Total")
    fused = [",".join(row) for row in records_of(FUSED) if 1 < len(row) < 6]
    amounts = [Decimal(re.findall(r"(?:/[0-9]{4}|,)([0-9]+(?:\.[0-9]+)?),", row)[-1]) for row in fused]
    assert checked["lambeth"].is_refused
    assert (file.published.rows, len(fused)) == (2516, 639)
    assert passed + sum(amounts) == total
    assert (file.published.rows + 1 + 11, passed + total + 11 * 17) == (
        int(answer["rows"]), Decimal(answer["net_total"]),
    )  # fmt: skip


def test_oxford_is_refused_while_it_holds_the_quarter_whose_dates_are_lost(checked: Checked) -> None:
    assert {row[4] for row in records_of(UNDATED)} == {"00:00:00"}
    assert "3,837 of 61,529 rows have errors, more than 5 %: nothing of this package is published." in {
        problem.message for problem in checked["oxford"].problems
    }


def test_all_packages_but_lambeths_are_published_together(released: sqlite3.Connection) -> None:
    verdicts = dict(released.execute("SELECT publisher_id, verdict FROM packages"))
    """A payee of Leeds begins like a formula: a spreadsheet would run it, so that is said."""
    with_problems = dict.fromkeys(["hyndburn", "leeds", "oxford"], "accepted_with_problems")
    assert verdicts == dict.fromkeys(PATHS, "accepted") | with_problems | {"lambeth": "refused"}


@pytest.mark.parametrize("file_id", PUBLISHED)
def test_pounds_received_are_pounds_published_and_pounds_held_back(file_id: str, released: sqlite3.Connection) -> None:
    published, held = in_table(released, "spend", file_id), in_table(released, "held_back", file_id)
    said = conserved(released, file_id)
    assert tuple(map(sum, zip(published, held, strict=True))) == counted(file_id)
    assert said["published"] == published
    assert said["received"].net_total == published.net_total + held.net_total


def test_rows_are_traced_to_their_line_past_cells_of_several_lines(released: sqlite3.Connection) -> None:
    lines = (FOLDER / path_of(TITLED_LAST)).read_bytes().count(b"\n")
    held = "SELECT line, rule FROM held_back WHERE file_id = ? ORDER BY line DESC"
    titles, *others = map(tuple, released.execute(held, [TITLED_LAST]))
    assert titles == (lines, "wrong_format")
    assert {rule for _, rule in others} == {"free_text_holds_no_personal_data"}, (
        "a person's phone number in a description"
    )


def test_redacted_names_are_blank_and_say_why(released: sqlite3.Connection) -> None:
    rows = released.execute("SELECT redaction, count(*), count(provider_name) FROM spend GROUP BY redaction")
    words = re.compile(r"red?acted(,? (personal|commercial) [a-z]+)?", re.IGNORECASE)
    sent = [
        cell for file_id in PUBLISHED for row in records_of(file_id) for cell in row if words.fullmatch(cell.strip())
    ]
    commercial = sum("commercial" in cell.lower() for cell in sent)
    kinds = {kind: (count, named) for kind, count, named in rows if kind}
    assert kinds.pop("commercial") == (commercial, 0)
    assert sum(count for count, _ in kinds.values()) == len(sent) - commercial
    assert not any(named for _, named in kinds.values())


@pytest.mark.parametrize("indicator", PATHS["trafford"])
def test_outcomes_are_published_as_sent_but_those_without_a_value(indicator: str, released: sqlite3.Connection) -> None:
    names = [field["name"] for field in resource_of(f"trafford_{indicator}")["schema"]["fields"]]
    sent = [dict(zip(names, row, strict=True)) for row in records_of(f"trafford_{indicator}")]
    published = "SELECT area_id, period, value FROM outcomes WHERE indicator_id = ?"
    held = "SELECT count(*) FROM held_back WHERE file_id = ? AND rule = 'outcomes_have_a_value_or_a_marker'"
    assert set(released.execute(published, [indicator])) == {
        (row["area_code"], re.sub("(..)(..)/(..)", r"\1\2-\1\3", row["period"]), float(row["value"]))
        for row in sent
        if row["value"] != "NA"
    }
    assert released.execute(held, [f"trafford_{indicator}"]).fetchone() == (sum(row["value"] == "NA" for row in sent),)


def test_pendles_wards_of_2013_and_of_today_have_their_names_days_and_boundaries(
    site: Site, released: sqlite3.Connection
) -> None:
    then, now = (json.loads((FOLDER / path).read_bytes())["features"] for path in PATHS["partnership"].values())
    names = {(ward["properties"]["WD13CD"], ward["properties"]["WD13NM"], None, "2021-05-05") for ward in then}
    names |= {(ward["properties"]["ons_code"], ward["properties"]["name"], "2021-05-06", None) for ward in now}
    shapes = {
        ward["properties"].get("ons_code") or ward["properties"]["WD13CD"]: ward["geometry"] for ward in then + now
    }
    rows = released.execute("SELECT area_id, name, valid_from, valid_to FROM areas WHERE parent_id = 'E07000122'")
    published = json.loads((site.folder / "releases" / "current" / "boundaries.geojson").read_bytes())["features"]
    assert (len(then), len(now), set(rows)) == (20, 12, names)
    assert {area["properties"]["area_id"]: area["geometry"] for area in published} == shapes


def files(checked: Checked) -> Iterator[CheckedFile]:
    return (file for package in checked.values() for file in package.files)


def file_of(checked: Checked, file_id: str) -> CheckedFile:
    return next(file for file in files(checked) if file.file_id == file_id)


def readable(file: CheckedFile) -> Count:
    """The rows received whose amount can be read, whether they pass or are held back."""
    unreadable = sum(held.amount_pence is None for held in file.held)
    return Count(file.received.rows - unreadable, file.received.credits, in_pounds(file.received.amount_pence))


def in_table(released: sqlite3.Connection, table: str, file_id: str) -> Count:
    rows = released.execute(f"SELECT amount_pence FROM {table} WHERE file_id = ? AND amount_pence NOTNULL", [file_id])
    return count(in_pounds(row[0]) for row in rows)


def conserved(released: sqlite3.Connection, file_id: str) -> dict[str, Count]:
    """What the release itself says of a file, by outcome."""
    rows = released.execute(
        "SELECT outcome, sum(rows), sum(credits), sum(amount_pence) FROM conservation WHERE file_id = ? GROUP BY outcome",
        [file_id],
    )
    return {outcome: Count(*totals, in_pounds(pence)) for outcome, *totals, pence in rows}


def in_pounds(pence: int) -> Decimal:
    return Decimal(pence).scaleb(-2)
