"""Feeds, as Atom and as JSON Feed 1.1: releases, corrections, what is late; and one for each agency, theme, area and indicator.

`/feeds/releases.atom`, `/feeds/agencies/wexmoor-council.json`. What a feed tells comes from releases and questions. An
entry keeps its id for as long as it says the same, and its time is a day that stands in the data, never the clock.
"""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from datasette import NotFound, Response, hookimpl
from datasette.app import Datasette
from datasette.utils import tilde_decode, tilde_encode
from datasette.utils.asgi import Request
from jinja2 import Environment

ROUTE = "community-budget"
MOST = 100
TYPES = {"atom": "application/atom+xml; charset=utf-8", "json": "application/feed+json; charset=utf-8"}
WHOLE = {"releases": "Releases", "corrections": "Corrections", "late": "What is late"}
SUBJECTS = {
    "agencies": ("agency_id", "name"),
    "themes": ("theme_id", "title"),
    "areas": ("area_id", "name"),
    "indicators": ("indicator_id", "title"),
}
PLACES = re.compile(rf"/(?:{ROUTE}/)?({'|'.join(SUBJECTS)})/([^/.]+)")


@dataclass(frozen=True)
class Told:
    """How a row of a question becomes an entry: what tells it from others, its words, and the column of its day."""

    question: str
    parameters: Mapping[str, str]
    key: tuple[str, ...]
    title: str
    text: str
    day: str


CORRECTED = Told(
    "what_was_corrected",
    {},
    ("correction_id",),
    "{agency} corrected {dataset} {period}",
    "{changed} {reason}",
    "published_on",
)
LATE = Told(
    "what_is_late",
    {},
    ("agency_id", "dataset", "period"),
    "{agency} is late with {dataset} {period}",
    "Due {due}. Last received: {last_period_received}.",
    "due",
)
MOVED = Told(
    "targets_moved",
    {},
    ("to_target_id",),
    "The target of {indicator}, {area}, was moved",
    "{value_from} by {period_from} became {value_to} by {period_to}. {reason}",
    "agreed_on",
)
DOING = Told(
    "progress_of_indicators",
    {},
    ("indicator_id", "area_id", "period", "status"),
    "{indicator}, {area}: {status}",
    "{value} {unit} in {period}; expected {expected}, target {target}. {reason}",
    "period",
)
RESULT = Told(
    "outcomes_of_an_indicator",
    {},
    ("indicator_id", "area_id", "period", "breakdown", "value", "marker"),
    "{indicator}, {area}, {period}: {value} {unit}",
    "Target {target}. {note}",
    "period",
)
LEARNT = Told("lessons_by_kind", {}, ("lesson_id",), "Lesson: {lesson}", "{happened} {advice}", "published_on")
HEARD = Told("voices_by_area", {}, ("voice_id",), "What people said, {year}", "{summary}", "year")  # fmt: skip
TELLS: Mapping[str, tuple[tuple[Told, str], ...]] = {
    "corrections": ((CORRECTED, ""),),
    "late": ((LATE, ""),),
    "agencies": ((CORRECTED, "agency"), (LATE, "agency")),
    "themes": ((DOING, "theme"), (LEARNT, "theme")),
    "areas": ((DOING, "area"), (HEARD, "area")),
    "indicators": ((RESULT, "indicator"), (MOVED, "indicator")),
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """Something that happened: on a day, told in words, at an address of this site."""

    id: str
    day: str
    title: str
    text: str
    address: str


@dataclass(frozen=True)
class Feed:
    """What a feed says of itself, and its entries, the latest first."""

    id: str
    title: str
    address: str
    home: str
    day: str
    author: str
    entries: tuple[Entry, ...]


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    """A feed of each kind, and one for each subject."""
    whole, subjects = "|".join(WHOLE), "|".join(SUBJECTS)
    return [
        (rf"/feeds/(?P<kind>{whole})\.(?P<form>atom|json)$", show),
        (rf"/feeds/(?P<kind>{subjects})/(?P<code>[^/]+)\.(?P<form>atom|json)$", show),
    ]


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Gives templates `feeds_of(path)`: titles of the feeds that a page leads readers to, and their addresses without `.atom` or `.json`."""
    env.globals["feeds_of"] = feeds_of


def feeds_of(path: str) -> list[tuple[str, str]]:
    """The feeds of the whole site, after the one of what a page is about."""
    found = PLACES.fullmatch(path)
    own = [("This page", f"/feeds/{found[1]}/{found[2]}")] if found else []
    return own + [(title, f"/feeds/{kind}") for kind, title in WHOLE.items()]


async def show(request: Request, datasette: Datasette) -> Response:
    """A feed in the form asked for."""
    kind, form = request.url_vars["kind"], request.url_vars["form"]
    feed = await read_feed(datasette, kind, tilde_decode(request.url_vars.get("code") or ""), request)
    body = datasette.forms_of_a_feed[form](feed, lambda address: datasette.absolute_url(request, address))
    return Response(body, headers={"access-control-allow-origin": "*"}, content_type=TYPES[form])


async def read_feed(datasette: Datasette, kind: str, code: str, request: Request) -> Feed:
    """A feed with its last entries."""
    title, home = await _about(datasette, kind, code)
    place = datasette.metadata().get("title") or "Community budget"
    as_of = _as_of(datasette)
    told = _releases(datasette) if kind == "releases" else [each async for each in _told(datasette, kind, code)]
    entries = [_dated(entry, as_of, place) for entry in told]
    latest = sorted(entries, key=lambda entry: (entry.day, entry.id), reverse=True)[:MOST]
    return Feed(
        id=_urn(place, "feed", kind, code),
        title=f"{place}: {title}",
        address=request.path,
        home=home,
        day=latest[0].day if latest else as_of,
        author=place,
        entries=tuple(latest),
    )


async def _about(datasette: Datasette, kind: str, code: str) -> tuple[str, str]:
    """The title of a feed, and the page that it goes with. Raises `NotFound` where the release has no such subject."""
    if kind in WHOLE:
        question = {"corrections": "what_was_corrected", "late": "what_is_late"}.get(kind)
        return WHOLE[kind], f"/{ROUTE}/{question}" if question in datasette.questions else "/"
    key, label = SUBJECTS[kind]
    database = datasette.get_database(ROUTE)
    known = await database.table_exists(kind)
    sql = f'SELECT "{label}" FROM "{kind}" WHERE "{key}" = ?'  # noqa: S608 names that stand above
    row = (await database.execute(sql, [code])).first() if known else None
    if row is None:
        raise NotFound("This release has nothing of this name.")
    return str(row[0]), f"/{ROUTE}/{kind}/{tilde_encode(code)}"


async def _told(datasette: Datasette, kind: str, code: str) -> AsyncIterator[Entry]:
    for told, parameter in TELLS[kind]:
        if told.question not in datasette.questions:
            continue
        answer = await datasette.ask_whole(told.question, **({parameter: code} if parameter else {}))
        for row in answer.rows:
            if row.get("value", "") is not None or row.get("marker"):
                yield _entry(told, row, answer.address)


def _entry(told: Told, row: Mapping[str, Any], address: str) -> Entry:
    words = {name: "none" if value is None else str(value).replace("_", " ") for name, value in row.items()}
    missing = {name: "" for name in ("reason", "note", "advice", "changed") if row.get(name) is None}
    title, text = (wording.format_map(words | missing).strip() for wording in (told.title, told.text))
    key = [told.question, *(row[name] for name in told.key)]
    return Entry(json.dumps(key), str(row[told.day] or ""), title, text, address)


def _releases(datasette: Datasette) -> Iterator[Entry]:
    changes = {said["after"]: said["csv"] for said in datasette.changes()}
    releases = getattr(datasette, "releases", None)
    for path in releases.link.parent.glob("[!.]*/manifest.json") if releases else ():
        if path.parent.is_symlink():
            continue
        said, name = json.loads(path.read_text(encoding="utf-8")), path.parent.name
        parts = [f"{each['publisher']}: {each['verdict']}".replace("_", " ") for each in said.get("packages", ())]
        text = f"As things stood on {said['as_of']}. {'; '.join(parts)}".strip()
        yield Entry(json.dumps(["release", name]), said["as_of"], f"Release {name}", text, changes.get(name, "/"))


def _dated(entry: Entry, as_of: str, place: str) -> Entry:
    """With its last id, and a day that is not after that of the release."""
    day = min(last_day(entry.day), as_of) if entry.day else as_of
    return Entry(_urn(place, entry.id), day, entry.title, entry.text, entry.address)


def last_day(period: str) -> str:
    """The last day of a year, a financial year, a quarter, a month or a day."""
    if re.fullmatch(r"\d{4}-\d{4}", period):
        return f"{period[5:]}-03-31"
    if re.fullmatch(r"\d{4}", period):
        return f"{period}-12-31"
    if found := re.fullmatch(r"(\d{4})-(?:Q([1-4])|(\d{2}))", period):
        year, month = int(found[1]), int(found[3] or 3 * int(found[2]))
        return (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).isoformat()
    return period


def _as_of(datasette: Datasette) -> str:
    releases = getattr(datasette, "releases", None)
    return str(releases.read.manifest["as_of"]) if releases and releases.read else "1970-01-01"


def _urn(*parts: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, json.dumps(parts))}"
