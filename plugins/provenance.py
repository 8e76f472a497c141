"""Says on the page of a row who sent it, in which file, on which line, and what the checks found there.

The template of a row calls `provenance(rows[0])`; for a row that no publisher sent, it is None.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database
from datasette.utils import tilde_encode

CARRIED = {"publisher_id", "file_id", "line"}
FILE = "SELECT file_id, path, sha256, bytes FROM files WHERE file_id = :file_id"
PUBLISHER = "SELECT title FROM packages WHERE publisher_id = :publisher_id"
WARNINGS = """
    SELECT problems.rule, rules.title, problems.message, problems.advice
    FROM problems LEFT JOIN rules USING (rule)
    WHERE problems.file_id = :file_id AND problems.line = :line
    ORDER BY problem_id
"""


@dataclass(frozen=True)
class Provenance:
    """Where a row comes from, what the checks said of its line, and the addresses of both."""

    publisher: str
    path: str
    sha256: str
    bytes: int
    line: int
    warnings: tuple[dict[str, Any], ...]
    package_address: str
    file_address: str
    problems_address: str
    rules_address: str


@hookimpl
def extra_template_vars(datasette: Datasette, database: str | None, table: str | None) -> dict[str, Any]:
    """Gives the template of a row the function `provenance`."""
    return {"provenance": _tracing(datasette, database, table)} if database and table else {}


def _tracing(datasette: Datasette, database: str, table: str) -> Callable[[Any], Awaitable[Provenance | None]]:
    async def provenance(row: Any) -> Provenance | None:
        if table == "files" or not set(row.keys()) >= CARRIED:
            return None
        return await _traced(datasette, datasette.databases[database], {key: row[key] for key in CARRIED})

    return provenance


async def _traced(datasette: Datasette, database: Database, carried: dict[str, Any]) -> Provenance | None:
    file = (await database.execute(FILE, {"file_id": carried["file_id"]})).first()
    if file is None:
        return None
    publisher = (await database.execute(PUBLISHER, {"publisher_id": carried["publisher_id"]})).first()
    warnings = await database.execute(WARNINGS, {"file_id": carried["file_id"], "line": carried["line"]})
    urls, name = datasette.urls, database.name
    return Provenance(
        publisher=publisher["title"] if publisher else carried["publisher_id"],
        path=file["path"],
        sha256=file["sha256"],
        bytes=file["bytes"],
        line=carried["line"],
        warnings=tuple(dict(row) for row in warnings.rows),
        package_address=urls.row(name, "packages", tilde_encode(carried["publisher_id"])),
        file_address=urls.row(name, "files", tilde_encode(file["file_id"])),
        problems_address=f"{urls.table(name, 'problems')}?{urlencode({'file_id': file['file_id']})}",
        rules_address=f"{urls.table(name, 'rules')}?severity=error",
    )
