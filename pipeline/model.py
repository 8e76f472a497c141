"""The values that stages hand to one another; their types say how far the data has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as field_of
from datetime import date
from pathlib import Path
from typing import Literal, NewType

import polars as pl

Severity = Literal["error", "warning"]
Verdict = Literal["accepted", "accepted_with_problems", "last_accepted", "refused"]

Build = NewType("Build", Path)
"""A database with everything that was accepted, unprotected and without constraints. Private."""
Reconciled = NewType("Reconciled", Path)
"""A build in which references, keys and rules hold, and every penny is accounted for. Private."""
Protected = NewType("Protected", Path)
"""A new database that has only what may be published."""
Withstood = NewType("Withstood", Path)
"""A protected database from which, by every relation that is declared, no hidden count could be worked out."""
Derived = NewType("Derived", Path)
"""A database that withstood the attack, with the derived tables of the standard."""


@dataclass(frozen=True)
class Problem:
    """Something wrong in data.

    value is the cell as sent, and beside the cells of its row in columns that are not published, by header: both for the
    publisher's own receipt, never for the public.
    """

    rule: str
    message: str
    advice: str = ""
    severity: Severity = "error"
    dataset: str = ""
    file: str = ""
    line: int | None = None
    cell: str = ""
    field: str = ""
    value: str = ""
    beside: Mapping[str, str] = field_of(default_factory=dict)


@dataclass(frozen=True)
class Totals:
    """Rows, credits (rows with a negative amount) and the net amount in pence."""

    rows: int = 0
    credits: int = 0
    amount_pence: int = 0

    def __add__(self, other: Totals) -> Totals:
        return Totals(self.rows + other.rows, self.credits + other.credits, self.amount_pence + other.amount_pence)


@dataclass(frozen=True)
class Held:
    """A row kept out of a release, with the first rule that it breaks; no amount where that could not be read."""

    line: int
    rule: str
    amount_pence: int | None = None

    @property
    def totals(self) -> Totals:
        amount = self.amount_pence or 0
        return Totals(1, int(amount < 0), amount)


@dataclass(frozen=True)
class Block:
    """Some thousand rows of a file. All frames have one row per record and hold text, null where a cell is not there.

    sent: the cells as sent, a column per field of the file. columns: the same cells rewritten as declared, a column per
    column of the standard. lines: the line of the file where the record starts. records: its row in a spreadsheet.
    cells: how many cells it has.
    """

    sent: pl.DataFrame
    columns: pl.DataFrame
    lines: pl.Series
    records: pl.Series
    cells: pl.Series


@dataclass(frozen=True)
class Original:
    """A cell as sent, what it became, where it stands first in a spreadsheet, and in how many cells it stands."""

    sent: str
    became: str
    cell: str
    times: int


@dataclass(frozen=True)
class Rewritten:
    """What one word of `reads` did in one column of a file: how many cells, and the different ones as they were sent.

    Of very many different cells the first are kept; `cells` counts all.
    """

    label: str
    word: str
    cells: int = 0
    originals: tuple[Original, ...] = ()


@dataclass
class Reading:
    """What was noticed while a file was read; filled as its blocks are taken."""

    blank_rows: int = 0
    control_total: str = ""
    control_total_line: int | None = None
    rewritten: dict[str, int] = field_of(default_factory=dict)
    words: dict[tuple[str, str], Rewritten] = field_of(default_factory=dict)


@dataclass(frozen=True)
class SourceFile:
    """A file of a package as its publisher describes it; `blocks` reads it, and fills a `Reading` on the way.
    Whether nobody wrote to it meanwhile, `is_as_seen` tells afterwards.

    labels and positions: for each column of the standard that the file fills, its header and its place from 0;
    unpublished: the headers of the other columns, by their place.
    """

    file_id: str
    dataset: str
    path: str
    sha256: str
    bytes: int
    encoding: str
    period: str
    covers: tuple[date, date] | None
    labels: Mapping[str, str] = field_of(default_factory=dict)
    positions: Mapping[str, int] = field_of(default_factory=dict)
    unpublished: Mapping[int, str] = field_of(default_factory=dict)
    blocks: Callable[[Reading], Iterator[Block]] = field_of(default=lambda _: iter(()))
    is_as_seen: Callable[[], bool] = field_of(default=lambda: True)


@dataclass(frozen=True)
class Package:
    """A publisher's package as it is: what it says it holds, and the structural problems that refuse it."""

    publisher_id: str
    title: str
    content_hash: str
    files: tuple[SourceFile, ...] = ()
    boundaries: Mapping[str, str] = field_of(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class CheckedFile:
    """A file after `check`: its totals, the rows held back, and the typed rows in `rows` (Parquet, by line)."""

    file_id: str
    dataset: str
    path: str
    sha256: str
    bytes: int
    encoding: str
    period: str
    covers: tuple[str, str] | None
    published: Totals
    held: tuple[Held, ...]
    labels: Mapping[str, str] = field_of(default_factory=dict)
    unpublished: tuple[str, ...] = ()
    blank_rows: int = 0
    control_total_pence: int | None = None
    rewritten: Mapping[str, int] = field_of(default_factory=dict)
    words: tuple[Rewritten, ...] = ()

    @property
    def held_back(self) -> Totals:
        return sum((held.totals for held in self.held), Totals())

    @property
    def received(self) -> Totals:
        return self.published + self.held_back


@dataclass(frozen=True)
class CheckedPackage:
    """A package after `check`, kept in the stage under `folder`; a refused one has no rows to load."""

    publisher_id: str
    title: str
    content_hash: str
    verdict: Verdict
    files: tuple[CheckedFile, ...] = ()
    problems: tuple[Problem, ...] = ()
    folder: Path = Path()

    @property
    def is_refused(self) -> bool:
        return self.verdict == "refused"


@dataclass(frozen=True)
class Release:
    """An immutable published state: `folder` has the database, its manifest and the downloads."""

    release_id: str
    folder: Path
    manifest: Mapping[str, object]
