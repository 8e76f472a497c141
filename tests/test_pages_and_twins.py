"""Pages are templates that ask questions; each has a twin as JSON, says its release, and works out nothing itself."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
import yaml
from datasette.app import Datasette
from served import close, make_site

from pipeline.publish import publish
from pipeline.site import Site

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "templates" / "pages"
TEMPLATES = sorted(FOLDER.rglob("*.html"))
SMALL = ["partnership", "open-door-wexmoor", "wexmoor-council"]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of three publishers of the illustrative place: many questions have an answer, and many have none."""
    folder = tmp_path_factory.mktemp("place")
    (folder / "datapackages").mkdir()
    for name in SMALL:
        (folder / "datapackages" / name).symlink_to(ROOT / "datapackages" / name)
    publish(Site(folder), date(2026, 6, 30))
    return folder


@pytest.fixture
async def site(published: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Datasette]:
    monkeypatch.setenv("COMMUNITY_BUDGET_RELEASES", os.fspath(published / "releases"))
    monkeypatch.setenv("COMMUNITY_BUDGET_QUESTIONS", os.fspath(ROOT / "questions"))
    datasette = make_site()
    yield datasette
    close(datasette)


def _said(path: Path) -> dict:
    return yaml.safe_load(re.match(r"\A\s*\{#(.*?)#\}", path.read_text(encoding="utf-8"), re.DOTALL)[1])


@pytest.fixture(params=TEMPLATES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def template(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_a_page_asks_questions_that_there_are(template):
    known = {path.stem for path in (ROOT / "questions").glob("*.sql")}
    asked = {ask["question"] if isinstance(ask, dict) else ask for ask in (_said(template)["asks"] or {}).values()}

    assert asked <= known


@pytest.mark.parametrize(
    "path",
    [path for path in TEMPLATES if "{" not in path.as_posix()],
    ids=lambda path: path.relative_to(FOLDER).as_posix(),
)
async def test_a_page_answers_and_its_twin_gives_the_same_questions(site, path):
    address = "/" + path.relative_to(FOLDER).with_suffix("").as_posix().removesuffix("index").rstrip("/")
    page = await site.client.get(address)
    twin = (await site.client.get("/index.json" if address == "/" else f"{address}.json")).json()

    assert page.status_code == 200
    assert "as things stood on" in page.text
    assert "To cite it:" in page.text
    assert twin["release"]["as_of"] == "2026-06-30"
    assert twin["release"]["id"] in twin["cite"]
    assert set(twin["answers"]) == set(_said(path)["asks"] or {})


async def test_a_page_is_about_a_row_and_without_it_there_is_none(site):
    there = await site.client.get("/areas/X05000005")
    absent = await site.client.get("/areas/X09999999")

    assert "<h1>Eastgate</h1>" in there.text
    assert absent.status_code == 404
    assert "nothing of this kind" in absent.text
    assert (await site.client.get("/areas/X09999999.json")).status_code == 404


async def test_what_an_address_says_is_a_value_and_never_sql(site):
    twin = (await site.client.get("/search.json?words=%27%20OR%201--")).json()

    assert twin["chosen"]["words"] == "' OR 1--"
    assert twin["answers"]["found"]["rows"] == []


async def test_what_is_none_of_the_choices_is_refused_with_what_there_is(site):
    page = await site.client.get("/areas/X05000005?tier=later")
    twin = await site.client.get("/areas/X05000005.json?tier=later")

    assert (page.status_code, twin.status_code) == (400, 400)
    assert "there is no later here" in page.text
    assert twin.json()["error"].endswith("Choose another (tier=…): prevention, early, targeted, acute")


async def test_what_is_chosen_goes_into_every_question_that_can_tell_it_apart(site):
    """The agencies of an area add up to the area, and each page leads to its question with the same choice."""
    whole = (await site.client.get("/areas/X05000005.json?fy=2024-2025")).json()
    codes = [row["agency_id"] for row in whole["answers"]["agencies"]["rows"]]
    parts = [(await site.client.get(f"/areas/X05000005.json?fy=2024-2025&agency={code}")).json() for code in codes]

    assert len(codes) > 1
    for column in ("amount_pence", "payments_pence"):
        assert sum(_sum(part, "themes", column) for part in parts) == _sum(whole, "themes", column) > 0
    assert f"agency={codes[0]}" in parts[0]["answers"]["themes"]["address"]
    page = (await site.client.get(f"/areas/X05000005?fy=2024-2025&agency={codes[0]}")).text
    assert f'<option value="{codes[0]}" selected>' in page


def _sum(twin, name, column):
    return sum(row[column] or 0 for row in twin["answers"][name]["rows"])


@pytest.mark.parametrize(
    ("address", "table", "key"),
    [
        ("/areas/compare", "areas", "area_id"),
        ("/agencies/compare", "agencies", "agency_id"),
        ("/themes/compare", "themes", "theme_id"),
    ],
)
async def test_two_of_a_kind_stand_side_by_side_as_they_stand_alone(site, address, table, key):
    kinds = {"areas": "area", "agencies": "agency", "themes": "theme"}
    named = (await site.client.get(f"/community-budget/things_by_name.json?kind={kinds[table]}&_shape=array")).json()
    one, other = named[1]["code"], named[-1]["code"]
    twin = (await site.client.get(f"{address}.json?one={one}&other={other}&fy=2024-2025")).json()
    page = (await site.client.get(f"{address}?one={one}&other={other}&fy=2024-2025")).text

    assert (twin["chosen"]["one"], twin["chosen"]["other"]) == (one, other)
    assert {row[key] for name in ("one", "other") for row in twin["answers"][name]["rows"]} <= {one, other}
    assert f'<a href="/{table}/{one}">{named[1]["name"]}</a>' in page
    assert f'<option value="{other}" selected>{named[-1]["name"]}</option>' in page
    assert (await site.client.get(address)).status_code == 200


async def test_an_answer_with_where_has_those_rows_alone(site):
    twin = (await site.client.get("/projects/telecare-pilot.json")).json()
    rows = twin["answers"]["money"]["rows"]

    assert [row["project_id"] for row in rows] == ["telecare-pilot"]


async def test_an_answer_with_where_has_its_row_however_few_rows_a_page_may_have(site):
    whole = (await site.client.get("/projects.json")).json()["answers"]["projects"]["rows"]
    last = whole[-1]["project_id"]
    few = make_site({"max_returned_rows": 2})
    try:
        rows = (await few.client.get(f"/projects/{last}.json")).json()["answers"]["money"]["rows"]
    finally:
        close(few)

    assert len(whole) > 3
    assert [row["project_id"] for row in rows] == [last]


async def test_a_code_leads_to_the_page_of_what_it_stands_for(site):
    text = (await site.client.get("/projects")).text

    assert 'href="/projects/telecare-pilot"' in text
    assert 'href="/programmes/living-well-at-home"' in text


async def test_the_code_of_an_area_leads_to_its_page_and_not_to_its_figures(site):
    text = (await site.client.get("/money")).text

    assert 'href="/areas/X05000005"' in text
    assert "/ward_figures/" not in text


async def test_a_chart_has_an_address_of_its_own_for_light_and_dark(site):
    light = await site.client.get("/charts/rounds_as_a_timeline.svg")
    drawn = await site.client.get("/charts/money_open_to_local_decision.svg?fy=2024-2025")
    dark = await site.client.get("/charts/money_open_to_local_decision.svg?fy=2024-2025&_shade=dark")

    assert light.status_code == 404
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert "<svg" in drawn.text
    assert drawn.text != dark.text
    assert 'style="' not in drawn.text


async def test_what_nobody_stated_is_no_bar_beside_which_others_vanish(site):
    drawn = (await site.client.get("/charts/spend_by_theme.svg")).text
    rows = (await site.client.get("/community-budget/spend_by_theme.json?_shape=objects")).json()["rows"]

    assert "Not stated" in {row["theme"] for row in rows}
    assert "Not stated" not in drawn
    assert rows[0]["theme"] in drawn


async def test_a_line_has_one_number_at_a_time_and_where_it_would_have_two_there_is_no_chart(site):
    page = (await site.client.get("/cohorts/complex-families")).text
    answer = await site.ask("caseloads_by_year", cohort="complex-families")
    points = [(row["fy"], row[answer.question.draw["colour"]]) for row in answer.rows]
    is_drawn = site.jinja_env.filters["is_drawn"]

    assert "/charts/caseloads_by_year.svg" in page
    assert len(set(points)) == len(points)
    assert is_drawn(answer)
    assert not is_drawn(replace(answer, rows=(*answer.rows, answer.rows[0])))


async def test_a_map_has_an_address_of_its_own_and_each_ward_on_it_is_a_link(site):
    page = (await site.client.get("/areas?fy=2024-2025")).text
    address = re.search(r'href="(/maps/total_public_money_by_ward\.svg[^"]*)"', page)[1].replace("&amp;", "&")
    drawn = await site.client.get(address)
    wards = (await site.client.get("/community-budget/areas.json?area_type=ward&_shape=array")).json()

    assert drawn.headers["content-type"] == "image/svg+xml; charset=utf-8"
    assert "<style" not in drawn.text  # which the site's own policy would not let a browser heed
    links = Xml.fromstring(drawn.text).findall("{http://www.w3.org/2000/svg}a")
    assert {link.get("href") for link in links} == {f"/areas/{ward['area_id']}" for ward in wards}
    assert (await site.client.get("/maps/spend_by_theme.svg")).status_code == 404
    assert (await site.client.get("/maps/total_public_money_by_ward.svg?fy=1999-2000")).status_code == 404


async def test_the_data_of_a_map_are_its_questions(site):
    response = await site.client.get("/maps/spend_by_ward.csv?fy=2024-2025")

    assert response.status_code == 302
    assert response.headers["location"].startswith("/community-budget/spend_by_ward.csv?fy=2024-2025")


@pytest.mark.parametrize("words", ["", "xyzzy"])
async def test_a_search_that_finds_nothing_says_what_can_be_found(site, words):
    page = (await site.client.get(f"/search?words={words}")).text
    known = (await site.client.get("/search?words=fam")).text

    assert "What can be found" in page
    assert '<a href="/themes">Themes, programmes and projects</a>' in page
    assert "What can be found" not in known
    assert ">Strong families</a>" in known


async def test_a_search_for_an_amount_leads_to_its_payments_and_credits(site):
    page = (await site.client.get("/search?words=%C2%A31,033")).text
    words = (await site.client.get("/search?words=fam")).text

    assert "<h2>Payments and credits of £1,033</h2>" in page
    assert '<a href="/payments/wexmoor-council_spend-2023-08/44">' in page
    assert "0 found" not in page
    assert "<h2>Payments and credits of" not in words


async def test_the_rows_of_a_chart_are_those_of_its_question(site):
    response = await site.client.get("/charts/money_open_to_local_decision.csv?fy=2024-2025")

    assert response.status_code == 302
    assert response.headers["location"] == "/community-budget/money_open_to_local_decision.csv?fy=2024-2025"


async def test_the_map_links_every_ward_and_draws_what_is_not_known_unlike_little(site):
    text = (await site.client.get("/areas")).text

    withheld = (await site.client.get("/cohorts/complex-families")).text

    assert '<a href="/areas/X05000001" aria-label="Abbotsfield: £' in text
    assert 'class="area level-0"' in withheld
    assert "withheld or not known" in withheld


async def test_an_address_without_its_page_is_no_template_laid_bare(site):
    response = await site.client.get("/index", follow_redirects=False)

    assert response.status_code == 301
    assert response.headers["location"] == "/"


async def test_a_search_finds_by_the_beginning_of_a_word_and_says_so_where_nothing_is_found(site):
    found = (await site.client.get("/search?words=east")).text
    nothing = (await site.client.get("/search?words=%3Cscript%3E")).text

    assert 'href="/areas/X05000005"' in found
    assert "<script" not in nothing
    assert "Nothing has a name with" in nothing


async def test_only_pages_that_rest_on_rounded_counts_of_people_say_that_rows_may_not_add_up(site: Datasette) -> None:
    warning = "Counts of people are rounded"
    assert warning in (await site.client.get("/cohorts")).text
    assert warning not in (await site.client.get("/money")).text
