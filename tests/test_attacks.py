"""Free SQL cannot take the site down: each attack is sent to the real server, over a million payments."""

from __future__ import annotations

import html
import json
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from attacked import PLACE, Reply, Server, make_site, serving
from attacks import ATTACKS, CRASHING, ENDLESS, FILLING, NOSY, SLOW

SECONDS = 3.0
MEMORY = 200_000_000
TEMPORARY = 256 * 1024 * 1024
ROWS = 1_000_000
ROW = f"{PLACE}/themes/good-homes"

CSV_SAYS = "its address with .json in the place of .csv says why"

ORDINARY = {
    "a total by agency": "SELECT agency_id, count(*), sum(amount_pence) FROM spend GROUP BY agency_id",
    "the largest providers": "SELECT provider_name, sum(amount_pence) AS t FROM spend GROUP BY 1 ORDER BY 2 DESC LIMIT 20",
    "a running total": """SELECT agency_id, payment_date, sum(s) OVER (PARTITION BY agency_id ORDER BY payment_date)
        FROM (SELECT agency_id, payment_date, sum(amount_pence) AS s FROM spend WHERE file_id = 'wexmoor-council_spend-2024-06' AND line < 50000 GROUP BY 1, 2)""",
    "a rank": "SELECT line, rank() OVER (ORDER BY amount_pence DESC) FROM spend WHERE line < 100000 LIMIT 10",
    "a search": "SELECT count(*) FROM spend_fts WHERE spend_fts MATCH 'provider AND 42'",
    "a search, with its rows": """SELECT s.provider_name, s.amount_pence FROM spend s
        WHERE s.rowid IN (SELECT rowid FROM spend_fts WHERE spend_fts MATCH '"Provider 77"') LIMIT 5""",
    "formatted": "SELECT printf('%.2f', amount_pence / 100.0), format('%05d', line) FROM spend LIMIT 3",
    "months": "SELECT strftime('%Y-%m', payment_date), count(*) FROM spend WHERE line < 300000 GROUP BY 1",
    "json": "SELECT json_object('agency', agency_id, 'n', count(*)) FROM spend GROUP BY agency_id",
    "tables": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "columns": "SELECT name FROM pragma_table_info('spend')",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(make_site(tmp_path_factory.mktemp("attacked"), ROWS)) as server:
        for path in (PLACE, f"{PLACE}/spend", ROW):
            assert server.get(path).status == 200
        yield server


@contextmanager
def watched(server: Server) -> Iterator[list[int]]:
    """The temporary files that there are at any time, in bytes."""
    seen, over = [0], threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            seen.append(server.temporary)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def test_there_are_enough_attacks() -> None:
    assert len(ATTACKS) == sum(map(len, (CRASHING, FILLING, SLOW, NOSY))) >= 60


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_answered_in_time_within_memory_and_in_words(server: Server, name: str) -> None:
    """On a laden machine the time may take a second try; all else holds at the first."""
    process, before = server.datasette, server.memory
    server.forget_peak()
    with watched(server) as temporary:
        reply = server.sql(ATTACKS[name], blob="AAAAAAAA")
    assert server.datasette == process
    assert reply.seconds <= SECONDS or server.sql(ATTACKS[name], blob="AAAAAAAA").seconds <= SECONDS
    assert server.peak - before <= MEMORY
    assert max(temporary) <= TEMPORARY
    assert reply.status in {200, 400, 503}
    assert_no_path(server, reply)
    if reply.status == 400:
        assert len(json.loads(reply.body)["error"]) > 10
    assert server.get(ROW).status == 200


def assert_no_path(server: Server, reply: Reply) -> None:
    for part in (str(server.folder), "/tmp/tmp", "site-packages", "plugins/", "Traceback", "sqlite3."):
        assert part not in html.unescape(reply.text).replace(server.asked[-1], "")


@pytest.mark.parametrize("name", CRASHING | NOSY)
def test_what_could_crash_or_show_or_change_anything_is_refused(server: Server, name: str) -> None:
    harmless = {"json nested deep", "json nested deep and taken apart", "many values", "deep selects"}
    reply = server.sql(ATTACKS[name], ".json" if name in harmless else "", blob="AAAAAAAA")
    assert reply.status == (200 if name in harmless and reply.status == 200 else 400), reply.text[:500]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (f"{ENDLESS} SELECT count(*) FROM n", "stopped so that others are not kept waiting"),
        ("SELECT hex(zeroblob(490000000))", "too big"),
        (FILLING["random rows"], "ask for fewer rows or columns"),
        ("SELECT fts3_tokenizer('simple')", "not authorized"),
    ],
)
@pytest.mark.parametrize("ending", ["", ".json", ".csv"])
def test_a_refusal_helps_on_pages_in_json_and_in_csv(server: Server, sql: str, words: str, ending: str) -> None:
    reply = server.sql(sql, ending)
    assert reply.status == 400
    assert (CSV_SAYS if ending == ".csv" and "stopped" not in words else words) in html.unescape(reply.text)
    assert_no_path(server, reply)


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_analysis_of_a_million_payments_works(server: Server, name: str) -> None:
    """On a laden machine it may take a second try."""
    replies = (server.sql(ORDINARY[name], _shape="array") for _ in range(4))
    reply = next((reply for reply in replies if reply.status == 200), server.sql(ORDINARY[name], _shape="array"))
    assert reply.status == 200, reply.text
    assert json.loads(reply.body)


@pytest.mark.parametrize(("attackers", "bound"), [(4, 0.2), (30, 1.5)])
def test_pages_stay_quick_while_others_attack(server: Server, attackers: int, bound: float) -> None:
    over, statuses, began = threading.Event(), [], time.monotonic()

    def attack() -> None:
        while not over.is_set():
            statuses.append(server.sql(SLOW["endless recursion with a sum"]).status)

    with ThreadPoolExecutor(attackers) as attacking:
        for _ in range(attackers):
            attacking.submit(attack)
        time.sleep(0.3)
        times = [server.get(ROW) for _ in range(40) if time.monotonic() - began < 10]
        over.set()
    assert {reply.status for reply in times} == {200}
    assert set(statuses) <= {400, 503}
    assert (503 in statuses) == (attackers > 10)
    assert statistics.quantiles([reply.seconds for reply in times], n=20)[-1] <= bound


def test_who_is_told_to_come_again_is_told_when(server: Server) -> None:
    with ThreadPoolExecutor(30) as asking:
        replies = list(asking.map(lambda _: server.sql(f"{ENDLESS} SELECT count(*) FROM n"), range(30)))
    busy = [reply for reply in replies if reply.status == 503]
    assert busy
    assert all(reply.headers["retry-after"] == "5" and "ask again" in reply.text for reply in busy)
    assert max(reply.seconds for reply in replies) <= SECONDS + 1.5
    assert server.sql("SELECT 1").status == 200


@pytest.mark.parametrize(
    "query",
    [
        "_facet=agency_id&_facet=theme_id&_facet=provider_name&_facet=payment_date&_facet=line",
        "_sort=provider_name",
        "_where=amount_pence%2B0%3D5&_facet=provider_name",
        "provider_name__contains=zzz&_facet=provider_name",
        "provider_name__glob=*a*b*c*d*e*f*",
        "_where=line+in+(select+a.line+from+spend+a,spend+b)",
        "_search=provider&_facet=provider_name",
        "_timelimit=abc",
        "_timelimit=999999",
        "_next=1,2,3,4",
        "_through={",
        "_facet_date=payment_date&_facet_array=provider_name",
        "_size=-1",
        "_size=99999999999999999999",
        "_shape=nonsense",
        "_col=nothing",
        "amount_pence=99999999999999999999999",
        "_json=provider_name",
    ],
)
def test_a_table_asked_for_too_much_answers_in_time_too(server: Server, query: str) -> None:
    reply = server.get(f"{PLACE}/spend.json?{query}")
    assert reply.status in {200, 400}, reply.text[:500]
    assert reply.seconds <= SECONDS
    assert_no_path(server, reply)


def test_the_log_has_no_visitors_query_and_no_path_of_the_machine(server: Server) -> None:
    server.sql("SELECT 'secretive' FROM nowhere")
    lines = [json.loads(line) for line in server.log().splitlines() if line.startswith("{")]
    assert lines[-1].keys() == {"at", "method", "path", "status", "bytes", "milliseconds"}
    assert "secretive" not in server.log()
    assert "SELECT" not in server.log()
