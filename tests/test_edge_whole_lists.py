"""Lists and answers are whole, or say that they are not: sorted tables, streamed files, answers that are cut."""

from __future__ import annotations

import csv
import io
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from datasette.app import Datasette
from plugins.small_site import QUESTIONS, make_release, switch
from served import close, make_site

ROWS = 3500
TABLES = f"""
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})
INSERT INTO spend SELECT 'wexmoor-council_spend-2024-05', i + 3, 'wexmoor-council', 'wexmoor-council', 'good-homes',
    iif(i % 5, date('2024-04-01', (i % 9) || ' days'), NULL), i % 4, iif(i % 3, i % 7, NULL), '2024-2025', 0,
    iif(i % 2, 'Provider ' || (i % 6), NULL), NULL FROM n;
CREATE TABLE worded (code TEXT PRIMARY KEY, kind TEXT, share REAL);
INSERT INTO worded SELECT 'k' || ((line * 7919) % 100003), provider_name, share_bps / 3.0 FROM spend;
CREATE INDEX worded_kind ON worded (kind);
CREATE TABLE keyless (kind TEXT, number INTEGER);
INSERT INTO keyless SELECT provider_name, line FROM spend ORDER BY random();
CREATE INDEX keyless_kind ON keyless (kind);
CREATE INDEX spend_amount ON spend (amount_pence);
CREATE INDEX spend_date ON spend (payment_date);
"""
SORTED = [
    ("spend", "amount_pence"), ("spend", "payment_date"), ("spend", "provider_name"), ("spend", "share_bps"),
    ("spend", "line"), ("worded", "kind"), ("worded", "share"), ("worded", "code"), ("keyless", "kind"),
]  # fmt: skip


@pytest.fixture
async def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Datasette]:
    release = make_release(tmp_path / "releases" / "first")
    with closing(sqlite3.connect(release / "community-budget.db")) as connection:
        connection.executescript(TABLES)
    switch(tmp_path / "releases", "first")
    (tmp_path / "questions").mkdir()
    for name, text in QUESTIONS.items():
        (tmp_path / "questions" / f"{name}.sql").write_text(text)
    monkeypatch.setenv("COMMUNITY_BUDGET_RELEASES", os.fspath(tmp_path / "releases"))
    monkeypatch.setenv("COMMUNITY_BUDGET_QUESTIONS", os.fspath(tmp_path / "questions"))
    datasette = make_site()
    yield datasette
    close(datasette)


async def rows_of(site: Datasette, path: str) -> list[list[str]]:
    reply = await site.client.get(path)
    assert reply.status_code == 200, reply.text
    return list(csv.reader(io.StringIO(reply.text, newline="")))[1:]


@pytest.mark.parametrize("order", ["_sort", "_sort_desc"])
@pytest.mark.parametrize(("table", "column"), SORTED)
async def test_a_sorted_table_is_streamed_with_every_row_once_and_in_order(site, table, column, order):
    plain = await rows_of(site, f"/community-budget/{table}.csv")
    streamed = await rows_of(site, f"/community-budget/{table}.csv?_stream=on&{order}={column}")
    assert len(plain) >= ROWS
    assert sorted(streamed) == sorted(plain)
    said = await site.client.get(f"/community-budget/{table}.json?_size=1&{order}={column}&_col={column}&_shape=array")
    assert len(said.json()) == 1


@pytest.mark.parametrize("order", ["_sort", "_sort_desc"])
async def test_the_pages_of_a_sorted_table_hold_every_row_once(site, order):
    path, seen = f"/community-budget/spend.json?_size=700&{order}=amount_pence", []
    for _ in range(10):
        said = (await site.client.get(path)).json()
        seen += [(row[0], row[1], row[6]) for row in said["rows"]]
        if not said["next_url"]:
            break
        path = said["next_url"].removeprefix("http://localhost")
    amounts = [amount for _, _, amount in seen]
    assert len(seen) == len(set(seen)) == ROWS + 2
    assert amounts == sorted(amounts, reverse=order == "_sort_desc")


async def test_the_links_of_a_sorted_page_work(site):
    page = await site.client.get("/community-budget/spend?_sort_desc=amount_pence")
    assert page.status_code == 200
    streams = [part.split('"')[0] for part in page.text.split('href="') if "_stream=on" in part.split('"')[0]]
    assert streams
    for address in streams:
        assert len(await rows_of(site, address.replace("&amp;", "&"))) == ROWS + 2


async def test_the_csv_of_a_table_is_whole_unless_fewer_rows_are_asked_for(site):
    assert len(await rows_of(site, "/community-budget/spend.csv")) == ROWS + 2
    assert len(await rows_of(site, "/community-budget/spend.csv?_size=max")) == ROWS + 2
    assert len(await rows_of(site, "/community-budget/spend.csv?_size=10")) == 10
    assert len(await rows_of(site, "/community-budget/spend.csv?amount_pence=2")) == ROWS / 4


async def test_an_answer_that_is_cut_says_so_in_its_header_and_at_its_top(site):
    answer = await site.client.get("/community-budget.csv?sql=select+line+from+spend")
    assert answer.headers["community-budget-cut"].startswith("Cut at 1,000 rows: there may be more.")
    assert answer.text.startswith(
        "# Cut at 1,000 rows: there may be more. Every table is whole at /downloads/latest/<table>.csv"
    )
    said = await site.client.get("/community-budget.json?sql=select+line+from+spend")
    assert said.headers["community-budget-cut"] == said.json()["notice"] == answer.headers["community-budget-cut"]
    assert said.text.startswith('{"notice": "Cut')


async def test_an_answer_that_is_whole_says_nothing_of_the_kind(site):
    for path in ("/community-budget.csv?sql=select+1", "/community-budget.json?sql=select+1"):
        answer = await site.client.get(path)
        assert "community-budget-cut" not in answer.headers
        assert "Cut" not in answer.text


async def test_csv_of_wrong_sql_is_an_error_and_not_an_empty_file(site):
    answer = await site.client.get("/community-budget.csv?sql=select+nothing+from+nowhere")
    assert (answer.status_code, answer.text) == (
        400,
        "This SQL cannot be answered; its address with .json in the place of .csv says why.\n",
    )
