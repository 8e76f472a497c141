"""Serves the current release at one address, and switches to a new one between requests, without a restart.

`COMMUNITY_BUDGET_RELEASES` names the folder in which `current` leads to the folder of a release. Each release is a
`Database` of its own: a name that is never used twice, because Datasette keeps connections by name, and the route
`community-budget`, because that is its address. A request reads one release from start to end. Plugins and templates
say `datasette.get_database("community-budget")`, and get the release that their request reads.

Where Datasette takes the name for the address, or the other way round, this mends it: the lookup by route
(`get_database`) and what metadata.yml says of the database (`get_metadata`); references.py mends links in cells.
"""

import asyncio
import json
import logging
import os
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.database import Database
from datasette.utils import tilde_encode

ROUTE = "community-budget"
FOLDER_VARIABLE = "COMMUNITY_BUDGET_RELEASES"
HEADER = b"community-budget-release"
LOG = logging.getLogger(ROUTE)
COUNT_WITHIN_MS = 60 * 60 * 1000
NOTHING_YET = "Nothing has been published here yet.\n"

Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(eq=False)
class Release:
    """A release that is open, and the readings, one a request, that need it to stay so."""

    release_id: str
    manifest: dict[str, Any]
    database: Database
    readings: set["Reading"] = field(default_factory=set)


@dataclass(eq=False)
class Reading:
    """One request's use of a release."""

    release: Release
    is_over: bool = False


READING: ContextVar[Reading | None] = ContextVar("reading", default=None)


class Releases:
    """The releases that are open: the current one, and those before it that a request still reads."""

    def __init__(self, datasette: Datasette, folder: Path) -> None:
        self.datasette = datasette
        self.link = folder / "current"
        self.seen: Path | None = None
        self.refused: Path | None = None
        self.open: list[Release] = []
        self._numbers = count(1)
        self._switching = asyncio.Lock()

    @property
    def read(self) -> Release | None:
        """The release of the request that asks; outside a request, the current one."""
        reading = READING.get()
        if reading is not None and not reading.is_over:
            return reading.release
        return self.open[-1] if self.open else None

    def named(self, name: str) -> Release | None:
        """The open release whose database has this name."""
        return next((release for release in self.open if release.database.name == name), None)

    async def choose(self) -> Release | None:
        """The release for a request: that of the request it is part of, or what `current` leads to now.

        A release that cannot be opened is logged, and the one before it goes on being served.
        """
        reading = READING.get()
        if (reading is None or reading.is_over) and self.link.resolve() != self.seen:
            async with self._switching:
                await self._switch(self.link.resolve())
        return self.read

    @contextmanager
    def reading(self, release: Release) -> Iterator[None]:
        """Keeps a release open, and every lookup within at it."""
        reading = Reading(release)
        release.readings.add(reading)
        token = READING.set(reading)
        try:
            yield
        finally:
            READING.reset(token)
            reading.is_over = True
            release.readings.discard(reading)
            self._close_unread()

    async def _switch(self, folder: Path) -> None:
        if folder == self.seen:
            return
        try:
            release = await self._opened(folder)
        except (OSError, ValueError, sqlite3.Error) as error:
            self._complain(folder, error)
            return
        self.datasette.add_database(release.database, name=release.database.name, route=ROUTE)
        self.open.append(release)
        self.seen = folder
        self._close_unread()

    def _complain(self, folder: Path, error: Exception) -> None:
        if folder != self.refused:
            LOG.error("Cannot open the release in %s: %s", folder, error)
        self.refused = folder

    async def _opened(self, folder: Path) -> Release:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        path = folder / f"{ROUTE}.db"
        path.stat()
        opened = getattr(self.datasette, "release_database", Database)
        database: Database = opened(self.datasette, path=str(path), is_mutable=False)
        database.cached_hash = manifest.get("files", {}).get(path.name)
        database.name = f"{ROUTE}-{tilde_encode(folder.name)}-{next(self._numbers)}"
        try:
            await database.table_counts(limit=COUNT_WITHIN_MS)
        except sqlite3.Error:
            database.close()
            raise
        return Release(manifest.get("release", folder.name), manifest, database)

    def _close_unread(self) -> None:
        for release in self.open[:-1]:
            if not release.readings:
                self.open.remove(release)
                self.datasette.remove_database(release.database.name)
                release.database.close()


@hookimpl
def startup(datasette: Datasette) -> Callable[[], Awaitable[Release | None]] | None:
    """Opens the current release, where there is a folder of releases, and pins every lookup to it."""
    folder = os.environ.get(FOLDER_VARIABLE)
    datasette.releases = Releases(datasette, Path(folder)) if folder else None
    datasette.jinja_env.globals["release"] = lambda: datasette.releases and datasette.releases.read
    if datasette.releases is None:
        return None
    _pin_lookups(datasette)
    return datasette.releases.choose


def _pin_lookups(datasette: Datasette) -> None:
    lookup = datasette.get_database

    def get_database(name: str | None = None, route: str | None = None) -> Database:
        release = datasette.releases.read
        return release.database if release and (route or name or ROUTE) == ROUTE else lookup(name, route)

    async def nothing() -> None:
        """Datasette would copy the schema of every release, one after another, into memory that nobody reads."""

    datasette.get_database = get_database
    datasette.refresh_schemas = nothing
    if "_memory" in datasette.databases:
        datasette.remove_database("_memory")


@hookimpl(trylast=True)
def asgi_wrapper(datasette: Datasette) -> Callable[[Any], Any]:
    """The outermost layer: a request is given its release before anything looks at it."""

    def wrap(app: Any) -> Any:
        async def serve(scope: dict[str, Any], receive: Any, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
            else:
                await _serve(datasette, app, (scope, receive, send))

        return serve

    return wrap


async def _serve(datasette: Datasette, app: Any, request: tuple[dict[str, Any], Any, Send]) -> None:
    await datasette.invoke_startup()
    scope, receive, send = request
    if datasette.releases is None:
        await app(scope, receive, send)
        return
    release = await datasette.releases.choose()
    if release is None:
        await Response.text(NOTHING_YET, status=503, headers={"retry-after": "60"}).asgi_send(send)
        return
    with datasette.releases.reading(release):
        await app(scope, receive, _naming(release, send))


def _naming(release: Release, send: Send) -> Send:
    header = (HEADER, release.release_id.encode("ascii", "backslashreplace"))

    async def named(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = message | {"headers": [*message.get("headers", []), header]}
        await send(message)

    return named


@hookimpl
def permission_allowed(datasette: Datasette, action: str, resource: Any) -> bool | None:
    """Keeps a release that only other requests read out of lists of databases."""
    releases = datasette.releases
    if action != "view-database" or releases is None or releases.named(resource) in (None, releases.read):
        return None
    return False


@hookimpl(trylast=True)
def get_metadata(datasette: Datasette) -> dict[str, Any]:
    """What metadata.yml says of the database `community-budget` holds for every release of it."""
    site = datasette._metadata_local  # noqa: SLF001 datasette.metadata() would ask this hook again
    said = (site.get("databases") or {}).get(ROUTE)
    releases = getattr(datasette, "releases", None)
    if not said or releases is None:
        return {}
    return {"databases": {release.database.name: deepcopy(said) for release in releases.open}}
