"""Files of a package, opened without following links and looked through once before anything parses them."""

from __future__ import annotations

import codecs
import os
import stat
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from pipeline.structure import Structural

MAX_LINE = 1_000_000
_CHUNK = 1 << 16

ENCODINGS = {
    "utf-8": "utf-8-sig", "utf-8-sig": "utf-8-sig", "ascii": "ascii", "utf-16": "utf-16",
    "windows-1252": "cp1252", "cp1252": "cp1252", "iso-8859-1": "latin-1", "latin-1": "latin-1",
    "iso-8859-15": "iso8859-15", "cp437": "cp437", "cp850": "cp850", "mac-roman": "mac-roman",
}  # fmt: skip
"""The encodings that a description may name, and Python's name for each."""


@dataclass(frozen=True)
class Seen:
    """What a file is: its sha256, its size in bytes, and a stamp that any later change of it gives another value."""

    sha256: str
    bytes: int
    stamp: tuple[int, ...]


def open_regular(folder: Path, path: str) -> BinaryIO:
    """The regular file at `path` inside `folder`, opened for reading in bytes without following a link on the way.

    Raises `Structural` (unsafe_path, file_missing, not_a_regular_file).
    """
    parts = PurePosixPath(path).parts
    if _is_unsafe(path, parts):
        raise Structural("unsafe_path", {"file": path})
    try:
        descriptor = _open_within(folder, parts)
    except FileNotFoundError:
        raise Structural("file_missing", {"file": path}) from None
    except OSError:
        raise Structural("unsafe_path", {"file": path}) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Structural("not_a_regular_file", {"file": path})
    return os.fdopen(descriptor, "rb")


def look_through(folder: Path, path: str, encoding: str) -> Seen:
    """Reads the file once: its sha256 and size, and its stamp from before that.

    Raises `Structural` (wrong_encoding, nul_character, line_too_long), each with its line.
    """
    digest, size, line, column = sha256(), 0, 1, 0
    decoder = codecs.getincrementaldecoder(ENCODINGS[encoding])("strict")
    with open_regular(folder, path) as stream:
        stamp = _stamp(stream)
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            text = _decoded(decoder, chunk, {"file": path, "line": line}, encoding)
            line, column = _measured(text, path, line, column)
        _decoded(decoder, b"", {"file": path, "line": line}, encoding)
    return Seen(digest.hexdigest(), size, stamp)


def is_as_seen(folder: Path, path: str, seen: Seen) -> bool:
    """Whether the file is the one that was looked through, and nobody has written to it since."""
    try:
        with open_regular(folder, path) as stream:
            return _stamp(stream) == seen.stamp
    except Structural:
        return False


def _stamp(stream: BinaryIO) -> tuple[int, ...]:
    found = os.fstat(stream.fileno())
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _is_unsafe(path: str, parts: tuple[str, ...]) -> bool:
    hidden = any(part.startswith(".") for part in parts)
    return not parts or path.startswith("/") or hidden or "\\" in path or ":" in parts[0] or "\0" in path


def _open_within(folder: Path, parts: tuple[str, ...]) -> int:
    """O_NONBLOCK so that a pipe cannot make us wait; O_NOFOLLOW at every step so that a link cannot lead us out."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    current = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    for part in parts:
        try:
            opened = os.open(part, flags, dir_fd=current)
        finally:
            os.close(current)
        current = opened
    return current


def _decoded(decoder: codecs.IncrementalDecoder, chunk: bytes, at: dict[str, Any], encoding: str) -> str:
    """The text of a chunk; the last one is empty, and leaves nothing undecoded."""
    try:
        return decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError as error:
        before = bytes(error.object[: error.start])
        line = at["line"] + (before.count(b"\n") or before.count(b"\r"))
        raise Structural("wrong_encoding", at | {"line": line}, encoding=encoding) from None


def _measured(text: str, path: str, line: int, column: int) -> tuple[int, int]:
    """The line and column reached after some text; a NUL or an endless line stops it."""
    end = "\n" if "\n" in text else "\r"
    nul = text.find("\0")
    if nul >= 0:
        raise Structural("nul_character", {"file": path, "line": line + text.count(end, 0, nul)})
    if _has_short_lines(text, column):
        return line + text.count("\n"), len(text) - 1 - max(text.rfind("\n"), text.rfind("\r"))
    start = -column
    for part in text.replace("\r", "\n").split("\n"):
        length = len(part) - min(start, 0)
        if length > MAX_LINE:
            at = {"file": path, "line": line + text.count(end, 0, max(start, 0))}
            raise Structural("line_too_long", at, limit=f"{MAX_LINE:,}")
        start += length + 1
    return line + text.count(end), length


def _has_short_lines(text: str, column: int) -> bool:
    """Whether a line surely ends within every half of what a line may be long."""
    half = MAX_LINE // 2
    return column <= half and all(text.find("\n", start, start + half) >= 0 for start in range(0, len(text), half))
