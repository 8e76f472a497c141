"""The benchmark: same machine, same run, same files; medians and ratios, each with its peak memory.

`bench.py quick` prints one line in under a minute. `bench.py full [rows …]` writes results.md in this folder; what it has
measured stands in results.partial.json, so that a run that was stopped goes on where it was.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from contenders import CONTENDERS
from measure import Run, change_one_package, median, peak, place_of, run
from report import SERVED_ROWS, written
from serving import serve_and_measure

QUICK_ROWS = 150_000
SLOW_ROWS = 10_000
SIZES = (100_000, 1_000_000, 5_000_000)
REPEATS = 3
AT_MOST = {
    "frictionless_validated": 100_000,
    "frictionless_published": 100_000,
    "sqlite_utils_inserted": 100_000,
    "pandas_written": 1_000_000,
}
RESULTS = Path(__file__).parent / "results.md"
PARTIAL = Path(__file__).parent / "results.partial.json"


def quick() -> None:
    """One line of ratios; publish is check, load and indexes, rebuild a whole publish after one of 40 packages changed."""
    with place_of(SLOW_ROWS) as small:
        slow = {
            name: SLOW_ROWS / run(name, small).seconds for name in ("frictionless_validated", "frictionless_published")
        }
    with place_of(QUICK_ROWS) as folder:
        runs = {name: [run(name, folder) for _ in range(REPEATS)] for name in ("checked", "loaded", "imported")}
        whole = run("published", folder)
        change_one_package(folder)
        rebuilt = run("published", folder, keep=("stage", "releases"))
    rate = {name: QUICK_ROWS / median(measured) for name, measured in runs.items()}
    print(
        f"publish/import+indexes={median(runs['loaded']) / median(runs['imported']):.2f}"
        f" check/frictionless={rate['checked'] / slow['frictionless_validated']:.1f}"
        f" publish/frictionless={rate['loaded'] / slow['frictionless_published']:.1f}"
        f" rebuild={rebuilt.seconds / whole.seconds:.2f} peak_mb={peak([*runs['checked'], *runs['loaded']]):.0f}"
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
        names = [name for name in CONTENDERS if rows <= AT_MOST.get(name, rows) and name != "published"]
        found = {name: _repeated(name, lambda name=name: run(name, folder)) for name in names}
        whole, rebuilt = [], []
        for _ in range(REPEATS):
            whole.append(run("published", folder))
            if rows == SERVED_ROWS and len(whole) == REPEATS:
                served = serve_and_measure(folder)
                found |= {f"served: {name}": [rate] for name, rate in served.rates.items()}
                found |= {f"memory: {name}": [megabytes] for name, megabytes in served.megabytes.items()}
            change_one_package(folder)
            rebuilt.append(run("published", folder, keep=("stage", "releases")))
        return found | {"published": _flat(whole), "rebuilt": _flat(rebuilt)}


def _repeated(name: str, once: Callable[[], Run]) -> list[float]:
    print(f"{name} …", file=sys.stderr, flush=True)
    return _flat(once() for _ in range(REPEATS))


def _flat(runs: Iterable[Run]) -> list[float]:
    return [figure for each in runs for figure in asdict(each).values()]


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
