"""Publish: the whole way of the data, as the list of its stages."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.check import check
from pipeline.derive import derive
from pipeline.errors import ReleaseError
from pipeline.load import load
from pipeline.model import CheckedPackage, Release
from pipeline.protect import protect
from pipeline.read import read
from pipeline.reconcile import reconcile
from pipeline.release import Inputs, release
from pipeline.releases import DATABASE
from pipeline.site import Site
from pipeline.standard import Standard

AT_ONCE = 2
"""How many packages are checked at once; each holds some megabytes of a file."""

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
    with _working(site) as folder:
        standard = Standard.read(site.laid_out("standard", folder.parent))
        packages = [read(package, standard) for package in watch("Reading", folders)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            checking = pool.map(lambda package: check(package, standard, site.stage), packages)
            checked = [package for package, _ in zip(checking, watch("Checking", packages), strict=True)]
        current = site.releases.current()
        publishable = [_publishable(package, site, current) for package in checked]
        inputs = Inputs(as_of, publishable, _fingerprint(as_of, standard, publishable))
        if current and current.manifest["inputs"] == inputs.fingerprint:
            return Published(current, tuple(checked), is_new=False)
        build = load(inputs.packages, standard, as_of, folder.parent)
        reconciled = reconcile(build, standard)
        protected = protect(reconciled, standard, folder / DATABASE)
        derived = derive(protected, standard)
        released = release(derived, standard, inputs, site.releases)
        return Published(released, tuple(checked), is_new=True)


def _fingerprint(as_of: date, standard: Standard, packages: Sequence[CheckedPackage]) -> str:
    """Changes whenever a release made of these would."""
    parts = (
        __version__,
        standard.fingerprint,
        as_of,
        [(package.content_hash, package.verdict, package.problems) for package in packages],
    )
    return sha256(repr(parts).encode()).hexdigest()


def _publishable(package: CheckedPackage, site: Site, current: Release | None) -> CheckedPackage:
    """The package itself or, where it is refused, its last accepted version with the new one's problems."""
    last = _last_accepted(package.publisher_id, site, current) if package.is_refused else None
    if last is None:
        return package
    return replace(last, verdict="last_accepted", problems=(*package.problems, *last.problems))


def _last_accepted(publisher: str, site: Site, current: Release | None) -> CheckedPackage | None:
    entries: Any = current.manifest["packages"] if current else []
    for entry in entries:
        if entry["publisher"] == publisher and entry["verdict"] != "refused":
            return site.stage.find(entry["content_hash"])
    return None


@contextmanager
def _working(site: Site) -> Iterator[Path]:
    """An empty folder that becomes the release, inside one for what is private, both gone at the end.

    Raises `ReleaseError` where another run of publish has not finished.
    """
    site.releases.folder.mkdir(parents=True, exist_ok=True)
    with (site.releases.folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ReleaseError("Another publish is running in this folder; wait until it has finished.") from None
        private = site.releases.folder / ".building"
        shutil.rmtree(private, ignore_errors=True)
        (private / "release").mkdir(parents=True)
        try:
            yield private / "release"
        finally:
            shutil.rmtree(private, ignore_errors=True)
