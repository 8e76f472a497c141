"""What a visitor reads when something goes wrong: plain words that help, and nothing of the machine or the program.

A question that is too long, too large or wrong is answered 400, in HTML or JSON as it was asked. Anything else that goes
wrong is answered 500 and written down, without what was asked.
"""

import logging
import sqlite3
import traceback
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from datasette import NotFound, Response, hookimpl
from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Base400, Request
from datasette.views.base import DatasetteError

TOO_LONG = (
    "The answer was not ready in time, and was stopped so that others are not kept waiting. Ask for less: one agency, one"
    " year, fewer columns. For long work, take the whole table as CSV and work on it at home."
)
TOO_LARGE = "This needs more memory than one question may use. Ask for fewer rows or shorter values."
TOO_MUCH = "This asks for values longer than the site works with. Ask for shorter ones."
NOT_UNDERSTOOD = (
    "The site cannot make sense of something in this address. Check its end, and what stands after the question mark."
)
BROKEN = "Something went wrong on our side. It has been written down; please try again later."
DATA = (".csv", ".json")
"""How addresses end that ask for something even without a question mark."""
EXPLAINED = (
    (QueryInterrupted, "SQL Interrupted", TOO_LONG),
    (MemoryError, "Too large", TOO_LARGE),
    (sqlite3.DataError, "Too large", TOO_MUCH),
    (OverflowError, "Too large", TOO_MUCH),
    (sqlite3.Error, "Invalid SQL", ""),
    (sqlite3.Warning, "Invalid SQL", ""),
)
LOG = logging.getLogger("community-budget")


@hookimpl(hookwrapper=True)
def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Iterator[None]:
    """An error in plain words, which show neither a path nor a line of the program.

    In the place of Datasette's own answer, which takes seconds to print every variable to the log.
    """
    outcome = yield
    outcome.force_result([_responding(datasette, request, exception)])


def _responding(datasette: Datasette, request: Request, exception: Exception) -> Callable[[], Awaitable[Response]]:
    async def respond() -> Response:
        wrong = explained(exception, is_asked=bool(request.query_string) or request.path.endswith(DATA))
        if wrong.status >= 500:
            _complain(exception)
        said = {"ok": False, "error": wrong.message, "status": wrong.status, "title": wrong.title}
        if request.path.endswith(".json"):
            return Response.json(said, status=wrong.status)
        template = datasette.jinja_env.select_template([f"{wrong.status}.html", "error.html"])
        around = {"urls": datasette.urls, "app_css_hash": datasette.app_css_hash(), "menu_links": list}
        return Response.html(await template.render_async(said | around), status=wrong.status)

    return respond


@dataclass(frozen=True)
class Wrong:
    """What went wrong, as a visitor reads it."""

    status: int
    title: str | None
    message: str


def explained(exception: Exception, *, is_asked: bool) -> Wrong:
    """What an exception means to the visitor; `is_asked` where the address asked for something."""
    if getattr(exception, "title", None) == "SQL Interrupted":
        return Wrong(400, "SQL Interrupted", TOO_LONG)
    if isinstance(exception, DatasetteError | Base400 | NotFound):
        return _said_by_datasette(exception)
    for kind, title, message in EXPLAINED:
        if isinstance(exception, kind) and (message or is_asked):
            return Wrong(400, title, message or str(exception))
    if is_asked and _is_datasettes(exception):
        return Wrong(400, None, NOT_UNDERSTOOD)
    return Wrong(500, None, BROKEN)


def _said_by_datasette(exception: Exception) -> Wrong:
    status = getattr(exception, "status", 400)
    message = getattr(exception, "message", None) or (exception.args[0] if exception.args else "")
    return Wrong(status, getattr(exception, "title", None), str(message))


def _is_datasettes(exception: Exception) -> bool:
    """Whether Datasette stumbled over a value: the last of our or its lines on the way is one of its own."""
    files = [frame.filename for frame in traceback.extract_tb(exception.__traceback__)]
    known = [file for file in files if "/plugins/" in file or "/datasette/" in file]
    values = isinstance(exception, ValueError | KeyError | IndexError | TypeError | AssertionError | AttributeError)
    return values and bool(known) and "/plugins/" not in known[-1]


def _complain(exception: Exception) -> None:
    frames = traceback.extract_tb(exception.__traceback__)
    where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[:-9:-1])
    LOG.error("%s at %s", type(exception).__name__, where)
