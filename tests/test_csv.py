"""Files come out cell by cell and line by line as Python's own csv reader has them, however they are cut up to be read."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import COUNCIL, Place, resource

from pipeline import sheets
from pipeline.model import Block, Reading
from pipeline.read import read
from pipeline.standard import Standard
from pipeline.structure import Structural

STANDARD = Standard.read(Path(__file__).parent.parent / "standard")
_HEADER = "provider_id,name,org_id\n"
CELL = st.one_of(
    st.sampled_from(["", " ", "1.00", "a", "a,b", 'a "b"', "a\nb", "a\r\nb", "é", "£5", '"', "\u2028", "\x0b"]),
    st.text(alphabet='ab1,"\n é', max_size=6),
)
PLAIN_CELL = st.sampled_from(["", "1.00", "a", "é", "a,b", 'a "b"'])
ROWS = st.one_of(
    st.lists(st.lists(CELL, min_size=1, max_size=4), max_size=8),
    st.lists(st.lists(PLAIN_CELL, min_size=3, max_size=3), max_size=12),
)


@settings(max_examples=100, deadline=None)
@given(
    rows=ROWS,
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ending=st.sampled_from(["\n", "\r\n"]),
    piece=st.integers(1, 60),
)
def test_however_a_file_is_read_its_cells_lines_and_rows_are_those_of_pythons_csv_reader(
    rows: list[list[str]], quoting: Any, ending: str, piece: int
) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, quoting=quoting, lineterminator=ending).writerows(rows)
    assert _found(written.getvalue(), piece) == _expected(written.getvalue())


@settings(max_examples=100, deadline=None)
@given(text=st.text(alphabet='ab1,"\n\r ', max_size=40), piece=st.integers(1, 20))
def test_what_pythons_csv_reader_refuses_is_refused_on_the_same_line(text: str, piece: int) -> None:
    assert _found(text, piece) == _expected(text)


def _expected(text: str) -> list[Any]:
    """The rows that are not blank, each with its line and its row in a spreadsheet; or the line that cannot be read."""
    reader = csv.reader(io.StringIO(_HEADER + text, newline="\n"), strict=True)
    found: list[Any] = []
    line = 1
    try:
        for record, cells in enumerate(reader, 1):
            if any(cell.strip() for cell in cells):
                found.append((line, record, [*cells, None, None, None][:3]))
            line = reader.line_num + 1
    except csv.Error:
        return [line]
    return found[1:]


def _found(text: str, piece: int) -> list[Any]:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheets, "PIECE_BYTES", piece)
        place = Place(Path(folder), STANDARD)
        package = place.send(COUNCIL, {"providers.csv": _HEADER + text}, resource("providers.csv", "providers"))
        (file,) = read(package, STANDARD).files
        try:
            return [row for block in file.blocks(Reading()) for row in _rows(block)]
        except Structural as error:
            return [error.at["line"]]


def _rows(block: Block) -> list[Any]:
    cells = map(list, block.sent.rows())
    return list(zip(block.lines, block.records, cells, strict=True))
