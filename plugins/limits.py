"""What one query may do: limits on every connection to a release, so that no SQL can crash the site or fill its memory.

Visitors write SQL of their own. What a time limit cannot stop, because it is not looked at inside one call of a
function, is stopped by the length of what a function may make. Publishing refuses cells longer than `LONGEST`.
"""

import re
import sqlite3
import weakref
from collections.abc import Sequence
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette

LONGEST = 250_000
ANSWER_BYTES = 16_000_000
HEAP_BYTES = 128 * 1024 * 1024
WIDEST = 1000
DATASETTES_OWN = {"_internal", "_memory"}

LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: LONGEST,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 20_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 1000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 25_000,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 100,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
}
SETTINGS = ("query_only = 1", "trusted_schema = 0", "cell_size_check = 1", f"hard_heap_limit = {HEAP_BYTES}")

DENIED_FUNCTIONS = {"fts3_tokenizer", "load_extension"}
DENIED_TABLES = {
    "fts3tokenize", "fts5vocab", "fts4aux", "sqlite_stmt", "dbstat", "sqlite_dbpage", "sqlite_dbdata",
    "pragma_database_list", "pragma_data_store_directory", "pragma_temp_store_directory", "bytecode", "tables_used",
}  # fmt: skip
READ_PRAGMAS = {
    "table_info", "table_xinfo", "table_list", "foreign_key_list", "index_list", "index_info", "index_xinfo",
    "compile_options", "function_list", "module_list", "collation_list", "encoding", "page_count", "page_size",
    "schema_version", "user_version", "data_version", "application_id", "freelist_count", "database_list",
}  # fmt: skip
READING = {
    sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_TRANSACTION,
    sqlite3.SQLITE_SAVEPOINT,
}  # fmt: skip

WIDTH = re.compile(r"[0-9]+")
LETTER_OF_FORMAT = re.compile(r"%[^%a-zA-Z]*")


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Datasette) -> None:
    """Limits a connection; one in memory that Datasette makes for itself alone is not a visitor's."""
    if database in DATASETTES_OWN - (datasette.databases.keys() - {"_internal"}):
        return
    for setting in SETTINGS:
        conn.execute(f"PRAGMA {setting}").fetchall()
    for name in ("printf", "format"):
        conn.create_function(name, -1, Printing(name), deterministic=True)
    for limit, value in LIMITS.items():
        conn.setlimit(limit, value)
    conn.row_factory = Counting()
    conn.set_authorizer(authorised)


def authorised(action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None) -> int:
    """Whether a statement may do something; Datasette's own questions about tables are among what may be done."""
    if action == sqlite3.SQLITE_READ:
        return sqlite3.SQLITE_DENY if (first or "").lower() in DENIED_TABLES else sqlite3.SQLITE_OK
    if action in READING:
        return sqlite3.SQLITE_OK
    judge = JUDGES.get(action)
    return sqlite3.SQLITE_OK if judge and judge((first or "").lower(), (second or "").lower()) else sqlite3.SQLITE_DENY


JUDGES = {
    sqlite3.SQLITE_FUNCTION: lambda _, function: function not in DENIED_FUNCTIONS,
    sqlite3.SQLITE_PRAGMA: lambda pragma, value: pragma in READ_PRAGMAS and (not value or "_" in pragma),
    sqlite3.SQLITE_UPDATE: lambda table, _: table == "sqlite_master",
    sqlite3.SQLITE_CREATE_VTABLE: lambda _, module: module not in DENIED_TABLES,
    sqlite3.SQLITE_DROP_VTABLE: lambda _, module: module not in DENIED_TABLES,
}
"""What is judged by name. Full-text tables open only where UPDATE of `sqlite_master` is allowed; `query_only` holds."""


class Counting:
    """Makes rows, and stops an answer that is longer than `ANSWER_BYTES`."""

    def __init__(self) -> None:
        self._cursor: weakref.ref[sqlite3.Cursor] | None = None
        self._bytes = 0

    def __call__(self, cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> sqlite3.Row:
        if self._cursor is None or self._cursor() is not cursor:
            self._cursor, self._bytes = weakref.ref(cursor), 0
        self._bytes += sum(len(cell) if isinstance(cell, str | bytes) else 8 for cell in row)
        if self._bytes > ANSWER_BYTES:
            raise sqlite3.OperationalError(
                f"The answer is longer than {ANSWER_BYTES:,} bytes: ask for fewer rows or columns"
            )
        return sqlite3.Row(cursor, row)


class Printing:
    """SQLite's own `printf`, but for widths that would keep it busy: no `*`, and nothing as wide as `WIDEST`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._connection: sqlite3.Connection | None = None

    def __call__(self, *arguments: Any) -> Any:
        if not arguments or arguments[0] is None:
            return None
        if is_wide(str(arguments[0])):
            raise ValueError(self._name)
        return self._printed(arguments)

    def _printed(self, arguments: Sequence[Any]) -> Any:
        if self._connection is None:
            self._connection = sqlite3.connect(":memory:", check_same_thread=False)
            self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
        places = ", ".join("?" * len(arguments))
        return self._connection.execute(f"SELECT printf({places})", arguments).fetchone()[0]


def is_wide(pattern: str) -> bool:
    """Whether a pattern of `printf` asks for a width or precision that is given apart, or is very large."""
    asked = LETTER_OF_FORMAT.findall(pattern)
    return any("*" in one or any(int(width[:9]) >= WIDEST for width in WIDTH.findall(one)) for one in asked)
