"""What is measured of the program: each contender is one function of a folder; `ours.py contender folder` runs it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from importlib.abc import MetaPathFinder
from pathlib import Path


class _PandasIsForAPeer(MetaPathFinder):
    """No site has pandas. Here it is installed for a peer; pyarrow and sqlite-utils would start it, were it found."""

    def find_spec(self, name: str, _path: object, _target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


sys.meta_path.insert(0, _PandasIsForAPeer())

from place import without_search  # noqa: E402 pandas is hidden first

from pipeline.database import connect, create_indexes  # noqa: E402
from pipeline.load import load  # noqa: E402
from pipeline.model import CheckedPackage, Reconciled  # noqa: E402
from pipeline.protect import protect  # noqa: E402
from pipeline.publish import AT_ONCE, checked_ahead, publish  # noqa: E402
from pipeline.read import read  # noqa: E402
from pipeline.site import Site, shipped_parts  # noqa: E402
from pipeline.stage import Stage  # noqa: E402
from pipeline.standard import Standard  # noqa: E402

AS_OF = date(2026, 6, 30)


def checked(folder: Path) -> None:
    """Every package read and checked into the stage."""
    list(_checking(folder, _standard()))


def loaded(folder: Path) -> None:
    """Checked, loaded, taken over into the published table with its key, and all its indexes made."""
    standard = _standard()
    for name in ("build.db", "bench.db"):
        (folder / name).unlink(missing_ok=True)
    build = load(_checking(folder, standard), standard, AS_OF, folder)
    protected = protect(Reconciled(build), standard, folder / "bench.db")
    with connect(Path(protected)) as connection:
        create_indexes(connection, without_search(standard.datasets["spend"]))


def published(folder: Path) -> None:
    """The whole of publish, with rules, derived tables, search, hashes and the switch."""
    publish(Site(folder), AS_OF)


CONTENDERS: Mapping[str, Callable[[Path], None]] = {each.__name__: each for each in (checked, loaded, published)}


def main(arguments: Sequence[str]) -> None:
    """Runs a contender on a folder."""
    name, folder = arguments
    CONTENDERS[name](Path(folder))


def _checking(folder: Path, standard: Standard) -> Iterator[CheckedPackage]:
    """Packages as publish reads and checks them."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        packages = list(pool.map(lambda path: read(path, standard), Site(folder).packages))
    return checked_ahead(packages, standard, Stage(folder / "stage"))


def _standard() -> Standard:
    return Standard.read(shipped_parts() / "standard")


if __name__ == "__main__":
    main(sys.argv[1:])
