"""The page /check: anyone drops files and gets their receipt, as `community-budget check` writes it. Nothing is kept.

Files are written to a private folder as they come (uploads.py); the folder is gone before the answer is. The check runs
as a child process with limits on time, memory, the size of files and, where the system allows it, without a network.
"""

import asyncio
import base64
import codecs
import json
import logging
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from datasette import Request, Response, hookimpl
from datasette.app import Datasette

ROUTE = "community-budget"
LOG = logging.getLogger(f"{ROUTE}.check")
MAX_RECEIPT = 20_000_000
MAX_DESCRIPTION = 1_000_000
MAX_PATH = 300
WRITTEN = {0, 3}
"""Statuses with which the program ends once a receipt is written: accepted, refused."""
ABOVE = '<p><a href="/check">Check another file</a>. Keep this page if you need it: nothing of yours was kept here.</p>'
RECEIVING = 8
CHECKING = 2
WAIT_SECONDS = 20
KINDS = {"html": "text/html", "json": "application/json", "csv": "text/csv", "text": "text/plain"}
SLUG = re.compile(r"\A[a-z0-9][a-z0-9-]{0,99}\Z")
AGENCIES = "SELECT agency_id, name FROM agencies ORDER BY name, agency_id"
DATASETS = "SELECT dataset, title FROM datasets WHERE owner IN ('A', 'PA') ORDER BY dataset <> 'spend', title"


class CannotCheckError(Exception):
    """There is no receipt, and why: the status and the title of the page that says so, and what to do."""

    def __init__(self, status: int, title: str, advice: str) -> None:
        super().__init__(title)
        self.status, self.title, self.advice = status, title, advice


@hookimpl
def startup(datasette: Datasette) -> None:
    """Counts who is sending, and whose turn it is."""
    datasette.check_receiving = 0
    datasette.check_turn = asyncio.Semaphore(CHECKING)


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The page."""
    return [(r"^/check/?$", check_page)]


@hookimpl
def skip_csrf(scope: dict[str, Any]) -> bool:
    """The form is anonymous and changes nothing, so nobody gains by sending it in another's name.

    Looking for a token, Datasette would also read the whole upload into memory.
    """
    return scope["type"] == "http" and scope["path"].rstrip("/").endswith("/check")


async def check_page(datasette: Datasette, request: Request) -> Response:
    """The form; or, for what was sent with it, the receipt or a page that says why there is none."""
    if request.method != "POST":
        return await _form(datasette, request)
    try:
        with _place(datasette), tempfile.TemporaryDirectory(prefix="check-") as folder:
            upload = await datasette.uploads.receive(request, Path(folder))
            form = upload.fields.get("format") or "html"
            return await _receipt(datasette, upload, form if form in KINDS else "html")
    except (CannotCheckError, datasette.uploads.Error) as error:
        await datasette.uploads.let_go_by(request)
        return await _form(datasette, request, error)


class _place:  # noqa: N801 it reads as what it is: with a place
    """One of the few uploads at a time."""

    def __init__(self, datasette: Datasette) -> None:
        self.datasette = datasette

    def __enter__(self) -> None:
        if self.datasette.check_receiving >= RECEIVING:
            raise _busy()
        self.datasette.check_receiving += 1

    def __exit__(self, *_: object) -> None:
        self.datasette.check_receiving -= 1


def _busy() -> CannotCheckError:
    return CannotCheckError(503, "Others are checking files just now", "Wait half a minute, then send yours again.")


async def _receipt(datasette: Datasette, upload: Any, form: str) -> Response:
    package, has_publisher = await asyncio.to_thread(_laid_out, upload)
    place = Path.cwd() if has_publisher else _without_release(upload.folder)
    output, work = upload.folder / "receipt", upload.folder / "work"
    work.mkdir()
    with suppress(TimeoutError):
        async with _turn(datasette):
            arguments = ["check", str(package), "--format", form, "--output", str(output)]
            status = await datasette.children.run(arguments, place, work)
            return _answer(status, output, form)
    advice = "Send fewer months at once, or install the program and run community-budget check, which takes its time."
    raise CannotCheckError(422, "The check took too long and was stopped", advice)


@asynccontextmanager
async def _turn(datasette: Datasette) -> AsyncIterator[None]:
    try:
        await asyncio.wait_for(datasette.check_turn.acquire(), WAIT_SECONDS)
    except TimeoutError:
        raise _busy() from None
    try:
        yield
    finally:
        datasette.check_turn.release()


def _laid_out(upload: Any) -> tuple[Path, bool]:
    """The files as a package, and whether it says whose it is."""
    described = next((path for name, path in upload.files.items() if name.lower() == "datapackage.json"), None)
    publisher = _publisher(described) if described else upload.fields.get("publisher", "")
    is_known = bool(SLUG.match(publisher))
    package = upload.folder / "package" / (publisher if is_known else "your-agency")
    package.mkdir(parents=True)
    places = _places(described) if described else {}
    for name, path in upload.files.items():
        target = package / places.get(name, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
    if described is None:
        description = _description(package.name, package, upload)
        (package / "datapackage.json").write_text(json.dumps(description), encoding="utf-8")
    return package, is_known


def _publisher(described: Path) -> str:
    found = _json(described).get("publisher")
    return found if isinstance(found, str) else ""


def _places(described: Path) -> dict[str, str]:
    """Where the description has each file, by the file's own name: a form sends no folders."""
    entries = _json(described).get("resources")
    resources = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    paths = [entry.get(key) for entry in resources for key in ("path", "schema")]
    return {PurePosixPath(path).name: path for path in paths if isinstance(path, str) and _is_inside(path)}


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return (
        bool(parts)
        and len(path) < MAX_PATH
        and not any(part.startswith((".", "/")) for part in parts)
        and "\0" not in path
    )


def _json(path: Path) -> dict[str, Any]:
    """What a description says; nothing where it cannot be read, which the check then says in its own words."""
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if path.stat().st_size < MAX_DESCRIPTION else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _description(publisher: str, package: Path, upload: Any) -> dict[str, Any]:
    """For files that came without one: their headers are then names of the standard."""
    tables = [name for name in upload.files if name.lower().endswith(upload.tables)]
    dataset, period = upload.fields.get("dataset") or "spend", upload.fields.get("period")
    return {
        "name": publisher,
        "publisher": publisher,
        "resources": [
            {"name": f"file-{number}", "path": name, "dataset": dataset, "encoding": _encoding(package / name)}
            | ({"period": period} if period else {})
            for number, name in enumerate(tables, 1)
        ],
    }


def _encoding(path: Path) -> str:
    """UTF-8 where the file can be read so, else what spreadsheets on Windows write."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def _without_release(folder: Path) -> Path:
    """A place with the site's standard, but no release: rows that say of no agency whose they are refer to nothing."""
    place = folder / "place"
    place.mkdir()
    if Path("standard").is_dir():
        (place / "standard").symlink_to(Path("standard").resolve())
    return place


def _answer(status: int, output: Path, form: str) -> Response:
    if status not in WRITTEN or not output.is_file():
        LOG.error("A check ended with status %s.", status)
        advice = "It may be too large for this page. Send fewer months at once, or run community-budget check at home."
        raise CannotCheckError(422, "The check could not finish", advice)
    if output.stat().st_size > MAX_RECEIPT:
        raise CannotCheckError(
            422, "The receipt is very long", "Ask for the page: it names the first problems of each kind."
        )
    text = output.read_text(encoding="utf-8")
    headers = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-content-type-options": "nosniff"}
    if form == "html":
        headers["content-security-policy"] = _policy(text)
        text = text.replace("<main>", f"<main>\n{ABOVE}", 1)
    return Response(text, headers=headers, content_type=f"{KINDS[form]}; charset=utf-8")


def _policy(page: str) -> str:
    """Nothing may run or be fetched; the page's own style is named by its hash."""
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


async def _form(datasette: Datasette, request: Request, error: Any = None) -> Response:
    database = datasette.get_database(ROUTE)
    page = await datasette.render_template(
        "check.html",
        {
            "error": error,
            "agencies": (await database.execute(AGENCIES)).rows,
            "sent": (await database.execute(DATASETS)).rows,
        },
        request=request,
    )
    headers = {"retry-after": "30"} if error and error.status == 503 else {}
    return Response.html(page, status=error.status if error else 200, headers=headers | {"cache-control": "no-store"})
