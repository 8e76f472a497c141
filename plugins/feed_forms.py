"""The two forms of a feed, Atom (RFC 4287) and JSON Feed 1.1, and the page `/feeds` that lists all feeds there are."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from xml.etree import ElementTree as Xml

from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.utils import tilde_encode
from datasette.utils.asgi import Request

ROUTE = "community-budget"
ATOM = "http://www.w3.org/2005/Atom"
SUBJECTS = {
    "agencies": ("Agencies", "agency_id", "name"),
    "themes": ("Themes", "theme_id", "title"),
    "areas": ("Areas", "area_id", "name"),
    "indicators": ("Indicators", "indicator_id", "title"),
}


@hookimpl
def startup(datasette: Datasette) -> None:
    """Lets the feeds find their forms."""
    datasette.forms_of_a_feed = {"atom": as_atom, "json": as_json}


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    """The page that lists them."""
    return [(r"/feeds/?$", page)]


async def page(datasette: Datasette, request: Request) -> Response:
    """The feeds of the whole site, and those of each subject that the release has."""
    subjects = {title: await _feeds(datasette, kind) for kind, (title, _, _) in SUBJECTS.items()}
    return Response.html(await datasette.render_template("feeds.html", {"subjects": subjects}, request=request))


async def _feeds(datasette: Datasette, kind: str) -> list[tuple[str, str]]:
    """Labels and addresses, by label."""
    _, key, label = SUBJECTS[kind]
    database = datasette.get_database(ROUTE)
    if not await database.table_exists(kind):
        return []
    found = await database.execute(f'SELECT "{label}", "{key}" FROM "{kind}" ORDER BY 1, 2')  # noqa: S608 names above
    return [(str(row[0]), f"/feeds/{kind}/{tilde_encode(str(row[1]))}") for row in found.rows]


def as_atom(feed: Any, absolute: Callable[[str], str]) -> str:
    """A feed as RFC 4287 has it."""
    Xml.register_namespace("", ATOM)
    root = Xml.Element(f"{{{ATOM}}}feed")
    _tell(root, id=feed.id, title=feed.title, updated=f"{feed.day}T00:00:00Z")
    _tell(Xml.SubElement(root, f"{{{ATOM}}}author"), name=feed.author)
    for rel, address in (("self", feed.address), ("alternate", feed.home)):
        Xml.SubElement(root, f"{{{ATOM}}}link", rel=rel, href=absolute(address))
    for entry in feed.entries:
        element = Xml.SubElement(root, f"{{{ATOM}}}entry")
        _tell(element, id=entry.id, title=entry.title, updated=f"{entry.day}T00:00:00Z", content=entry.text)
        Xml.SubElement(element, f"{{{ATOM}}}link", rel="alternate", href=absolute(entry.address))
    return Xml.tostring(root, encoding="unicode", xml_declaration=True)


def _tell(element: Xml.Element, **texts: str) -> None:
    for name, text in texts.items():
        # XML has no way to write control characters
        Xml.SubElement(element, f"{{{ATOM}}}{name}").text = re.sub(
            r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", " ", text
        )


def as_json(feed: Any, absolute: Callable[[str], str]) -> str:
    """A feed as JSON Feed 1.1 has it."""
    items = [
        {
            "id": entry.id,
            "url": absolute(entry.address),
            "title": entry.title,
            "content_text": entry.text,
            "date_published": f"{entry.day}T00:00:00Z",
        }
        for entry in feed.entries
    ]
    said = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": absolute(feed.home),
        "feed_url": absolute(feed.address),
        "authors": [{"name": feed.author}],
        "language": "en-GB",
        "items": items,
    }
    return json.dumps(said, ensure_ascii=False)
