"""Shows codes that stand for a row of another table as links to it, with its title where Datasette has looked that up.

Datasette would make the link from the name of the database. A release has a name of its own, and is found by its
route: so this asks for the address.
"""

import sqlite3
from collections.abc import Awaitable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import tilde_encode
from jinja2 import Environment
from markupsafe import Markup

ROUTE = "community-budget"
REFERENCES = """
    SELECT tables.name, keys."from", keys."table"
    FROM sqlite_master AS tables JOIN pragma_foreign_key_list(tables.name) AS keys
    WHERE tables.type = 'table'
"""
KEYS = """
    SELECT min(columns.name), tables.name
    FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
    WHERE tables.type = 'table' AND columns.pk > 0
      AND (tables.name, columns.name) NOT IN (SELECT key_tables.name, keys."from" FROM sqlite_master AS key_tables
           JOIN pragma_foreign_key_list(key_tables.name) AS keys WHERE key_tables.type = 'table')
    GROUP BY tables.name
    HAVING count(*) = 1 AND (min(columns.name) LIKE '%\\_id' ESCAPE '\\' OR tables.name = min(columns.name) || 's')
"""


@dataclass(frozen=True)
class References:
    """Where the codes of a release lead: stated for a column of a table, or by the name that is a table's whole key."""

    stated: Mapping[tuple[str | None, str], str]
    keys: Mapping[str, str]

    def table(self, table: str | None, column: str) -> str | None:
        """The table that a column of a table, or of an answer, refers to; a table's own key refers to nothing."""
        other = self.stated.get((table, column)) or self.keys.get(column)
        return other if other != table or (table, column) in self.stated else None


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Gives templates the filter `address_of`: `{{ row.agency_id|address_of("agency_id") }}`, empty if it leads nowhere."""

    def address_of(code: Any, column: str) -> str:
        release = datasette.get_database(ROUTE)
        other = read_references(release.path).table(None, column) if code and release.path else None
        return datasette.urls.row(release.name, other, tilde_encode(str(code))) if other else ""

    env.filters["address_of"] = address_of


@hookimpl(trylast=True)
def render_cell(  # noqa: PLR0913 the hook's own arguments
    value: Any, column: str, table: str | None, database: str, datasette: Datasette
) -> Markup | Awaitable[Markup] | None:
    """A code, or a code with the label that Datasette has looked up, `{"value": …, "label": …}`, as a link."""
    release = datasette.databases[database]
    code, label = (value["value"], value["label"]) if isinstance(value, dict) else (value, None)
    if release.route != ROUTE or not release.path or code in (None, ""):
        return None
    references = read_references(release.path)
    other = references.table(table, column)
    if other is None:
        return None
    address = datasette.urls.row(database, other, tilde_encode(str(code)))
    if label is None and (table, column) in references.stated:
        return _labelled(datasette, (database, table, column), code, address)
    return _link(address, label or code)


async def _labelled(datasette: Datasette, place: tuple[str, str | None, str], code: Any, address: str) -> Markup:
    """Datasette looks labels up for tables, not for the page of a row."""
    labels = await datasette.expand_foreign_keys(*place, [code])
    return _link(address, labels.get((place[-1], code)) or code)


def _link(address: str, text: Any) -> Markup:
    return Markup('<a href="{}">{}</a>').format(address, text)


@lru_cache(maxsize=8)
def read_references(path: str) -> References:
    """The references of the release in a file. Read once: releases do not change."""
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as connection:
        stated = {(table, column): other for table, column, other in connection.execute(REFERENCES)}
        return References(stated, dict(connection.execute(KEYS).fetchall()))
