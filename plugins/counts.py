"""Says how many rows there are from what a release has counted, where Datasette would count millions again.

A release knows the rows of each of its tables (`datasets.row_count`), and of its largest tables the rows for each value
of the columns that pages count by (`facet_counts`). Pages of a whole table take their facets from there. What Datasette
asks for a heading or for the page of a row, `select count(*) from …` for a whole table or one value of one such column,
is asked of these tables instead. Any other choice of rows is counted as it is, within the limits in settings.yml.

Of rows that are chosen, Datasette counts by a column; SQLite would go through an index of that column and look every row
up, of a million payments that state an area too. It is told to count the rows that are chosen.

A release also knows which columns are never blank. Datasette looks for blanks at the end of every list that is sorted
downwards; told that there are none, SQLite goes through an index from where the page begins, and sorts nothing else.
"""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database, Results
from datasette.facets import ColumnFacet
from datasette.utils import path_with_added_args, path_with_removed_args

WHOLE_TABLE = re.compile(r"select count\(\*\) from \[?(?P<table>\w+)\]? ?")
ONE_VALUE = re.compile(r'select count\(\*\) from (?P<table>\w+) where "?(?P<column>\w+)"? ?= ?:(?P<name>\w+) ?')
LINKS_TO_A_ROW = re.compile(r"select \(select count\(\*\) from [^()]+\)(?:, \(select count\(\*\) from [^()]+\))*")
LINK_TO_A_ROW = re.compile(rf"(?<=\(){ONE_VALUE.pattern}(?=\))")
SORTED_DOWNWARDS = re.compile(
    r"select [^()]+ from (?P<table>\w+) where .*order by (?P<column>\w+) desc, .* limit \d+", re.DOTALL
)
COUNTING_BEGINS = "select {column} as value, count(*) as count from ("
COUNTING_ENDS = re.compile(
    r"\)\s+where (?P<column>\S+) is not null\s+group by (?P=column) order by count desc, value limit \d+\s*\Z"
)
LOOKING_FOR_BLANKS = "({column} < :{name} or {column} is null or ({column} = :{name} and "
KNOWING_OF_NONE = "({column} < :{name} or ({column} = :{name} and "
CHOOSING_NO_ROWS = {
    *("_next", "_sort", "_sort_desc", "_size", "_facet", "_facet_size", "_label", "_labels", "_col", "_nocol"),
    *("_shape", "_nofacet", "_nocount", "_nosuggest", "_json", "_json_infinity", "_nl", "_ttl"),
}

TABLES = "SELECT dataset, row_count FROM datasets WHERE row_count IS NOT NULL"
REQUIRED = 'SELECT dataset, "column" FROM columns WHERE is_required'
COLUMNS = """
    SELECT DISTINCT facet_counts.dataset, facet_counts."column", columns.type
    FROM facet_counts
    LEFT JOIN columns ON columns.dataset = facet_counts.dataset AND columns."column" = facet_counts."column"
"""
ROWS_OF_TABLE = "select row_count as \"count(*)\" from datasets where dataset = '{table}'"
ROWS_OF_VALUE = (
    'select coalesce(sum("rows"), 0) as "count(*)" from facet_counts'
    " where dataset = '{table}' and \"column\" = '{column}' and value = :{name}"
)
LARGEST_VALUES = """
    SELECT cast(value AS {type}) AS value, "rows" AS count FROM facet_counts
    WHERE dataset = :table AND "column" = :column AND value IS NOT NULL
    ORDER BY 2 DESC, 1 LIMIT :limit
"""


@dataclass
class Counted:
    """What a release has counted: the rows of its tables, and by columns, here with their types; and what is never blank."""

    tables: dict[str, int] = field(default_factory=dict)
    columns: dict[tuple[str, str], str] = field(default_factory=dict)
    required: set[tuple[str, str]] = field(default_factory=set)

    def asked(self, sql: str) -> str:
        """SQL with the same answer: other SQL, where Datasette's own asks for what is known."""
        if (whole := WHOLE_TABLE.fullmatch(sql)) and whole["table"] in self.tables:
            return ROWS_OF_TABLE.format_map(whole.groupdict())
        if value := ONE_VALUE.fullmatch(sql):
            return self._of_value(value)
        if downwards := SORTED_DOWNWARDS.fullmatch(sql):
            return self._without_blanks(sql, downwards["table"], downwards["column"])
        if counting := COUNTING_ENDS.search(sql):
            return self._of_chosen_rows(sql, counting)
        return LINK_TO_A_ROW.sub(self._of_value, sql) if LINKS_TO_A_ROW.fullmatch(sql) else sql

    @staticmethod
    def _of_chosen_rows(sql: str, ends: re.Match[str]) -> str:
        """With a plus before the column, an index of it is of no use."""
        begins = sql.lstrip().startswith(COUNTING_BEGINS.format(column=ends["column"]))
        is_chosen = begins and " where " in sql[: ends.start()]
        return f"{sql[: ends.start('column')]}+{sql[ends.start('column') :]}" if is_chosen else sql

    def _without_blanks(self, sql: str, table: str, column: str) -> str:
        found = re.search(rf"\({column} < :(?P<name>p\d+) or ", sql)
        if found is None or (table, column) not in self.required:
            return sql
        given = {"column": column, "name": found["name"]}
        return sql.replace(LOOKING_FOR_BLANKS.format_map(given), KNOWING_OF_NONE.format_map(given))

    def _of_value(self, value: re.Match[str]) -> str:
        """Only for columns of text: 01 is the number 1, but not its text."""
        is_known = self.columns.get((value["table"], value["column"])) == "string"
        return ROWS_OF_VALUE.format_map(value.groupdict()) if is_known else value[0]


class CountedDatabase(Database):
    """The database of a release, which knows what has been counted."""

    counted = Counted()

    async def table_counts(self, limit: int = 10) -> dict[str, int | None]:
        """The rows of every table that the release describes, counted by whoever made it."""
        if self._cached_table_counts is None:
            self.counted = await self.execute_fn(_read_counted)
            if self.counted.tables:
                self._cached_table_counts = self.counted.tables
        return await super().table_counts(limit)

    async def execute(self, sql: str, *options: Any, **more: Any) -> Results:
        """Datasette's own, but for counts that are known."""
        return await super().execute(self.counted.asked(sql), *options, **more)


class CountedFacet(ColumnFacet):
    """Datasette's facet by a column; for a whole table, from what the release has counted."""

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        results = [await self._shown(config) for config in super().get_configs() if self._is_counted(config)]
        others, timed_out = await super().facet_results()
        return results + others, timed_out

    def get_configs(self) -> list[dict[str, Any]]:
        """What is left for Datasette to count."""
        return [config for config in super().get_configs() if not self._is_counted(config)]

    def _is_counted(self, config: dict[str, Any]) -> bool:
        counted = getattr(self.ds.databases[self.database], "counted", Counted())
        return set(self.request.args) <= CHOOSING_NO_ROWS and (self.table, _column(config)) in counted.columns

    async def _shown(self, config: dict[str, Any]) -> dict[str, Any]:
        """As Datasette describes a facet; no value is selected where no rows are chosen."""
        column, size = _column(config), self.get_facet_size()
        rows = await self._largest(column, size + 1)
        labels = await self.ds.expand_foreign_keys(
            self.database, self.table, column, [value for value, _ in rows[:size]]
        )
        return {
            "name": column,
            "type": self.type,
            "hideable": config["source"] != "metadata",
            "toggle_url": self.ds.urls.path(path_with_removed_args(self.request, {"_facet": column})),
            "results": [
                {
                    "value": value,
                    "label": labels.get((column, value), value),
                    "count": count,
                    "toggle_url": self._toggle_url(column, value),
                    "selected": False,
                }
                for value, count in rows[:size]
            ],
            "truncated": len(rows) > size,
        }

    async def _largest(self, column: str, limit: int) -> list[tuple[Any, int]]:
        database = self.ds.databases[self.database]
        type_ = "TEXT" if database.counted.columns[self.table, column] == "string" else "INTEGER"
        asked = {"table": self.table, "column": column, "limit": limit}
        answer = await database.execute(LARGEST_VALUES.format(type=type_), asked, truncate=False)
        return [tuple(row) for row in answer.rows]

    def _toggle_url(self, column: str, value: Any) -> str:
        path = path_with_added_args(self.request, {column: value, "_next": None})
        return self.ds.absolute_url(self.request, self.ds.urls.path(path))


@hookimpl
def startup(datasette: Datasette) -> None:
    """Releases open their databases as this."""
    datasette.release_database = CountedDatabase


@hookimpl(hookwrapper=True)
def register_facet_classes() -> Iterator[None]:
    """Takes the place of Datasette's facet by a column, which would count the same column once more."""
    outcome = yield
    classes = [CountedFacet if facet is ColumnFacet else facet for found in outcome.get_result() for facet in found]
    outcome.force_result([classes])


def _read_counted(connection: sqlite3.Connection) -> Counted:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"datasets", "columns", "facet_counts"} <= tables:
        return Counted()
    columns = {(table, column): type_ for table, column, type_ in connection.execute(COLUMNS)}
    required = {(table, column) for table, column in connection.execute(REQUIRED)}
    return Counted(dict(connection.execute(TABLES).fetchall()), columns, required)


def _column(config: dict[str, Any]) -> str:
    said = config["config"]
    return str(said.get("column") or said["simple"])
