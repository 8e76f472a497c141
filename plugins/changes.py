"""What each release changed in the one before it, for those who keep a copy: `/changes/<before>..<after>.csv` and `.json`.

`publish` writes the files beside the releases, compressed; they are sent as they are to whoever takes gzip, and unpacked
on the way to others. `/changes.json` lists them, the latest last.
"""

import asyncio
import gzip
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from datasette import NotFound, Response, hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import AsgiStream, AsgiWriter, Request

NAME = re.compile(r"(?P<before>[\w-]+)\.\.(?P<after>[\w-]+)\.csv\.gz")
TYPES = {"csv": "text/csv; charset=utf-8; header=present", "json": "application/json; charset=utf-8"}
READING = {"access-control-allow-origin": "*", "vary": "accept-encoding", "cache-control": "public, max-age=86400"}
PIECE = 256 * 1024


@hookimpl
def startup(datasette: Datasette) -> None:
    """Lets other plugins know what there is."""
    datasette.changes = lambda: kept_changes(datasette)


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Any]]]]:
    """The list, and the files."""
    changes = r"/changes/(?P<name>[\w-]+\.\.[\w-]+)\.(?P<form>csv|json)$"
    return [(r"/changes\.json$", listed), (changes, sent), (r"/changes/.*$", nothing_here)]


def kept_changes(datasette: Datasette) -> list[dict[str, str]]:
    """The changes that are kept, in the order in which they were made."""
    folder = _folder(datasette)
    paths = sorted(folder.glob("*.csv.gz"), key=lambda path: path.stat().st_mtime_ns) if folder else []
    found = [match.groupdict() for path in paths if (match := NAME.fullmatch(path.name))]
    return [said | {form: f"/changes/{said['before']}..{said['after']}.{form}" for form in TYPES} for said in found]


async def listed(datasette: Datasette) -> Response:
    """All changes that are kept."""
    return Response.json({"changes": kept_changes(datasette)}, headers={"access-control-allow-origin": "*"})


async def nothing_here() -> Response:
    """Every other address."""
    raise NotFound("There is no list of changes at this address; /changes.json names those that there are.")


async def sent(request: Request, datasette: Datasette) -> AsgiStream:
    """The changes between two releases, piece by piece."""
    folder, form = _folder(datasette), request.url_vars["form"]
    path = folder / f"{request.url_vars['name']}.{form}.gz" if folder else None
    if path is None or not path.is_file():
        raise NotFound("There is no list of changes between these two releases.")
    is_packed = "gzip" in (request.headers.get("accept-encoding") or "")
    headers = READING | ({"content-encoding": "gzip"} if is_packed else {})
    return AsgiStream(_sending(path, is_packed=is_packed), headers=headers, content_type=TYPES[form])


def _sending(path: Path, *, is_packed: bool) -> Callable[[AsgiWriter], Awaitable[None]]:
    """Sends the bytes of a file; Datasette's writer would take text."""

    async def send(to: AsgiWriter) -> None:
        with path.open("rb") if is_packed else gzip.open(path, "rb") as stream:
            while piece := await asyncio.to_thread(stream.read, PIECE):
                await to.send({"type": "http.response.body", "body": piece, "more_body": True})

    return send


def _folder(datasette: Datasette) -> Path | None:
    """Where they are kept; none where no releases are."""
    releases = getattr(datasette, "releases", None)
    return releases.link.parent / "changes" if releases else None
