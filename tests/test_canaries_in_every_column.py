"""Each protected column is planted with numbers of its own, and each kind of personal data with a word; none gets out.

A site of which the standard protects nothing shows that the same search finds them in each kind of file and in answers.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import AsyncIterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from canaries import Canaries, below, table, unpacked
from datasette.app import Datasette
from places import COUNCIL, FRAMEWORK, Place, resource, spend
from served import close, make_site

from pipeline.standard import Standard

ROOT = Path(__file__).parent.parent
WARD, WARDS = "X05000005", ("X05000005", "X05000006")
PAGES = 250
"""How many pages are followed from the front page; each question is asked besides."""
Planted = tuple[Place, Canaries]
INDICATOR = "indicator_id,title,definition,theme_id,unit,polarity,minimum_change,frequency,source,disclosure\n"
HEADER = "payment_date,amount_gbp,provider_name,description,redaction,Canary ref\n"
PERSONAL = (
    "canary@example.org", "canary 07700 900123", "canary AB 12 34 56 C", "canary 943 476 5919",
    "canary born on 12/03/1985", "canary lives at 1 Long Lane SW1A 1AA",
)  # fmt: skip


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory, standard: Standard) -> Planted:
    """Two releases with a correction between them."""
    return _published_twice(tmp_path_factory.mktemp("planted"), standard)


@pytest.fixture
async def site(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Datasette]:
    monkeypatch.setenv("COMMUNITY_BUDGET_RELEASES", os.fspath(planted[0].folder / "releases"))
    monkeypatch.setenv("COMMUNITY_BUDGET_QUESTIONS", os.fspath(ROOT / "questions"))
    datasette = make_site()
    yield datasette
    close(datasette)


def test_every_protected_column_of_the_standard_holds_canaries(planted: Planted, standard: Standard) -> None:
    counts = {f"{name}.{f.name}" for name, data in standard.datasets.items() for f in data.columns if f.disclosure}
    assert counts <= {where.split()[0] for where in planted[1].planted.values()}
    for column in counts:
        dataset, name = column.split(".")
        rows = planted[0].select(f"SELECT count({name}) FROM {dataset} WHERE typeof({name}) = 'integer'")
        assert rows[0][0] > 0, column


def test_no_canary_is_in_any_byte_of_two_releases_and_what_lies_beside_them(planted: Planted) -> None:
    place, canaries = planted
    contents = list(below(place.folder / "releases"))
    assert {Path(name).suffix for name, _ in contents} >= {".db", ".parquet", ".csv", ".json", ".zip", ".gz"}
    assert len(list((place.folder / "releases").glob("*/manifest.json"))) >= 2
    assert canaries.found_in(contents) == set()


async def test_no_canary_is_in_any_answer_of_the_site(planted: Planted, site: Datasette) -> None:
    asked = {}
    async for path, content in _answers(site):
        asked[path] = content
    assert len(asked) > PAGES
    assert planted[1].found_in(asked.items()) == set()


@pytest.mark.parametrize("where", [".db", ".parquet", ".csv", ".json", ".zip"])
def test_the_search_finds_canaries_that_are_not_protected(planted_openly: Planted, where: str) -> None:
    """Published by a standard that protects nothing, they are in every kind of file: so the search can fail."""
    place, canaries = planted_openly
    found = canaries.found_in(item for item in below(place.folder / "releases") if where in item[0])
    counts = {column for _, column in found if " " not in column} & set(canaries.planted.values())
    assert {"caseloads.units", "contacts.contacts", "interventions.packages", "outcomes.numerator"} <= counts


async def test_the_search_of_the_site_finds_canaries_that_are_not_protected(
    planted_openly: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMUNITY_BUDGET_RELEASES", os.fspath(planted_openly[0].folder / "releases"))
    monkeypatch.setenv("COMMUNITY_BUDGET_QUESTIONS", os.fspath(ROOT / "questions"))
    site = make_site()
    paths = ("/community-budget/caseloads", "/community-budget/outcomes.json")
    contents = [(path, (await site.client.get(path, follow_redirects=True)).content) for path in paths]
    close(site)
    assert {path for path, _ in planted_openly[1].found_in(contents)} == set(paths)


@pytest.fixture(scope="module")
def planted_openly(tmp_path_factory: pytest.TempPathFactory, standard: Standard) -> Planted:
    """The same as if no count were that of people."""
    place, canaries = Place(tmp_path_factory.mktemp("openly"), standard), Canaries()
    own = place.folder / "standard" / "tables"
    own.mkdir(parents=True)
    for path in (ROOT / "standard" / "tables").glob("*.json"):
        descriptor = json.loads(path.read_text(encoding="utf-8"))
        for column in descriptor["fields"]:
            column |= {"disclosure": "none"} if isinstance(column.get("disclosure"), str) else {}
        (own / path.name).write_text(json.dumps(descriptor), encoding="utf-8")
    _send(place, canaries, 0, "none")
    place.publish()
    return place, canaries


def _published_twice(folder: Path, standard: Standard) -> Planted:
    place, canaries = Place(folder, standard), Canaries()
    for correction in range(2):
        _send(place, canaries, correction)
        assert not place.publish().refused
    return place, canaries


def _send(place: Place, canaries: Canaries, correction: int, disclosure: str = "round5") -> None:
    number = canaries.number
    tables = _counts(canaries) | {
        "voices": [{"voice_id": "v", "said_by": "resident", "summary": "s", "people": number("voices.people"), "year": 2024}],
        "typical_families": [
            {"cohort_id": "a", "fy": "2024-2025", "families_studied": number("typical_families.families_studied"), "source": "s"}
        ],
    }  # fmt: skip
    indicators = INDICATOR + f"i,t,d,healthy-lives,count,lower,1,annual,s,{disclosure}\n"
    indicators += f"j,t,d,healthy-lives,percent,lower,1,annual,s,{disclosure}\n"
    place.send_partnership(
        **FRAMEWORK,
        cohorts="cohort_id,title,unit,definition\na,A,family,d\n",
        indicators=indicators,
        **{name: table(tables.pop(name)) for name in ("voices", "typical_families")},
        needs="need_id,title,summary,theme_id,raised_by,priority,year\nn,t,canary-need,no-theme,residents,1,2024\n",
    )
    rows = [f"2024-05-0{line},1.00,{text},,," for line, text in enumerate(PERSONAL, 1)]
    rows += ["2024-05-07,1e5,canary amount,,,", "2024-05-40,1.00,canary date,,,", "2031-05-01,1.00,canary late,,,"]
    rows += ["2024-05-08,3.00,CANARY WORD,,,canary internal", f"2024-05-09,{4 + correction}.00,Nightingale,,,canary"]
    fields: list[dict[str, Any]] = [{"name": name} for name in HEADER.strip().split(",")]
    fields[2] |= {"reads": [{"redacted": {"CANARY WORD": "personal"}}]}
    fields[3] |= {"columnType": "purpose"}
    files = {f"{name}.csv": table(rows) for name, rows in tables.items()} | {
        "spend.csv": spend(*rows, header=HEADER),
        "unlisted-canary.csv": "canary",
    }
    described = [resource(f"{name}.csv", name) for name in tables]
    place.send(COUNCIL, files, resource("spend.csv", "spend", schema={"fields": fields}), *described)


def _counts(canaries: Canaries) -> dict[str, list[dict[str, Any]]]:
    """Counts of two wards that stand in no relation to one another, and of a row that is held back."""
    number = canaries.number
    found: dict[str, list[dict[str, Any]]] = {"caseloads": [], "contacts": [], "interventions": [], "outcomes": []}
    for area in (*WARDS, "X09999999"):
        why = "" if area in WARDS else " held back"
        group = {"cohort_id": "a", "area_id": area}
        supported, units, people = (number(f"caseloads.{name}{why}") for name in ("supported", "units", "people"))
        found["caseloads"].append(group | {"fy": "2024-2025", "units": units, "people": people, "supported": supported})
        found["contacts"].append(
            group | {"agency_id": COUNCIL, "profession": "nurse", "fy": "2024-2025", "contacts": number(f"contacts.contacts{why}")}
        )  # fmt: skip
        completed, packages = (number(f"interventions.{name}{why}") for name in ("completed", "packages"))
        found["interventions"].append(
            group | {"project_id": "reablement", "intervention": "i", "period": "2024-Q2", "tier": "early", "packages": packages, "completed": completed}
        )  # fmt: skip
        counted = {"indicator_id": "i", "area_id": area, "period": "2023", "breakdown": "all"}
        found["outcomes"].append(
            counted | {"value": number(f"outcomes.value{why}"), "numerator": "", "denominator": ""}
        )
        top, bottom = (number(f"outcomes.{name}{why}") for name in ("numerator", "denominator"))
        rate = {"indicator_id": "j", "value": round(100 * top / bottom, 1), "numerator": top, "denominator": bottom}
        found["outcomes"].append(counted | rate)
    return found


async def _answers(site: Datasette) -> AsyncIterator[tuple[str, bytes]]:
    """What the site answers: pages followed from the front page, every question, every table, feeds and mistakes."""
    await site.invoke_startup()
    tables = [row[0] for row in await _select(site, "SELECT dataset FROM datasets")]
    questions = [path.stem for path in (ROOT / "questions").glob("*.sql")]
    first = [f"/community-budget/{name}{end}" for name in tables for end in ("", ".json?_shape=objects")]
    first += [f"/community-budget/{name}.json" for name in questions]
    first += ["/community-budget?sql=SELECT+canar+FROM+caseloads", "/community-budget/caseloads?units=x", "/nowhere"]
    waiting, seen = ["/", "/releases", "/check", *first], set()
    while waiting and len(seen) < PAGES + len(first):
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = await site.client.get(path, follow_redirects=True)
        yield path, answer.content
        if "html" in answer.headers.get("content-type", ""):
            links = re.findall(r'href="(/[^"#]*)"', answer.text)
            waiting += [link.replace("&amp;", "&") for link in islice(dict.fromkeys(links), 60)]


async def _select(site: Datasette, sql: str) -> list[Any]:
    return list((await site.get_database("community-budget").execute(sql)).rows)


def test_what_is_packed_in_parquet_is_read(planted_openly: Planted) -> None:
    path = planted_openly[0].current / "downloads" / "caseloads.parquet"
    pages = [name for name, _ in unpacked("caseloads.parquet", path.read_bytes()) if "page" in name]
    assert len(pages) >= 5
