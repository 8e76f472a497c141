"""Rules across tables: SQL that selects the failing rows, and the words for each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.standard import Rule


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
