"""How the cells of one column must be read so that they become what its column of the standard takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pipeline.guessing.amounts import amounts_in
from pipeline.guessing.dates import Dates, Way, dates_in
from pipeline.guessing.draft import Certainty, Draft, Option, Question
from pipeline.guessing.table import Column
from pipeline.guessing.vocabulary import Vocabulary
from pipeline.rewriting import WORDS
from pipeline.standard import Column as Target
from pipeline.standard import Standard

MAX_WORDS = 100
_CREDIT = re.compile(r".*[0-9]\s*CR\s*", re.IGNORECASE | re.DOTALL)


def read_as(draft: Draft, column: Column, target: Target, vocabulary: Vocabulary) -> None:
    """Adds to the field of a column how its cells become those of its target, with the evidence."""
    field = draft.fields[column.place]
    nothing = [cell for cell in column.stripped if cell.lower() in vocabulary.missing]
    reads = _unique([*_spacing(column), *_reads(draft, column, target, vocabulary)])
    if reads:
        field["reads"] = reads
    if nothing:
        field["missingValues"] = ["", *nothing[: MAX_WORDS - 1]]
        shown = ", ".join(f"“{cell}”" for cell in nothing[:5])
        draft.say(f"nothing in “{column.shown}”", shown, "words that stand for an empty cell")


def _reads(draft: Draft, column: Column, target: Target, vocabulary: Vocabulary) -> list[object]:
    """The words of `reads` that its kind needs, beside those on spaces and line breaks."""
    cells = [cell for cell in column.stripped if cell.lower() not in vocabulary.missing]
    if target.type == "date":
        return _date(draft, column, cells)
    if target.type in {"number", "integer"}:
        return _number(draft, column, cells, is_money=target.is_money)
    if target.lexical in {"period", "financial_year"}:
        return _years(cells)
    return _redacted(draft, column, vocabulary) if target.name == "provider_name" else []


def readable(column: Column, target: Target, standard: Standard, vocabulary: Vocabulary) -> float:
    """The share of cells that can become what the target takes; words for nothing are left out."""
    counts = column.counts
    cells = [cell for cell in counts if cell.lower() not in vocabulary.missing]
    read = _read(cells, target, standard)
    everything = sum(counts[cell] for cell in cells)
    return sum(counts[cell] for cell in read) / everything if everything else 0.0


def _read(cells: Sequence[str], target: Target, standard: Standard) -> list[str]:
    """Those of the cells that can become what the target takes."""
    if target.type == "date":
        found = dates_in(cells, "")
        return [cell for cell in cells if found and found.ways[0].days([cell])]
    pattern = standard.lexicals[target.lexical].pattern
    if target.type in {"number", "integer"}:
        numbers = amounts_in(cells, money=target.is_money).numbers
        return [cell for cell, number in numbers.items() if pattern.match(number)]
    return [cell for cell in cells if pattern.match(WORDS["financial_year"](cell))]


def _spacing(column: Column) -> list[object]:
    has_padding = any(cell != cell.strip(" \t\r\n\u00a0") for cell in column.cells)
    has_breaks = any("\n" in cell or "\r" in cell for cell in column.stripped)
    return [*["padding"] * has_padding, *["line_breaks"] * has_breaks]


def _date(draft: Draft, column: Column, cells: Sequence[str]) -> list[object]:
    found = dates_in(cells, draft.named)
    if found is None or not _mostly(found, column, cells):
        text = f"“{column.shown}” has {column.examples}: no day of payment can be read. Where are the dates?"
        draft.ask(Question(column.place, text, (Option("the file has none: its rows are held back"),)))
        return []
    best = found.ways[0]
    draft.fields[column.place] |= best.properties()
    unread = f"; {found.unread:,} different cells are no dates" if found.unread else ""
    certainty: Certainty = "asked" if found.doubt else "certain"
    draft.say(f"dates in “{column.shown}”", best.spoken, found.evidence + unread, certainty)
    if found.doubt:
        options = tuple(_way_option(column.place, way, _spacing(column)) for way in found.ways)
        draft.ask(Question(column.place, found.doubt, options))
    return best.reads


def _mostly(found: Dates, column: Column, cells: Sequence[str]) -> bool:
    """Whether at least half of the cells are days."""
    read = sum(column.counts[cell] for cell in cells if found.ways[0].days([cell]))
    return read * 2 >= sum(column.counts[cell] for cell in cells)


def _way_option(place: int, way: Way, spacing: list[object]) -> Option:
    if not way.patterns and not way.words:
        return Option("no: then its rows cannot be published", ((place, "format", "any"), (place, "reads", spacing)))
    changes: list[tuple[int, str, object]] = [
        (place, "type", "date"),
        (place, "reads", _unique([*spacing, *way.reads])),
    ]
    pattern = str(way.properties().get("format", "default"))
    return Option(f"{way.spoken} ({' or '.join(way.patterns) or way.words[0]})", (*changes, (place, "format", pattern)))


def _number(draft: Draft, column: Column, cells: Sequence[str], *, is_money: bool) -> list[object]:
    found = amounts_in(cells, money=is_money)
    unread = f"; {found.unread:,} different cells are no amounts" if found.unread else ""
    words = [word for word in found.words if word != "padding"]
    draft.say(f"amounts in “{column.shown}”", ", ".join(words) or "plain", found.evidence + unread)
    credit = next((cell for cell in cells if _CREDIT.fullmatch(cell)), "")
    if credit and "cr_dr" in words:
        reads = [*_spacing(column), *words]
        others = [word for word in reads if word != "cr_dr"]
        no = Option(
            "no: then rows with CR or DR are held back until they have a minus sign or none",
            ((column.place, "reads", others),),
        )
        yes = Option("yes", ((column.place, "reads", _unique(reads)),))
        draft.ask(
            Question(column.place, f"Is “{credit}” money that came back, so that it counts as negative?", (yes, no))
        )
    return [*words]


def _years(cells: Sequence[str]) -> list[object]:
    return ["financial_year"] if any(WORDS["financial_year"](cell) != cell for cell in cells) else []


def _redacted(draft: Draft, column: Column, vocabulary: Vocabulary) -> list[object]:
    words = {cell: code for cell in column.stripped if (code := vocabulary.redaction(cell))}
    if not words:
        return []
    count = sum(count for cell, count in column.cells.items() if cell.strip(" \t\r\n\u00a0") in words)
    shown = ", ".join(f"“{word}” ({code})" for word, code in list(words.items())[:3])
    draft.say(f"withheld in “{column.shown}”", f"{count:,} names", shown, "likely")
    return [{"redacted": dict(list(words.items())[:MAX_WORDS])}]


def _unique(reads: Sequence[object]) -> list[Any]:
    return [word for place, word in enumerate(reads) if word not in reads[:place]]
