"""The question API: whole or page by page, typed, citable; wrong requests are told what is wrong; its description holds."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

import pytest
from served import close, make_site
from served_at import served_at
from small_site import make_release, switch

NUMBERS = """
/*
title: Numbers
meaning: "Each row is a number."
parameters:
  most: {title: "How many (needed)", example: "250", needed: true}
  word: {title: "A word to show"}
columns:
  amount_pence: {title: "Amount", unit: gbp}
*/
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < CAST(:most AS INTEGER))
SELECT i AS number, i * 100 AS amount_pence, i % 2 = 0 AS is_even, i / 2.0 AS half, date('2026-01-01', i || ' days') AS day,
    iif(i % 3, NULL, 'a "b", ' || :word) AS text, iif(i % 2, i, 'c') AS people
FROM n WHERE CAST(:most AS INTEGER) > 0 ORDER BY i
"""


MANY = """
/*
title: Many numbers
meaning: "Each row is a number."
parameters:
  most: {title: "How many"}
*/
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < CAST(:most AS INTEGER)) SELECT i FROM n
"""


@pytest.fixture
def questions(questions):
    (questions / "many.sql").write_text(MANY)
    (questions / "numbers.sql").write_text(NUMBERS)
    return questions


async def pages(site, address):
    while address:
        said = (await site.client.get(address)).json()
        yield said
        address = said["next"]


@pytest.mark.parametrize("limit", [1, 7, 100, 250, 251, 1000])
async def test_every_row_comes_once_and_in_order_whatever_the_size_of_a_page(site, limit):
    address = f"/api/questions/numbers.json?most=250&limit={limit}"
    rows = [row["number"] async for said in pages(site, address) for row in said["rows"]]
    assert rows == list(range(1, 251))


async def test_json_comes_by_the_hundred_rows_and_csv_whole(site):
    said = (await site.client.get("/api/questions/numbers.json?most=250")).json()
    whole = (await site.client.get("/api/questions/numbers.csv?most=250")).text
    assert (len(said["rows"]), said["total"], len(list(csv.DictReader(io.StringIO(whole))))) == (100, 250, 250)


async def test_csv_page_by_page_is_led_on_by_its_link_header(site):
    address, numbers = "/api/questions/numbers.csv?most=25&limit=10", []
    while address:
        response = await site.client.get(address)
        numbers += [int(row["number"]) for row in csv.DictReader(io.StringIO(response.text))]
        found = re.fullmatch(r'<(.+)>; rel="next"', response.headers.get("link", ""))
        address = found[1] if found else None
    assert numbers == list(range(1, 26))


async def test_columns_have_titles_types_and_units(site):
    said = (await site.client.get("/api/questions/numbers.json?most=10")).json()
    assert [(each["name"], each["type"]) for each in said["fields"]] == [
        ("number", "integer"),
        ("amount_pence", "integer"),
        ("is_even", "boolean"),
        ("half", "number"),
        ("day", "date"),
        ("text", "string"),
        ("people", "any"),
    ]
    money = said["fields"][1]
    assert money == {"name": "amount_pence", "title": "Amount", "type": "integer", "unit": "pence", "currency": "GBP"}
    assert said["rows"][1] == {
        "number": 2,
        "amount_pence": 200,
        "is_even": True,
        "half": 1.0,
        "day": "2026-01-03",
        "text": None,
        "people": "c",
    }


async def test_an_answer_names_its_release_and_carries_its_caveats(site):
    said = (await site.client.get("/api/questions/spend_by_theme.json?fy=2024-2025")).json()
    assert (said["release"], said["as_of"]) == ("first", "2026-06-30")
    assert said["caveats"] == ["Payments over a threshold only."]
    assert said["parameters"] == {"fy": "2024-2025", "agency": "", "tier": ""}


async def test_the_hash_of_a_citation_is_that_of_the_csv_at_its_address_on_every_page(site):
    address = "/api/questions/numbers.json?" + urlencode({"most": 30, "word": "é, “ü”\n", "limit": 7})
    cited = [said["citation"] async for said in pages(site, address)]
    whole = await site.client.get(cited[0]["csv"])
    assert len(cited) == 5
    assert {each["sha256"] for each in cited} == {sha256(whole.content).hexdigest()}
    assert cited[0]["sha256"] in cited[0]["text"]
    assert whole.headers["community-budget-sha256"] == cited[0]["sha256"]


PROBLEMS = [
    ("/api/questions/nothing.json", 404, "unknown-question"),
    ("/api/questions/numbers.json", 400, "missing-parameter"),
    ("/api/questions/numbers.json?most=", 400, "missing-parameter"),
    ("/api/questions/numbers.csv?most=1&colour=red", 400, "unknown-parameter"),
    ("/api/questions/numbers.csv?most=1&most=2", 400, "repeated-parameter"),
    ("/api/questions/numbers.json?most=1&limit=0", 400, "bad-limit"),
    ("/api/questions/numbers.json?most=1&limit=1001", 400, "bad-limit"),
    ("/api/questions/numbers.json?most=1&limit=ten", 400, "bad-limit"),
    ("/api/questions/numbers.json?most=1&cursor=here", 400, "bad-cursor"),
    ("/api/questions/numbers.json?most=1&cursor=" + 24 * "0", 409, "stale-cursor"),
    ("/api/questions/many.csv?most=50001", 400, "too-large"),
    ("/api/questions.json?fy=1", 400, "unknown-parameter"),
    ("/api/questions/numbers.xml?most=1", 404, "unknown-address"),
    ("/api/nothing", 404, "unknown-address"),
]


@pytest.mark.parametrize(("address", "status", "kind"), PROBLEMS)
async def test_what_is_wrong_with_a_request_is_said_as_a_problem(site, address, status, kind):
    response = await site.client.get(address)
    said = response.json()
    assert (response.status_code, said["status"], said["type"]) == (status, status, f"/api#{kind}")
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["access-control-allow-origin"] == "*"
    assert f'id="{kind}"' in (await site.client.get("/api")).text


async def test_an_answer_of_as_many_rows_as_are_read_is_sent_whole(site):
    response = await site.client.get("/api/questions/many.csv?most=50000")
    assert response.text.count("\n") == 50_001


async def test_a_cursor_holds_for_its_question_its_parameters_and_its_release_only(site, releases):
    goes_on = (await site.client.get("/api/questions/numbers.json?most=20&limit=5")).json()["next"]
    assert (await site.client.get(goes_on.replace("most=20", "most=21"))).status_code == 409
    assert (await site.client.get(goes_on)).json()["rows"][0]["number"] == 6
    make_release(releases / "second", paid=1)
    switch(releases, "second")
    assert (await site.client.get(goes_on)).json()["type"] == "/api#stale-cursor"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_nothing_can_be_written(site, method):
    response = await site.client.request(method, "/api/questions/numbers.json?most=1")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert response.json()["type"] == "/api#method"


async def test_pages_of_other_sites_may_read(site):
    asked = await site.client.options("/api/questions/numbers.csv")
    assert (asked.status_code, asked.headers["access-control-allow-methods"]) == (204, "GET, HEAD, OPTIONS")
    for address in ("/api/questions.json", "/api/openapi.json", "/api/questions/agencies_by_name.csv"):
        assert (await site.client.get(address)).headers["access-control-allow-origin"] == "*"


async def test_the_page_of_the_api_names_every_question_and_its_links_lead_somewhere(site):
    text = (await site.client.get("/api")).text
    for name in ("spend_by_theme", "agencies_by_name", "numbers"):
        assert f"/api/questions/{name}.csv" in text
    for address in set(re.findall(r'href="(/api[^"#]*)"', text)):
        assert (await site.client.get(address.replace("&amp;", "&"))).status_code == 200


def test_schemathesis_finds_no_fault_in_a_bounded_run(releases, questions, monkeypatch, tmp_path):
    monkeypatch.setenv("COMMUNITY_BUDGET_RELEASES", str(releases))
    monkeypatch.setenv("COMMUNITY_BUDGET_QUESTIONS", str(questions))
    monkeypatch.chdir(tmp_path)
    site = make_site()
    with served_at(site) as address:
        command = [Path(sys.executable).parent / "st", "run", f"{address}/api/openapi.json", "--checks", "all"]
        bounds = ["--max-examples", "12", "--seed", "8", "--phases", "examples,coverage,fuzzing", "--no-color"]
        run = subprocess.run([*command, *bounds], capture_output=True, text=True, timeout=120, check=False)
    close(site)
    assert run.returncode == 0, run.stdout
    generated = re.search(r"(\d+) generated", run.stdout)
    assert generated is not None
    assert int(generated[1]) > 200
