"""What each release changed in the one before it, for those who keep a copy: `/changes/<before>..<after>.csv` and `.json`.

`publish` writes the files beside the releases, packed; they are sent as downloads are, with an ETag and in parts, as they
are to whoever takes gzip, and unpacked on the way to others. `/changes.json` lists them, the latest last, with how many rows that publishers send were added,
changed and removed; templates have the same list as `changes_kept()`.
"""

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from datasette import NotFound, Response, hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request
from jinja2 import Environment

NAME = re.compile(r"(?P<before>[\w-]+)\.\.(?P<after>[\w-]+)\.csv\.gz")
TYPES = {"csv": "text/csv; charset=utf-8; header=present", "json": "application/json; charset=utf-8"}
KEPT_FOR_A_DAY = {"cache-control": "public, max-age=86400"}


@hookimpl
def startup(datasette: Datasette) -> None:
    """Lets other plugins know what there is."""
    datasette.changes = lambda: kept_changes(datasette)


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Gives pages the list."""
    env.globals["changes_kept"] = lambda: kept_changes(datasette)


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Any]]]]:
    """The list, and the files."""
    changes = r"/changes/(?P<name>[\w-]+\.\.[\w-]+)\.(?P<form>csv|json)$"
    return [(r"/changes\.json$", listed), (changes, sent), (r"/changes/.*$", nothing_here)]


def kept_changes(datasette: Datasette) -> list[dict[str, Any]]:
    """The changes that are kept, in the order in which they were made."""
    folder = _folder(datasette)
    paths = sorted(folder.glob("*.csv.gz"), key=lambda path: path.stat().st_mtime_ns) if folder else []
    found = [(match.groupdict(), path) for path in paths if (match := NAME.fullmatch(path.name))]
    return [
        said | {form: f"/changes/{said['before']}..{said['after']}.{form}" for form in TYPES} | _tally(path)
        for said, path in found
    ]


def _tally(path: Path) -> dict[str, Any]:
    """How many rows were added, changed and removed; changes that are older than such counts have none."""
    place = path.with_name(path.name.replace(".csv.gz", ".tally.json"))
    return json.loads(place.read_text(encoding="utf-8")) if place.is_file() else {}


async def listed(datasette: Datasette) -> Response:
    """All changes that are kept."""
    return Response.json({"changes": kept_changes(datasette)}, headers={"access-control-allow-origin": "*"})


async def nothing_here() -> Response:
    """Every other address."""
    raise NotFound("There is no list of changes at this address; /changes.json names those that there are.")


async def sent(request: Request, datasette: Datasette, send: Any) -> None:
    """The changes between two releases, whose ids are in the file's name."""
    folder, form = _folder(datasette), request.url_vars["form"]
    path = folder / f"{request.url_vars['name']}.{form}.gz" if folder else None
    if path is None or not path.is_file():
        raise NotFound("There is no list of changes between these two releases.")
    await datasette.send_packed(request, send, path, KEPT_FOR_A_DAY | {"content-type": TYPES[form]})


def _folder(datasette: Datasette) -> Path | None:
    """Where they are kept; none where no releases are."""
    releases = getattr(datasette, "releases", None)
    return releases.link.parent / "changes" if releases else None
