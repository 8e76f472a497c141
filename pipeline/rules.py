"""Rules across tables: SQL that selects the failing rows, and the words for each."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from pipeline.database import reading
from pipeline.standard import Rule

AT_ONCE = 2
"""How many looks are taken at a database at once, each through a connection of its own."""


class Failing(NamedTuple):
    """A row that fails: where it is, which rule it breaks, and what to say; `empties` a column instead of the row.

    `answerable` is whom the problem is about where that is not the publisher of the row.
    """

    dataset: str
    row_id: int
    rule: str
    field: str
    message: str
    advice: str
    empties: bool = False
    answerable: str | None = None


Look = Callable[[sqlite3.Connection], Iterable[Failing]]
"""What finds the rows that fail in a database."""


def all_failing(database: Path, looks: Sequence[Look]) -> list[Failing]:
    """What every look finds, in the order of the looks; nothing may write to the database meanwhile."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [failing for found in pool.map(lambda look: _found(database, look), looks) for failing in found]


def broken(connection: sqlite3.Connection, rule: Rule) -> Iterator[Failing]:
    """The rows that break a rule, worded."""
    comment = rule.comment
    for row in connection.execute(rule.sql):
        words = dict(row)
        yield Failing(
            dataset=words.get("dataset", comment.get("dataset", "")),
            row_id=words["row_id"],
            rule=rule.name,
            field=words.get("field", comment.get("field", "")),
            message=comment["message"].format(**words),
            advice=comment["advice"].format(**words),
            answerable=words.get("answerable"),
        )


def _found(database: Path, look: Look) -> list[Failing]:
    with reading(database) as connection:
        return list(look(connection))
