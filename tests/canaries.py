"""Numbers and words that must not get out, and a search of everything that a release or its site gives anybody."""

from __future__ import annotations

import gzip
import io
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZipFile

import pyarrow as pa

_ZSTANDARD = b"\x28\xb5\x2f\xfd"
_PARQUET = b"PAR1"
_PACKED = b"\x1f\x8b"
_ARCHIVE = b"PK\x03\x04"
_NAME = b"canary"


@dataclass
class Canaries:
    """Numbers of ten digits that no rounding leaves as they are, each with the place where it was planted."""

    planted: dict[int, str] = field(default_factory=dict)

    def number(self, where: str) -> int:
        """A new one. It ends in 2 or 7, so that the nearest multiple of 5 is another number."""
        number = 8_765_400_002 + 1_235 * len(self.planted)
        self.planted[number] = where
        return number

    def found_in(self, contents: Iterable[tuple[str, bytes]]) -> set[tuple[str, str]]:
        """What was found, and where: the numbers that were planted, and the word that stands in every text that was."""
        contents = list(contents)
        signs = {sign: where for number, where in self.planted.items() for sign in written(number)}
        return {
            (name, where)
            for name, content in contents
            for part in {piece for _, piece in unpacked(name, content)}
            for sign, where in signs.items()
            if sign in part
        } | {
            (name, "words")
            for name, content in contents
            if any(_NAME in piece.lower() for _, piece in unpacked(name, content))
        }


def written(number: int) -> Iterator[bytes]:
    """How a number stands in files: in words of text, in a record of SQLite, in a page or the statistics of Parquet."""
    yield str(number).encode()
    yield f"{number:,}".encode()
    yield number.to_bytes(6, "big")
    yield number.to_bytes(8, "little")
    yield struct.pack(">d", number)
    yield struct.pack("<d", number)


def unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """The bytes as they lie there, and everything that is packed in them."""
    yield name, content
    if content.startswith(_PACKED):
        yield from unpacked(f"{name}, unpacked", gzip.decompress(content))
    if content.startswith(_ARCHIVE):
        with ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from unpacked(f"{name}: {member}", archive.read(member))
    if content.startswith(_PARQUET):
        for match in re.finditer(re.escape(_ZSTANDARD), content):
            yield f"{name}, page at {match.start()}", _frame(content[match.start() :])


def below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, with its name, which may tell something too."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        yield "names of files", name.encode()
        if path.is_file() and not path.is_symlink():
            yield name, path.read_bytes()


def table(rows: Iterable[Mapping[str, object]]) -> str:
    """Rows as CSV; the first says the columns."""
    rows = list(rows)
    lines = [",".join(rows[0]), *(",".join(str(cell) for cell in row.values()) for row in rows)]
    return "".join(f"{line}\n" for line in lines)


def _frame(content: bytes) -> bytes:
    """What one Zstandard frame holds; what only looks like the beginning of one holds nothing."""
    pieces = []
    try:
        with pa.input_stream(pa.py_buffer(content), compression="zstd") as stream:
            while piece := stream.read(65_536):
                pieces.append(piece)
    except OSError:
        pass
    return b"".join(pieces)
