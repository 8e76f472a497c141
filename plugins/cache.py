"""Keeps pages and answers of the current release, so that asking again costs no query.

A release never changes, so what was said of one holds as long as it is served. What is kept is keyed by the release and
the whole address, and by nothing else, because no visitor signs in: a request that brings a cookie or a token is passed
on. Only whole pages that say 200 to a GET are kept: no errors, no streams, no redirects, no checks of somebody's files,
and nothing above a part of the room there is. The least lately used go first; a switch of the release drops all.

Room in bytes is `pages_mb` of the plugin's part in metadata.yml, 64 unless it says otherwise; 0 keeps nothing.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette

PAGES_MB = 64
SHARE_OF_ONE_PAGE = 16
OVERHEAD = 1024
NEVER_UNDER = ("/check", "/-/", "/static/", "/changes", "/corrections", "/downloads/")
"""What visitors send, files that are sent in other ways, and lists of releases, which grow while one is served."""
PERSONAL = (b"cookie", b"authorization", b"range")

Headers = list[tuple[bytes, bytes]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Request = tuple[dict[str, Any], Any, Send]


@dataclass(frozen=True)
class Page:
    """A page as it is sent, and its strong ETag."""

    headers: Headers
    body: bytes
    etag: bytes

    @property
    def size(self) -> int:
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers) + OVERHEAD


class Pages:
    """Pages of one release at a time, the least lately used first, within so many bytes."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.size = 0
        self.hits = 0
        self._release: object = None
        self._kept: OrderedDict[bytes, Page] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, release: object, key: bytes) -> Page | None:
        """The page of this release at an address, if it is kept."""
        page = self._kept.get(key) if release is self._release else None
        if page is not None:
            self._kept.move_to_end(key)
            self.hits += 1
        return page

    def begin(self, release: object) -> None:
        """Drops everything where another release is served from now on."""
        if release is not self._release:
            self._kept.clear()
            self._release, self.size = release, 0

    def keep(self, release: object, key: bytes, page: Page) -> None:
        """Keeps a page, unless its release is no longer the one served, or it is too large."""
        if release is not self._release or page.size > self.room // SHARE_OF_ONE_PAGE or key in self._kept:
            return
        self._kept[key] = page
        self.size += page.size
        while self.size > self.room:
            _, dropped = self._kept.popitem(last=False)
            self.size -= dropped.size


@dataclass
class Answering:
    """What has been sent of a page, as long as it may still be kept."""

    send: Send
    most: int
    start: dict[str, Any] | None = None
    body: bytes = b""
    is_whole: bool = False

    async def take(self, message: dict[str, Any]) -> None:
        """Holds a page back until it is whole, to send it with its ETag; anything else goes through as it comes."""
        if message["type"] == "http.response.start" and _may_be_kept(message):
            self.start = message
        elif self.start is None:
            await self.send(message)
        else:
            await self._take_body(message)

    async def _take_body(self, message: dict[str, Any]) -> None:
        self.body += message.get("body", b"")
        self.is_whole = not message.get("more_body")
        if len(self.body) > self.most:
            # too much to keep: it goes on as it comes
            start, self.start = self.start, None
            await self.send(start or {})
            await self.send({**message, "body": self.body})

    def page(self) -> Page | None:
        """The page, where it came whole and may be kept."""
        if self.start is None or not self.is_whole:
            return None
        headers = [(name.lower(), value) for name, value in self.start["headers"]]
        etag = b'"' + sha256(self.body).hexdigest()[:32].encode() + b'"'
        kept = [(name, value) for name, value in headers if name not in {b"etag", b"content-length"}]
        length = str(len(self.body)).encode()
        return Page([*kept, (b"etag", etag), (b"content-length", length)], self.body, etag)


@hookimpl
def startup(datasette: Datasette) -> None:
    """Makes the room for pages."""
    said = (datasette.plugin_config("cache") or {}).get("pages_mb", PAGES_MB)
    datasette.pages = Pages(int(said) * 1024 * 1024)


@hookimpl(tryfirst=True)
def asgi_wrapper(datasette: Datasette) -> Callable[[Any], Any]:
    """Within the layer that gives a request its release, around all others."""

    def wrap(app: Any) -> Any:
        async def serve(scope: dict[str, Any], receive: Any, send: Send) -> None:
            reading = getattr(datasette, "releases", None) and datasette.releases.read
            if reading is None or not _may_be_asked(scope):
                await app(scope, receive, send)
            else:
                await _answer(datasette, reading, app, (scope, receive, send))

        return serve

    return wrap


async def _answer(datasette: Datasette, release: Any, app: Any, request: Request) -> None:
    scope, receive, send = request
    pages, key = datasette.pages, _key(scope)
    if release is datasette.releases.open[-1]:
        pages.begin(release)
    page = pages.get(release, key)
    if page is None:
        answering = Answering(send, pages.room // SHARE_OF_ONE_PAGE)
        await app(scope, receive, answering.take)
        page = answering.page()
        if page is None:
            return
        pages.keep(release, key, page)
    await _send_page(page, scope, send)


async def _send_page(page: Page, scope: dict[str, Any], send: Send) -> None:
    asked = _header(scope, b"if-none-match")
    if asked is not None and _names(asked, page.etag):
        headers = [(name, value) for name, value in page.headers if name not in {b"content-length", b"content-type"}]
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": list(page.headers)})
    await send({"type": "http.response.body", "body": page.body})


def _names(asked: bytes, etag: bytes) -> bool:
    tags = {tag.strip().removeprefix(b"W/") for tag in asked.split(b",")}
    return etag in tags or b"*" in tags


def _key(scope: dict[str, Any]) -> bytes:
    """The whole address, its host and scheme too: some links within a page repeat them."""
    path = scope.get("raw_path") or scope["path"].encode()
    where = scope.get("scheme", "http").encode() + b"://" + (_header(scope, b"host") or b"")
    return b" ".join([where, path, scope.get("query_string", b""), _header(scope, b"accept") or b""])


def _may_be_asked(scope: dict[str, Any]) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    path, asked = scope["path"], scope.get("query_string", b"")
    if path.startswith(NEVER_UNDER) or b"_stream=" in asked or b"_trace=" in asked:
        return False
    return not any(_header(scope, name) for name in PERSONAL)


def _may_be_kept(start: dict[str, Any]) -> bool:
    headers: Iterable[tuple[bytes, bytes]] = start.get("headers", ())
    said = {bytes(name).lower(): bytes(value) for name, value in headers}
    control = said.get(b"cache-control", b"")
    return (
        start["status"] == 200
        and b"set-cookie" not in said
        and b"no-store" not in control
        and b"private" not in control
    )


def _header(scope: dict[str, Any], name: bytes) -> bytes | None:
    return next((value for key, value in scope.get("headers", ()) if key.lower() == name), None)
