"""Feeds that readers take: valid, with ids and days that stay, of the whole site and of each subject; and changes to take."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import sqlite3
from contextlib import closing
from uuid import UUID

import feedparser
import pytest
from small_site import make_release, switch

TABLES = """
CREATE TABLE indicators (indicator_id TEXT PRIMARY KEY, title TEXT);
INSERT INTO indicators VALUES ('reoffending', 'Adults who offend again');
CREATE TABLE corrections (correction_id TEXT, agency_id TEXT, published_on TEXT, changed TEXT);
INSERT INTO corrections VALUES
    ('c1', 'wexmoor-council', '2026-05-03', 'Two payments <b>twice</b> & more'),
    ('c2', 'second-bridge', '2026-06-01', NULL);
"""
QUESTIONS = {
    "what_was_corrected": """
/*
title: What was corrected
meaning: "Each row is a correction."
parameters:
  agency: {title: "Agency"}
*/
SELECT correction_id, published_on, agency_id, agency_id AS agency, 'spend' AS dataset, '2026-04' AS period, changed,
    'A mistake.' AS reason
FROM corrections WHERE :agency = '' OR agency_id = :agency
""",
    "what_is_late": """
/*
title: What is late
meaning: "Each row is late."
parameters:
  agency: {title: "Agency"}
*/
SELECT 'second-bridge' AS agency_id, 'Second Bridge' AS agency, 'spend' AS dataset, '2026-05' AS period,
    '2026-06-15' AS due, NULL AS last_period_received
WHERE :agency IN ('', 'second-bridge')
""",
    "outcomes_of_an_indicator": """
/*
title: Outcomes
meaning: "Each row is a result."
parameters:
  indicator: {title: "Indicator"}
*/
SELECT :indicator AS indicator_id, 'Adults who offend again' AS indicator, 'X05000005' AS area_id, 'Eastgate' AS area,
    period, 'all' AS breakdown, value, NULL AS marker, 20 AS target, NULL AS note, 'per cent' AS unit
FROM (SELECT '2024-2025' AS period, 31.5 AS value UNION SELECT '2025-Q2', 30.0 UNION SELECT '2027', 29.0 UNION SELECT '2026', NULL)
""",
}
WHOLE = ["releases", "corrections", "late"]
SUBJECTS = ["agencies/wexmoor-council", "themes/good-homes", "areas/X05000005", "indicators/reoffending"]


@pytest.fixture
def releases(releases):
    with closing(sqlite3.connect(releases / "first" / "community-budget.db")) as connection:
        connection.executescript(TABLES)
    return releases


@pytest.fixture
def questions(questions):
    for name, text in QUESTIONS.items():
        (questions / f"{name}.sql").write_text(text)
    return questions


async def parsed(site, name):
    response = await site.client.get(f"/feeds/{name}.atom")
    assert response.status_code == 200
    return feedparser.parse(response.content, response_headers={"content-type": response.headers["content-type"]})


@pytest.mark.parametrize("name", [*WHOLE, *SUBJECTS])
async def test_every_feed_is_well_formed_atom_with_what_the_format_asks_for(site, name):
    feed = await parsed(site, name)
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.title.startswith("Wexmoor Community Budget: ")
    assert feed.feed.author == "Wexmoor Community Budget"
    assert {link.rel for link in feed.feed.links} == {"self", "alternate"}
    for each in (feed.feed, *feed.entries):
        UUID(each.id.removeprefix("urn:uuid:"))
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T00:00:00Z", each.updated)
    assert all(entry.title and entry.link.startswith("http://localhost/") for entry in feed.entries)
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)


@pytest.mark.parametrize("name", [*WHOLE, *SUBJECTS])
async def test_the_json_feed_has_the_same_entries(site, name):
    atom, response = await parsed(site, name), await site.client.get(f"/feeds/{name}.json")
    said = response.json()
    assert response.headers["content-type"] == "application/feed+json; charset=utf-8"
    assert said["version"] == "https://jsonfeed.org/version/1.1"
    assert said["feed_url"] == f"http://localhost/feeds/{name}.json"
    assert [(each["id"], each["title"], each["url"]) for each in said["items"]] == [
        (entry.id, entry.title, entry.link) for entry in atom.entries
    ]


async def test_corrections_tell_what_changed_the_latest_first(site):
    entries = (await site.client.get("/feeds/corrections.json")).json()["items"]
    assert [(each["title"], each["content_text"], each["date_published"][:10]) for each in entries] == [
        ("second-bridge corrected spend 2026-04", "A mistake.", "2026-06-01"),
        ("wexmoor-council corrected spend 2026-04", "Two payments <b>twice</b> & more A mistake.", "2026-05-03"),
    ]


async def test_text_with_marks_of_html_stays_text_in_atom(site):
    feed = await parsed(site, "corrections")
    assert feed.entries[1].content[0].type == "text/plain"
    assert "<b>twice</b> & more" in feed.entries[1].content[0].value


async def test_an_agencys_feed_has_its_own_entries_only(site):
    council, bridge = [
        (await site.client.get(f"/feeds/agencies/{code}.json")).json()["items"]
        for code in ("wexmoor-council", "second-bridge")
    ]
    assert [each["title"] for each in council] == ["wexmoor-council corrected spend 2026-04"]
    assert [each["title"] for each in bridge] == [
        "Second Bridge is late with spend 2026-05",
        "second-bridge corrected spend 2026-04",
    ]


async def test_a_result_stands_at_the_end_of_its_period_never_after_the_release_and_none_without_a_value(site):
    items = (await site.client.get("/feeds/indicators/reoffending.json")).json()["items"]
    found = {each["title"].split(", ")[2]: each["date_published"][:10] for each in items}
    assert found == {
        "2027: 29.0 per cent": "2026-06-30",
        "2025-Q2: 30.0 per cent": "2025-06-30",
        "2024-2025: 31.5 per cent": "2025-03-31",
    }


async def test_ids_and_days_stay_when_a_later_release_says_the_same(site, releases):
    before = (await parsed(site, "corrections")).entries
    make_release(releases / "second", paid=1, as_of="2026-07-31")
    with closing(sqlite3.connect(releases / "second" / "community-budget.db")) as connection:
        connection.executescript(TABLES)
    switch(releases, "second")
    after = await parsed(site, "corrections")
    assert [(entry.id, entry.updated) for entry in before] == [(entry.id, entry.updated) for entry in after.entries]
    assert [entry.title for entry in (await parsed(site, "releases")).entries] == ["Release second", "Release first"]


@pytest.mark.parametrize("path", ["agencies/nobody.atom", "planets/mars.atom", "releases.rss", "indicators/x'y.json"])
async def test_a_feed_of_nothing_is_not_there(site, path):
    assert (await site.client.get(f"/feeds/{path}")).status_code == 404


async def test_pages_lead_readers_to_feeds_that_are_there(site):
    text = (await site.client.get("/community-budget/agencies/second-bridge")).text
    found = re.findall(r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="([^"]+)">', text)
    assert found == ["/feeds/agencies/second-bridge.atom", *(f"/feeds/{kind}.atom" for kind in WHOLE)]
    for address in found:
        assert (await site.client.get(address)).status_code == 200


@pytest.fixture
def changed(releases):
    """What the first release changed in one before it."""
    folder = releases / "changes"
    folder.mkdir()
    csv_text = "dataset,key,change,column,old,new\r\n" + 50_000 * 'spend,"[1]",changed,amount_pence,1,2\r\n'
    (folder / "zero..first.csv.gz").write_bytes(gzip.compress(csv_text.encode()))
    (folder / "zero..first.json.gz").write_bytes(gzip.compress(b'{"changes": []}'))
    return csv_text


async def test_changes_are_sent_packed_or_not_as_the_client_takes_them(site, changed):
    address = "/changes/zero..first.csv"
    packed = await site.client.get(address, headers={"accept-encoding": "gzip"})
    plain = await site.client.get(address, headers={"accept-encoding": "identity"})
    assert (packed.headers["content-encoding"], "content-encoding" in plain.headers) == ("gzip", False)
    assert packed.text == plain.text == changed
    assert len(list(csv.DictReader(io.StringIO(plain.text)))) == 50_000
    assert (await site.client.get("/changes/zero..first.json")).json() == {"changes": []}


@pytest.mark.usefixtures("changed")
@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("accepted", ["gzip", "identity"])
async def test_changes_that_a_client_has_are_not_sent_again(site, form, accepted):
    address, headers = f"/changes/zero..first.{form}", {"accept-encoding": accepted}
    tag = (await site.client.get(address, headers=headers)).headers["etag"]
    again = await site.client.get(address, headers=headers | {"if-none-match": tag})
    other = await site.client.get(address, headers=headers | {"if-none-match": '"another"'})
    assert (again.status_code, again.content, other.status_code) == (304, b"", 200)


@pytest.mark.usefixtures("changed")
async def test_head_of_changes_says_what_get_says(site):
    head, get = [await site.client.request(method, "/changes/zero..first.csv") for method in ("HEAD", "GET")]
    assert (head.content, head.headers["etag"]) == (b"", get.headers["etag"])


@pytest.mark.usefixtures("changed")
async def test_changes_are_listed_and_a_release_leads_to_what_it_changed(site):
    listed = (await site.client.get("/changes.json")).json()["changes"]
    assert listed == [
        {
            "before": "zero",
            "after": "first",
            "csv": "/changes/zero..first.csv",
            "json": "/changes/zero..first.json",
        }
    ]
    entries = (await site.client.get("/feeds/releases.json")).json()["items"]
    assert [entry["url"] for entry in entries] == ["http://localhost/changes/zero..first.csv"]


@pytest.mark.usefixtures("changed")
async def test_the_page_of_releases_says_what_each_changed(site, releases):
    assert "New rows" not in (await site.client.get("/corrections")).text
    counts = {"dataset": "spend", "added": 1234, "changed": 5, "removed": 6}
    (releases / "changes" / "zero..first.tally.json").write_text(json.dumps({"rows": [counts]}), encoding="utf-8")
    page = (await site.client.get("/corrections")).text
    assert [cell in page for cell in (">1,234</td>", ">5</td>", ">6</td>")] == [True] * 3
    assert '<a href="/changes/zero..first.csv">' in page
    assert '<a href="/community-budget/spend">Payments</a>' in page
    assert (await site.client.get("/changes.json")).json()["changes"][0]["rows"] == [counts]


async def test_the_first_release_has_none_to_compare_it_with(site):
    assert "This is the first release that is kept here" in (await site.client.get("/corrections")).text


@pytest.mark.usefixtures("changed")
@pytest.mark.parametrize("name", ["first..zero.csv", "..zero.csv", "zero..first.xml", "a/../first/manifest.json"])
async def test_nothing_but_changes_is_sent(site, name):
    assert (await site.client.get(f"/changes/{name}")).status_code == 404
