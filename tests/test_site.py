"""What `publish` makes is served whole: every table, every question and the home page, as the project ships them."""

import json
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from datasette.app import Datasette
from places import Place, spend
from served import ROOT, close, make_site

from pipeline.standard import Standard

THEMES = "theme_id,title,vision\ngood-homes,Good homes,Every home is dry\n"


@pytest.fixture
async def site(tmp_path: Path, standard: Standard, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Datasette]:
    place = Place(tmp_path, standard)
    place.send_partnership(themes=THEMES)
    place.send_spend(spend("2024-05-01,1234.50,Calder Care", "2024-05-02,-1.00,Moorland", "2030-01-01,5.00,Later"))
    place.publish()
    monkeypatch.setenv("COMMUNITY_BUDGET_RELEASES", os.fspath(tmp_path / "releases"))
    monkeypatch.setenv("COMMUNITY_BUDGET_QUESTIONS", os.fspath(ROOT / "questions"))
    datasette = make_site()
    yield datasette
    close(datasette)


async def test_every_table_has_a_page_with_its_title_and_no_column_without_one(site, standard):
    for dataset in (*standard.datasets.values(), *standard.derived.values()):
        response = await site.client.get(f"/community-budget/{dataset.name}")

        assert response.status_code == 200, dataset.name
        assert f"<h1>{dataset.descriptor['title']}</h1>" in response.text
        described = re.findall(r"<dt>[^<]+ <code>([^<]+)</code></dt><dd>[^<]", response.text)
        columns = await site.get_database("community-budget").table_columns(dataset.name)
        assert sorted(described) == sorted(columns)


async def test_every_question_answers_as_a_page_and_as_json(site):
    await site.client.get("/")
    assert site.questions

    for name, question in site.questions.items():
        page = await site.client.get(f"/community-budget/{name}")
        assert page.status_code == 200, name
        assert f"<h1>{question.title}</h1>" in page.text.replace("&#39;", "'")
        assert (await site.client.get(f"/community-budget/{name}.json")).json()["error"] is None, name


async def test_no_question_has_the_name_of_a_table(site):
    await site.client.get("/")

    assert not set(site.questions) & set(await site.get_database("community-budget").table_names())


async def test_the_home_page_shows_what_is_published_held_back_and_where_to_go(site):
    text = (await site.client.get("/")).text

    assert "£1,233.50" in text
    assert "£5.00" in text
    quality = (await site.client.get("/quality")).text
    assert "Payments are not in the future" in quality
    for address in set(re.findall(r'href="(/[^"#]*)', text)):
        assert (await site.client.get(address.replace("&amp;", "&"))).status_code == 200, address


async def test_a_payment_leads_to_the_file_and_the_line_that_the_council_sent(site):
    text = (await site.client.get("/community-budget/spend/wexmoor-council_spend,3")).text

    assert "−£1.00" in text  # noqa: RUF001 a minus sign is what is shown
    assert '<a href="/community-budget/agencies/wexmoor-council">Wexmoor Council</a>' in text
    assert '<a href="/community-budget/files/wexmoor-council_spend">spend.csv</a>' in text
    assert "<dt>Line</dt>\n    <dd>3</dd>" in text


async def test_payments_are_found_by_the_words_in_them(site):
    rows = (await site.client.get("/community-budget/spend.json?_search=moorland&_shape=array")).json()

    assert [row["amount_pence"] for row in rows] == [-100]


async def test_the_release_is_named_as_its_manifest_names_it(site, tmp_path):
    manifest = json.loads((tmp_path / "releases" / "current" / "manifest.json").read_text(encoding="utf-8"))
    response = await site.client.get("/")

    assert response.headers["community-budget-release"] == manifest["release"]
    assert manifest["release"] in response.text
