"""Releases on disk: immutable folders, and `current`, the link to the one that is served."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import IO, Any

from pipeline.errors import ReleaseError
from pipeline.model import Release

CURRENT = "current"
CHANGES = "changes"
DATABASE = "community-budget.db"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Releases:
    """The folder of a site's releases."""

    folder: Path

    def history(self) -> list[Release]:
        """All releases, by as-of date, those of one day in the order in which they were made."""
        return list(self._whole()) if self.folder.is_dir() else []

    def current(self) -> Release | None:
        """The release that `current` links to, if there is one."""
        link = self.folder / CURRENT
        return self.find(link.readlink().name) if link.is_symlink() else None

    def before(self, release: Release) -> Release | None:
        """The release that was made before another, if it is kept."""
        history = self.history()
        at = [each.release_id for each in history].index(release.release_id)
        return history[at - 1] if at else None

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
        """Makes a release the current one: visitors see the old one or the new one, never neither or half.

        Raises `ReleaseError` where that is done, but the disk does not confirm that it would outlast a power cut.
        """
        unfinished = self.folder / f".{CURRENT}"
        unfinished.unlink(missing_ok=True)
        unfinished.symlink_to(release.folder.name)
        unfinished.replace(self.folder / CURRENT)
        self.confirm(release)

    def confirm(self, release: Release) -> None:
        """Waits until the switch to a release is on the disk; raises `ReleaseError` where the disk does not confirm it."""
        try:
            sync(self.folder)
        except OSError as error:
            raise ReleaseError(
                f"{release.release_id} is the current release, but the disk did not confirm it ({error.strerror}):"
                " a power cut now could undo the switch. Look after the disk, then run the command again."
            ) from error

    def prune(self, keep: int) -> list[Release]:
        """Removes all but the last `keep` releases and the current one; returns what was removed.

        What such a release changed goes too: nothing of what it held stays on the disk.
        """
        current = self.current()
        gone = [release for release in self.history()[:-keep] if not current or release.folder != current.folder]
        for release in gone:
            going = self.folder / f".pruned.{release.release_id}"
            release.folder.rename(going)
            sync(self.folder)
            shutil.rmtree(going)
            for changes in (self.folder / CHANGES).glob(f"*{release.release_id}*"):
                changes.unlink()
        return gone

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keeps every other run of this program from changing the releases meanwhile.

        The system ends the lock with the process that holds it, however that dies. Raises `ReleaseError` where another
        run holds it, and says which.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("a+", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ReleaseError(
                    f"Another publish is running in this folder{_holder(lock)}; wait until it has finished."
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def _whole(self) -> Iterator[Release]:
        releases = [_opened(path) for path in self.folder.glob(f"[!.]*/{MANIFEST}") if not path.parent.is_symlink()]
        for _, release in sorted(releases, key=lambda made: made[0]):
            yield release


def faults(release: Release) -> Iterator[str]:
    """A sentence for every file of a release that is not, byte for byte, what its manifest says."""
    files: Any = release.manifest["files"]
    found = {path.relative_to(release.folder).as_posix() for path in release.folder.rglob("*") if path.is_file()}
    for name in sorted(set(files) | found - {MANIFEST}):
        if name not in found:
            yield f"{name} is missing."
        elif name not in files:
            yield f"{name} is not part of the release."
        elif digest(release.folder / name) != files[name]:
            yield f"{name} has changed since it was published."
    if not release.release_id.endswith(str(release.manifest["content_hash"])[:12]):
        yield f"{MANIFEST} is that of another release."


def digest(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _opened(manifest: Path) -> tuple[tuple[str, int], Release]:
    """A release, with what it is sorted by: its as-of date and when its manifest was written.

    Raises `ReleaseError` where the manifest cannot be read.
    """
    try:
        content = json.loads(manifest.read_text(encoding="utf-8"))
        made = str(content["as_of"]), manifest.stat().st_mtime_ns
    except (OSError, ValueError, KeyError) as error:
        raise ReleaseError(f"{manifest} cannot be read ({error}): restore its folder, or take it away.") from error
    return made, Release(manifest.parent.name, manifest.parent, content)


def _holder(lock: IO[str]) -> str:
    lock.seek(0)
    process = lock.read().strip()
    return f" (process {process})" if process else ""


def sync(path: Path) -> None:
    """Waits until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
