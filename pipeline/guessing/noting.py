"""What else a description says of a file: its shape, what its amounts add up to, and the days that it covers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.guessing.amounts import total
from pipeline.guessing.dates import dates_in
from pipeline.guessing.draft import Draft
from pipeline.guessing.encoding import Decoded
from pipeline.guessing.grid import Grid
from pipeline.guessing.naming import contains
from pipeline.guessing.table import Table

_TOTAL = re.compile(r"(?:grand |overall |sub ?)?totals?:?", re.IGNORECASE)


def say_shape(draft: Draft, text: Decoded, grid: Grid, table: Table) -> None:
    """How the file is stored and cut into cells, where its header is, and which columns are empty or repeated."""
    heading = table.heading
    draft.rows = len(table.rows)
    draft.say("encoding", text.encoding, text.evidence, "asked" if text.rivals else "certain")
    draft.say("cells", repr(grid.delimiter).strip("'").replace("\\t", "tab"), grid.evidence)
    draft.say("header", f"row {heading.row}" if heading.row else "none", heading.evidence, heading.certainty)
    draft.say("dataset", str(draft.resource["dataset"]), "the columns below are its columns")
    blank = [column for column in table.columns if not column.filled]
    if blank:
        draft.say("empty columns", str(len(blank)), "they have no cells, and are left out")
    wider = sum(any(cell.strip() for cell in row[len(table.columns) :]) for row in table.rows)
    if wider:
        has = "has" if wider == 1 else "have"
        draft.say(
            "rows that are too wide",
            f"{wider:,}",
            f"{wider:,} of {draft.rows:,} rows {has} more cells than the header names: they will be held back",
            "likely",
        )
    repeated = [
        column.label
        for column in table.columns
        if column.label and [other.label for other in table.columns].count(column.label) > 1
    ]
    if repeated:
        draft.say(
            "repeated headers",
            ", ".join(f"“{label}”" for label in dict.fromkeys(repeated)),
            "the second and later ones get a number",
        )


def say_money(draft: Draft, table: Table, name: str) -> None:
    """What the amounts add up to, so that it can be held against the ledger; and the file's own total."""
    place = draft.column(name)
    if place is None:
        return
    words = [word for word in draft.fields[place].get("reads", []) if isinstance(word, str)]
    last = table.rows[-1] if table.rows else []
    is_own = len(table.rows) > 1 and [number for number, cell in enumerate(last) if cell.strip()] == [place]
    own = Counter([last[place]] if is_own else [])
    count, back, amount = total(table.columns[place].cells - own, words)
    draft.say("total", f"£{amount:,.2f}", f"{count:,} amounts, {back:,} of them credits: hold it against your ledger")
    if is_own:
        _, _, stated = total(own, words)
        same = "equals the sum of the rows" if stated == amount else "differs from the sum of the rows"
        draft.say("the file's own total", f"£{stated:,.2f}", f"the last row holds it alone; it {same}")
    for number in _labelled_totals(table):
        draft.say(
            "a row of totals",
            f"row {number} of the data",
            "it has no date: it will be held back, and is no payment",
            "likely",
        )


def _labelled_totals(table: Table) -> Iterator[int]:
    """The rows of the data, counted from 1, in which a cell says total."""
    words = {cell for column in table.columns for cell in column.cells if _TOTAL.fullmatch(cell.strip())}
    return (number for number, row in enumerate(table.rows, 1) if words and not words.isdisjoint(row))


def say_period(draft: Draft, table: Table) -> None:
    """The period where the name of the file says one and every day is in it; else none, and the days are shown."""
    place = draft.column("payment_date")
    found = dates_in(table.columns[place].stripped, draft.named) if place is not None else None
    if found is None or not found.days:
        return
    span = f"the days go from {min(found.days)} to {max(found.days)}"
    outside = [day for day in found.days if draft.named and not contains(draft.named, day)]
    if draft.named and not outside and len(found.ways) == 1:
        draft.resource["period"] = draft.named
        draft.say("period", draft.named, f"the file's name or its first rows say so; {span}")
    else:
        why = f"the file's name says {draft.named}, but " if draft.named else ""
        draft.say("period", "none stated", f"{why}{span}: add one if the file is all there is of it", "likely")
