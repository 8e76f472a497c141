"""Pages of large tables say how many rows there are, of each kind too, and no query of theirs reads a table for it."""

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from datasette import hookimpl
from datasette.plugins import pm
from derivations import ROOT, derive_until, fill, standard
from small_site import switch

from pipeline.database import create_indexes, create_tables, insert_rows
from pipeline.dictionary import column_rows, dataset_rows

AGENCIES = ("council", "nhs", "fire")
PAYMENTS = [
    {
        "agency_id": AGENCIES[number % 5 % 3],
        "payment_date": (date(2022, 1, 1) + timedelta(days=7 * number % 1000)).isoformat(),
        "amount_pence": number,
        "provider_name": f"Firm {number % 4}",
        "project_id": (None, "hub", None, "clinic")[number % 4],
        "area_id": (None, "w1", "w2")[number % 3],
        "redaction": "personal" if number % 7 == 0 else None,
        "is_grant": (None, 0, 1)[number % 3],
        "file_id": f"p_f{number % 6}",
        "line": number,
    }
    for number in range(6000)
]
ROWS = {
    "areas": [{"area_id": area, "name": area.upper(), "area_type": "ward"} for area in ("w1", "w2")],
    "agencies": [{"agency_id": agency, "name": agency.title()} for agency in AGENCIES],
    "projects": [{"project_id": "hub", "title": "The hub"}, {"project_id": "clinic", "title": "The clinic"}],
    "spend": PAYMENTS,
}
COUNTED = ("spend", "place_spend", "payee_spend")
PAGES = (
    "/",
    "/community-budget",
    "/community-budget/spend",
    "/community-budget/spend.json",
    "/community-budget/spend?_next=p_f3%2C3003",
    "/community-budget/spend?_size=10&_facet=agency_id&_facet_size=2",
    "/community-budget/spend?_sort_desc=payment_date",
    "/community-budget/spend?_sort_desc=payment_date&_next=2024-03-01%2Cp_f3%2C3003",
    "/community-budget/agencies/council",
    "/community-budget/spend/p_f3,3003",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one release of 6,000 payments, with its derived tables, indexes and dictionary."""
    folder = tmp_path_factory.mktemp("counted") / "releases"
    (folder / "first").mkdir(parents=True)
    tables = [*standard().datasets.values(), *standard().derived.values()]
    with closing(sqlite3.connect(folder / "first" / "community-budget.db")) as connection:
        create_tables(connection, standard())
        fill(connection, ROWS)
        derive_until(connection, list(standard().derived)[-1])
        counts = {
            table.name: connection.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0] for table in tables
        }
        insert_rows(connection, "columns", column_rows(standard()))
        insert_rows(connection, "datasets", dataset_rows(standard(), counts))
        for table in tables:
            create_indexes(connection, table)
        connection.execute("ANALYZE")
        connection.commit()
    (folder / "first" / "manifest.json").write_text('{"as_of": "2026-06-30"}')
    switch(folder, "first")
    return folder


@pytest.fixture
def releases(made: Path) -> Path:
    """In place of the small release."""
    return made


@pytest.fixture
def questions() -> Path:
    """Those of the project, as the first page asks some."""
    return ROOT / "questions"


@pytest.fixture
def ran():
    """The SQL that runs from now on, as SQLite was given it, its parameters filled in."""

    class Tracing:
        ran: list[str] = []  # noqa: RUF012 there is one of it

        @hookimpl
        def prepare_connection(self, conn):
            conn.set_trace_callback(self.ran.append)

    tracing = Tracing()
    pm.register(tracing)
    yield tracing.ran
    pm.unregister(tracing)


@pytest.fixture
def release(made: Path):
    path = made / "first" / "community-budget.db"
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as connection:
        yield connection


@pytest.mark.parametrize("path", PAGES)
async def test_no_query_of_a_plain_page_reads_every_payment(site, ran, release, path):
    response = await site.client.get(path)
    assert response.status_code == 200
    assert any("spend" in sql for sql in ran)
    assert [sql for sql in ran if _reads_every_payment(release, sql)] == []


async def test_no_query_that_opens_a_release_reads_every_payment(site, ran, release):
    assert (await site.client.get("/-/databases.json")).json()
    assert any("row_count" in sql for sql in ran)
    assert [sql for sql in ran if _reads_every_payment(release, sql)] == []


async def test_a_page_that_counts_for_itself_would_be_found(site, ran, release):
    await site.client.get("/community-budget/spend?line__gte=0")
    assert len([sql for sql in ran if _reads_every_payment(release, sql)]) == 1 + len(_facets("spend"))
    assert _reads_every_payment(release, "select count(*) from spend")
    assert not _reads_every_payment(release, "select * from spend order by file_id, line limit 51")


@pytest.mark.parametrize("table", COUNTED)
async def test_rows_are_counted_by_each_column_as_datasette_would_count_them(site, table):
    whole = (await site.client.get(f"/community-budget/{table}.json")).json()
    counted = (await site.client.get(f"/community-budget/{table}.json?agency_id__notblank=1")).json()

    assert set(whole["facet_results"]) == set(_facets(table))
    assert whole["filtered_table_rows_count"] == counted["filtered_table_rows_count"]
    assert _told(whole) == _told(counted)


def test_every_column_that_a_counted_table_is_shown_by_is_counted(release):
    found = release.execute('SELECT DISTINCT dataset, "column" FROM facet_counts').fetchall()
    assert sorted(found) == sorted((table, column) for table in COUNTED for column in _facets(table))
    for (total,) in release.execute(
        'SELECT sum(facet_counts."rows") = max(datasets.row_count)'
        ' FROM facet_counts JOIN datasets USING (dataset) GROUP BY dataset, "column"'
    ):
        assert total


async def test_a_kind_leads_to_its_rows_from_any_page_and_says_how_many_they_are(site):
    page = (
        await site.client.get("/community-budget/spend.json?_next=2024-03-01%2Cp_f3%2C3003&_sort=payment_date")
    ).json()
    for kind in page["facet_results"]["project_id"]["results"]:
        assert "_next" not in kind["toggle_url"]
        assert "_sort=payment_date" in kind["toggle_url"]
        chosen = (await site.client.get(kind["toggle_url"].removeprefix("http://localhost"))).json()
        assert chosen["filtered_table_rows_count"] == kind["count"]
    (hub,) = [kind for kind in page["facet_results"]["project_id"]["results"] if kind["value"] == "hub"]
    assert (hub["label"], hub["count"]) == ("The hub", 1500)


async def test_more_kinds_than_a_page_shows_are_the_largest_and_say_so(site):
    facet = (await site.client.get("/community-budget/spend.json?_facet_size=2")).json()["facet_results"]["agency_id"]
    largest = Counter(payment["agency_id"] for payment in PAYMENTS).most_common(2)
    assert sorted((kind["value"], kind["count"]) for kind in facet["results"]) == sorted(largest)
    assert facet["truncated"]


async def test_a_column_that_nobody_counted_is_counted_for_the_page(site):
    facets = (await site.client.get("/community-budget/spend.json?_facet=provider_name")).json()["facet_results"]
    assert {kind["value"]: kind["count"] for kind in facets["provider_name"]["results"]} == {
        f"Firm {number}": 1500 for number in range(4)
    }
    assert "hideable" in facets["provider_name"]
    assert set(facets) == {*_facets("spend"), "provider_name"}


@pytest.mark.parametrize(
    ("chosen", "rows"),
    [
        ("spend.json?agency_id=nhs", sum(payment["agency_id"] == "nhs" for payment in PAYMENTS)),
        ("spend.json?agency_id=nobody", 0),
        ("spend.json?agency_id=nhs&redaction=personal", None),
        ("spend.json?area_id=w1", 2000),
        ("spend.json?provider_name=Firm+1", 1500),
        ("payee_spend.json?is_grant=1&_size=max", None),
        ("payee_spend.json?is_grant=01&_size=max", None),
        ("place_spend.json?is_transfer=0&_size=max", None),
    ],
)
async def test_chosen_rows_are_as_many_as_there_are(site, release, chosen, rows):
    page = (await site.client.get(f"/community-budget/{chosen}")).json()
    sql = page["query"]["sql"].partition(" from ")[2].partition(" order by ")[0]
    (counted,) = release.execute(f"SELECT count(*) FROM {sql}", page["query"]["params"]).fetchone()
    assert page["filtered_table_rows_count"] == counted
    assert rows in (counted, None)


async def test_the_page_of_an_agency_says_how_many_payments_are_its_own(site, release):
    page = (await site.client.get("/community-budget/agencies/fire.json?_extras=foreign_key_tables")).json()
    links = {(link["other_table"], link["other_column"]): link["count"] for link in page["foreign_key_tables"]}
    for (table, column), count in links.items():
        sql = f"SELECT count(*) FROM {table} WHERE {column} = 'fire'"
        assert count == release.execute(sql).fetchone()[0], (table, column)
    assert links["spend", "agency_id"] == 1200


async def test_who_asks_in_sql_gets_the_same_answer_under_the_same_name(site):
    for sql in ("select count(*) from spend", "select count(*) from spend where agency_id=:id"):
        answer = await site.client.get("/community-budget.json", params={"sql": sql, "id": "fire", "_shape": "array"})
        assert answer.json() == [{"count(*)": 1200 if "where" in sql else 6000}]


@pytest.mark.parametrize("column", ["payment_date", "project_id", "amount_pence"])
async def test_a_list_sorted_downwards_has_every_row_once_and_blanks_last(site, column):
    path, rows = f"/community-budget/spend.json?_sort_desc={column}&_size=500&_nofacet=1&_shape=objects", []
    while path:
        page = (await site.client.get(path)).json()
        rows += page["rows"]
        path = (page["next_url"] or "").removeprefix("http://localhost")
    given = [row[column] for row in rows if row[column] is not None]
    assert given == sorted(given, reverse=True)
    assert [row["line"] for row in rows if row[column] is None] == [row["line"] for row in rows[len(given) :]]
    assert sorted(row["line"] for row in rows) == list(range(6000))


async def test_rows_that_are_chosen_are_counted_by_a_column_without_its_own_index(site, ran, release):
    """An index of areas would look up every payment that states one."""
    page = await site.client.get("/community-budget/spend?agency_id=fire&payment_date__gte=2024-01-01")
    counting = [sql for sql in ran if "as value, count(*) as count" in sql]
    plans = [row[3] for sql in counting for row in release.execute(f"EXPLAIN QUERY PLAN {sql}")]

    assert page.status_code == 200
    assert len(counting) == len(_facets("spend"))
    assert {step for step in plans if "SEARCH" in step} == {
        "SEARCH spend USING INDEX idx_spend_agency_id_payment_date_amount_pence (agency_id=? AND payment_date>?)",
        "SEARCH spend USING COVERING INDEX idx_spend_agency_id_payment_date_amount_pence (agency_id=? AND payment_date>?)",
    }


async def test_counting_chosen_rows_is_cut_short_and_the_page_says_for_what(site):
    await site.client.get("/-/versions.json")
    site._settings["facet_time_limit_ms"] = 0.001
    page = await site.client.get("/community-budget/spend?provider_name=Firm+1")
    assert page.status_code == 200
    assert "took too long, and was left off, for: Agency that paid, Project, " in page.text
    assert "took too long" not in (await site.client.get("/community-budget/spend")).text


def _facets(table):
    dataset = standard().datasets.get(table) or standard().derived[table]
    return dataset.descriptor["facets"]


def _told(page):
    return {
        name: [(kind["value"], kind["label"], kind["count"]) for kind in facet["results"]]
        for name, facet in page["facet_results"].items()
    }


def _reads_every_payment(release, sql):
    """Whether SQLite takes more steps than there are payments, or counts a table or an index of them in a single step."""
    roots = {row[0] for row in release.execute("SELECT rootpage FROM sqlite_schema WHERE tbl_name = 'spend'")}
    program = [] if sql.startswith(("PRAGMA", "--", "EXPLAIN")) else release.execute(f"EXPLAIN {sql}").fetchall()
    cursors = {row[2] for row in program if row[1] in ("OpenRead", "ReopenIdx") and row[3] in roots}
    if any(row[1] == "Count" and row[2] in cursors for row in program):
        return True
    ticks = []
    release.set_progress_handler(lambda: ticks.append(100), 100)
    try:
        release.execute(sql).fetchall()
    finally:
        release.set_progress_handler(None, 0)
    return bool(cursors) and sum(ticks) > len(PAYMENTS)
