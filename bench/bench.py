"""The benchmark: same machine, same run, same files; medians and ratios, each with its peak memory.

`make bench-quick` prints one line in under a minute; `make bench` writes results.md in this folder.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from contenders import CONTENDERS
from place import flatten, make_place

from pipeline.site import shipped_parts
from pipeline.standard import Standard

MAIN = Path(__file__)
QUICK_ROWS = 200_000
SLOW_ROWS = 20_000
SIZES = (100_000, 1_000_000, 5_000_000)
SLOW = ("frictionless_validated", "frictionless_published", "sqlite_utils_inserted", "pandas_written")


@dataclass(frozen=True)
class Run:
    """A contender's time in seconds and its peak memory in megabytes."""

    seconds: float
    megabytes: float


def quick() -> None:
    """One line of ratios; publish is check, load and indexes, rebuild a whole publish after one of 40 packages changed."""
    with _place(SLOW_ROWS) as small:
        slow = {name: _rate(SLOW_ROWS, [_run(name, small)]) for name in SLOW[:2]}
    with _place(QUICK_ROWS) as folder:
        runs = {name: [_run(name, folder) for _ in range(3)] for name in ("checked", "loaded", "imported")}
        full, rebuilt = _rebuild(folder)
    peak = max(run.megabytes for name in ("checked", "loaded") for run in runs[name])
    print(
        f"publish/import+indexes={_median(runs['loaded']) / _median(runs['imported']):.2f}"
        f" check/frictionless={_rate(QUICK_ROWS, runs['checked']) / slow['frictionless_validated']:.1f}"
        f" publish/frictionless={_rate(QUICK_ROWS, runs['loaded']) / slow['frictionless_published']:.1f}"
        f" rebuild={rebuilt.seconds / full.seconds:.2f} peak_mb={peak:.0f}"
    )


def full(sizes: Sequence[int]) -> None:
    """Writes results.md: every size, three repeats, medians."""
    lines = ["# Results of the benchmark", "", f"{os.cpu_count()} processors. Written by `make bench`.", ""]
    for rows in sizes:
        with _place(rows) as folder:
            lines += [f"## {rows:,} payments", "", "| what | seconds | rows/s | peak MB |", "|---|---|---|---|"]
            names = [name for name in CONTENDERS if name not in SLOW or rows == sizes[0]]
            for name in names:
                runs = [_run(name, folder) for _ in range(3)]
                peak = max(run.megabytes for run in runs)
                lines.append(f"| {name} | {_median(runs):.1f} | {_rate(rows, runs):,.0f} | {peak:.0f} |")
            whole, rebuilt = _rebuild(folder)
            lines += [f"| rebuilt after one of 40 changed | {rebuilt.seconds:.1f} | | {rebuilt.megabytes:.0f} |", ""]
            lines += [f"Rebuild against a full publish: {rebuilt.seconds / whole.seconds:.2f}.", ""]
    (MAIN.parent / "results.md").write_text("\n".join(lines), encoding="utf-8")


@contextmanager
def _place(rows: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as working:
        folder = Path(working)
        make_place(folder, rows)
        spend = Standard.read(shipped_parts() / "standard").datasets["spend"]
        flatten(folder, spend, folder / "flat.csv")
        yield folder


def _rebuild(folder: Path) -> tuple[Run, Run]:
    """A full publish, and one after a payment was added to one package."""
    whole = _run("published", folder)
    with (folder / "datapackages" / "council-07" / "spend.csv").open("a", encoding="utf-8") as stream:
        stream.write(
            "2026-03-31,1.00,INV1,Provider 1 Ltd,Department 1,Expense type 1,Care at home,,10.4,false,false,\n"
        )
    return whole, _run("published", folder, keep=("stage", "releases"))


def _run(name: str, folder: Path, keep: Sequence[str] = ()) -> Run:
    """Runs a contender in a process of its own, from nothing but the packages and what is to be kept."""
    for path in folder.iterdir():
        if path.name not in {"datapackages", "flat.csv", *keep}:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, str(MAIN), "_run", name, str(folder)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{name} failed")
    return Run(time.perf_counter() - started, usage.ru_maxrss / 1024)


def _median(runs: Sequence[Run]) -> float:
    return statistics.median(run.seconds for run in runs)


def _rate(rows: int, runs: Sequence[Run]) -> float:
    return rows / _median(runs)


def main(arguments: Sequence[str]) -> None:
    """`quick`, `full [rows …]`, or, for its own processes, `_run contender folder`."""
    match list(arguments):
        case ["_run", name, folder]:
            CONTENDERS[name](Path(folder))
        case ["quick"]:
            quick()
        case ["full", *sizes]:
            full([int(rows) for rows in sizes] or SIZES)
        case _:
            raise SystemExit("usage: bench.py quick | full [rows …]")


if __name__ == "__main__":
    main(sys.argv[1:])
