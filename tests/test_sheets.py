"""Pieces split at once hold the same cells as records read one by one, whatever bytes a file has."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import sheets
from pipeline.layout import Field, Layout
from pipeline.sheets import Sheet
from pipeline.structure import Structural

REAL = Path(os.environ.get("COMMUNITY_BUDGET_REAL_FILES", "/nowhere"))
PARTS = [
    "a",
    "£",
    "1,5",
    '"',
    '""',
    ",",
    ";",
    "\t",
    "\n",
    "\r\n",
    "\r",
    " ",
    "'",
    '"a,b"',
    '"x\ny"',
    "é",
    "\u2028",
    "",
    "a\n",
    "b,c\n",
]
CSV = {
    "delimiter": ",", "quotechar": '"', "quoting": 0, "doublequote": True, "escapechar": None, "skipinitialspace": False,
    "strict": True,
}  # fmt: skip


def layout(width: int, **changed: Any) -> Layout:
    fields = tuple(Field(f"c{number}", f"c{number}", None, frozenset({""}), {}, None, {}) for number in range(width))
    return replace(
        Layout("f.csv", "utf-8", CSV, ends_in_cr=False, header_row=0, fields=fields, constants={}), **changed
    )


def read(folder: Path, described: Layout, *, plain: bool) -> list[Any] | str:
    """The rows with their lines and places, or the problem that stops the reading."""
    was = sheets._plain
    sheets._plain = was if plain else lambda *_: None  # type: ignore[assignment]
    try:
        return [row for sheet in sheets.sheets(folder, described) for row in _rows(sheet)]
    except Structural as error:
        return f"{error.rule} {error.at}"
    finally:
        sheets._plain = was


def _rows(sheet: Sheet) -> list[Any]:
    extra = [max(0, cells - sheet.sent.width) for cells in sheet.cells]
    return list(zip(sheet.lines, sheet.records, extra, map(tuple, sheet.sent.rows()), strict=True))


@settings(max_examples=400, deadline=None)
@given(
    text=st.lists(st.sampled_from(PARTS), max_size=40).map("".join),
    width=st.integers(1, 4),
    delimiter=st.sampled_from([",", ";", "\t", "|", " ", "^"]),
    quotes=st.booleans(),
    encoding=st.sampled_from(["utf-8", "windows-1252", "cp437"]),
)
def test_both_ways_of_reading_give_the_same_cells(
    tmp_path_factory: Any, text: str, width: int, delimiter: str, quotes: bool, encoding: str
) -> None:
    folder = tmp_path_factory.mktemp("sheets")
    described = layout(
        width,
        encoding=encoding,
        csv=CSV | {"delimiter": delimiter} | ({} if quotes else {"quotechar": None, "quoting": 3}),
    )
    (folder / "f.csv").write_bytes(text.encode(described.python_encoding.removesuffix("-sig"), "ignore"))
    assert read(folder, described, plain=True) == read(folder, described, plain=False)


@pytest.mark.parametrize("piece", [1, 7, 64])
def test_the_size_of_pieces_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    text = 'a,b\n1,"two\nlines"\n\n2,"say ""so"""\n3,4\r\n5,6\n' * 20
    (tmp_path / "f.csv").write_text(text, encoding="utf-8", newline="")
    whole = read(tmp_path, layout(2), plain=False)
    monkeypatch.setattr(sheets, "PIECE_BYTES", piece)
    assert read(tmp_path, layout(2), plain=True) == whole
    assert len(whole) == text.count("\n") - 20


def test_a_plain_file_is_split_at_once_and_not_record_by_record(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text('a,b\n1,"x, y"\n2,\n', encoding="utf-8")
    assert sheets._plain(b'1,"x, y"\n2,\n', layout(2), "utf-8", lines=2) is not None


@pytest.mark.skipif(not REAL.is_dir(), reason="COMMUNITY_BUDGET_REAL_FILES names no folder")
def test_both_ways_read_every_real_and_every_messy_file_alike() -> None:
    files = [
        path for path in sorted(REAL.rglob("*")) if path.suffix.lower() == ".csv" and path.stat().st_size < 3_000_000
    ]
    assert len(files) > 300
    different = [path.name for path in files if _differs(path)]
    assert different == []


def _differs(path: Path) -> bool:
    """As UTF-8 where it is, else as windows-1252; as wide as its first line seems to be."""
    content = path.read_bytes()
    encoding = "utf-8" if _is_utf8(content) else "iso-8859-1"
    width = content.split(b"\n", 1)[0].count(b",") + 1
    described = layout(min(width, 200), encoding=encoding, path=path.name)
    return read(path.parent, described, plain=True) != read(path.parent, described, plain=False)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
