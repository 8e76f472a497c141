"""A CSV file as sheets of text cells: whole pieces where they are proved to be plain, record by record where not.

Both ways give the same cells. A piece is proved plain when it has no quote, NUL or lone carriage return that could mean
anything but itself, no blank line, and one number of cells throughout; Arrow then splits it as Python's csv reader,
which frictionless uses too, would have done.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from pipeline.layout import Layout
from pipeline.source import open_regular
from pipeline.structure import Structural

PIECE_BYTES = 1 << 22
BATCH_ROWS = 8192
MAX_CELL = 131_072

_QUOTED = r'"(?:[^"\r\n]|"")*"'
_BARE = r"[^{d}\r\n]"
_BARE_BESIDE_QUOTED = r'[^"{d}\r\n]'
_CSV_PROBLEMS = (
    ("unexpected end of data", "unclosed_quote"),
    ("new-line character", "wrong_line_ending"),
    ("field larger", "cell_too_long"),
    ("expected after", "stray_quote"),
)


class Row(NamedTuple):
    """A record: the line where it starts, its row in a spreadsheet, and its cells as sent."""

    line: int
    record: int
    cells: Sequence[str]


@dataclass(frozen=True)
class Sheet:
    """Some records: their cells as sent (null where a record is short), lines, rows in a spreadsheet, and widths."""

    sent: pl.DataFrame
    lines: pl.Series
    records: pl.Series
    cells: pl.Series


def header_of(folder: Path, layout: Layout) -> Row | None:
    """The record that the layout calls the header, if the file goes so far.

    Raises `Structural` (unclosed_quote, wrong_line_ending, cell_too_long, stray_quote).
    """
    with open_regular(folder, layout.path) as stream:
        return next((row for row in _exact(_lines(stream, layout), layout) if row.record == layout.header_row), None)


def sheets(folder: Path, layout: Layout) -> Iterator[Sheet]:
    """Everything below the header; raises what `header_of` does."""
    with open_regular(folder, layout.path) as stream:
        if _can_be_plain(layout):
            yield from _pieces(stream, layout, _below_header(stream, layout))
            return
        rows = (row for row in _exact(_lines(stream, layout), layout) if row.record > layout.header_row)
        while batch := list(islice(rows, BATCH_ROWS)):
            yield sheet_of(batch, layout)


def sheet_of(rows: Sequence[Row], layout: Layout) -> Sheet:
    """Records as a sheet, each cut or filled up to the width of the file."""
    width = len(layout.fields)
    cells = [[*row.cells[:width], *[None] * (width - len(row.cells))] for row in rows]
    return Sheet(
        sent=pl.DataFrame(cells, schema=dict.fromkeys(_names(layout), pl.String), orient="row"),
        lines=pl.Series("line", [row.line for row in rows], dtype=pl.Int64),
        records=pl.Series("record", [row.record for row in rows], dtype=pl.Int64),
        cells=pl.Series("cells", [len(without_trailing_blanks(row.cells)) for row in rows], dtype=pl.Int64),
    )


def without_trailing_blanks(cells: Sequence[str]) -> Sequence[str]:
    """The cells up to the last that is not blank."""
    width = len(cells)
    while width and not cells[width - 1].strip():
        width -= 1
    return cells[:width]


def _can_be_plain(layout: Layout) -> bool:
    settings = layout.csv
    usual = settings["doublequote"] and not settings["escapechar"] and not settings["skipinitialspace"]
    quotes = settings["quotechar"] in {None, '"'} and settings["delimiter"] not in {'"', "\r", "\n"}
    return (
        usual and quotes and settings["delimiter"].isascii() and not layout.ends_in_cr and layout.encoding != "utf-16"
    )


def _lines(stream: BinaryIO, layout: Layout) -> Iterator[str]:
    """Lines end in LF (or CR LF) unless the layout says CR: then a lone CR ends a line too."""
    if layout.ends_in_cr or layout.encoding == "utf-16":
        newline = "" if layout.ends_in_cr else "\n"
        with io.TextIOWrapper(stream, encoding=layout.python_encoding, newline=newline) as text:
            yield from text
        return
    encoding = layout.python_encoding
    for line in iter(stream.readline, b""):
        yield line.decode(encoding)
        encoding = encoding.removesuffix("-sig")


def _exact(lines: Iterable[str], layout: Layout, above: tuple[int, int] = (0, 0)) -> Iterator[Row]:
    """The records of some lines; above them stand so many lines and records."""
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(lines, **layout.csv)
    line, record = above
    while True:
        start = line + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _csv_problem(error, layout, start) from None
        record += 1
        yield Row(start, record, cells)


def _csv_problem(error: csv.Error, layout: Layout, line: int) -> Structural:
    rule = next((rule for words, rule in _CSV_PROBLEMS if words in str(error)), "unreadable_row")
    return Structural(rule, {"file": layout.path, "line": line}, limit=f"{MAX_CELL:,}")


def _below_header(stream: BinaryIO, layout: Layout) -> tuple[int, int]:
    """Moves below the header; how many lines and records stand above."""
    rows = _exact(_lines(stream, layout), layout)
    for row in rows if layout.header_row else ():
        if row.record == layout.header_row:
            break
    end = stream.tell()
    stream.seek(0)
    return stream.read(end).count(b"\n"), layout.header_row


def _pieces(stream: BinaryIO, layout: Layout, above: tuple[int, int]) -> Iterator[Sheet]:
    """Whole lines, some megabytes at a time; a piece that ends within a quoted cell is read on."""
    line, record = above
    piece = b""
    for more in _whole_lines(stream):
        piece += more
        ends = piece.count(b"\n")
        try:
            sheet = _sheet(piece, layout, (line, record), ends)
        except Structural as error:
            if error.rule != "unclosed_quote":
                raise
            continue
        yield sheet
        line, record, piece = line + ends, record + sheet.sent.height, b""
    if piece:
        yield _sheet(piece, layout, (line, record), piece.count(b"\n"))


def _whole_lines(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(PIECE_BYTES):
        yield piece + stream.readline()


def _sheet(piece: bytes, layout: Layout, above: tuple[int, int], ends: int) -> Sheet:
    """The sheet of a piece with so many ends of lines, below so many lines and records."""
    encoding = layout.python_encoding if not above[0] else layout.python_encoding.removesuffix("-sig")
    sent = _plain(piece, layout, encoding, ends + (not piece.endswith(b"\n")))
    if sent is None:
        return sheet_of(list(_exact(io.StringIO(piece.decode(encoding), newline="\n"), layout, above)), layout)
    line, record = above
    height = sent.height
    return Sheet(
        sent=sent,
        lines=pl.int_range(line + 1, line + height + 1, eager=True).alias("line"),
        records=pl.int_range(record + 1, record + height + 1, eager=True).alias("record"),
        cells=pl.Series("cells", [0], dtype=pl.Int64).new_from_index(0, height),
    )


def _plain(piece: bytes, layout: Layout, encoding: str, lines: int) -> pl.DataFrame | None:
    """The cells of a piece of so many lines, if it is proved to be plain."""
    text = piece if encoding in {"utf-8", "ascii"} else piece.decode(encoding).encode()
    if not _is_plain(text, layout):
        return None
    try:
        table = arrow_csv.read_csv(pa.BufferReader(text), *_arrow_options(layout, len(text)))
    except pa.ArrowInvalid:
        return None
    sent = pl.DataFrame(table)
    longest = max(sent.select(pl.all().str.len_bytes().max()).row(0))
    return sent if sent.height == lines and longest <= MAX_CELL else None


def _is_plain(text: bytes, layout: Layout) -> bool:
    return bool(pl.Series([text]).cast(pl.String).str.contains(_plain_expression(layout)).item())


def _plain_expression(layout: Layout) -> str:
    """Plain CSV as one regular expression: no blank line, no return but before a line's end, quotes around whole cells."""
    delimiter = f"\\x{ord(layout.csv['delimiter']):02x}"
    has_quotes = layout.csv["quotechar"] is not None
    bare = (_BARE_BESIDE_QUOTED if has_quotes else _BARE).replace("{d}", delimiter)
    quoted = f"|{_QUOTED}" if has_quotes else ""
    line = f"(?:(?:{bare}*{quoted})(?:{delimiter}(?:{bare}*{quoted}))+|{bare}+{quoted})"
    return rf"\A(?:{line}\r?\n)*(?:{line})?\z"


def _arrow_options(layout: Layout, size: int) -> tuple[Any, Any, Any]:
    names = _names(layout)
    return (
        arrow_csv.ReadOptions(column_names=names, block_size=size + 1, use_threads=False),
        arrow_csv.ParseOptions(
            delimiter=layout.csv["delimiter"], quote_char=layout.csv["quotechar"] or False, ignore_empty_lines=False
        ),
        arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    )


def _names(layout: Layout) -> list[str]:
    return [field.name for field in layout.fields]
