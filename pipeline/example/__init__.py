"""An illustrative place of any size, made from a seed: the fictional district of Wexmoor and its twelve publishers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from pipeline.example import geography, money, people, pots, publications, results
from pipeline.example.layouts import layouts
from pipeline.example.lines import Line, all_lines
from pipeline.example.packages import Packages
from pipeline.example.payments import payment_files
from pipeline.example.place import Place, Table, wexmoor
from pipeline.example.spread import apportion
from pipeline.example.streams import Books

__all__ = ["make"]


def make(folder: Path, *, rows: int = 15_000, seed: int = 2026) -> None:
    """Writes a package for each publisher into `folder`, with about `rows` payments between them.

    The same rows and seed give the same bytes. Payments alone grow with `rows`, each smaller as they become more, so that
    they stay within the budgets; memory does not grow.
    """
    place, lines, packages = wexmoor(), all_lines(seed), Packages(folder)
    packages.add_hand_written()
    packages.add_boundaries(geography.boundaries(place, seed))
    for table in _tables(place, lines, seed):
        packages.add(table)
    publishers = layouts()
    for layout, count in zip(publishers, apportion(rows, [layout.share for layout in publishers]), strict=True):
        packages.add_payments(layout, payment_files(Books(place, lines[layout.publisher], layout, seed), count))
    packages.finish()


def _tables(place: Place, lines: dict[str, list[Line]], seed: int) -> Iterator[Table]:
    yield from chain(
        geography.tables(place),
        pots.tables(place, seed),
        money.tables(place, lines, seed),
        publications.tables(place),
        people.tables(random.Random(f"{seed} people"), place),
        results.tables(random.Random(f"{seed} results"), place),
    )
