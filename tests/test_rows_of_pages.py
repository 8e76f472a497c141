"""Pages lead to the rows of tables that are filtered as the page is: there are such rows, and they add up to the page."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from datasette.app import Datasette
from served import ROOT, close, make_site

from pipeline.publish import publish
from pipeline.site import Site

PAGES = {
    "areas": "/areas/X05000005?fy=2024-2025",
    "areas of one agency": "/areas/X05000005?fy=2024-2025&agency=wexmoor-council",
    "areas of one tier": "/areas/X05000005?fy=2024-2025&agency=wexmoor-council&tier=early",
    "agencies": "/agencies/wexmoor-council?fy=2024-2025",
    "agencies of one tier": "/agencies/wexmoor-council?fy=2023-2024&tier=early",
    "cohorts": "/cohorts/complex-families?fy=2024-2025",
    "indicators": "/indicators/proven-reoffending",
    "programmes": "/programmes/family-partnership?fy=2024-2025",
    "projects": "/projects/family-key-workers",
    "providers": "/providers/second-bridge-services",
    "themes": "/themes/strong-families",
    "themes of one agency": "/themes/strong-families?agency=wexmoor-council&tier=early",
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The illustrative place, all of it."""
    folder = tmp_path_factory.mktemp("place")
    (folder / "datapackages").symlink_to(ROOT / "datapackages")
    publish(Site(folder), date(2026, 6, 30))
    return folder


@pytest.fixture
async def site(published: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Datasette]:
    monkeypatch.setenv("COMMUNITY_BUDGET_RELEASES", os.fspath(published / "releases"))
    monkeypatch.setenv("COMMUNITY_BUDGET_QUESTIONS", os.fspath(ROOT / "questions"))
    datasette = make_site()
    yield datasette
    close(datasette)


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
async def test_each_link_to_rows_answers_and_has_rows(site, address):
    links = await _links(site, address)

    assert links
    for link in links:
        rows, count = await _rows(site, link)
        assert count > 0, link
        assert (await site.client.get(link)).status_code == 200
        assert all(_fits(row, link) for row in rows), link


def test_every_kind_of_page_that_leads_to_rows_is_tried():
    folder = ROOT / "templates" / "pages"
    leading = {path.parent.name for path in folder.rglob("*.html") if "show.rows(" in path.read_text(encoding="utf-8")}

    assert leading == {name.partition(" ")[0] for name in PAGES}


async def test_what_a_ward_gets_is_the_sum_of_the_rows_that_it_leads_to(site):
    for address in (PAGES["areas"], PAGES["areas of one agency"]):
        (year,) = [row for row in await _answer(site, address, "money") if row["fy"] == "2024-2025"]
        links = await _links(site, address)

        assert await _sum(site, links, "place_total") == year["amount_pence"] > 0
        assert await _sum(site, links, "spend") == year["stated_pence"] > 0
        assert await _sum(site, links, "place_spend") == year["allocated_pence"] > 0


async def test_what_a_payment_does_not_say_is_said_of_its_rows_and_filters_the_others(site):
    address = PAGES["areas of one tier"]
    (year,) = [row for row in await _answer(site, address, "money") if row["fy"] == "2024-2025"]
    links = await _links(site, address)

    assert await _sum(site, links, "place_total") == year["amount_pence"]
    assert "that state Eastgate, of every tier, one by one</a>" in (await site.client.get(address)).text


async def test_the_payments_of_an_agency_are_those_of_its_year(site):
    links = await _links(site, PAGES["agencies"])
    months = await _answer(site, PAGES["agencies"], "months")
    in_year = sum(row["amount_pence"] for row in months if "2024-04" <= row["month"] <= "2025-03")

    assert await _sum(site, links, "spend") == await _sum(site, links, "place_spend") == in_year > 0


async def test_a_provider_has_as_many_payments_as_its_page_counts(site):
    (counted,) = await _answer(site, PAGES["providers"], "all")
    (link,) = [link for link in await _links(site, PAGES["providers"]) if "/spend?" in link]

    assert (await _rows(site, link))[1] == counted["payments"] > 100
    assert await _sum(site, [link], "spend") == counted["amount_pence"]


async def test_a_project_has_as_many_payments_as_its_page_lists(site):
    listed = await _answer(site, PAGES["projects"], "payments")
    (money,) = await _answer(site, PAGES["projects"], "money")
    links = await _links(site, PAGES["projects"])

    assert await _sum(site, links, "spend") == sum(row["amount_pence"] for row in listed) > 0
    assert await _sum(site, links, "place_spend") == money["payments_pence"] + (money["allocated_pence"] or 0)


async def test_the_money_of_a_theme_is_the_sum_of_its_rows(site):
    for address in (PAGES["themes"], PAGES["themes of one agency"]):
        links = await _links(site, address)
        total, months = await _answer(site, address, "money"), await _answer(site, address, "months")

        assert await _sum(site, links, "place_total") == sum(row["amount_pence"] or 0 for row in total) > 0
        assert await _sum(site, links, "place_spend") == sum(row["amount_pence"] for row in months) > 0


async def test_no_page_leads_to_rows_that_there_are_none_of(site):
    assert [link for link in await _links(site, "/agencies/treasury-department") if "/spend?" in link] == []


async def _links(site: Datasette, address: str) -> list[str]:
    text = (await site.client.get(address)).text
    return [unescape(link) for link in re.findall(r'<p class="source leads"><a href="([^"]+)"', text)]


async def _answer(site: Datasette, address: str, name: str) -> list[dict[str, Any]]:
    path, _, query = address.partition("?")
    return (await site.client.get(f"{path}.json?{query}")).json()["answers"][name]["rows"]


async def _rows(site: Datasette, link: str) -> tuple[list[dict[str, Any]], int]:
    """The first rows at a table's address, and how many there are."""
    path, _, query = link.partition("?")
    told = (await site.client.get(f"{path}.json?{query}&_shape=objects")).json()
    return told["rows"], told["filtered_table_rows_count"]


async def _sum(site: Datasette, links: list[str], table: str) -> int:
    """What all rows add up to at the one address of a table among these."""
    (link,) = [link for link in links if urlsplit(link).path.endswith(f"/{table}")]
    path, _, query = link.partition("?")
    total, more = 0, f"{path}.json?{query}&_shape=objects&_size=max"
    while more:
        told = (await site.client.get(more)).json()
        total += sum(row["amount_pence"] or 0 for row in told["rows"])
        more = (told["next_url"] or "").removeprefix("http://localhost")
    return total


def _fits(row: dict[str, Any], link: str) -> bool:
    """Whether a row is one that the address asks for."""
    for condition, (value,) in parse_qs(urlsplit(link).query).items():
        if condition.startswith("_"):
            continue
        column, _, how = condition.partition("__")
        said = str(row[column])
        if not {"": said == value, "gte": said >= value, "lte": said <= value}[how]:
            return False
    return True
