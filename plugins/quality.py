"""The Atom feed of quality, /feeds/quality.atom: corrections, what is late, and what each publisher has held back or refused.

Every entry is a row of a question and links to it; none shows a cell. An entry keeps its id as long as it is about the same
thing, and changes when its words do: readers then see it anew. Its day is the correction's own, else that of the release.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as Tree

from datasette import Request, Response, hookimpl
from datasette.app import Datasette

ATOM = "http://www.w3.org/2005/Atom"
VERDICTS = {
    "refused": "its package was refused, and nothing of it is published",
    "last_accepted": "its last package was refused, and the one before it is published",
}
AT_MOST = 500
"""Entries in the feed, the latest first."""

Entry = dict[str, str]


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The feed."""
    return [(r"^/feeds/quality\.atom$", quality_feed)]


async def quality_feed(datasette: Datasette, request: Request) -> Response:
    """Everything as one feed, in an order that does not change."""
    day = await _day(datasette)
    entries = [entry async for entry in _entries(datasette, day)]
    entries.sort(key=lambda entry: (entry["day"], entry["id"]), reverse=True)
    feed = _feed(datasette, request, day)
    for entry in entries[:AT_MOST]:
        address = datasette.absolute_url(request, entry["address"])
        _add(feed, entry | {"address": address}, datasette.absolute_url(request, datasette.urls.path("/feeds/quality")))
    text = Tree.tostring(feed, encoding="unicode", xml_declaration=True)
    return Response(text, content_type="application/atom+xml; charset=utf-8")


async def _day(datasette: Datasette) -> str:
    released = (await datasette.get_database("community-budget").execute("SELECT as_of FROM releases")).first()
    return str(released["as_of"])


async def _entries(datasette: Datasette, day: str) -> AsyncIterator[Entry]:
    corrections = await datasette.ask("what_was_corrected")
    for row in corrections.rows:
        yield _corrected(row) | {"address": corrections.address}
    late = await datasette.ask("what_is_late")
    for row in late.rows:
        yield _late(row) | {"address": late.address, "day": day}
    publishers = await datasette.ask("quality_by_publisher")
    for row in publishers.rows:
        said = _publisher(row)
        if said:
            address = f"{publishers.address}?publisher={quote(row['publisher_id'])}"
            yield said | {"address": address, "day": day, "id": f"publisher/{row['publisher_id']}"}


def _corrected(row: Mapping[str, Any]) -> Entry:
    return {
        "id": f"correction/{row['correction_id']}",
        "day": row["published_on"],
        "title": f"{row['agency']} corrected {row['dataset']} for {row['period']}",
        "text": f"What changed: {row['changed']} Why: {row['reason']}",
    }


def _late(row: Mapping[str, Any]) -> Entry:
    return {
        "id": f"late/{row['agency_id']}/{row['dataset']}/{row['period']}",
        "title": f"{row['agency']} has not published {row['dataset']} for {row['period']}",
        "text": f"It was due on {row['due']}: {row['days_late']} days late on the day of this release.",
    }


def _publisher(row: Mapping[str, Any]) -> Entry | None:
    """What there is to say of a publisher; nothing where all that it sent is published. Warnings alone are no news."""
    parts = [VERDICTS.get(row["verdict"] or "", "")]
    if row["held_back_rows"]:
        verb = "is" if row["held_back_rows"] == 1 else "are"
        parts.append(f"{row['held_back_rows']:,} of {row['received_rows']:,} rows {verb} held back")
    if row["payments_held_back_pence"]:
        parts.append(f"payments of {_pounds(row['payments_held_back_pence'])} net among them")
    said = [part for part in parts if part]
    if said and row["open_warnings"]:
        said.append(f"open warnings: {row['open_warnings']:,}")
    return {"title": f"{row['publisher']}: {said[0]}", "text": "; ".join(said).capitalize() + "."} if said else None


def _pounds(pence: int) -> str:
    return f"{'-' if pence < 0 else ''}£{abs(pence) // 100:,}.{abs(pence) % 100:02}"


def _feed(datasette: Datasette, request: Request, day: str) -> Tree.Element:
    own = datasette.absolute_url(request, datasette.urls.path("/feeds/quality.atom"))
    feed = Tree.Element("feed", xmlns=ATOM)
    _child(feed, "id", own)
    _child(feed, "title", f"{datasette.metadata('title') or 'Community budget'}: quality of the data")
    _child(feed, "updated", f"{day}T00:00:00Z")
    _child(feed, "author").append(_named("name", "The partnership"))
    Tree.SubElement(feed, "link", rel="self", href=own)
    return feed


def _add(feed: Tree.Element, entry: Entry, namespace: str) -> None:
    element = _child(feed, "entry")
    _child(element, "id", f"{namespace}/{quote(entry['id'])}")
    _child(element, "title", entry["title"])
    _child(element, "updated", f"{entry['day']}T00:00:00Z")
    _child(element, "summary", entry["text"])
    Tree.SubElement(element, "link", rel="alternate", href=entry["address"])


def _child(parent: Tree.Element, name: str, text: str = "") -> Tree.Element:
    element = _named(name, text)
    parent.append(element)
    return element


def _named(name: str, text: str) -> Tree.Element:
    element = Tree.Element(name)
    element.text = text
    return element
