"""Examines a machine and a site's folder: what publishing and serving need, and what to do where it is not so."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import PipelineError
from pipeline.releases import CURRENT, DATABASE, faults
from pipeline.site import Site

SPACE_TIMES = 3
"""A publish writes a build, the release and temporary tables: about three times the packages and the last release."""
LEAST_FREE = 200_000_000
OLDEST_SQLITE = (3, 40)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what was found in a sentence, and what to do where it is not well."""

    is_well: bool
    what: str
    advice: str = ""


def examine(site: Site) -> list[Finding]:
    """Everything that can be seen without changing the site; a file is written beside the releases, and removed."""
    return [
        finding for look in (_sqlite, _packages, _writable, _space, _unfinished, _current) for finding in look(site)
    ]


def _sqlite(_site: Site) -> Iterator[Finding]:
    with closing(sqlite3.connect(":memory:")) as connection:
        options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    is_well = sqlite3.sqlite_version_info >= OLDEST_SQLITE and "ENABLE_FTS5" in options
    found = f"SQLite {sqlite3.sqlite_version}, {'with' if 'ENABLE_FTS5' in options else 'without'} full-text search."
    yield Finding(is_well, found, "Install a Python whose SQLite is 3.40 or newer, with FTS5.")


def _packages(site: Site) -> Iterator[Finding]:
    yield _tried(lambda: f"{len(site.packages)} packages in {site.folder / 'datapackages'}.")


def _writable(site: Site) -> Iterator[Finding]:
    """Whether files can be written, synced and renamed beside the releases."""
    folder = site.releases.folder if site.releases.folder.is_dir() else site.folder
    probe = folder / f".probe.{os.getpid()}"
    try:
        with probe.open("wb") as stream:
            stream.write(b"written")
            stream.flush()
            os.fsync(stream.fileno())
        probe.rename(probe.with_suffix(".renamed"))
        probe.with_suffix(".renamed").unlink()
    except OSError as error:
        probe.unlink(missing_ok=True)
        yield Finding(
            is_well=False,
            what=f"{folder} cannot be written ({error.strerror}).",
            advice="Give the user that publishes the right to write there, or free the disk.",
        )
        return
    yield Finding(is_well=True, what=f"{folder} can be written.")


def _space(site: Site) -> Iterator[Finding]:
    free = shutil.disk_usage(site.folder).free
    current = site.folder / "releases" / CURRENT / DATABASE
    needed = max(
        LEAST_FREE,
        SPACE_TIMES * (_size(site.folder / "datapackages") + (current.stat().st_size if current.exists() else 0)),
    )
    found = f"{free // 1_000_000:,} MB are free; a publish needs about {needed // 1_000_000:,} MB."
    yield Finding(free >= needed, found, "Free the disk, or remove old releases with community-budget prune.")


def _unfinished(site: Site) -> Iterator[Finding]:
    """What a run that was killed left behind; the next publish removes it."""
    left = [
        path.name
        for path in (site.releases.folder / ".building", *site.releases.folder.glob(".pruned.*"))
        if path.exists()
    ]
    if left:
        yield Finding(
            is_well=False,
            what=f"A run did not finish and left {', '.join(left)}.",
            advice="Publish again; what it left is not served, and goes.",
        )


def _current(site: Site) -> Iterator[Finding]:
    try:
        current = site.releases.current()
        found = list(faults(current)) if current else []
    except PipelineError as error:
        yield Finding(
            is_well=False, what=str(error), advice="Switch to another release with community-budget rollback."
        )
        return
    if current is None:
        yield Finding(is_well=False, what="There is no current release.", advice="Run community-budget publish.")
        return
    what = " ".join(found) or f"The current release {current.release_id} is whole."
    yield Finding(not found, what, "Switch to another release with community-budget rollback, or restore this one.")


def _tried(look: Callable[[], str]) -> Finding:
    try:
        return Finding(is_well=True, what=look())
    except PipelineError as error:
        return Finding(is_well=False, what=str(error))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
