"""Writes what was measured as results.md: a table for each size, ratios, and what serving does."""

from __future__ import annotations

import math
import os
import platform
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

SERVED_ROWS = 1_000_000
TITLES = {
    "checked": "**check**: every cell, against the schema",
    "loaded": "**check, load and indexes**",
    "reloaded": "**check, load and indexes** after one of 40 packages changed",
    "imported": "`sqlite3 .import` into the same typed table, and the same indexes; checks nothing",
    "sqlite_utils_inserted": "`sqlite-utils insert` into the same table, and the same indexes; checks nothing",
    "pandas_written": "pandas `read_csv` and `to_sql` into the same table, and the same indexes; checks nothing",
    "frictionless_validated": "frictionless `validate`",
    "frictionless_published": "frictionless `validate`, and its own `publish` to SQLite; no indexes",
    "frictionless_inserted": "frictionless `validate`, and its rows into SQLite by a loop of ours; no indexes",
    "published": "**publish**, whole: rules, derived tables, search, hashes, switch",
    "republished": "**publish** after one of 40 packages changed",
}
SERVED = "served: "
MEMORY = "memory: "

Measured = Mapping[str, Mapping[str, Sequence[float]]]


def written(measured: Measured) -> str:
    """results.md, from the runs of each size: seconds and megabytes one after another."""
    sizes = sorted(measured, key=int)
    lines = [
        "# Results of the benchmark",
        "",
        f"Written by `make bench`. {os.cpu_count()} processors, {platform.system()} {platform.machine()}, Python"
        f" {platform.python_version()}, SQLite {sqlite3.sqlite_version}. Medians of three runs in one go on the same files;"
        " memory is the highest peak of the three, that of child processes included.",
        "",
    ]
    for size in sizes:
        lines += [*_size(int(size), measured[size]), ""]
    return "\n".join([*lines, *_ratios(measured), *_serving(measured)])


def _size(rows: int, runs: Mapping[str, Sequence[float]]) -> Iterator[str]:
    yield f"## {rows:,} payments"
    yield ""
    yield "| what | seconds | payments/s | peak MB |"
    yield "|---|--:|--:|--:|"
    for name, title in TITLES.items():
        if name in runs:
            seconds = _seconds(runs[name])
            yield f"| {title} | {seconds:.1f} | {rows / seconds:,.0f} | {max(runs[name][1::2]):,.0f} |"


def _ratios(measured: Measured) -> Iterator[str]:
    yield "## Ratios"
    yield ""
    yield "| measure | " + " | ".join(f"{int(size):,}" for size in sorted(measured, key=int)) + " |"
    yield "|---|" + "--:|" * len(measured)
    for title, over, under in (
        ("check, load and indexes ÷ `.import` and indexes (less is better)", "loaded", "imported"),
        ("check, load and indexes ÷ `sqlite-utils insert` and indexes", "loaded", "sqlite_utils_inserted"),
        ("check, load and indexes ÷ pandas and indexes", "loaded", "pandas_written"),
        ("check, load and indexes after one of 40 packages changed ÷ check, load and indexes", "reloaded", "loaded"),
        ("publish after one of 40 packages changed ÷ publish", "republished", "published"),
    ):
        cells = [_ratio(measured[size], over, under) for size in sorted(measured, key=int)]
        yield f"| {title} | {' | '.join(cells)} |"
    yield from _against_frictionless(measured)
    yield ""
    yield from _growth(measured)


def _against_frictionless(measured: Measured) -> Iterator[str]:
    """Rows a second of each size against frictionless at the smallest, the only size it is asked for."""
    sizes = sorted(measured, key=int)
    for title, ours, theirs in (
        ("check, times as fast as frictionless `validate`", "checked", "frictionless_validated"),
        (
            "check, load and indexes, times as fast as frictionless `validate` and `publish`",
            "loaded",
            "frictionless_published",
        ),
        ("the same against frictionless `validate` and a loop of ours", "loaded", "frictionless_inserted"),
    ):
        slow = measured[sizes[0]].get(theirs)
        if slow:
            rate = int(sizes[0]) / _seconds(slow)
            cells = [f"{int(size) / _seconds(measured[size][ours]) / rate:.1f}" for size in sizes]
            yield f"| {title} | {' | '.join(cells)} |"


def _growth(measured: Measured) -> Iterator[str]:
    small, large = str(1_000_000), str(5_000_000)
    if small in measured and large in measured:
        for name in ("loaded", "published"):
            exponent = math.log(_seconds(measured[large][name]) / _seconds(measured[small][name])) / math.log(5)
            yield f"From 1,000,000 to 5,000,000 payments the time of {TITLES[name]} grows with the power {exponent:.2f}."
            yield ""


def _serving(measured: Measured) -> Iterator[str]:
    runs = measured.get(str(SERVED_ROWS), {})
    rates = {name.removeprefix(SERVED): figures[0] for name, figures in runs.items() if name.startswith(SERVED)}
    if not rates:
        return
    own = max(rate for name, rate in rates.items() if name.startswith(("Datasette", "the same")))
    yield f"## Serving the release of {SERVED_ROWS:,} payments"
    yield ""
    yield "One client, one connection, one request after another. The ratio is to the faster of the last two."
    yield ""
    yield "| page | requests/s | ratio |"
    yield "|---|--:|--:|"
    for name, rate in rates.items():
        yield f"| {name} | {rate:,.1f} | {rate / own:,.1f} |"
    yield ""
    peaks = [f"{name.removeprefix(MEMORY)} {runs[name][0]:,.0f} MB" for name in runs if name.startswith(MEMORY)]
    yield f"Peak memory of the server: {', '.join(peaks)}."
    yield ""


def _ratio(runs: Mapping[str, Sequence[float]], over: str, under: str) -> str:
    return f"{_seconds(runs[over]) / _seconds(runs[under]):.2f}" if over in runs and under in runs else ""


def _seconds(figures: Sequence[float]) -> float:
    return median(figures[0::2])
