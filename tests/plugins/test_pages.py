"""Every page wears the frame, works without scripts, and loads nothing from elsewhere."""

import re

import pytest

PAGES = {
    "home": "/",
    "data": "/community-budget",
    "table": "/community-budget/spend",
    "filtered table": "/community-budget/spend?agency_id=second-bridge&_search=training&_sort=amount_pence&_facet=fy",
    "table without rows": "/community-budget/spend?agency_id=nobody",
    "row": "/community-budget/spend/wexmoor-council_spend-2024-05,3",
    "row of an agency": "/community-budget/agencies/wexmoor-council",
    "question": "/community-budget/spend_by_theme?fy=2024-2025",
    "own SQL": "/community-budget?sql=select+file_id,+amount_pence+from+spend+where+line+%3D+:line&line=2",
    "settings": "/-/settings",
}


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
async def test_every_page_answers_and_wears_the_frame(site, path):
    response = await site.client.get(path)

    assert response.status_code == 200
    assert '<html lang="en-GB">' in response.text
    assert 'href="#main"' in response.text
    assert "Wexmoor Community Budget" in response.text
    assert "Open Government Licence v3.0" in response.text
    assert "This is release <strong>first</strong>, as things stood on" in response.text
    assert "30 June 2026" in response.text
    assert "illustrative place" in response.text


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
async def test_no_page_has_a_script_or_a_style_of_its_own_or_loads_from_elsewhere(site, path):
    text = (await site.client.get(path)).text

    assert "<script" not in re.sub(r'<script type="application/ld\+json">[^<]*</script>', "", text)
    assert "<style" not in text
    assert " style=" not in text
    loaded = re.findall(r'<(?:img|iframe|link rel="stylesheet")[^>]*(?:src|href)="([^"]+)"', text)
    assert loaded == ["/static/site.css"]


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
async def test_every_link_of_a_page_leads_somewhere_under_the_stable_address(site, path):
    text = (await site.client.get(path)).text

    for address in set(re.findall(r'href="(/[^"#]*)', text)):
        assert "community-budget-" not in address
        response = await site.client.get(address.replace("&amp;", "&"))
        assert response.status_code == 200, address


async def test_every_field_of_a_form_has_a_label(site):
    for path in PAGES.values():
        text = (await site.client.get(path)).text
        labelled = set(re.findall(r'<label for="([^"]+)"', text))
        within = "".join(re.findall(r"<label.*?</label>", text, re.DOTALL))
        for field in re.findall(r"<(?:input|select|textarea)[^>]*>", text):
            identifier = re.search(r' id="([^"]+)"', field)
            assert 'type="hidden"' in field or field in within or (identifier and identifier[1] in labelled), field


async def test_the_home_page_shows_figures_that_lead_to_their_question(site):
    text = (await site.client.get("/")).text

    assert "£1,234.00" in text
    assert 'href="/community-budget/spend_by_theme"' in text
    assert 'href="/themes/good-homes"' in text


async def test_the_list_of_data_has_questions_by_meaning_and_tables_by_section(site):
    text = (await site.client.get("/community-budget")).text

    assert text.index("Each row is one agency.") < text.index("Place and partnership") < text.index("Who takes part.")
    assert text.index("Money</h3>") < text.index("Publishing itself</h3>") < text.index("Other tables</h3>")
    assert "spend_fts" not in text


async def test_an_error_page_wears_the_frame_too(site):
    response = await site.client.get("/community-budget/nothing-here")

    assert response.status_code == 404
    assert "This page is not here" in response.text
    assert "This is release <strong>first</strong>" in response.text


async def test_a_query_that_takes_too_long_is_stopped_with_advice_and_without_a_script(site):
    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c"
    response = await site.client.get("/community-budget", params={"sql": endless})

    assert response.status_code == 400
    assert "Ask for less" in response.text
    assert "<script" not in response.text


async def test_addresses_that_could_run_a_script_are_left_out_of_the_frame(site):
    site._metadata_local |= {"license_url": "javascript:alert(1)", "about_url": "//elsewhere.example"}

    text = (await site.client.get("/")).text

    assert "javascript:" not in text
    assert "elsewhere.example" not in text


async def test_the_stylesheet_is_served(site):
    assert (await site.client.get("/static/site.css")).status_code == 200
