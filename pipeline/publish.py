"""Publish: the whole way of the data, as the list of its stages."""

from __future__ import annotations

import shutil
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import adbc_driver_manager
import pyarrow as pa

from pipeline import __version__
from pipeline.attack import attack
from pipeline.changes import keep_changes
from pipeline.check import check
from pipeline.derive import derive
from pipeline.errors import ReleaseError
from pipeline.load import load
from pipeline.model import CheckedPackage, Package, Release
from pipeline.protect import protect
from pipeline.read import read
from pipeline.reconcile import reconcile
from pipeline.release import Inputs, release
from pipeline.releases import DATABASE
from pipeline.site import Site
from pipeline.stage import Stage
from pipeline.standard import Standard

_OF_THE_DISK = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN")
AT_ONCE = 2
"""How many packages are read or checked at once; each holds some megabytes of a file."""

Watch = Callable[[str, Sequence[Any]], Iterable[Any]]
"""Goes through a sequence while showing how far it has come."""


@dataclass(frozen=True)
class Published:
    """A release, the packages as they were checked (refused ones too), and whether anything had to be done."""

    release: Release
    packages: tuple[CheckedPackage, ...]
    is_new: bool

    @property
    def refused(self) -> list[CheckedPackage]:
        return [package for package in self.packages if package.is_refused]


def publish(site: Site, as_of: date, watch: Watch = lambda _, steps: steps) -> Published:
    """Takes every package of the site the whole way into a new current release.

    A refused package is replaced by its last accepted version. Where packages, date, standard and program are those of
    the current release, nothing is done. Raises `PipelineError` leaves; the current release is then untouched.
    """
    folders = site.packages
    pa.set_memory_pool(pa.system_memory_pool())  # gives memory back: a fifth less at the peak than Arrow's own
    with _working(site) as folder:
        standard = Standard.read(site.laid_out("standard", folder.parent))
        packages = list(_reading(folders, standard, watch))
        checking = _Checking(site, standard, as_of, site.releases.current())
        build = (
            None
            if checking.knows(packages)
            else load(checking.check(watch("Checking", packages)), standard, as_of, folder.parent)
        )
        if build is None or checking.is_nothing_new:
            site.releases.confirm(checking.published)
            keep_changes(site.releases, standard, site.releases.before(checking.published), checking.published)
            return Published(checking.published, tuple(checking.checked), is_new=False)
        reconciled = reconcile(build, standard)
        before = checking.current.folder / DATABASE if checking.current else None
        protected = protect(reconciled, standard, folder / DATABASE, before)
        withstood = attack(protected, reconciled, standard, before)
        derived = derive(withstood, standard)
        released = release(derived, standard, checking.inputs, site.releases)
        keep_changes(site.releases, standard, checking.current, released)
        return Published(released, tuple(checking.checked), is_new=True)


def _reading(folders: Sequence[Path], standard: Standard, watch: Watch) -> Iterator[Package]:
    """The packages in the order of their folders; while one is taken, the next are being read."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for reading in watch("Reading", [pool.submit(read, folder, standard) for folder in folders]):
            yield reading.result()


def checked_ahead(packages: Iterable[Package], standard: Standard, stage: Stage) -> Iterator[CheckedPackage]:
    """The packages in their order, checked; while one is taken, only the next few are, so that its taker has a processor."""
    waiting = iter(packages)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        started = deque(pool.submit(check, package, standard, stage) for package in islice(waiting, AT_ONCE))
        while started:
            checked = started.popleft().result()
            started.extend(pool.submit(check, package, standard, stage) for package in islice(waiting, 1))
            yield checked


@dataclass
class _Checking:
    """The packages of one run: as they were checked, and what takes the place of those that are refused."""

    site: Site
    standard: Standard
    as_of: date
    current: Release | None
    checked: list[CheckedPackage] = field(default_factory=list)

    def knows(self, packages: Sequence[Package]) -> bool:
        """Whether every package was checked before, and the current release is made of just these."""
        found = [self.site.stage.find(package.content_hash) for package in packages]
        self.checked = [package for package in found if package is not None]
        return len(self.checked) == len(packages) and self.is_nothing_new

    @property
    def is_nothing_new(self) -> bool:
        """Whether the current release is made of just the packages checked so far."""
        return self.current is not None and self.current.manifest["inputs"] == self.inputs.fingerprint

    def check(self, packages: Iterable[Package]) -> Iterator[CheckedPackage]:
        """What may be published of each package, in their order; while one is loaded, the next are being checked."""
        self.checked = []
        for package in checked_ahead(packages, self.standard, self.site.stage):
            self.checked.append(package)
            yield self._publishable(package)

    @property
    def published(self) -> Release:
        """The current release, where there is one."""
        assert self.current is not None
        return self.current

    @property
    def inputs(self) -> Inputs:
        """What a release of the packages checked so far is made of; the fingerprint changes whenever it would."""
        packages = [self._publishable(package) for package in self.checked]
        judged = [(package.content_hash, package.verdict, package.problems) for package in packages]
        parts = (__version__, self.standard.fingerprint, self.as_of, judged)
        return Inputs(self.as_of, packages, sha256(repr(parts).encode()).hexdigest())

    def _publishable(self, package: CheckedPackage) -> CheckedPackage:
        """The package itself or, where it is refused, its last accepted version with the new one's problems."""
        last = self._last_accepted(package.publisher_id) if package.is_refused else None
        if last is None:
            return package
        return replace(last, verdict="last_accepted", problems=(*package.problems, *last.problems))

    def _last_accepted(self, publisher: str) -> CheckedPackage | None:
        entries: Any = self.current.manifest["packages"] if self.current else []
        for entry in entries:
            if entry["publisher"] == publisher and entry["verdict"] != "refused":
                return self.site.stage.find(entry["content_hash"])
        return None


@contextmanager
def _working(site: Site) -> Iterator[Path]:
    """An empty folder that becomes the release, inside one for what is private, both gone at the end.

    Raises `ReleaseError` where another run of publish has not finished.
    """
    with _told_of_the_disk(), site.releases.alone():
        private = site.releases.folder / ".building"
        shutil.rmtree(private, ignore_errors=True)
        (private / "release").mkdir(parents=True)
        try:
            yield private / "release"
        finally:
            shutil.rmtree(private, ignore_errors=True)


@contextmanager
def _told_of_the_disk() -> Iterator[None]:
    """Turns what a disk refuses into a `ReleaseError` that says what to do; other errors are bugs, and stay as they are."""
    try:
        yield
    except (OSError, sqlite3.OperationalError, adbc_driver_manager.Error) as error:
        if isinstance(error, sqlite3.OperationalError) and not error.sqlite_errorname.startswith(_OF_THE_DISK):
            raise
        raise ReleaseError(
            f"The release could not be written ({error}). The current release is as it was;"
            " free or mend the disk, look with community-budget doctor, then publish again."
        ) from error
