"""Files that a form sends, written to a folder as they come and never held in memory.

Datasette reads no files from forms. Other plugins say `await datasette.uploads.receive(request, folder)`; what cannot be
taken is raised as `datasette.uploads.Error`, and `let_go_by` then reads what is still being sent, so that the page that says so is seen.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from typing import Any, BinaryIO

from datasette import Request, hookimpl
from datasette.app import Datasette
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

MAX_BYTES = 100_000_000
ENVELOPE = 100_000
"""What the form itself may take beside the files."""
MAX_FILES = 24
MAX_FIELD = 200
MAX_HEADER = 4_096
RECEIVE_SECONDS = 120
DRAIN_SECONDS = 20
TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods")
BESIDE = (".json", ".geojson")
LARGE = f"Together the files may have {MAX_BYTES // 1_000_000} megabytes. Send them in parts, such as a file for each month."


class UploadError(Exception):
    """What was sent cannot be taken: the status and the title of the page that says so, and what to do."""

    def __init__(self, status: int, title: str, advice: str) -> None:
        super().__init__(title)
        self.status, self.title, self.advice = status, title, advice


@dataclass
class Upload:
    """What a form brings: its files in `folder`, written as they come, and its short fields."""

    folder: Path
    tables: tuple[str, ...] = TABLES
    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    received: int = 0
    is_whole: bool = False
    _headers: dict[bytes, bytes] = field(default_factory=dict)
    _header: list[bytes] = field(default_factory=lambda: [b"", b""])
    _name: str = ""
    _text: bytearray | None = None
    _stream: BinaryIO | None = None

    def callbacks(self) -> dict[str, Any]:
        """What the parser calls as parts go by."""
        return {
            "on_part_begin": self._headers.clear,
            "on_header_field": lambda data, start, end: self._add(0, data[start:end]),
            "on_header_value": lambda data, start, end: self._add(1, data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._open,
            "on_part_data": lambda data, start, end: self._write(data[start:end]),
            "on_part_end": self.close,
            "on_end": self._end,
        }

    def close(self) -> None:
        """Ends the part that is being written."""
        if self._stream:
            self._stream.close()
        if self._text is not None:
            self.fields[self._name] = self._text.decode("utf-8", "replace").strip()
        self._stream = self._text = None

    def _end(self) -> None:
        self.is_whole = True

    def _add(self, place: int, data: bytes) -> None:
        self._header[place] += data

    def _end_header(self) -> None:
        self._headers[self._header[0].lower()] = self._header[1]
        self._header = [b"", b""]

    def _open(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" not in options:
            self._text = bytearray()
            return
        sent = options[b"filename"].decode("utf-8", "replace").replace("\\", "/")
        name = PurePosixPath(sent).name.lstrip(".")[-100:].replace("\0", "")
        if name:
            _refuse_kind(name, len(self.files))
            self.files[name] = self.folder / f"sent-{len(self.files)}"
            self._stream = self.files[name].open("wb")

    def _write(self, data: bytes) -> None:
        if self._stream:
            self._stream.write(data)
        elif self._text is not None and len(self._text) + len(data) <= MAX_FIELD:
            self._text += data


@hookimpl
def startup(datasette: Datasette) -> None:
    """Gives other plugins the way to take files."""
    datasette.uploads = SimpleNamespace(receive=receive, let_go_by=let_go_by, Error=UploadError)


async def receive(request: Request, folder: Path) -> Upload:
    """The upload, all of it on the disk: at least one table that is not empty. Raises `UploadError`."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise UploadError(400, "No file came", "Choose a file in the form, then send it.")
    if int(request.headers.get("content-length") or 0) > MAX_BYTES + ENVELOPE:
        raise UploadError(413, "This is too large", LARGE)
    upload = Upload(folder)
    try:
        await _take(request, upload, MultipartParser(options[b"boundary"], upload.callbacks()))
    except (MultipartParseError, TimeoutError) as error:
        raise UploadError(400, "The file did not arrive whole", "Send it once more.") from error
    finally:
        upload.close()
    if not any(name.lower().endswith(TABLES) and path.stat().st_size for name, path in upload.files.items()):
        raise UploadError(400, "No table came", "Choose a CSV file or a spreadsheet that is not empty, then send it.")
    return upload


async def let_go_by(request: Request) -> None:
    """Lets the rest of an upload go by: a browser shows no page while it is still sending."""
    with suppress(UploadError, TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            while not request.scope.get("check_is_read"):
                async for _ in _chunks(request):
                    pass


async def _take(request: Request, upload: Upload, parser: MultipartParser) -> None:
    async with asyncio.timeout(RECEIVE_SECONDS):
        async for chunk in _chunks(request):
            upload.received += len(chunk)
            if upload.received > MAX_BYTES + ENVELOPE:
                raise UploadError(413, "This is too large", LARGE)
            parser.write(chunk)
    if not upload.is_whole:
        raise MultipartParseError("The last boundary is missing.")


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    while True:
        message = await request.receive()
        if message["type"] != "http.request":
            raise UploadError(400, "The file did not arrive whole", "Send it once more.")
        request.scope["check_is_read"] = not message.get("more_body")
        yield message.get("body", b"")
        if request.scope["check_is_read"]:
            return


def _refuse_kind(name: str, files: int) -> None:
    if not name.lower().endswith((*TABLES, *BESIDE)):
        advice = "Send a CSV, TSV, XLSX, XLS or ODS file. Archives are not opened: send the files in them."
        raise UploadError(415, f"{name} is no table", advice)
    if files >= MAX_FILES:
        raise UploadError(413, "These are too many files", f"Send at most {MAX_FILES} at once.")
