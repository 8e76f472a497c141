"""The illustrative place: its wards, its years, and the tables that the modules of this package hand over."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CONTENT = Path(__file__).parent / "content"
"""Everything that is written by hand: a folder per publisher with its tables, and the vocabulary beside them."""


@dataclass(frozen=True)
class Ward:
    """A ward: its code, the locality it lies in, how many live there, and how they are.

    `deprivation` is a made-up index (high is poor), `older` how many in a hundred are 65 or over.
    """

    area_id: str
    name: str
    locality_id: str
    population: int
    deprivation: float
    older: float


@dataclass(frozen=True)
class Place:
    """The district with its localities (code and name), wards and financial years, as it stood on `as_of`."""

    district_id: str
    name: str
    localities: tuple[tuple[str, str], ...]
    wards: tuple[Ward, ...]
    years: tuple[str, ...]
    as_of: date


@dataclass(frozen=True)
class Table:
    """Rows for one file of a publisher; `name` is the resource's name, by default the dataset's."""

    publisher: str
    dataset: str
    rows: Iterable[Mapping[str, str]]
    name: str = ""
    period: str = ""


def wexmoor() -> Place:
    """The fictional district of Wexmoor; the codes begin with X, which is never issued."""
    return Place(
        district_id="X07000001",
        name="Wexmoor",
        localities=(("X13000001", "North"), ("X13000002", "Central"), ("X13000003", "South")),
        wards=tuple(_ward(row) for row in hand_written("wards.csv")),
        years=("2023-2024", "2024-2025", "2025-2026"),
        as_of=date(2026, 6, 30),
    )


def hand_written(path: str) -> Iterator[dict[str, str]]:
    """The rows of a CSV file below `content/`, every cell as text."""
    with (CONTENT / path).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


@cache
def register(path: str, key: str) -> dict[str, dict[str, str]]:
    """The rows of a CSV file below `content/` by one of their columns; read once, for reading only."""
    return {row[key]: row for row in hand_written(path)}


@cache
def vocabulary(path: str) -> Any:
    """A YAML file below `content/`; read once, for reading only."""
    return yaml.safe_load((CONTENT / path).read_text(encoding="utf-8"))


def _ward(row: dict[str, str]) -> Ward:
    people, deprivation, older = int(row["population"]), float(row["deprivation"]), float(row["older"])
    return Ward(row["area_id"], row["name"], row["locality_id"], people, deprivation, older)
