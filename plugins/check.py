"""The page /check: anyone drops files and gets their receipt, as `community-budget check` writes it. Nothing is kept.

Files are written to a private folder as they come (uploads.py), and laid out as a package (packages.py); the folder is
gone before the answer is. What came without a description is described (describing.py), then checked, in child processes
with limits on time, memory, the size of files and, where the system allows it, without a network (children.py).
"""

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from datasette import Request, Response, hookimpl
from datasette.app import Datasette

ROUTE = "community-budget"
LOG = logging.getLogger(f"{ROUTE}.check")
WRITTEN = {0, 3}
"""Statuses with which the program ends once a receipt is written: accepted, refused."""
RECEIVING = 8
CHECKING = 2
WAIT_SECONDS = 20
AGENCIES = "SELECT agency_id, name FROM agencies ORDER BY name, agency_id"
DATASETS = "SELECT dataset, title FROM datasets WHERE owner IN ('A', 'PA') ORDER BY dataset <> 'spend', title"


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
            return await _receipt(datasette, request, upload)
    except datasette.uploads.Error as error:
        await datasette.uploads.let_go_by(request)
        return await _form(datasette, request, error)


class _place:  # noqa: N801 it reads as what it is: with a place
    """One of the few uploads at a time."""

    def __init__(self, datasette: Datasette) -> None:
        self.datasette = datasette

    def __enter__(self) -> None:
        if self.datasette.check_receiving >= RECEIVING:
            raise _busy(self.datasette)
        self.datasette.check_receiving += 1

    def __exit__(self, *_: object) -> None:
        self.datasette.check_receiving -= 1


def _busy(datasette: Datasette) -> Any:
    return datasette.uploads.Error(
        503, "Others are checking files just now", "Wait half a minute, then send yours again."
    )


async def _receipt(datasette: Datasette, request: Request, upload: Any) -> Response:
    """The receipt; bare tables are described first, in the same turn."""
    package = await asyncio.to_thread(datasette.packages.lay_out, upload)
    place = Path.cwd() if package.has_publisher else _without_release(upload.folder)
    output, work = upload.folder / "receipt", upload.folder / "work"
    work.mkdir()
    form = upload.fields.get("format") or "html"
    form = form if form in datasette.receipts.KINDS else "html"
    with suppress(TimeoutError):
        async with _turn(datasette):
            found = {}
            if package.bare:
                found = await datasette.describing.describe(package, upload.fields, (place, work))
            arguments = ["check", str(package.folder), "--format", form, "--output", str(output)]
            _hold_written(datasette, await datasette.children.run(arguments, place, work), output)
        written = datasette.receipts.Written(output, form, upload.fields, found)
        return await datasette.receipts.answer(request, written)
    advice = "Send fewer months at once, or install the program and run community-budget check, which takes its time."
    raise datasette.uploads.Error(422, "The check took too long and was stopped", advice)


@asynccontextmanager
async def _turn(datasette: Datasette) -> AsyncIterator[None]:
    try:
        await asyncio.wait_for(datasette.check_turn.acquire(), WAIT_SECONDS)
    except TimeoutError:
        raise _busy(datasette) from None
    try:
        yield
    finally:
        datasette.check_turn.release()


def _without_release(folder: Path) -> Path:
    """A place with the site's standard, but no release: rows that say of no agency whose they are refer to nothing."""
    place = folder / "place"
    place.mkdir()
    if Path("standard").is_dir():
        (place / "standard").symlink_to(Path("standard").resolve())
    return place


def _hold_written(datasette: Datasette, status: int, output: Path) -> None:
    """Raises where the program did not come to write a receipt."""
    if status not in WRITTEN or not output.is_file():
        LOG.error("A check ended with status %s.", status)
        advice = "It may be too large for this page. Send fewer months at once, or run community-budget check at home."
        raise datasette.uploads.Error(422, "The check could not finish", advice)


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
