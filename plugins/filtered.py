"""Leads from a page to the rows of a table that are filtered as the page is: the payments that state a ward, in a year.

Templates ask `rows_address("spend", area_id="X05000005", payment_date="2024-2025")`, by the conditions that Datasette's own
pages of tables know. The rows are looked for first, one of them, so that no page leads to an empty table.
"""

import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from datasette import hookimpl
from datasette.app import Datasette
from datasette.filters import Filters
from jinja2 import Environment

ROUTE = "community-budget"
FINANCIAL_YEAR = re.compile(r"\A(\d{4})-(\d{4})\Z")
BEGINS_AND_ENDS = {"month": ("04", "03"), "date": ("04-01", "03-31")}
"""How a financial year begins and ends, by the last word of the column's name."""


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Gives templates `rows_address`."""
    env.globals["rows_address"] = _asking(datasette)


def _asking(datasette: Datasette) -> Callable[..., Awaitable[str]]:
    async def rows_address(table: str, **filters: Any) -> str:
        """The address of the rows that all filters fit, empty where the release has none; blank filters are left out.

        A financial year that is asked of a month or a day stands for its months or days. What begins with _, such as
        `_sort_desc`, filters nothing.
        """
        wanted = [pair for column, value in filters.items() if value not in (None, "") for pair in _said(column, value)]
        choosing = [pair for pair in wanted if not pair[0].startswith("_")]
        database = datasette.get_database(ROUTE)
        known = await database.table_columns(table)
        if not choosing or not {column.partition("__")[0] for column, _ in choosing} <= set(known):
            return ""
        conditions, values = Filters(choosing).build_where_clauses(table)
        sql = f'SELECT 1 FROM "{table}" WHERE {" AND ".join(conditions)} LIMIT 1'  # noqa: S608 names of a template; values are bound
        found = (await database.execute(sql, values)).first()
        return f"/{ROUTE}/{table}?{urlencode(wanted)}" if found else ""

    return rows_address


def _said(column: str, value: Any) -> Iterator[tuple[str, str]]:
    """A filter as pairs of a query string."""
    year, parts = FINANCIAL_YEAR.match(str(value)), BEGINS_AND_ENDS.get(column.rpartition("_")[2])
    if year and parts:
        yield f"{column}__gte", f"{year[1]}-{parts[0]}"
        yield f"{column}__lte", f"{year[2]}-{parts[1]}"
    else:
        yield column, str(value)
