"""Whole files of every release that is still kept: `/downloads/<release>/<file>`, and `/downloads/latest/<file>`.

The release made the files, packed ones too, and its manifest has the sha256 of each, which is its ETag; only what the
manifest names is served. Ranges, If-Range, If-None-Match and HEAD hold as in RFC 9110. A file is read piece by piece in
threads of its own, so that neither memory nor other visitors feel how large it is.
"""

import asyncio
import json
import os
import re
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request

FOLDER_VARIABLE = "COMMUNITY_BUDGET_RELEASES"
FOLDER = "downloads"
LATEST = "latest"
PACKED = ".gz"
PIECE = 256 * 1024
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, no-cache"
READERS = ThreadPoolExecutor(4, thread_name_prefix="downloads")
RANGE = re.compile(r"bytes=(\d*)-(\d*)\Z")
READABLE = {".json": "application/json", "": "text/plain; charset=utf-8"}
MEDIA_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".ndjson": "application/x-ndjson",
    ".parquet": "application/vnd.apache.parquet",
    ".geojson": "application/geo+json",
    ".db": "application/vnd.sqlite3",
    ".zip": "application/zip",
    ".gz": "application/gzip",
} | READABLE
EVERYWHERE = {"access-control-allow-origin": "*", "access-control-expose-headers": "etag, content-range, accept-ranges"}
SIZES = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))

Send = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True)
class Kept:
    """A release on the disk: its id, its folder, and the sha256 of every download by name."""

    release_id: str
    folder: Path
    hashes: dict[str, str]


@dataclass(frozen=True)
class Form:
    """One form of a file: as it is, packed as it is kept, or packed on the disk and unpacked on the way."""

    path: Path
    etag: str
    is_packed: bool = False
    is_unpacked_on_the_way: bool = False

    @property
    def size(self) -> int | None:
        """The length in bytes, where it is known before the end."""
        return None if self.is_unpacked_on_the_way else self.path.stat().st_size


@dataclass(frozen=True)
class Answer:
    """What is sent: the status, the headers, and which bytes of which form."""

    status: int
    headers: dict[str, str]
    form: Form | None = None
    span: tuple[int, int] | None = None


@hookimpl
def startup(datasette: Datasette) -> None:
    """Lets other plugins send files of their own in the same way."""
    datasette.send_packed = send_packed


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The page that lists the downloads, and the files."""
    files = r"^/downloads/(?P<release>[^/]+)/(?P<name>.+)$"
    return [(r"^/downloads$", page), (r"^/downloads/$", _to_page), (files, file)]


async def page(datasette: Datasette, request: Request) -> Response:
    """The downloads of the current release, with their sizes and checksums."""
    kept = await _in_thread(_kept, LATEST)
    listed = await _in_thread(_listed, kept) if kept else None
    shown = {"listed": listed, "sections": _by_section(listed["files"]) if listed else {}, "size": size_in_words}
    return Response.html(await datasette.render_template("downloads.html", shown, request=request))


async def _to_page() -> Response:
    return Response.redirect("/downloads", status=301)


async def file(request: Request, send: Send) -> Response | None:
    """One file, or the part of it that is asked for."""
    asked, name = request.url_vars["release"], request.url_vars["name"]
    kept = await _in_thread(_kept, asked)
    forms = _forms(kept, name) if kept else []
    if not forms:
        return Response.text("There is no such file; /downloads/ lists those that there are.\n", 404, EVERYWHERE)
    if request.method not in ("GET", "HEAD"):
        return Response.text("Files can only be read.\n", 405, EVERYWHERE | {"allow": "GET, HEAD"})
    await _send_one_of(forms, request, send, _own_headers(kept, name, is_latest=asked == LATEST))
    return None


async def send_packed(request: Request, send: Send, path: Path, headers: dict[str, str]) -> None:
    """Sends a file that is kept packed only, and of which name and size tell any two apart."""
    tag = f"{path.name}-{path.stat().st_size}"
    unpacked = Form(path, f'"{tag}-unpacked"', is_unpacked_on_the_way=True)
    own = {"vary": "accept-encoding"} | EVERYWHERE | headers
    await _send_one_of([unpacked, Form(path, f'"{tag}"', is_packed=True)], request, send, own)


async def _send_one_of(forms: list[Form], request: Request, send: Send, own: dict[str, str]) -> None:
    answer = await _in_thread(_answer, request.headers, forms)
    await send({"type": "http.response.start", "status": answer.status, "headers": _raw(own | answer.headers)})
    async for piece in _pieces(answer, request.method):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def size_in_words(count: int) -> str:
    """A number of bytes as people say it: 170 MB."""
    for unit, name in SIZES:
        if count >= unit:
            return f"{count / unit:.{0 if count >= 10 * unit else 1}f} {name}"
    return f"{count} bytes"


def _kept(release: str) -> Kept | None:
    """The release of that name, or the current one; nothing outside the folder of releases is ever looked at."""
    folder = Path(os.environ.get(FOLDER_VARIABLE, ""))
    if not os.environ.get(FOLDER_VARIABLE) or not re.fullmatch(r"[\w-]+", release):
        return None
    place = (folder / ("current" if release == LATEST else release)).resolve()
    is_known = place.parent == folder.resolve() and (place / "manifest.json").is_file()
    return _opened(place) if is_known and release != "current" else None


@lru_cache(maxsize=32)
def _opened(place: Path) -> Kept:
    """Releases never change, so that what was read of one holds."""
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    start = f"{FOLDER}/"
    files = manifest.get("files", {})
    hashes = {name.removeprefix(start): sha for name, sha in files.items() if name.startswith(start)}
    return Kept(place.name, place / FOLDER, hashes)


def _listed(kept: Kept) -> dict[str, Any] | None:
    path = kept.folder / "index.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _forms(kept: Kept, name: str) -> list[Form]:
    """The forms that a file can be sent in, as it is first."""
    plain, packed = kept.hashes.get(name), kept.hashes.get(name + PACKED)
    forms = [Form(kept.folder / name, f'"{plain}"')] if plain else []
    if packed:
        path = kept.folder / (name + PACKED)
        forms += [] if plain else [Form(path, f'"{packed}-unpacked"', is_unpacked_on_the_way=True)]
        forms.append(Form(path, f'"{packed}"', is_packed=True))
    return forms


def _own_headers(kept: Kept, name: str, *, is_latest: bool) -> dict[str, str]:
    suffix = Path(name).suffix
    stem, ending = Path(name).with_suffix("").name.split(".")[0], "".join(Path(name).suffixes)
    is_about_files = name in {"index.json", "datapackage.json", "fiscal-datapackage.json", "SHA256SUMS"}
    headers = {
        "content-type": MEDIA_TYPES.get(suffix, "application/octet-stream"),
        "content-disposition": f'{"inline" if is_about_files else "attachment"}; filename="{stem}-{kept.release_id}{ending}"',
        "cache-control": ASK_AGAIN if is_latest else FOR_EVER,
        "vary": "accept-encoding",
    } | EVERYWHERE
    return headers | ({"content-location": f"/downloads/{kept.release_id}/{name}"} if is_latest else {})


def _answer(headers: Any, forms: list[Form]) -> Answer:
    """Which status, which form and which bytes, by the headers of the request."""
    known = _tags(headers.get("if-none-match", ""))
    same = next((form for form in forms if form.etag in known or "*" in known), None)
    if same:
        return Answer(304, {"etag": same.etag})
    form, may_be_part = _chosen(headers, forms)
    said = {"etag": form.etag, "accept-ranges": "none" if form.size is None else "bytes"}
    said |= {"content-encoding": "gzip"} if form.is_packed else {}
    if form.size is None:
        return Answer(200, said, form)
    span = _span(headers.get("range", ""), form.size) if may_be_part else None
    if span == ():
        return Answer(416, {"content-range": f"bytes */{form.size}", "content-length": "0"})
    first, last = span or (0, form.size - 1)
    said |= {"content-length": str(last - first + 1)}
    said |= {"content-range": f"bytes {first}-{last}/{form.size}"} if span else {}
    return Answer(206 if span else 200, said, form, (first, last))


def _chosen(headers: Any, forms: list[Form]) -> tuple[Form, bool]:
    """The form to send, and whether a part of it may be.

    A part goes with the form that If-Range names; without If-Range it is of the file as it is, as that is what whoever
    counts its bytes has in mind.
    """
    takes_packed = _takes_packed(headers.get("accept-encoding", ""))
    usable = [form for form in forms if takes_packed or not form.is_packed]
    condition = headers.get("if-range", "").strip()
    if condition:
        same = next((form for form in usable if form.etag == condition), None)
        return (same, True) if same else (usable[-1], False)
    wants_part = "range" in headers
    return next((form for form in usable if wants_part and form.size is not None), usable[-1]), wants_part


def _takes_packed(accepted: str) -> bool:
    weights = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        weights[name.strip()] = weight.replace(" ", "").removeprefix("q=").strip("0.") != "" or not weight
    return weights.get("gzip", weights.get("*", False))


def _tags(header: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


def _span(header: str, size: int) -> tuple[int, int] | tuple[()] | None:
    """First and last byte of a range; empty where none of it is there, None where the whole file is to be sent.

    More than one range may be answered with the whole file, and is.
    """
    match = RANGE.match(header.strip())
    if not match or match[0] == "bytes=-":
        return None
    first, last = match[1], match[2]
    if not first:
        start, end = max(size - int(last), 0), size - 1
    else:
        start, end = int(first), min(int(last or size - 1), size - 1)
        if last and int(last) < start:
            return None
    return (start, end) if start <= end and start < size else ()


async def _pieces(answer: Answer, method: str) -> AsyncIterator[bytes]:
    if answer.form is None or answer.status == 304 or method == "HEAD":
        return
    stream = await _in_thread(answer.form.path.open, "rb")
    try:
        pieces = _unpacked(stream) if answer.span is None else _between(stream, *answer.span)
        while piece := await _in_thread(next, pieces, b""):
            yield piece
    finally:
        stream.close()


def _between(stream: IO[bytes], first: int, last: int) -> Iterator[bytes]:
    stream.seek(first)
    left = last - first + 1
    while left and (piece := stream.read(min(PIECE, left))):
        left -= len(piece)
        yield piece


def _unpacked(stream: IO[bytes]) -> Iterator[bytes]:
    """The content of a packed file, at most some pieces of it in memory."""
    unpacker = zlib.decompressobj(31)
    waiting = b""
    while waiting := waiting or stream.read(PIECE):
        piece = unpacker.decompress(waiting, PIECE)
        waiting = unpacker.unconsumed_tail
        if piece:
            yield piece


async def _in_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(READERS, function, *arguments)


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers.items()]


def _by_section(files: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The files of every table by section, and by table its title, rows and files; parts by publisher are left out."""
    sections: dict[str, dict[str, Any]] = {}
    for listed in files:
        if listed["dataset"] and "/" not in listed["address"]:
            tables = sections.setdefault(listed["section"], {})
            tables.setdefault(listed["dataset"], []).append(listed)
    return sections
