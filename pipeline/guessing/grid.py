"""How a text is cut into rows and cells: what stands between cells, what stands around them, how lines end."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.guessing.draft import Refused
from pipeline.sheets import MAX_CELL, without_trailing_blanks

DELIMITERS = (",", ";", "\t", "|")
_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SAMPLE_LINES = 400
_MARKUP = re.compile(r"\A\s*<(?:!doctype|html|head|body|table|\?xml|div)", re.IGNORECASE)


@dataclass(frozen=True)
class Grid:
    """The records of a text, blank ones too, and the settings that cut it so."""

    records: list[list[str]]
    delimiter: str
    quote: str
    ends_in_cr: bool
    evidence: str

    @property
    def dialect(self) -> dict[str, Any]:
        """What a description must say of it: only what differs from a usual CSV file."""
        settings: dict[str, Any] = {}
        if self.delimiter != ",":
            settings["delimiter"] = self.delimiter
        if self.quote != '"':
            settings["quoteChar"] = self.quote
        if self.ends_in_cr:
            settings["lineTerminator"] = "\r"
        return {"csv": settings} if settings else {}


def grid_of(text: str, header_words: Callable[[Sequence[str]], int]) -> Grid:
    """The text as records; `header_words` counts the cells of a row that the vocabulary knows.

    Raises `Refused` where the text is no table.
    """
    _refuse_markup(text)
    sample = _start(text)
    shapes = {delimiter: _shape(sample, delimiter, header_words) for delimiter in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda candidate: shapes[candidate])
    if not shapes[delimiter][1]:
        raise Refused(
            "It has one column only: there is nothing between cells that commas, semicolons, tabs or bars set apart."
        )
    return _cut(text, delimiter)


def _refuse_markup(text: str) -> None:
    if not text.strip():
        raise Refused("It is empty.")
    if _MARKUP.match(text):
        raise Refused(
            "It is a web page or another marked-up document, not a table: open it, and save the table as CSV."
        )
    if text.lstrip()[:1] in "{[" and text.rstrip()[-1:] in "}]":
        raise Refused("It is JSON, not a table: save the table as CSV.")


def _start(text: str) -> str:
    lines = (
        text.splitlines(keepends=True)[:_SAMPLE_LINES]
        if len(text) < 1 << 20
        else text[: 1 << 18].splitlines(keepends=True)
    )
    return "".join(lines[:_SAMPLE_LINES])


def _shape(sample: str, delimiter: str, header_words: Callable[[Sequence[str]], int]) -> tuple[int, int, float]:
    """How well a delimiter fits: known headers in one row; whether there are columns; how many rows are as wide as most."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        rows = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        return 0, 0, 0.0
    widths = Counter(len(row) for row in rows)
    width, count = widths.most_common(1)[0]
    known = max((header_words(row) for row in rows[:60]), default=0)
    has_columns = max((number for number in widths), default=0) > 1
    return known, int(has_columns), (count / len(rows)) * min(width - 1, 3)


def _cut(text: str, delimiter: str) -> Grid:
    lone = len(re.findall(r"\r(?!\n)", text))
    usual = text.count("\n")
    found = []
    for ends_in_cr in (True, False) if lone > usual else (False, True):
        for quote in ('"', ""):
            try:
                records = _records(text, delimiter, quote, ends_in_cr=ends_in_cr)
            except csv.Error as error:
                found.append(str(error))
                continue
            return Grid(
                records, delimiter, quote, ends_in_cr, _evidence(records, delimiter, quote, lone if ends_in_cr else 0)
            )
    raise Refused(f"Its rows cannot be set apart ({found[0]}): look for a quotation mark that never closes.")


def _records(text: str, delimiter: str, quote: str, *, ends_in_cr: bool) -> list[list[str]]:
    csv.field_size_limit(MAX_CELL)
    settings: dict[str, Any] = {"quotechar": quote or None, "quoting": csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE}
    lines = io.StringIO(text, newline="" if ends_in_cr else "\n")
    records = list(csv.reader(lines, delimiter=delimiter, strict=True, **settings))
    if not quote and _spread(records):
        raise csv.Error("quotation marks stand within cells, and without them the rows differ in width")
    return records


def _spread(records: Sequence[Sequence[str]]) -> bool:
    """Whether rows differ in width, as they do where a quotation mark has hidden what stands between cells."""
    return len({len(without_trailing_blanks(row)) for row in records if row}) > 1


def _evidence(records: Sequence[Sequence[str]], delimiter: str, quote: str, lone: int) -> str:
    width, count = Counter(len(row) for row in records if row).most_common(1)[0]
    ends = f"; lines end in {lone:,} lone carriage returns" if lone else ""
    quotes = "" if quote else "; quotation marks are part of the text"
    return f"cells are set apart by {_NAMES[delimiter]}: {count:,} of {len(records):,} rows have {width} cells{ends}{quotes}"
