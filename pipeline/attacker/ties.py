"""The ties between the counts of a released database that the declared relations give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from math import gcd
from typing import Any

from pipeline.attacker.knowledge import MANY, Knowledge, Name, Released, Tie, grouped, name_of

_PRICES = 5_000
"""How many prices below the greatest one that divides all costs are tried."""


def learn_ties(known: Knowledge, release: Released) -> None:
    """Adds every tie between known counts, and narrows those whose cost gives them away."""
    relations = release.scheme["relations"].items()
    for _, relation in relations:
        if relation["kind"] == "price":
            _learn_prices(known, release, relation)
    for name, relation in relations:
        finder = {"sum": _sums, "part": _parts, "at_most": _chains, "ratio": _ratios}.get(relation["kind"])
        if finder:
            known.ties.extend(finder(known, release, name, relation))


def _sums(known: Knowledge, release: Released, relation: str, declared: Mapping[str, Any]) -> Iterator[Tie]:
    above = _above(release, declared)
    for group in grouped(release, declared):
        present = {place: name for place, name in group.items() if name in known.intervals}
        for whole, parts in _families(declared, present, above):
            factors = {present[whole]: 1} | {present[part]: -1 for part in parts}
            yield from _if_it_can_be(known, Tie(relation, factors, 0, 0))


def _if_it_can_be(known: Knowledge, tie: Tie) -> Iterator[Tie]:
    """An equation; where what is shown contradicts it, that parts are no more than the whole; or nothing."""
    ranges = [sorted(factor * end for end in known.intervals[name]) for name, factor in tie.factors.items()]
    least, most = sum(low for low, _ in ranges), sum(high for _, high in ranges)
    if most >= 0:
        yield tie if least <= 0 else tie._replace(high=MANY * len(ranges))


def _parts(known: Knowledge, release: Released, relation: str, declared: Mapping[str, Any]) -> Iterator[Tie]:
    above = _above(release, declared)
    for group in grouped(release, declared):
        present = {place: name for place, name in group.items() if name in known.intervals}
        for whole, parts in _families(declared, present, above):
            for part in parts:
                yield Tie(relation, {present[whole]: 1, present[part]: -1}, 0, MANY * 2)


def _chains(known: Knowledge, release: Released, relation: str, declared: Mapping[str, Any]) -> Iterator[Tie]:
    dataset = release.standard.datasets[declared["dataset"]]
    where = declared.get("where")
    holds = release.column(where["dataset"], where["by"], where["column"]) if where else {}
    for row in release.rows(dataset.name):
        if where and holds.get(row[where["by"]]) != where["is"]:
            continue
        names = [name_of(dataset, column, row) for column in declared["columns"]]
        there = [name for name in names if name in known.intervals]
        for number in range(len(there) - 1):
            yield Tie(relation, {there[number + 1]: 1, there[number]: -1}, 0, MANY * 2)


def _ratios(known: Knowledge, release: Released, relation: str, declared: Mapping[str, Any]) -> Iterator[Tie]:
    """Between which multiples of the lower number the upper one lies, given the places of the published value."""
    dataset, source = release.standard.datasets[declared["dataset"]], declared["scale_from"]
    units = release.column(source["dataset"], source["by"], source["column"])
    rows = [row for row in release.rows(dataset.name) if row[declared["value"]] is not None]
    units_of_last_place = _last_places(rows, declared)
    for row in rows:
        scale = declared["scales"].get(units.get(row[source["by"]]))
        top, bottom = (name_of(dataset, column, row) for column in declared["of"])
        if scale is None or top not in known.intervals or bottom not in known.intervals:
            continue
        places = units_of_last_place[tuple(row[key] for key in declared["alike"])]
        least = int((Decimal(str(row[declared["value"]])) * 10**places * 2).to_integral_value()) - 1
        each = 2 * scale * 10**places
        yield Tie(relation, {top: each, bottom: -least}, 0, MANY * each)
        yield Tie(relation, {top: each, bottom: -least - 2}, -MANY * (abs(least) + each), 0)


def _last_places(rows: Iterable[Mapping[str, Any]], declared: Mapping[str, Any]) -> dict[tuple[Any, ...], int]:
    places: dict[tuple[Any, ...], int] = defaultdict(int)
    for row in rows:
        kind = tuple(row[key] for key in declared["alike"])
        _, _, after = f"{Decimal(str(row[declared['value']])):f}".partition(".")
        places[kind] = max(places[kind], len(after.rstrip("0")))
    return places


def _learn_prices(known: Knowledge, release: Released, declared: Mapping[str, Any]) -> None:
    """Where one price alone agrees with all costs of alike rows and what is shown of their counts, counts are exact."""
    dataset = release.standard.datasets[declared["dataset"]]
    cost = dataset.stored(declared["cost"])
    alike: dict[tuple[Any, ...], list[tuple[Name, int]]] = defaultdict(list)
    for row in release.rows(dataset.name):
        name = name_of(dataset, declared["count"], row)
        if row[cost] and name in known.intervals:
            alike[tuple(row[key] for key in declared["alike"])].append((name, row[cost]))
    for costs in alike.values():
        prices = _prices(known, costs)
        if len(prices) == 1:
            for name, amount in costs:
                known.intervals[name] = (amount // prices[0], amount // prices[0])


def _prices(known: Knowledge, costs: Sequence[tuple[Name, int]]) -> list[int]:
    """Whole pence that divide every cost into a number that its count may be."""
    greatest = gcd(*(amount for _, amount in costs))
    found = []
    for share in range(1, _PRICES):
        price, rest = divmod(greatest, share)
        if rest == 0 and all(
            known.intervals[name][0] <= amount // price <= known.intervals[name][1] for name, amount in costs
        ):
            found.append(price)
        if price == 0:
            break
    return found


def _above(release: Released, declared: Mapping[str, Any]) -> dict[str, str]:
    tree = declared.get("tree")
    if not tree:
        return {}
    pairs = release.column(tree["dataset"], tree["by"], tree["parent"])
    return {part: whole for part, whole in pairs.items() if whole is not None}


def _families(
    declared: Mapping[str, Any], present: Mapping[str, Name], above: Mapping[str, str]
) -> Iterator[tuple[str, list[str]]]:
    """Wholes with their parts: the nearest there is above each part, by the tree, by the calendar or by names."""
    if declared.get("calendar"):
        yield from _calendar(present)
    elif "whole" in declared:
        yield from _by_first_word(present, declared["whole"])
    else:
        families: dict[str, list[str]] = defaultdict(list)
        for place in present:
            if (whole := _nearest(place, present, above)) is not None:
                families[whole].append(place)
        yield from families.items()


def _by_first_word(present: Mapping[str, Name], whole: str) -> Iterator[tuple[str, list[str]]]:
    families: dict[str, list[str]] = defaultdict(list)
    for place in present:
        if place != whole and whole in present:
            families[place.partition("-")[0]].append(place)
    yield from ((whole, parts) for parts in families.values() if len(parts) > 1)


def _nearest(place: str, present: Mapping[str, Name], above: Mapping[str, str]) -> str | None:
    for _ in range(len(above) + 1):
        place = above.get(place, "")
        if place == "" or place in present:
            return place or None
    return None


def _calendar(present: Mapping[str, Name]) -> Iterator[tuple[str, list[str]]]:
    """Periods that are made of others, by the months that each covers."""
    months = {place: covered for place in present if (covered := _months(place))}
    for whole, covered in months.items():
        for size in (3, 1):
            parts = [place for place, those in months.items() if len(those) == size < len(covered) and those <= covered]
            if len(parts) * size == len(covered):
                yield whole, parts
                break


def _months(period: str) -> frozenset[int]:
    """The months of a period, counted from the year 0; none for a day."""
    year, _, rest = period.partition("-")
    if not year.isdigit():
        return frozenset()
    start = int(year) * 12
    if rest.startswith("Q"):
        return frozenset(range(start + int(rest[1]) * 3 - 3, start + int(rest[1]) * 3))
    if len(rest) == 4:
        return frozenset(range(start + 3, start + 15))
    if len(rest) == 2:
        return frozenset([start + int(rest) - 1])
    return frozenset(range(start, start + 12)) if not rest else frozenset()
