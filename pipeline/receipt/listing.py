"""The problems of a receipt as CSV, one a line, for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

COLUMNS = ("severity", "rule", "file", "line", "cell", "field", "message", "advice", "value")
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def receipt_csv(receipt: Mapping[str, Any]) -> str:
    """A line for every problem; after our own columns come those of the file that are not published, as `own: <header>`.

    A cell that a spreadsheet would take for a formula has an apostrophe in front; the JSON receipt has it as sent.
    """
    own = list(dict.fromkeys(label for problem in receipt["problems"] for label in problem["beside"]))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*COLUMNS, *(f"own: {label}" for label in own)])
    for problem in receipt["problems"]:
        cells = [problem[column] for column in COLUMNS] + [problem["beside"].get(label, "") for label in own]
        writer.writerow([_safe(cell) for cell in cells])
    return text.getvalue()


def _safe(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULAS) else text
