"""The benchmark: same machine, same run, same files; medians and ratios, each with its peak memory.

`bench.py quick` prints one line in under a minute. `bench.py full [rows …]` writes results.md in this folder; what it has
measured stands in results.partial.json, so that a run that was stopped goes on where it was.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from measure import Run, change_one_package, median, peak, place_of, run
from report import SERVED_ROWS, written
from serving import serve_and_measure

QUICK_ROWS = 200_000
SLOW_ROWS = 10_000
SIZES = (100_000, 1_000_000, 5_000_000)
REPEATS = 3
UP_TO = {
    "checked": 5_000_000,
    "imported": 5_000_000,
    "pandas_written": 1_000_000,
    "sqlite_utils_inserted": 100_000,
    "frictionless_validated": 100_000,
    "frictionless_published": 100_000,
    "frictionless_inserted": 100_000,
}
"""What is run by itself, and the most payments that it is asked for."""
RESULTS = Path(__file__).parent / "results.md"
PARTIAL = Path(__file__).parent / "results.partial.json"


def quick() -> None:
    """One line of ratios; publish is check, load and indexes, and rebuild the same after one of 40 packages changed."""
    with place_of(SLOW_ROWS) as small:
        slow = {
            name: SLOW_ROWS / run(name, small).seconds for name in ("frictionless_validated", "frictionless_published")
        }
    with place_of(QUICK_ROWS) as folder:
        runs = {name: [run(name, folder) for _ in range(REPEATS)] for name in ("checked", "imported")}
        runs |= _again(folder, "loaded", "reloaded")
    rate = {name: QUICK_ROWS / median(measured) for name, measured in runs.items()}
    print(
        f"publish/import+indexes={median(runs['loaded']) / median(runs['imported']):.2f}"
        f" check/frictionless={rate['checked'] / slow['frictionless_validated']:.1f}"
        f" publish/frictionless={rate['loaded'] / slow['frictionless_published']:.1f}"
        f" rebuild={median(runs['reloaded']) / median(runs['loaded']):.2f}"
        f" peak_mb={peak([*runs['checked'], *runs['loaded']]):.0f}"
    )


def full(sizes: Sequence[int]) -> None:
    """Every size, every contender that is asked so much of, three repeats; then serving; then results.md."""
    measured: dict[str, dict[str, list[float]]] = json.loads(PARTIAL.read_text("utf-8")) if PARTIAL.exists() else {}
    for rows in sizes:
        if str(rows) not in measured:
            measured[str(rows)] = _one_size(rows)
            PARTIAL.write_text(json.dumps(measured), encoding="utf-8")
    RESULTS.write_text(written(measured), encoding="utf-8")
    PARTIAL.unlink()
    print(f"Written: {RESULTS}")


def _one_size(rows: int) -> dict[str, list[float]]:
    """For each contender its runs, as seconds and megabytes one after another; for serving, one figure each."""
    with place_of(rows) as folder:
        names = [name for name, most in UP_TO.items() if rows <= most]
        found = {name: [run(name, folder) for _ in _told(name)] for name in names}
        found |= _again(folder, "loaded", "reloaded")
        found |= _again(folder, "published", "republished")
        figures = {name: _flat(runs) for name, runs in found.items()}
        if rows == SERVED_ROWS:
            served = serve_and_measure(folder)
            figures |= {f"served: {name}": [rate] for name, rate in served.rates.items()}
            figures |= {f"memory: {name}": [megabytes] for name, megabytes in served.megabytes.items()}
        return figures


def _again(folder: Path, first: str, again: str) -> dict[str, list[Run]]:
    """Runs of a contender from nothing, and after one of the forty packages changed: the stage and releases are kept."""
    runs: dict[str, list[Run]] = {first: [], again: []}
    for _ in _told(first):
        runs[first].append(run(first, folder))
        change_one_package(folder)
        runs[again].append(run(first, folder, keep=("stage", "releases")))
    return runs


def _told(name: str) -> range:
    print(f"{name} …", file=sys.stderr, flush=True)
    return range(REPEATS)


def _flat(runs: Iterable[Run]) -> list[float]:
    return [figure for each in runs for figure in asdict(each).values()]


def main(arguments: Sequence[str]) -> None:
    """`quick` or `full [rows …]`."""
    match list(arguments):
        case ["quick"]:
            quick()
        case ["full", *sizes]:
            full([int(rows) for rows in sizes] or SIZES)
        case _:
            raise SystemExit("usage: bench.py quick | full [rows …]")


if __name__ == "__main__":
    main(sys.argv[1:])
