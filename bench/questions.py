"""How long every question takes on a release: `python bench/questions.py FOLDER`, where a site has been published.

Each is asked with its parameters empty, and with their examples. The seconds are SQLite's own, the smallest of three;
those that take longer than a tenth of a second are marked, and make it fail.
"""

from __future__ import annotations

import re
import sqlite3
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from pipeline.front_comment import front_comment
from pipeline.site import shipped_parts

AT_MOST = 0.1
REPEATS = 3
ROWS = 1001
"""A page shows a thousand rows at most, and looks whether there is one more."""


def measured(database: Path) -> Iterator[tuple[float, str, Mapping[str, str]]]:
    """Seconds, question and parameters, of every question asked both ways."""
    with closing(sqlite3.connect(f"file:{database}?immutable=1", uri=True)) as connection:
        for path in sorted((shipped_parts() / "questions").glob("*.sql")):
            comment, sql = front_comment(path)
            names = re.findall(r"(?<![\w:]):([a-z_]+)", sql)
            described: Mapping[str, Mapping[str, object]] = comment.get("parameters", {})
            empty = dict.fromkeys(names, "")
            examples = {name: str(described.get(name, {}).get("example", "")) for name in names}
            for parameters in [empty, examples] if examples != empty else [empty]:
                yield min(_seconds(connection, sql, parameters) for _ in range(REPEATS)), path.stem, parameters


def main(folder: Path) -> int:
    """Prints the slowest ten; 1 where one takes too long."""
    found = sorted(measured(folder / "releases" / "current" / "community-budget.db"), key=lambda each: -each[0])
    for seconds, question, parameters in found[:10]:
        print(f"{1000 * seconds:7.1f} ms {'TOO LONG ' if seconds > AT_MOST else ''}{question} {dict(parameters)}")
    print(
        f"{len(found)} answers, {sum(seconds > AT_MOST for seconds, _, _ in found)} of them over {1000 * AT_MOST:.0f} ms"
    )
    return int(found[0][0] > AT_MOST)


def _seconds(connection: sqlite3.Connection, sql: str, parameters: Mapping[str, str]) -> float:
    started = time.perf_counter()
    connection.execute(sql, parameters).fetchmany(ROWS)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
