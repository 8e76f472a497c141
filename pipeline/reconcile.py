"""Reconcile what publishers sent with one another: keys, references and rules across tables, and every penny."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import partial
from typing import Any

from pipeline.database import connect, insert_rows, listed, quoted
from pipeline.errors import ConservationError
from pipeline.model import Build, Reconciled
from pipeline.personal_data import personal_data_in
from pipeline.rules import Failing, Look, all_failing, broken
from pipeline.standard import PROVENANCE, Dataset, Reference, Rule, Standard


def reconcile(build: Build, standard: Standard) -> Reconciled:
    """The build once keys, references and error rules hold.

    Each round judges one state and removes all failing rows together; rows never return, so rounds end, and the order
    of rules does not matter. Required references that find nothing hold the row back, optional ones are emptied with a
    warning. Raises `ConservationError` where a row or a penny received is neither published nor held back.
    """
    looks = list(_looks(standard))
    with connect(build) as connection:
        while failing := all_failing(build, looks):
            _remove(connection, standard, failing)
            connection.commit()
        _account(connection, standard)
        _number_problems(connection)
    return Reconciled(build)


def _looks(standard: Standard) -> Iterator[Look]:
    """Everything that can fail on one state: shared keys, references, error rules."""
    for dataset in standard.sent:
        yield partial(_shared_keys, dataset=dataset, standard=standard)
        for reference in dataset.references:
            yield partial(_dangling, dataset=dataset, reference=reference, standard=standard)
    for rule in standard.rules:
        if rule.severity == "error":
            yield partial(_broken, rule=rule)


def _broken(connection: sqlite3.Connection, rule: Rule) -> Iterator[Failing]:
    connection.create_function("personal_data_in", 1, personal_data_in, deterministic=True)
    return broken(connection, rule)


def _shared_keys(connection: sqlite3.Connection, dataset: Dataset, standard: Standard) -> Iterator[Failing]:
    """Rows of one key from several publishers: nobody knows whose is right, so all are held back."""
    key = dataset.primary_key
    if not key or set(key) & set(PROVENANCE) or dataset.owner == "P":
        return
    columns = listed(dataset.stored(name) for name in key)
    table = quoted(dataset.name)
    rows = connection.execute(
        f"SELECT t.rowid AS row_id, t.publisher_id, others.publishers FROM {table} AS t JOIN (SELECT {columns},"  # noqa: S608 names of the standard, quoted
        f" group_concat(DISTINCT publisher_id) AS publishers FROM {table} GROUP BY {columns}"
        f" HAVING count(DISTINCT publisher_id) > 1) AS others USING ({columns}) ORDER BY t.rowid"
    )
    titles = " and ".join(dataset.by_name[name].title for name in key)
    for row in rows:
        others = ", ".join(sorted(set(row["publishers"].split(",")) - {row["publisher_id"]}))
        words = {"publisher": others, "key": titles, "other": dataset.descriptor["title"]}
        problem = standard.problem("key_of_another_publisher", **words)
        yield Failing(dataset.name, row["row_id"], problem.rule, key[0], problem.message, problem.advice)


def _dangling(
    connection: sqlite3.Connection, dataset: Dataset, reference: Reference, standard: Standard
) -> Iterator[Failing]:
    column = dataset.by_name[reference.columns[0]]
    stored, target = quoted(column.stored_name), quoted(reference.targets[0])
    rows = connection.execute(
        f"SELECT rowid AS row_id FROM {quoted(dataset.name)} WHERE {stored} IS NOT NULL AND {stored}"  # noqa: S608 names of the standard, quoted
        f" NOT IN (SELECT {target} FROM {quoted(reference.dataset)} WHERE {target} IS NOT NULL) ORDER BY rowid"
    )
    is_optional = not column.is_required and column.name not in dataset.primary_key
    target_title = standard.datasets[reference.dataset].descriptor["title"]
    problem = standard.problem("reference_not_found", title=column.title, target=target_title)
    for row in rows:
        failing = Failing(dataset.name, row["row_id"], problem.rule, column.name, problem.message, problem.advice)
        yield failing._replace(empties=is_optional)


def _remove(connection: sqlite3.Connection, standard: Standard, failing: list[Failing]) -> None:
    """Writes down every failure, holds back the failing rows and empties the failing optional references."""
    connection.execute(
        "CREATE TEMP TABLE IF NOT EXISTS failing (dataset, row_id, rule, field, message, advice, empties, answerable)"
    )
    connection.execute("DELETE FROM failing")
    connection.executemany("INSERT INTO failing VALUES (?, ?, ?, ?, ?, ?, ?, ?)", failing)
    for name in sorted({failure.dataset for failure in failing}):
        dataset = standard.datasets[name]
        _write_down(connection, dataset)
        _hold_back(connection, dataset)
        for column in sorted({failure.field for failure in failing if failure.dataset == name and failure.empties}):
            _empty(connection, dataset, column)


def _write_down(connection: sqlite3.Connection, dataset: Dataset) -> None:
    connection.execute(
        "INSERT INTO problems (publisher_id, file_id, dataset, rule, severity, line, field, message, advice)"  # noqa: S608 names of the standard, quoted
        " SELECT ifnull(f.answerable, t.publisher_id), t.file_id, f.dataset, f.rule, iif(f.empties, 'warning', 'error'),"
        f" t.line, f.field, f.message, f.advice FROM failing AS f JOIN {quoted(dataset.name)} AS t ON t.rowid = f.row_id"
        " WHERE f.dataset = ? ORDER BY f.rowid",
        [dataset.name],
    )


def _hold_back(connection: sqlite3.Connection, dataset: Dataset) -> None:
    """A row is held back once, for the first rule that it breaks."""
    table = quoted(dataset.name)
    amount = f"t.{quoted(dataset.amount.stored_name)}" if dataset.amount else "NULL"
    connection.execute(
        "INSERT INTO held_back (publisher_id, file_id, dataset, line, rule, amount_pence)"  # noqa: S608 names of the standard, quoted
        f" SELECT t.publisher_id, t.file_id, f.dataset, t.line, f.rule, {amount}"
        f" FROM (SELECT *, min(rowid) FROM failing WHERE dataset = ? AND NOT empties GROUP BY row_id) AS f"
        f" JOIN {table} AS t ON t.rowid = f.row_id ORDER BY t.rowid",
        [dataset.name],
    )
    connection.execute(
        f"DELETE FROM {table} WHERE rowid IN (SELECT row_id FROM failing WHERE dataset = ? AND NOT empties)",  # noqa: S608
        [dataset.name],
    )


def _empty(connection: sqlite3.Connection, dataset: Dataset, column: str) -> None:
    connection.execute(
        f"UPDATE {quoted(dataset.name)} SET {quoted(dataset.stored(column))} = NULL WHERE rowid IN"  # noqa: S608 names of the standard, quoted
        " (SELECT row_id FROM failing WHERE dataset = ? AND field = ? AND empties)",
        [dataset.name, column],
    )


def _account(connection: sqlite3.Connection, standard: Standard) -> None:
    """Fills `conservation` with what is published and what is held back by reason, and holds it against what came."""
    for dataset in standard.sent:
        insert_rows(connection, "conservation", list(_published(connection, dataset)))
    connection.execute(
        "INSERT INTO conservation (file_id, outcome, reason, publisher_id, dataset, rows, credits, amount_pence)"
        " SELECT held_back.file_id, 'held_back', rule, held_back.publisher_id, held_back.dataset, count(*),"
        " CASE WHEN received.amount_pence IS NOT NULL THEN total(held_back.amount_pence < 0) END,"
        " CASE WHEN received.amount_pence IS NOT NULL THEN ifnull(sum(held_back.amount_pence), 0) END"
        " FROM held_back JOIN conservation AS received ON received.file_id = held_back.file_id"
        " AND received.outcome = 'received' GROUP BY held_back.file_id, rule ORDER BY held_back.file_id, rule"
    )
    sign = "CASE outcome WHEN 'received' THEN 1 ELSE -1 END"
    for row in connection.execute(
        f"SELECT file_id FROM conservation GROUP BY file_id HAVING sum(rows * {sign}) <> 0"  # noqa: S608 a constant
        f" OR ifnull(sum(amount_pence * {sign}), 0) <> 0 OR ifnull(sum(credits * {sign}), 0) <> 0"
    ):
        raise ConservationError(f"What was received in {row['file_id']} is not what is published plus held back.")


def _published(connection: sqlite3.Connection, dataset: Dataset) -> Iterator[dict[str, Any]]:
    """Of every file of a dataset, what is published: nothing too, where all of it is held back."""
    amount = quoted(dataset.amount.stored_name) if dataset.amount else "NULL"
    rows = connection.execute(
        f"WITH kept AS (SELECT file_id, count(*) AS rows, total({amount} < 0) AS credits, sum({amount}) AS amount_pence"  # noqa: S608 names of the standard, quoted
        f" FROM {quoted(dataset.name)} GROUP BY file_id)"
        " SELECT sent.file_id, 'published' AS outcome, '' AS reason, publisher_id, dataset, ifnull(kept.rows, 0) AS rows,"
        " iif(sent.amount_pence IS NULL, NULL, cast(ifnull(kept.credits, 0) AS INTEGER)) AS credits,"
        " iif(sent.amount_pence IS NULL, NULL, ifnull(kept.amount_pence, 0)) AS amount_pence"
        " FROM conservation AS sent LEFT JOIN kept USING (file_id)"
        " WHERE sent.dataset = ? AND sent.outcome = 'received' ORDER BY sent.file_id",
        [dataset.name],
    )
    return (dict(row) for row in rows)


def _number_problems(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE problems SET problem_id = rowid")
