"""A release is served whole: a request reads one from start to end, the next request reads the next."""

import asyncio
import sqlite3

import pytest
from served import close, make_site
from small_site import make_release, switch

AMOUNT = "/community-budget/spend.json?line=2&_shape=objects&_col=amount_pence"

SWITCHES = 100


async def paid(site):
    response = await site.client.get(AMOUNT)
    return response.json()["rows"][0]["amount_pence"], response.headers["community-budget-release"]


async def test_the_current_release_is_served_at_the_stable_address_under_a_name_of_its_own(site, releases):
    assert await paid(site) == (123450, "first")

    (name,) = [name for name in site.databases if name != "_internal"]
    database = site.databases[name]
    assert name.startswith("community-budget-first-")
    assert database.route == "community-budget"
    assert database.path == str(releases / "first" / "community-budget.db")
    assert not database.is_mutable


async def test_the_next_request_reads_the_next_release_and_going_back_works_too(site, releases):
    make_release(releases / "second", paid=200)

    assert await paid(site) == (123450, "first")
    switch(releases, "second")
    assert await paid(site) == (200, "second")
    switch(releases, "first")
    assert await paid(site) == (123450, "first")

    assert [name for name in site.databases if name != "_internal"] == [site.releases.read.database.name]


async def test_no_answer_is_mixed_while_releases_switch_under_many_requests(site, releases):
    for number in range(1, 6):
        make_release(releases / f"r{number}", paid=number)
    switching = asyncio.Event()

    async def ask_on():
        answers = set()
        while not switching.is_set():
            answers.add(await paid(site))
            await asyncio.sleep(0)
        return answers

    async def switch_on():
        for number in range(SWITCHES):
            await asyncio.sleep(0.02)
            switch(releases, f"r{number % 5 + 1}")
        switching.set()

    *asked, _ = await asyncio.gather(*(ask_on() for _ in range(6)), switch_on())

    answers = set().union(*asked)
    assert answers <= {(123450, "first")} | {(number, f"r{number}") for number in range(1, 6)}
    assert len(answers) > 4
    assert await paid(site) == (5, "r5")


async def held_midway(site):
    """A request that has begun to answer and waits before its end; returns what lets it go on, and the request."""
    begun, go_on, sent = asyncio.Event(), asyncio.Event(), []

    async def send(message):
        sent.append(message)
        if message.get("body"):
            begun.set()
            await go_on.wait()

    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "headers": [(b"host", b"localhost")],
        "path": "/community-budget/spend.csv", "raw_path": b"/community-budget/spend.csv",
        "query_string": b"_stream=1&_size=1", "server": ("localhost", 80),
    }  # fmt: skip
    request = asyncio.create_task(site.client.app(scope, None, send))
    await begun.wait()
    return go_on, request, sent


async def test_a_long_download_ends_with_the_release_it_began_with_and_only_then_is_that_closed(site, releases):
    await site.client.get("/")
    first = site.releases.read.database
    make_release(releases / "second", paid=200)
    go_on, request, sent = await held_midway(site)
    opened = list(first._all_file_connections)

    switch(releases, "second")
    assert await paid(site) == (200, "second")
    assert first.name in site.databases
    home = (await site.client.get("/.json")).json()
    assert [name for name in home if name != "_internal"] == [site.releases.read.database.name]

    go_on.set()
    await request
    assert b"123450" in b"".join(message.get("body", b"") for message in sent)
    assert first.name not in site.databases
    assert opened
    for connection in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")


async def test_a_request_within_a_request_reads_the_same_release(site, releases):
    await site.client.get("/")
    make_release(releases / "second", paid=200)
    with site.releases.reading(site.releases.read):
        switch(releases, "second")
        assert await paid(site) == (123450, "first")
        assert (await site.ask("spend_by_theme")).rows[0]["amount_pence"] == 123400
    assert await paid(site) == (200, "second")


async def test_a_request_begun_in_the_context_of_one_that_is_over_reads_the_current_release(site, releases):
    await site.client.get("/")
    make_release(releases / "second", paid=200)
    with site.releases.reading(site.releases.read):
        later = asyncio.create_task(_after(0.05, paid(site)))
    switch(releases, "second")
    assert await later == (200, "second")


async def _after(seconds, awaitable):
    await asyncio.sleep(seconds)
    return await awaitable


@pytest.mark.parametrize("damage", ["no folder", "no database", "not a database", "no manifest"])
async def test_a_release_that_cannot_be_opened_is_logged_once_and_the_one_before_goes_on(
    site, releases, caplog, damage
):
    assert await paid(site) == (123450, "first")
    if damage != "no folder":
        broken = make_release(releases / "broken")
        part = broken / ("manifest.json" if damage == "no manifest" else "community-budget.db")
        part.write_text("not SQLite at all, whatever its name says") if damage == "not a database" else part.unlink()
    switch(releases, "broken")

    assert await paid(site) == (123450, "first")
    assert await paid(site) == (123450, "first")
    assert caplog.text.count("Cannot open the release in") == 1

    make_release(releases / "third", paid=3)
    switch(releases, "third")
    assert await paid(site) == (3, "third")


async def test_before_anything_is_published_the_site_says_so_and_then_serves_it(site, releases):
    (releases / "current").unlink()

    response = await site.client.get("/")
    assert (response.status_code, response.text) == (503, "Nothing has been published here yet.\n")

    switch(releases, "first")
    assert await paid(site) == (123450, "first")


async def test_metadata_of_the_database_in_the_sites_own_file_holds_for_every_release(releases, questions, monkeypatch):
    monkeypatch.setenv("COMMUNITY_BUDGET_RELEASES", str(releases))
    monkeypatch.setenv("COMMUNITY_BUDGET_QUESTIONS", str(questions))
    tables = {"spend": {"title": "What we paid"}, "rules": {"allow": False}}
    site = make_site(databases={"community-budget": {"tables": tables}})

    assert "<h1>What we paid</h1>" in (await site.client.get("/community-budget/spend")).text
    assert (await site.client.get("/community-budget/rules")).status_code == 403
    make_release(releases / "second")
    switch(releases, "second")
    text = (await site.client.get("/community-budget/spend")).text
    assert "<h1>What we paid</h1>" in text
    assert "What was paid." in text
    assert (await site.client.get("/community-budget/rules")).status_code == 403
    close(site)


async def test_the_address_of_a_release_by_its_name_is_not_an_address(site):
    await site.client.get("/")

    assert (await site.client.get(f"/{site.releases.read.database.name}/spend")).status_code == 404
    assert (await site.client.get("/_memory")).status_code == 404
