"""What must hold of a file of results before it can be described: an indicator with a code, one row for each place and time."""

from __future__ import annotations

import re

from pipeline.guessing.draft import RESOURCE, Draft, Option, Question, Refused
from pipeline.guessing.table import Column, Table
from pipeline.guessing.vocabulary import Vocabulary

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")


def ask_about_results(draft: Draft, table: Table, vocabulary: Vocabulary) -> None:
    """Asks for the indicator's code, which the partnership gives and no file tells.

    Raises `Refused` where there is no value column, or rows differ in something that outcomes have no column for.
    """
    if draft.column("value") is None:
        raise Refused(f"It has no column of values: {_wide(table)}results need a row for each value.")
    named = table.meant(vocabulary, "outcomes", "indicator_id")
    titles = named[0][1].stripped if named else []
    if not titles or not all(_SLUG.fullmatch(title) for title in titles):
        _ask_for_code(draft, titles)
    _refuse_breakdowns(draft, table)


def _ask_for_code(draft: Draft, titles: list[str]) -> None:
    if len(titles) > 1:
        raise Refused(
            f"It has {len(titles)} indicators by their titles: make a file for each, or write the partnership's codes."
        )
    filled = draft.column("indicator_id")
    if filled is not None:
        draft.fields[filled]["columnType"] = None
    code = _slug(titles[0] if titles else str(draft.resource["path"]).rpartition(".")[0])
    text = f"Which of the partnership's indicators is {f'“{titles[0]}”' if titles else 'in this file'}? The code stands in constants."
    constants = {**draft.resource.get("constants", {}), "indicator_id": code}
    draft.ask(Question(RESOURCE, text, (Option(code, ((RESOURCE, "constants", constants),)),)))


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:60].strip("-") or "indicator"


def _refuse_breakdowns(draft: Draft, table: Table) -> None:
    key = [
        place
        for name in ("indicator_id", "area_id", "period", "breakdown")
        if (place := draft.column(name)) is not None
    ]
    seen = {tuple(row[place] if place < len(row) else "" for place in key) for row in table.rows}
    if len(seen) * 20 >= len(table.rows) * 19:
        return
    others = [
        column.shown
        for column in table.columns
        if column.place not in key and 1 < len(column.stripped) <= len(table.rows) // 2
    ]
    told = ", ".join(f"“{name}”" for name in others[:4]) or "nothing else"
    raise Refused(
        f"It has several rows for one indicator, area and period, which {told} may tell apart: outcomes need a column “breakdown” with a code."
    )


def _wide(table: Table) -> str:
    numbers = [column for column in table.columns if _is_number(column)]
    return f"{len(numbers)} columns have numbers, one for each group; " if len(numbers) > 2 else ""


def _is_number(column: Column) -> bool:
    return bool(column.stripped) and all(re.fullmatch(r"-?[0-9.,]+", cell) for cell in column.stripped)
