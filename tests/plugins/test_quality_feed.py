"""The feed of quality, as a reader of feeds takes it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import feedparser
import pytest
from datasette.app import Datasette
from places import AS_OF, COUNCIL, Place, resource, spend
from served import close, make_site

from pipeline.standard import Standard

CORRECTIONS = (
    "correction_id,agency_id,dataset,period,published_on,changed,reason\n"
    "c1,wexmoor-council,spend,2024-05,2026-06-01,Totals & <b>more</b>.,Typed twice.\n"
)
EXPECTED = "agency_id,dataset,period,due\nwexmoor-council,spend,2026-05,2026-06-20\n"


@pytest.fixture
async def served(tmp_path: Path, standard: Standard, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Datasette]:
    """A site whose council corrected something, is late with something, and has a row held back."""
    place = Place(tmp_path / "site", standard)
    place.send_partnership(expected_publications=EXPECTED)
    files = {"spend.csv": spend("2024-05-01,100.00,Calder Care", "2024-05-02,secret,Calder Care"), "c.csv": CORRECTIONS}
    place.send(COUNCIL, files, resource("spend.csv", "spend"), resource("c.csv", "corrections"))
    place.publish(AS_OF)
    monkeypatch.setenv("COMMUNITY_BUDGET_RELEASES", os.fspath(place.folder / "releases"))
    monkeypatch.delenv("COMMUNITY_BUDGET_QUESTIONS", raising=False)
    site = make_site()
    yield site
    close(site)


async def test_a_reader_of_feeds_takes_it_whole_and_sees_what_to_know(served: Datasette) -> None:
    response = await served.client.get("/feeds/quality.atom")
    assert response.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(response.content)
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.updated == "2026-06-30T00:00:00Z"
    assert [entry.title for entry in feed.entries] == [
        "Wexmoor Council: 1 of 3 rows is held back",
        "Wexmoor Council has not published spend for 2026-05",
        "Wexmoor Council corrected spend for 2024-05",
    ]
    assert feed.entries[1].summary == "It was due on 2026-06-20: 10 days late on the day of this release."
    assert "secret" not in response.text
    assert "Totals &amp;amp;" not in response.text
    assert "<b>" not in response.text


async def test_every_entry_has_an_id_of_its_own_and_leads_to_a_question_that_answers(served: Datasette) -> None:
    feed = feedparser.parse((await served.client.get("/feeds/quality.atom")).content)
    assert len({entry.id for entry in feed.entries}) == len(feed.entries) == 3
    for entry in feed.entries:
        assert (await served.client.get(entry.link.removeprefix("http://localhost"))).status_code == 200
