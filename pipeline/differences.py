"""What moved between two releases: rows and money by dataset and publisher, and the answers of every question."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pipeline.database import listed, quoted, stored_columns
from pipeline.front_comment import front_comment
from pipeline.model import Release
from pipeline.releases import DATABASE
from pipeline.standard import PROVENANCE, Dataset, Standard

_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]\w*)")


@dataclass(frozen=True)
class Moved:
    """Rows of one publisher in one dataset: only in the earlier release, only in the later; and the pence of each whole.

    A row whose content changed is in both counts. Amounts are None for datasets that are not money.
    """

    dataset: str
    publisher_id: str
    removed: int
    added: int
    pence_before: int | None
    pence_after: int | None


@dataclass(frozen=True)
class Answered:
    """A question that is answered differently: rows that only the earlier or only the later release gives."""

    question: str
    title: str
    removed: int
    added: int


def moved(before: Release, after: Release, standard: Standard) -> Iterator[Moved]:
    """Every dataset and publisher whose rows differ, in order of the standard; where a row stood in its file is no matter."""
    with closing(_both(before, after)) as connection:
        for dataset in standard.sent:
            if _has(connection, "main", dataset) and _has(connection, "earlier", dataset):
                for row in connection.execute(_compared(dataset)):
                    yield Moved(dataset.name, *row)


def answered(before: Release, after: Release, questions: Path) -> Iterator[Answered]:
    """Every question whose answer differs, asked without any choice of parameters; those that fail on either are left out."""
    with closing(_opened(before)) as earlier, closing(_opened(after)) as later:
        for path in sorted(questions.glob("*.sql")):
            comment, sql = front_comment(path)
            try:
                old, new = (_answer(connection, sql) for connection in (earlier, later))
            except sqlite3.OperationalError:
                continue
            if old != new:
                removed, added = _only(old, new), _only(new, old)
                yield Answered(path.stem, str(comment["title"]), removed, added)


def _compared(dataset: Dataset) -> str:
    """The SQL of a row for every publisher whose rows of a dataset differ."""
    names = [name for name in stored_columns(dataset) if name not in PROVENANCE or name in dataset.primary_key]
    columns, table = listed(["publisher_id", *names]), quoted(dataset.name)
    amount = f"sum({quoted(dataset.amount.stored_name)})" if dataset.amount else "NULL"
    only = (
        "SELECT publisher_id, count(*) AS rows FROM (SELECT {c} FROM {a}.{t} EXCEPT SELECT {c} FROM {b}.{t}) GROUP BY 1"
    )
    removed = only.format(c=columns, t=table, a="earlier", b="main")
    added = only.format(c=columns, t=table, a="main", b="earlier")
    total = "(SELECT {v} FROM {s}.{t} WHERE publisher_id = who.publisher_id)"
    return (
        f"WITH removed AS ({removed}), added AS ({added}),"  # noqa: S608 names of the standard, quoted
        " who AS (SELECT publisher_id FROM removed UNION SELECT publisher_id FROM added)"
        " SELECT who.publisher_id, ifnull(removed.rows, 0), ifnull(added.rows, 0),"
        f" {total.format(v=amount, s='earlier', t=table)}, {total.format(v=amount, s='main', t=table)}"
        " FROM who LEFT JOIN removed USING (publisher_id) LEFT JOIN added USING (publisher_id) ORDER BY 1"
    )


def _answer(connection: sqlite3.Connection, sql: str) -> list[tuple[object, ...]]:
    parameters = dict.fromkeys(_PARAMETER.findall(sql), "")
    return [tuple(row) for row in connection.execute(sql, parameters)]


def _only(some: Sequence[tuple[object, ...]], others: Sequence[tuple[object, ...]]) -> int:
    """How many of some rows the others lack; none where both hold the same rows in another order."""
    return len(set(some) - set(others))


def _has(connection: sqlite3.Connection, schema: str, dataset: Dataset) -> bool:
    """Whether a release has the dataset with the columns that it has today."""
    found = {row[1] for row in connection.execute(f"PRAGMA {schema}.table_info({quoted(dataset.name)})")}
    return set(stored_columns(dataset)) <= found


def _both(before: Release, after: Release) -> sqlite3.Connection:
    connection = _opened(after)
    connection.execute("ATTACH ? AS earlier", [_address(before)])
    return connection


def _opened(release: Release) -> sqlite3.Connection:
    return sqlite3.connect(_address(release), uri=True)


def _address(release: Release) -> str:
    return f"{(release.folder / DATABASE).resolve().as_uri()}?mode=ro&immutable=1"
