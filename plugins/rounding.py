"""Says of an answer whether it may rest on rounded counts of people, so that pages can warn that rows may not add up.

Which columns those are, the release itself says in its table `protection`; a question rests on one when its SQL names
both the table and the column.
"""

import re
import sqlite3
from contextlib import closing
from functools import lru_cache

from datasette import hookimpl
from datasette.app import Datasette
from jinja2 import Environment

ROUTE = "community-budget"
ROUNDED = 'SELECT dataset, "column" FROM protection WHERE rounded_to > 1'


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Gives templates the test `rounded`: `{% if question.sql is rounded %}`."""
    env.tests["rounded"] = lambda sql: _rests_on_rounded(sql, datasette.get_database(ROUTE).path)


def _rests_on_rounded(sql: str, path: str | None) -> bool:
    words = set(re.findall(r"\w+", sql))
    return any({table, column} <= words for table, column in (rounded_columns(str(path)) if path else ()))


@lru_cache(maxsize=8)
def rounded_columns(path: str) -> frozenset[tuple[str, str]]:
    """The tables and columns of which the release in a file rounds numbers. Read once: releases do not change."""
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'protection'").fetchone():
            return frozenset()
        return frozenset(connection.execute(ROUNDED))
