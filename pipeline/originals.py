"""What became of the cells of a column, by the word that rewrote them, with the cells as they were sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from pipeline.layout import Field
from pipeline.model import Original, Reading, Rewritten
from pipeline.rewriting import words_that_changed

KEPT = 1000
"""How many different cells of one column and word are kept as they were sent; the others are counted."""
REDACTED = "redacted"
EMPTIED = "missingValues"


@dataclass(frozen=True)
class Rewriting:
    """A field, the letters of its column in a spreadsheet, and the spreadsheet's rows that its cells stand in."""

    field: Field
    letters: str
    records: pl.Series


def note_rewriting(rewriting: Rewriting, cells: pl.Series, reading: Reading) -> None:
    """Counts in `reading` every cell that a word of the field changes, and keeps the different ones as sent."""
    found = _counted(rewriting, cells)
    for word, originals in _by_word(found, rewriting.field).items():
        place = (rewriting.field.name, word)
        known = reading.words.get(place) or Rewritten(rewriting.field.label or rewriting.field.name, word)
        reading.words[place] = _with(known, originals)


def value_of(cell: str, field: Field) -> str | None:
    """What a cell becomes; nothing where it is missing or redacted."""
    if cell in field.missing or cell.strip() in field.redacted:
        return None
    value = field.rewrite(cell) if field.rewrite else cell
    return None if value in field.missing else value


def column_letters(position: int) -> str:
    """The letters of a spreadsheet's column, counted from 0: A … Z, AA …"""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _counted(rewriting: Rewriting, cells: pl.Series) -> Iterator[Original]:
    """The different cells, in the order of the file; what they become is found for each."""
    frame = pl.DataFrame({"cell": cells, "record": rewriting.records}).filter(pl.col("cell") != "")
    for cell, record, times in frame.group_by("cell", maintain_order=True).agg(
        pl.col("record").first().alias("first"), pl.len()
    ).iter_rows():  # fmt: skip
        yield Original(cell, value_of(cell, rewriting.field) or "", f"{rewriting.letters}{record}", times)


def _by_word(found: Iterator[Original], field: Field) -> dict[str, list[Original]]:
    words: dict[str, list[Original]] = {}
    for original in found:
        for word in _words(original, field):
            words.setdefault(word, []).append(original)
    return words


def _words(original: Original, field: Field) -> list[str]:
    if original.sent.strip() in field.redacted:
        return [REDACTED]
    if original.sent in field.missing or not original.became:
        return [EMPTIED]
    return words_that_changed(original.sent, field.steps)


def _with(known: Rewritten, originals: list[Original]) -> Rewritten:
    kept = {original.sent: original for original in known.originals}
    for original in originals:
        before = kept.get(original.sent)
        if before is not None:
            kept[original.sent] = replace(before, times=before.times + original.times)
        elif len(kept) < KEPT:
            kept[original.sent] = original
    return replace(known, cells=known.cells + sum(one.times for one in originals), originals=tuple(kept.values()))
