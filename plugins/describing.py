"""Describes tables that came without a description: `community-budget describe` in a child process, with its limits.

Other plugins say `await datasette.describing.describe(package, fields, place, work)`.
"""

import json
import logging
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette

LOG = logging.getLogger("community-budget.describing")
WRITTEN = {0, 3}
"""Statuses with which the program ends once it has told what it found: all described, some refused."""
ANSWER = re.compile(r"\Aanswer-([0-9a-f]{16})\Z")
NUMBER = re.compile(r"\A[1-9][0-9]{0,2}\Z")
NAME = re.compile(r"\A[a-z][a-z_]{0,62}\Z")
MAX_PERIOD = 30
MAX_REASONS = 6
AT_HOME = (
    "Send fewer months at once, or install the program and run community-budget describe, which has no such limits."
)


@hookimpl
def startup(datasette: Datasette) -> None:
    """Gives other plugins the way to describe a package."""
    datasette.describing = SimpleNamespace(describe=lambda *given: describe(datasette, *given))


async def describe(datasette: Datasette, package: Any, fields: dict[str, str], folders: tuple[Path, Path]) -> Any:
    """Writes the description of a package's bare tables; returns what was found, with the files that were written.

    Raises the error of uploads where none is a table, or the child could not finish.
    """
    place, work = folders
    notes = work / "notes.json"
    arguments = ["describe", *_options(fields), "--output", str(package.folder), "--notes", str(notes)]
    status = await datasette.children.run([*arguments, "--", *map(str, package.bare)], place, work)
    if status not in WRITTEN or not notes.is_file():
        LOG.error("A description ended with status %s.", status)
        raise datasette.uploads.Error(
            422, "The file could not be described: it may be too large for this page", AT_HOME
        )
    found = json.loads(notes.read_text(encoding="utf-8"))
    if not found["files"]:
        raise datasette.uploads.Error(422, _title(found), _reasons(found["refused"]))
    _set_period(package.folder / "datapackage.json", fields.get("period", "")[:MAX_PERIOD])
    written = {path.name: path.read_text(encoding="utf-8") for path in sorted(package.folder.glob("*.json"))}
    return found | {"written": written}


def _options(fields: dict[str, str]) -> list[str]:
    """The dataset where it is named, and the answers that the form brings."""
    dataset = fields.get("dataset", "")
    options = ["--dataset", dataset] if NAME.match(dataset) else []
    for name, number in fields.items():
        answered = ANSWER.match(name)
        if answered and NUMBER.match(number):
            options += ["--answer", f"{answered[1]}={number}"]
    return options


def _set_period(described: Path, period: str) -> None:
    """The period that the sender names goes before the one that was found."""
    if not period:
        return
    description = json.loads(described.read_text(encoding="utf-8"))
    for resource in description["resources"]:
        resource["period"] = period
    described.write_text(json.dumps(description, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _title(found: dict[str, Any]) -> str:
    names = list(found["refused"])
    return (
        f"{names[0]} is no table that can be checked"
        if len(names) == 1
        else "None of these is a table that can be checked"
    )


def _reasons(refused: dict[str, str]) -> str:
    """Why, in the words of the program; for several files with their names."""
    if len(refused) == 1:
        return next(iter(refused.values()))
    more = len(refused) - MAX_REASONS
    told = [f"{name}: {reason}" for name, reason in list(refused.items())[:MAX_REASONS]]
    return " ".join([*told, *([f"And {more} more."] if more > 0 else [])])
