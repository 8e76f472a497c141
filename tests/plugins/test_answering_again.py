"""What was answered of a release is answered again without a query, and never of another release."""

import time

import pytest
from datasette.database import Database
from small_site import make_release, switch

PAGES = (
    "/",
    "/community-budget",
    "/community-budget/spend",
    "/community-budget/spend.json?_shape=array",
    "/community-budget/spend_by_theme?fy=2024-2025",
    "/community-budget/spend_by_theme.json",
    "/community-budget/spend_by_theme.csv",
    "/community-budget/agencies/wexmoor-council",
)


@pytest.fixture
def queries(monkeypatch):
    """The SQL that runs from now on, of the server itself."""
    ran = []
    execute = Database.execute_fn

    async def counted(self, fn):
        ran.append(fn)
        return await execute(self, fn)

    monkeypatch.setattr(Database, "execute_fn", counted)
    return ran


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_asked_for_again_is_the_same_and_costs_no_query(site, queries, path):
    first = await site.client.get(path)
    assert first.status_code == 200
    assert queries
    queries.clear()
    second = await site.client.get(path)

    assert queries == []
    assert (second.text, dict(second.headers)) == (first.text, dict(first.headers))
    assert second.headers["community-budget-release"] == "first"


@pytest.mark.parametrize("path", PAGES)
async def test_a_visitor_who_has_the_page_is_told_that_it_is_the_same(site, path):
    etag = (await site.client.get(path)).headers["etag"]
    assert not etag.startswith("W/")

    for known in (etag, f'"other", W/{etag}', "*"):
        again = await site.client.get(path, headers={"if-none-match": known})
        assert (again.status_code, again.text, again.headers["etag"]) == (304, "", etag)
    other = await site.client.get(path, headers={"if-none-match": '"other"'})
    assert other.status_code == 200


async def test_a_new_release_drops_every_page_and_answer_of_the_one_before(site, releases):
    before = {path: (await site.client.get(path)).headers["etag"] for path in PAGES}
    assert len(site.pages) == len(PAGES)
    assert (await site.ask("spend_by_theme")).rows[0]["amount_pence"] == 123400

    make_release(releases / "second", paid=200)
    switch(releases, "second")
    response = await site.client.get("/community-budget/spend_by_theme.json?_shape=array")
    assert response.json()[0]["amount_pence"] == 150
    assert len(site.pages) == 1
    assert (await site.ask("spend_by_theme")).rows[0]["amount_pence"] == 150
    for path in PAGES[2:7]:
        stale = await site.client.get(path, headers={"if-none-match": before[path]})
        assert (stale.status_code, stale.headers["community-budget-release"]) == (200, "second")


async def test_a_page_of_a_release_that_was_left_meanwhile_is_not_kept(site, releases):
    await site.client.get("/")
    make_release(releases / "second", paid=200)
    with site.releases.reading(site.releases.read):
        switch(releases, "second")
        old = await site.client.get("/community-budget/spend_by_theme.csv")
    new = await site.client.get("/community-budget/spend_by_theme.csv")
    assert ("123400" in old.text, "150" in new.text) == (True, True)


async def test_a_question_asked_again_costs_no_query_and_other_parameters_are_another_question(site, queries):
    await site.client.get("/-/versions.json")
    first = await site.ask("spend_by_theme", fy="2024-2025")
    queries.clear()
    assert await site.ask("spend_by_theme", fy="2024-2025") is first
    assert queries == []
    assert (await site.ask("spend_by_theme", fy="2020-2021")).rows == ()


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/community-budget/nothing", {}),
        ("GET", "/community-budget?sql=select+nothing", {}),
        ("GET", "/community-budget/spend.csv?_stream=1", {}),
        ("GET", "/community-budget/spend?_filter_column=line&_filter_op=exact&_filter_value=2", {}),
        ("GET", "/-/versions.json", {}),
        ("GET", "/static/site.css", {}),
        ("GET", "/community-budget/spend", {"cookie": "ds_actor=somebody"}),
        ("GET", "/community-budget/spend", {"authorization": "Bearer somebody"}),
        ("POST", "/community-budget/spend_by_theme", {}),
        ("POST", "/check", {}),
    ],
)
async def test_errors_streams_redirects_posts_and_what_is_somebodys_own_are_never_kept(site, method, path, headers):
    response = await site.client.request(method, path, headers=headers)
    assert len(site.pages) == 0
    assert "etag" not in response.headers or path.startswith("/static")


async def test_addresses_that_differ_at_all_are_different_pages(site):
    for path in (
        "/community-budget/spend.json",
        "/community-budget/spend.json?",
        "/community-budget/spend.json?_size=1",
    ):
        await site.client.get(path)
    await site.client.get("/community-budget/spend.json", headers={"host": "elsewhere.example"})
    assert len(site.pages) == 3
    assert len((await site.client.get("/community-budget/spend.json?_size=1")).json()["rows"]) == 1


async def test_pages_stay_within_their_room_and_the_least_lately_used_go_first(site):
    await site.client.get("/-/versions.json")
    site.pages.room = 200_000
    for line in range(400):
        await site.client.get(f"/community-budget/spend.json?line={line}&_shape=array")
        await site.client.get("/community-budget/areas.json?_shape=array")
    assert 10 < len(site.pages) < 300
    assert site.pages.size <= 200_000
    hits = site.pages.hits
    await site.client.get("/community-budget/areas.json?_shape=array")
    await site.client.get("/community-budget/spend.json?line=399&_shape=array")
    assert site.pages.hits == hits + 2
    await site.client.get("/community-budget/spend.json?line=0&_shape=array")
    assert site.pages.hits == hits + 2


async def test_a_kept_page_comes_many_times_faster_than_one_that_is_worked_out(site):
    """In one run; the benchmark measures it over a network and with a real release."""
    await site.client.get("/community-budget/spend")

    async def seconds(path_of):
        started = time.perf_counter()
        for number in range(20):
            await site.client.get(path_of(number))
        return time.perf_counter() - started

    kept = await seconds(lambda _: "/community-budget/spend")
    assert kept * 5 < await seconds(lambda number: f"/community-budget/spend?line__lt={number + 1000}")
