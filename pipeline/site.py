"""A site's folder: its data packages, its releases, and what it has of its own over what comes with the program."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import SiteError
from pipeline.releases import Releases
from pipeline.stage import Stage

PARTS = ("standard", "questions", "plugins", "templates", "static", "metadata.yml", "settings.yml")


@dataclass(frozen=True)
class Site:
    """The folder in which the command line runs."""

    folder: Path

    @property
    def packages(self) -> list[Path]:
        """The folders of the publishers, by name.

        Raises `SiteError` where there is none.
        """
        folder = self.folder / "datapackages"
        found = sorted(path for path in folder.glob("[!.]*") if path.is_dir()) if folder.is_dir() else []
        if not found:
            raise SiteError(f"There are no data packages in {folder}: run this in a site's folder, or make an example.")
        return found

    @property
    def releases(self) -> Releases:
        return Releases(self.folder / "releases")

    @property
    def stage(self) -> Stage:
        return Stage(self.folder / "stage")

    def laid_out(self, part: str, into: Path) -> Path:
        """A part such as `standard`: the program's own, with the site's files over it, file by file."""
        shipped, own, target = shipped_parts() / part, self.folder / part, into / part
        if own.resolve() == shipped.resolve() or not own.exists():
            return shipped
        if own.is_file():
            return own
        shutil.copytree(shipped, target, dirs_exist_ok=True)
        shutil.copytree(own, target, dirs_exist_ok=True)
        return target


def shipped_parts() -> Path:
    """Where the parts that come with the program are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    return package / "_site" if (package / "_site").is_dir() else package.parent
