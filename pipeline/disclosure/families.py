"""Wholes and their parts: along a tree, through the calendar, and by the names of breakdowns."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any


def wholes(
    relation: Mapping[str, Any], group: Mapping[str, int], tree: Mapping[str, str]
) -> Iterator[tuple[str, list[str]]]:
    """Every whole of a group with its parts; a part that is not there gives way to its own parts."""
    if relation.get("calendar"):
        yield from _of_the_calendar(group)
    elif "whole" in relation:
        yield from _of_first_words(group, relation["whole"])
    else:
        under: dict[str, list[str]] = defaultdict(list)
        for part in group:
            whole = _next_above(part, group, tree)
            if whole is not None:
                under[whole].append(part)
        yield from under.items()


def _next_above(part: str, group: Mapping[str, int], tree: Mapping[str, str]) -> str | None:
    seen = {part}
    whole = tree.get(part)
    while whole is not None and whole not in group and whole not in seen:
        seen.add(whole)
        whole = tree.get(whole)
    return whole if whole in group and whole != part else None


def _of_first_words(group: Mapping[str, int], whole: str) -> Iterator[tuple[str, list[str]]]:
    words: dict[str, list[str]] = defaultdict(list)
    for part in group:
        if part != whole:
            words[part.split("-")[0]].append(part)
    if whole in group:
        yield from ((whole, parts) for parts in words.values() if len(parts) > 1)


def _of_the_calendar(group: Mapping[str, int]) -> Iterator[tuple[str, list[str]]]:
    """Quarters of their months, years and financial years of their quarters or else months, where all are there."""
    for whole in group:
        for parts in _parts_in_time(whole):
            if all(part in group for part in parts):
                yield whole, parts
                break


def _parts_in_time(period: str) -> Iterator[list[str]]:
    if quarter := re.fullmatch(r"(\d{4})-Q([1-4])", period):
        yield [f"{quarter[1]}-{month:02}" for month in range(int(quarter[2]) * 3 - 2, int(quarter[2]) * 3 + 1)]
    elif re.fullmatch(r"\d{4}", period):
        yield [f"{period}-Q{quarter}" for quarter in range(1, 5)]
        yield [f"{period}-{month:02}" for month in range(1, 13)]
    elif financial := re.fullmatch(r"(\d{4})-(\d{4})", period):
        first, last = financial.groups()
        yield [*(f"{first}-Q{quarter}" for quarter in (2, 3, 4)), f"{last}-Q1"]
        yield [*(f"{first}-{month:02}" for month in range(4, 13)), *(f"{last}-{month:02}" for month in range(1, 4))]
