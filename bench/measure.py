"""A contender's time and peak memory: each runs in a process of its own, on a place made for it and taken away again."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from place import flatten, make_place, write_for_peers

from pipeline.site import shipped_parts
from pipeline.standard import Standard

HERE = Path(__file__).parent
INPUTS = {"datapackages", "flat.csv", "table.sql", "indexes.sql", "import.sql", "fields.json"}
OURS = ("checked", "loaded", "published")
CHANGED = "2026-03-31,1.00,INV1,Provider 1 Ltd,Department 1,Expense type 1,Care at home,,10.4,false,false,\n"


@dataclass(frozen=True)
class Run:
    """A contender's time in seconds and its peak memory in megabytes, that of its own child processes included."""

    seconds: float
    megabytes: float


@contextmanager
def place_of(rows: int) -> Iterator[Path]:
    """A folder with forty packages and the same payments in one flat file; gone afterwards, however it ends."""
    with tempfile.TemporaryDirectory(prefix="community-budget-bench-") as working:
        folder = Path(working)
        make_place(folder, rows)
        standard = Standard.read(shipped_parts() / "standard")
        flatten(folder, standard.datasets["spend"], folder / "flat.csv")
        write_for_peers(folder, standard, standard.datasets["spend"])
        yield folder


def run(name: str, folder: Path, *, keep: Sequence[str] = (), at_most: float = 3600) -> Run:
    """Runs a contender from nothing but the packages and what is to be kept; ends it after so many seconds.

    Raises `SystemExit` where it fails: a benchmark with a contender that failed says nothing.
    """
    _clear(folder, INPUTS | set(keep))
    started = time.perf_counter()
    process = subprocess.Popen(_command(name, folder), cwd=folder, stdout=subprocess.DEVNULL)
    watchdog = threading.Timer(at_most, process.kill)
    watchdog.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        process.kill()
        raise
    finally:
        watchdog.cancel()
    if status:
        raise SystemExit(f"{name} failed, or took more than {at_most:.0f} seconds")
    return Run(time.perf_counter() - started, usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2))


def change_one_package(folder: Path) -> None:
    """Adds a payment to one of the forty packages."""
    with (folder / "datapackages" / "council-07" / "spend.csv").open("a", encoding="utf-8") as stream:
        stream.write(CHANGED)


def median(runs: Sequence[Run]) -> float:
    """The median of the seconds."""
    return statistics.median(run.seconds for run in runs)


def peak(runs: Sequence[Run]) -> float:
    """The most memory that any of the runs took."""
    return max(run.megabytes for run in runs)


def _command(name: str, folder: Path) -> list[str]:
    """sqlite3's own `.import` is its own process; every other contender is one in Python."""
    if name == "imported":
        return ["sqlite3", "import.db", ".read import.sql"]
    return [sys.executable, str(HERE / ("ours.py" if name in OURS else "peers.py")), name, str(folder)]


def _clear(folder: Path, kept: set[str]) -> None:
    for path in folder.iterdir():
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
