"""Where the header of a table stands, and what its cells say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipeline.guessing.draft import Certainty
from pipeline.sheets import without_trailing_blanks

SEARCHED = 60
_LONGEST = 60
_SECOND = 4
_DIGIT = re.compile(r"[0-9]")
_VALUE = re.compile(r"[-£(]*[0-9][0-9,]*\.[0-9]{2}\)?|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}")

Count = Callable[[Sequence[str]], int]


@dataclass(frozen=True)
class Heading:
    """The header: its row counted from 1 (0 where there is none), its cells, and the rows above it."""

    row: int
    labels: tuple[str, ...]
    full: tuple[str, ...]
    above: tuple[str, ...]
    evidence: str
    certainty: Certainty = "certain"


def heading_of(records: Sequence[Sequence[str]], known: Count) -> Heading | None:
    """The row among the first that has the most known headers, at the bottom of the file where none has; else none."""
    found = _best(enumerate(records[:SEARCHED], 1), known)
    if found and not _ends_the_data(records, found):
        return _top(records, found, known)
    last = _best(reversed(list(enumerate(records, 1))[-SEARCHED:]), known)
    if not last:
        return None
    labels = tuple(cell.strip() for cell in without_trailing_blanks(records[last - 1]))
    return Heading(0, labels, labels, (), f"the names of the columns stand in row {last}, below the data", "likely")


def second_headers(records: Sequence[Sequence[str]], heading: Heading, known: Count) -> list[int]:
    """Rows below the header that are headers of another table."""
    same = {cell.lower() for cell in heading.labels if cell}
    below = records[heading.row :]
    words = {cell for cells in below for cell in cells if cell and cell[0].isalpha()}
    likely = {cell for cell in words if len(cell) <= _LONGEST and not _DIGIT.search(cell) and known([cell, cell + " "])}
    return [
        number
        for number, cells in enumerate(below, heading.row + 1)
        if not likely.isdisjoint(cells)
        and known(cells) >= _SECOND
        and _is_header(cells, known)
        and {cell.strip().lower() for cell in cells if cell.strip()} - same
    ]


def _ends_the_data(records: Sequence[Sequence[str]], row: int) -> bool:
    """Whether the data stand above the row, and nothing below it."""
    below = any(cell.strip() for cells in records[row:] for cell in cells)
    return not below and any(_VALUE.fullmatch(cell.strip()) for cells in records[: row - 1] for cell in cells)


def _best(rows: Iterable[tuple[int, Sequence[str]]], known: Count) -> int:
    counts = [(known(cells), -place, number) for place, (number, cells) in enumerate(rows) if _is_header(cells, known)]
    return max(counts, default=(0, 0, 0))[2]


def _is_header(cells: Sequence[str], known: Count) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) < 2 or any(_VALUE.fullmatch(cell.strip()) for cell in filled):
        return False
    return known(cells) >= max(2, len(filled) * 0.3)


def _top(records: Sequence[Sequence[str]], row: int, known: Count) -> Heading:
    """The header, joined with the row above where that has the beginnings of its names."""
    labels = tuple(cell.strip() for cell in without_trailing_blanks(records[row - 1]))
    above = [" ".join(cell for cell in cells if cell.strip()) for cells in records[: row - 1]]
    full, joined = labels, ""
    if row > 1 and _continues(records[row - 2], labels, known):
        upper = [cell.strip() for cell in records[row - 2]] + [""] * len(labels)
        full = tuple(f"{first} {second}".strip() for first, second in zip(upper, labels, strict=False))
        joined = f"; row {row - 1} has the beginnings of some names"
    evidence = f"row {row} has {known(full)} names of columns that are known{joined}"
    return Heading(row, labels, full, tuple(text for text in above if text), evidence)


def _continues(upper: Sequence[str], labels: Sequence[str], known: Count) -> bool:
    filled = [place for place, cell in enumerate(upper) if cell.strip()]
    if len(filled) < 2 or any(place >= len(labels) or not labels[place] for place in filled):
        return False
    joined = [f"{upper[place]} {label}" if place in filled else label for place, label in enumerate(labels)]
    return known(joined) >= known(labels)
