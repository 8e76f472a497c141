"""Rows that are odd on purpose, as the life of real data is: oddities.yml says of each why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.example.layouts import Layout
from pipeline.example.place import vocabulary


def odd_rows(layout: Layout, file: str) -> list[list[str]]:
    """The odd payments of a file, in its own columns."""
    return [layout.row(cells) for odd in _of(layout.publisher) if odd["file"] == file for cells in odd["rows"]]


def odd_files(publisher: str) -> Iterator[tuple[str, str]]:
    """The name and period of files that have nothing but odd payments in them."""
    yield from ((odd["file"], odd["period"]) for odd in _of(publisher) if "period" in odd)


def _of(publisher: str) -> list[dict[str, Any]]:
    return [odd for odd in vocabulary("oddities.yml") if odd["publisher"] == publisher]
