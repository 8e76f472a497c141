"""What every answer carries, and what is never answered: the outermost layer of the site.

Headers that keep a browser safe, no cookies, reading alone but for files sent to `/check`, addresses of a bearable length, `/healthz` and `/readyz`, and one line of log a request, without what a visitor asked
(`COMMUNITY_BUDGET_LOG`: `paths`, the default under serve, `queries` or `off`).
"""

import asyncio
import base64
import json
import logging
import os
import re
import sqlite3
import sys
import time
import traceback
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from datasette import Response, hookimpl
from datasette.app import Datasette
from jinja2 import Environment

ROUTE = "community-budget"
LOG_VARIABLE = "COMMUNITY_BUDGET_LOG"
METHODS = {"GET", "HEAD", "OPTIONS"}
TAKES_FILES = re.compile(r"/check/?\Z")
"""The one page that something can be sent to; it keeps nothing of it."""
LONGEST_ADDRESS = 60_000
MOST_PARAMETERS = 200
MOST_FACETS = 6
CLOSED = re.compile(r"/-/(threads|allow-debug|permissions|messages|patterns|actor|auth-token|logout)(\.jsono?)?/?\Z")
FACETS = re.compile(rb"(?:\A|&)_facet")
TURNING = re.compile(rb"\xe2(?:\x80[\xaa-\xae]|\x81[\xa6-\xa9])")
"""Characters that turn the direction of text: on a page they would turn the words of others, so none reaches one."""
INSTEAD = "\N{REPLACEMENT CHARACTER}".encode()
PROBES = {"/healthz", "/readyz"}
INLINE = re.compile(r"<(script|style)(?:\s[^>]*)?>(.*?)</\1>", re.DOTALL)
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
}
BROKEN = "Something went wrong on our side. It has been written down; please try again later."
DATASETTES_ERROR = "ERROR: conn="
LOG = logging.getLogger("community-budget.requests")

Scope = dict[str, Any]


@hookimpl
def startup(datasette: Datasette) -> None:
    """Works out the policy from the templates that are installed, and opens the log."""
    datasette.content_policy = content_policy(datasette.jinja_env)
    if os.environ.get(LOG_VARIABLE) in {"paths", "queries"}:
        _open_log()


def content_policy(templates: Environment) -> str:
    """A Content-Security-Policy that allows the scripts and styles of the templates themselves, by hash, and no other."""
    hashes: dict[str, set[str]] = {"script": set(), "style": set()}
    for name in templates.list_templates(extensions=["html"]):
        for kind, content in _inline(templates, name):
            hashes[kind].add(f"'sha256-{base64.b64encode(sha256(content.encode()).digest()).decode()}'")
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *sorted(hashes["script"])]),
            " ".join(["style-src 'self'", *sorted(hashes["style"])]),
            "img-src 'self' data:", "font-src 'self'", "connect-src 'self'", "manifest-src 'self'",
            "form-action 'self'", "base-uri 'none'", "frame-ancestors 'self'",
        ]
    )  # fmt: skip


def _inline(templates: Environment, name: str) -> Iterator[tuple[str, str]]:
    """The scripts and styles within a template that are the same on every page."""
    assert templates.loader is not None
    source = templates.loader.get_source(templates, name)[0]
    for kind, content in INLINE.findall(source):
        if content.strip() and "{{" not in content and "{%" not in content:
            yield kind, content


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The list of databases, which Datasette would give with their paths."""
    return [(r"^/-/databases(\.json)?$", databases)]


async def databases(datasette: Datasette) -> Response:
    """Which database is served, how large it is, and its hash."""
    database = datasette.get_database(ROUTE)
    said = {"name": ROUTE, "route": ROUTE, "size": database.size, "hash": database.hash, "is_mutable": False}
    return Response.json([said])


@hookimpl(hookwrapper=True)
def asgi_wrapper(datasette: Datasette) -> Iterator[None]:
    """Stands around every other layer."""
    outcome = yield
    outcome.force_result([*outcome.get_result(), lambda app: _edge(datasette, app)])


def _edge(datasette: Datasette, app: Any) -> Any:
    async def serve(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            logging.getLogger("uvicorn.access").disabled = LOG_VARIABLE in os.environ
            await app(scope, receive, send)
            return
        await datasette.invoke_startup()
        answer = Answer(scope, send, getattr(datasette, "content_policy", "default-src 'none'"))
        try:
            response = await _own(datasette, scope)
            await (response.asgi_send(answer.send) if response else app(scope, receive, answer.send))
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 the last layer: nothing of an error may reach a visitor
            _complain(scope["path"], error)
            if not answer.status:
                await Response.text(f"{BROKEN}\n", status=500).asgi_send(answer.send)
        finally:
            answer.log()

    return serve


async def _own(datasette: Datasette, scope: Scope) -> Response | None:
    """What is answered here: health, and what no layer within shall see."""
    refused = _refused(scope)
    if refused or scope["path"] not in PROBES:
        return refused
    return Response.text("ok\n") if scope["path"] == "/healthz" else await _ready(datasette)


def _refused(scope: Scope) -> Response | None:
    query = scope.get("query_string", b"")
    sends = scope["method"] == "POST" and TAKES_FILES.match(scope["path"])
    explains = scope["path"].startswith("/api/")  # says that it is for reading in the form of a problem
    if scope["method"] not in METHODS and not sends and not explains:
        return Response.text("This site is for reading.\n", status=405, headers={"allow": "GET, HEAD, OPTIONS"})
    if len(scope.get("raw_path") or b"") + len(query) > LONGEST_ADDRESS:
        return Response.text("This address is too long.\n", status=414)
    if query.count(b"&") >= MOST_PARAMETERS or len(FACETS.findall(query)) > MOST_FACETS:
        return Response.text("This address asks for too many things at once.\n", status=400)
    return Response.text("This page is not here.\n", status=404) if CLOSED.match(scope["path"]) else None


async def _ready(datasette: Datasette) -> Response:
    """Whether a release is open, and answers."""
    releases = getattr(datasette, "releases", None)
    release = await releases.choose() if releases else None
    if release is None:
        return Response.text("no release is open\n", status=503)
    try:
        await release.database.execute("SELECT 1")
    except sqlite3.Error:
        return Response.text("the release does not answer\n", status=503)
    return Response.text(f"ready: {release.release_id}\n")


class Answer:
    """An answer on its way out: its headers are completed, and its size is counted for the log."""

    def __init__(self, scope: Scope, send: Any, policy: str) -> None:
        self.scope, self._send, self._policy = scope, send, policy
        self.status = self.bytes = 0
        self.is_page = False
        self.began = time.monotonic()

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.is_page = any(
                b"text/html" in value for name, value in message.get("headers", []) if name == b"content-type"
            )
            message = message | {"headers": self._headers(message.get("headers", []))}
        if self.is_page and message.get("body"):
            message = message | {"body": TURNING.sub(INSTEAD, message["body"])}
        self.bytes += len(message.get("body", b""))
        await self._send(message)

    def _headers(self, given: Any) -> list[tuple[bytes, bytes]]:
        kept = [(name, value) for name, value in given if name.lower() != b"set-cookie"]
        names = {name.lower() for name, _ in kept}
        ours = {"content-security-policy": self._policy} | HEADERS
        return kept + [(key.encode(), ours[key].encode()) for key in ours if key.encode() not in names]

    def log(self) -> None:
        """One line of JSON; the path is without what stands after the question mark."""
        said = {"method": self.scope["method"], "path": self.scope["path"], "status": self.status}
        if os.environ.get(LOG_VARIABLE) == "queries":
            said["query"] = self.scope.get("query_string", b"").decode("latin-1")
        took = round((time.monotonic() - self.began) * 1000)
        _write(said | {"bytes": self.bytes, "milliseconds": took})


def _complain(path: str, exception: Exception) -> None:
    frames = traceback.extract_tb(exception.__traceback__)
    where = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
    _write({"error": type(exception).__name__, "path": path, "where": where})


def _write(said: dict[str, Any]) -> None:
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    LOG.info("%s", json.dumps({"at": at} | said, ensure_ascii=True))


def _open_log() -> None:
    """Lines go to standard error as they are; what Datasette prints there of a visitor's SQL does not."""
    if LOG.handlers:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
    if os.environ.get(LOG_VARIABLE) == "paths":
        sys.stderr = Discreet(sys.stderr)


class Discreet:
    """Standard error without the lines in which Datasette repeats a visitor's SQL."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        if text.startswith((DATASETTES_ERROR, "Caught this error: ")):
            return len(text)
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
