"""Files of a download as they are written: plain, packed with gzip, or both, each with its sha256 from the same pass."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Literal

import polars as pl
from isal import isal_zlib

PACKED = ".gz"
_GZIP = 31
_LEVEL = 1

Form = Literal["plain", "packed", "both"]


class TextFile:
    """A file that is written piece by piece; the same pieces give the same bytes, packed or not."""

    def __init__(self, path: Path, form: Form) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._files: list[_Hashed] = []
        if form != "packed":
            self._files.append(_Hashed(path))
        if form != "plain":
            self._files.append(_Packed(path.with_name(path.name + PACKED)))

    def write(self, piece: bytes) -> None:
        for file in self._files:
            file.write(piece)

    def close(self) -> dict[Path, str]:
        """Ends the file; returns the sha256 of what was written, by path."""
        return dict(file.close() for file in self._files)


class JsonArray(TextFile):
    """Lines of JSON as one array, a line for each."""

    def __init__(self, path: Path, form: Form) -> None:
        super().__init__(path, form)
        self._before = b"[\n"

    def write(self, piece: bytes) -> None:
        """Takes whole lines, each with its end."""
        if piece:
            super().write(self._before + piece[:-1].replace(b"\n", b",\n"))
            self._before = b",\n"

    def close(self) -> dict[Path, str]:
        super().write(b"\n]\n" if self._before == b",\n" else b"[]\n")
        return super().close()


def csv_bytes(rows: pl.DataFrame, *, header: bool) -> bytes:
    """CSV as in RFC 4180, but lines end as on Unix; numbers never have an exponent."""
    written = BytesIO()
    rows.write_csv(written, include_header=header, float_scientific=False)
    return written.getvalue()


def ndjson_bytes(rows: pl.DataFrame) -> bytes:
    """A line of JSON for each row."""
    written = BytesIO()
    if rows.height:
        rows.write_ndjson(written)
    return written.getvalue()


def write_file(path: Path, pieces: Iterable[bytes], form: Form = "plain") -> dict[Path, str]:
    """A whole file at once."""
    file = TextFile(path, form)
    for piece in pieces:
        file.write(piece)
    return file.close()


class _Hashed:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._stream = path.open("wb")
        self._digest = sha256()

    def write(self, piece: bytes) -> None:
        self._stream.write(piece)
        self._digest.update(piece)

    def close(self) -> tuple[Path, str]:
        self._stream.close()
        return self.path, self._digest.hexdigest()


class _Packed(_Hashed):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._packer = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _GZIP)

    def write(self, piece: bytes) -> None:
        super().write(self._packer.compress(piece))

    def close(self) -> tuple[Path, str]:
        super().write(self._packer.flush())
        return super().close()
