"""Lists sorted by a column are whole: every page orders equal rows by their key, the first one too.

Datasette 0.65 adds the key to the order from the second page on, so that pages and streamed CSV repeat some rows and
lose others. Here the first page is asked for as the one that follows what stands before every row.
"""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database
from datasette.utils import tilde_encode
from datasette.utils.asgi import Request

LAST_TEXT = "\U0010ffff\U0010ffff"
LOWEST_NUMBER = "-9223372036854775808"
NUMERIC = ("INT", "REAL", "NUM", "FLOA", "DOUB", "DEC")
SORTS = ("_sort", "_sort_desc")


@hookimpl
def filters_from_request(request: Request, database: str, table: str, datasette: Datasette) -> Any:
    """Filters nothing: it gives a sorted first page its place, before Datasette looks for one."""

    async def place() -> None:
        if request.args.get("_next") or not await datasette.get_database(database).table_exists(table):
            return
        said = datasette.table_metadata(database, table)
        asked = {name: request.args.get(name) for name in SORTS}
        sort, descending = asked.values() if any(asked.values()) else (said.get("sort"), said.get("sort_desc"))
        if sort or descending:
            before = await _before_all(datasette.get_database(database), table, is_descending=bool(descending))
            pairs = [*parse_qsl(request.query_string, keep_blank_values=True), ("_next", before)]
            request.scope = request.scope | {"query_string": urlencode(pairs).encode()}

    return place


async def _before_all(database: Database, table: str, *, is_descending: bool) -> str:
    """What Datasette would say in `_next` of a row that comes before every row of a table."""
    types = {column.name: column.type.upper() for column in await database.table_column_details(table)}
    keys = await database.primary_keys(table) or ["rowid"]
    lowest = [_lowest(types.get(key, "INTEGER")) for key in keys]
    return ",".join([tilde_encode(LAST_TEXT) if is_descending else "$null", *lowest])


def _lowest(kind: str) -> str:
    return tilde_encode(LOWEST_NUMBER) if any(part in kind for part in NUMERIC) else ""
