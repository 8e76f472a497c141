"""Lays out the files of an upload as a package: as their description names them, or beside it, to be described first.

Other plugins say `datasette.packages.lay_out(upload)`.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette

MAX_DESCRIPTION = 1_000_000
MAX_PATH = 300
DESCRIPTION = "datapackage.json"
NOBODY = "your-agency"
"""What a package is called that does not say whose it is."""
SLUG = re.compile(r"\A[a-z0-9][a-z0-9-]{0,62}\Z")


@dataclass(frozen=True)
class Package:
    """The folder of a package, whether its publisher is known, and the tables that are not described yet."""

    folder: Path
    has_publisher: bool
    bare: tuple[Path, ...] = ()


@hookimpl
def startup(datasette: Datasette) -> None:
    """Gives other plugins the way to lay out an upload."""
    datasette.packages = SimpleNamespace(lay_out=lay_out)


def lay_out(upload: Any) -> Package:
    """The files as a package; tables that came without a description stand outside of it until they have one."""
    described = next((path for name, path in upload.files.items() if name.lower() == DESCRIPTION), None)
    publisher = _publisher(described) if described else upload.fields.get("publisher", "")
    is_known = bool(SLUG.match(publisher))
    folder = upload.folder / "package" / (publisher if is_known else NOBODY)
    folder.mkdir(parents=True)
    if described is None:
        return Package(folder, is_known, tuple(_set_apart(upload)))
    places = _places(described)
    for name, path in upload.files.items():
        target = folder / places.get(name, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
    return Package(folder, is_known)


def _set_apart(upload: Any) -> list[Path]:
    """The tables by their own names, which say what they are; an empty one is told of by what describes it."""
    came = upload.folder / "came"
    came.mkdir()
    names = [name for name in upload.files if name.lower().endswith(upload.tables)]
    return [upload.files[name].rename(came / name) for name in names]


def _publisher(described: Path) -> str:
    found = _json(described).get("publisher")
    return found if isinstance(found, str) else ""


def _places(described: Path) -> dict[str, str]:
    """Where the description has each file, by the file's own name: a form sends no folders."""
    entries = _json(described).get("resources")
    resources = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    paths = [entry.get(key) for entry in resources for key in ("path", "schema")]
    return {PurePosixPath(path).name: path for path in paths if isinstance(path, str) and _is_inside(path)}


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return (
        bool(parts)
        and len(path) < MAX_PATH
        and not any(part.startswith((".", "/")) for part in parts)
        and "\0" not in path
    )


def _json(path: Path) -> dict[str, Any]:
    """What a description says; nothing where it cannot be read, which the check then says in its own words."""
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if path.stat().st_size < MAX_DESCRIPTION else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
