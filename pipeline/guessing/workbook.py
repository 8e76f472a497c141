"""The sheets of a spreadsheet as CSV: what its cells hold, written out plainly."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from pipeline.guessing.draft import Refused

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
Cell = str | float | bool | date | datetime | time | timedelta | int | None


def is_workbook(content: bytes) -> bool:
    """Whether these are the bytes of a spreadsheet, whatever the file is called."""
    return content.startswith((_ZIP, _OLE))


def sheets_in(path: Path, wanted: str = "") -> Iterator[tuple[str, str]]:
    """Each sheet that has cells, or the wanted one: its name, and its cells as CSV.

    Raises `Refused` where the file cannot be opened as a spreadsheet, or has no such sheet.
    """
    try:
        with path.open("rb") as stream:
            book = CalamineWorkbook.from_filelike(stream)
            if wanted and wanted not in book.sheet_names:
                raise Refused(f"It has no sheet “{wanted}”; its sheets are {', '.join(book.sheet_names)}.")
            for name in [wanted] if wanted else book.sheet_names:
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                if any(cell not in {"", None} for row in rows for cell in row if isinstance(cell, str | None)) or any(
                    rows
                ):
                    yield name, _csv(rows)
    except (CalamineError, OSError, ValueError) as error:
        raise Refused(
            f"It cannot be opened as a spreadsheet ({error}): save it as CSV or as an unprotected XLSX."
        ) from error


def _csv(rows: Sequence[Sequence[Cell]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([_written(cell) for cell in row] for row in rows)
    return out.getvalue()


def _written(cell: Cell) -> str:
    """A number with the fifteen digits that a spreadsheet keeps; a day as year-month-day, with its time if it has one."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(timespec="seconds")
    return "" if cell is None else str(cell)


def _number(value: float) -> str:
    shown = f"{value:.15g}"
    return f"{value:.2f}" if "e" in shown and abs(value) < 1e15 and value == int(value) else shown
