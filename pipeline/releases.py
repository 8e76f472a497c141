"""Releases on disk: immutable folders, and `current`, the link to the one that is served."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ReleaseError
from pipeline.model import Release

CURRENT = "current"
DATABASE = "community-budget.db"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Releases:
    """The folder of a site's releases."""

    folder: Path

    def history(self) -> list[Release]:
        """All releases, by as-of date and then by id."""
        return list(self._whole()) if self.folder.is_dir() else []

    def current(self) -> Release | None:
        """The release that `current` links to, if there is one."""
        link = self.folder / CURRENT
        return self.find(link.readlink().name) if link.is_symlink() else None

    def find(self, wanted: str) -> Release:
        """The release of that id, or of the only id that begins so.

        Raises `ReleaseError` where there is none, or more than one.
        """
        found = [release for release in self.history() if release.release_id.startswith(wanted)]
        exact = [release for release in found if release.release_id == wanted]
        if len(exact or found) != 1:
            known = ", ".join(release.release_id for release in self.history()) or "none"
            raise ReleaseError(f"There is not one release called {wanted}; there are: {known}.")
        return (exact or found)[0]

    def switch(self, release: Release) -> None:
        """Makes a release the current one: visitors see the old one or the new one, never neither or half."""
        unfinished = self.folder / f".{CURRENT}.{os.getpid()}"
        unfinished.unlink(missing_ok=True)
        unfinished.symlink_to(release.folder.name)
        unfinished.replace(self.folder / CURRENT)
        sync(self.folder)

    def _whole(self) -> Iterator[Release]:
        for manifest in sorted(self.folder.glob(f"[!.]*/{MANIFEST}")):
            if not manifest.parent.is_symlink():
                yield Release(manifest.parent.name, manifest.parent, json.loads(manifest.read_text(encoding="utf-8")))


def sync(path: Path) -> None:
    """Waits until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
