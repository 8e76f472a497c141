"""An answer is whole, or says in its headers and at its top that it is cut, and where the whole is.

A table's CSV is whole unless its address asks for a number of rows. An answer to SQL or to a question ends at
`max_returned_rows`; then CSV begins with a line after `#`, JSON with `notice`, and both carry the header
`community-budget-cut`. CSV of SQL that cannot be answered is an error, where Datasette sends an empty file.
"""

import csv
import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import hookimpl
from datasette.app import Datasette

HEADER = b"community-budget-cut"
MARKS = (b'"truncated": true', b'"truncated":true')
WHOLE_FILES = "Every table is whole at /downloads/latest/<table>.csv"
NO_ANSWER = b"This SQL cannot be answered; its address with .json in the place of .csv says why.\n"
ELSEWHERE = ("/-/", "/api/", "/changes/", "/downloads/")
EMPTY_CSV = (b"\r\n", b"")

Scope = dict[str, Any]
Message = dict[str, Any]


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[Any], Any]:
    """Looks at CSV and JSON of tables and answers on their way out."""

    def wrap(app: Any) -> Any:
        async def serve(scope: Scope, receive: Any, send: Any) -> None:
            path = scope.get("path", "")
            if scope["type"] != "http" or not path.endswith((".csv", ".json")) or path.startswith(ELSEWHERE):
                await app(scope, receive, send)
                return
            scope = asking_for_all(scope, set(getattr(datasette, "questions", ())))
            if "_stream" in _asked(scope):
                await app(scope, receive, send)
                return
            looked = Looked(send, datasette.setting("max_returned_rows"), is_csv=path.endswith(".csv"))
            await app(scope, receive, looked.send)

        return serve

    return wrap


def asking_for_all(scope: Scope, questions: set[str]) -> Scope:
    """A request for a table's CSV, which asks for all of its rows, from the first, unless it asks for some."""
    asked = _asked(scope)
    parts = [part for part in scope["path"].split("/") if part]
    is_whole = scope["path"].endswith(".csv") and len(parts) == 2 and asked.get("_size", "max") == "max"
    is_whole = is_whole and parts[-1].removesuffix(".csv") not in questions
    if "_stream" not in asked and (not is_whole or {"sql", "_next"} & asked.keys()):
        return scope
    pairs = [pair for pair in _pairs(scope) if pair[0] not in {"_size", "_stream", "_next"}]
    return scope | {"query_string": urlencode([*pairs, ("_stream", "on")]).encode()}


def _asked(scope: Scope) -> dict[str, str]:
    return dict(_pairs(scope))


def _pairs(scope: Scope) -> list[tuple[str, str]]:
    return parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)


@dataclass(eq=False)
class Looked:
    """An answer that is held until it is whole, which the limits on a query's bytes allow, and then looked at."""

    onward: Callable[[Message], Awaitable[None]]
    most: int
    is_csv: bool
    start: Message = field(default_factory=dict)
    parts: list[bytes] = field(default_factory=list)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        self.parts.append(message.get("body", b""))
        if not message.get("more_body"):
            await self._pass_on(b"".join(self.parts))

    async def _pass_on(self, body: bytes) -> None:
        if self.start["status"] == 200:
            body = self._csv(body) if self.is_csv else self._json(body)
        await self.onward(self.start)
        await self.onward({"type": "http.response.body", "body": body})

    def _csv(self, body: bytes) -> bytes:
        if body in EMPTY_CSV:
            self.start = self.start | {"status": 400, "headers": self._headers()}
            return NO_ANSWER
        if body.count(b"\n") < self.most or _records(body) < self.most:
            return body
        return f"# {self._cut()}\r\n".encode() + body

    def _json(self, body: bytes) -> bytes:
        if not any(mark in body[-4000:] or mark in body[:4000] for mark in MARKS):
            return body
        notice = self._cut()
        return b'{"notice": "' + notice.encode() + b'", ' + body.lstrip()[1:] if body.lstrip()[:1] == b"{" else body

    def _cut(self) -> str:
        said = f"Cut at {self.most:,} rows: there may be more. {WHOLE_FILES}"
        self.start = self.start | {"headers": [*self._headers(), (HEADER, said.encode())]}
        return said

    def _headers(self) -> list[tuple[bytes, bytes]]:
        """The headers of a body that changes: neither its length nor its tag is right any more."""
        changed = {b"content-length", b"etag"}
        return [(name, value) for name, value in self.start.get("headers", []) if name.lower() not in changed]


def _records(body: bytes) -> int:
    """The rows of a CSV file, without its header."""
    return sum(1 for _ in csv.reader(io.StringIO(body.decode("utf-8", "replace"), newline=""))) - 1
