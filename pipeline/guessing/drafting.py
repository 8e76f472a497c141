"""One file described: its bytes in, a draft of its resource and fields out, with evidence and questions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.guessing.cells import read_as
from pipeline.guessing.dates import dates_in
from pipeline.guessing.draft import RESOURCE, Draft, Option, Question, Refused
from pipeline.guessing.encoding import Decoded, decoded
from pipeline.guessing.grid import Grid, grid_of
from pipeline.guessing.heading import SEARCHED, Heading, heading_of, second_headers
from pipeline.guessing.money import ask_about_money
from pipeline.guessing.naming import period_named
from pipeline.guessing.noting import say_money, say_period, say_shape
from pipeline.guessing.results import ask_about_results
from pipeline.guessing.roles import Roles
from pipeline.guessing.table import Table, table_of
from pipeline.guessing.vocabulary import Vocabulary, normal
from pipeline.standard import PROVENANCE, Dataset, Standard

_LONGEST = 120
_MONTH = re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* ?[0-9]{0,4}")


@dataclass(frozen=True)
class Drafting:
    """What every file is described with; `dataset` where the publisher names it."""

    standard: Standard
    vocabulary: Vocabulary
    dataset: str = ""

    def draft(self, content: bytes, path: str) -> Draft:
        """The draft of one file.

        Raises `Refused` where the file is no table of the standard.
        """
        if content.startswith(b"%PDF"):
            raise Refused("It is a PDF, not a table: ask for the spreadsheet that it was made from.")
        text = decoded(content)
        grid = grid_of(text.text, self._known)
        _refuse_pivot(grid)
        heading = heading_of(grid.records, self._known)
        if heading is None:
            heading = _without_names(grid.records)
        table = table_of(grid.records, heading)
        dataset = self._dataset(table)
        self._refuse_several(grid, heading)
        draft = Draft(_resource(path, dataset, text, grid), _fields(table, dataset))
        if header := _header(heading):
            draft.resource["dialect"] = {**header, **draft.resource.get("dialect", {})}
        say_shape(draft, text, grid, table)
        draft.named = period_named(f"{path} ; {' ; '.join(heading.above)}")
        self._describe(draft, table, dataset)
        return draft

    def _describe(self, draft: Draft, table: Table, dataset: Dataset) -> None:
        """Columns, their cells, and what must be asked of them."""
        if text := _rivals_asked(draft):
            draft.ask(text)
        Roles(table, dataset, self.standard, self.vocabulary).assign(draft)
        roles = [(column, draft.role(column.place)) for column in table.columns]
        for column, name in roles:
            if name:
                read_as(draft, column, dataset.by_name[name], self.vocabulary)
        amount = dataset.amount.name if dataset.amount else ""
        for place in [column.place for column, name in roles if name and name == amount]:
            ask_about_money(draft, table, place)
        if dataset.name == "outcomes":
            ask_about_results(draft, table, self.vocabulary)
        say_money(draft, table, amount)
        say_period(draft, table)

    def _known(self, cells: Sequence[str]) -> int:
        """How many different cells of a row are known headers of one dataset, at most."""
        words = {cell for cell in cells if cell and len(cell) <= _LONGEST and not cell.isspace()}
        if len(words) < 2:
            return 0
        counts = Counter(name for word in words for name in self.vocabulary.knowing(word))
        return max(counts.values(), default=0)

    def _dataset(self, table: Table) -> Dataset:
        """The dataset that is named, or the one whose columns the header names.

        Raises `Refused` where there is none.
        """
        if self.dataset:
            return self.standard.datasets[self.dataset]
        found = [(self._fit(table, dataset), dataset) for dataset in self.standard.sent]
        best = max(found, key=lambda one: one[0])
        if best[0] <= (0, 0.0):
            raise Refused(f"It is no dataset of the standard. {_named(table)}")
        return best[1]

    def _fit(self, table: Table, dataset: Dataset) -> tuple[int, float]:
        """Whether the header names all that the dataset must have; how many of its columns are named."""
        named = {column.name for column in dataset.columns if table.meant(self.vocabulary, dataset.name, column.name)}
        needed = {column.name for column in dataset.columns if column.is_required and column.name != "agency_id"}
        labels = {normal(label) for label in table.heading.full if label}
        own = {column.name for column in dataset.columns if normal(column.name) in labels}
        if dataset.name in {"spend", "outcomes"}:
            key = {"spend": {"amount_gbp"}, "outcomes": {"area_id", "period"}}[dataset.name]
            return (1, len(named)) if key <= named and (len(named) > 2 or needed <= own) else (0, 0.0)
        return (2, len(own)) if needed <= own and len(own) * 2 > len(labels) and len(own) > 1 else (0, 0.0)

    def _refuse_several(self, grid: Grid, heading: Heading) -> None:
        others = second_headers(grid.records, heading, self._known) if heading.row else []
        if others:
            raise Refused(
                f"It holds several tables: row {heading.row} and row {others[0]} both name columns. Save each as a file of its own."
            )


def _without_names(records: Sequence[Sequence[str]]) -> Heading:
    """A heading for a file that names no columns at all, where one column has days and one has pounds and pence."""
    bare = Heading(0, (), (), (), "no row names the columns", "asked")
    table = table_of(records, bare)
    dates = [
        column
        for column in table.columns
        if len(column.stripped) > 2 and (found := dates_in(column.stripped, "")) and not found.unread
    ]
    if not dates or len(table.rows) < 3:
        raise Refused(
            "No row of it names columns that are known, and it has no column of dates: it is no table of the standard."
        )
    raise Refused(
        "No row of it names its columns: put a header row above the data, or describe it together with the header that your system writes."
    )


def _resource(path: str, dataset: Dataset, text: Decoded, grid: Grid) -> dict[str, object]:
    resource: dict[str, object] = {"name": "", "path": path, "dataset": dataset.name}
    if text.encoding != "utf-8":
        resource["encoding"] = text.encoding
    if grid.dialect:
        resource["dialect"] = grid.dialect
    if text.rivals:
        resource["rivals"] = [text.encoding, *text.rivals]
    return resource


def _header(heading: Heading) -> dict[str, object]:
    """What a dialect says of the header: only what differs from a header in the first row."""
    if heading.row == 0:
        return {"header": False}
    return {"headerRows": [heading.row]} if heading.row > 1 else {}


def _rivals_asked(draft: Draft) -> Question | None:
    rivals = draft.resource.pop("rivals", [])
    options = tuple(Option(str(name), ((RESOURCE, "encoding", name),)) for name in rivals)
    return (
        Question(RESOURCE, "Several encodings fit the letters of this file. Which one wrote it?", options)
        if options
        else None
    )


def _fields(table: Table, dataset: Dataset) -> list[dict[str, object]]:
    """A field for every column; blank and repeated headers get names of their own."""
    fields: list[dict[str, object]] = []
    taken = set(PROVENANCE)
    for column in table.columns:
        name = _free(column.full[:180] or "empty", taken)
        taken.add(name)
        field: dict[str, object] = {"name": name}
        if name != column.label:
            field["label"] = column.label
        if name in dataset.by_name:
            field["columnType"] = None
        fields.append(field)
    return fields


def _free(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    return next(f"{name} {number}" for number in range(2, 2000) if f"{name} {number}" not in taken)


def _refuse_pivot(grid: Grid) -> None:
    """A row of three months or more among the first names the columns of a summary."""
    for cells in grid.records[:SEARCHED]:
        months = [cell.strip() for cell in cells if _MONTH.fullmatch(normal(cell))]
        if len(months) >= 3:
            raise Refused(
                f"It is a summary with a column for each month ({', '.join(months[:3])} …): a file of single rows is needed."
            )


def _named(table: Table) -> str:
    labels = [label for label in table.heading.full if label]
    return "Its columns are called " + ", ".join(f"“{label[:60]}”" for label in labels[:12]) + "."
