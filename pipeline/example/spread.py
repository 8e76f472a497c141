"""Spreading a figure of the whole district over its wards, localities or groups of people, to the last unit.

Fractions are added up exactly, so that no version of Python makes another place.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from pipeline.example.place import Place, Ward

NEIGHBOURS = ("X05000005", "X05000006", "X05000007")
"""The three neighbouring wards in which agencies began to work as one."""
GOLDEN = 0.6180339887498949
"""Steps of this length, modulo 1, fall evenly on every part of the way."""


@dataclass(frozen=True)
class Part:
    """An area of the district; `poverty` is its deprivation over the district's mean."""

    area_id: str
    population: int
    poverty: float

    @property
    def is_neighbour(self) -> bool:
        return self.area_id in NEIGHBOURS


def wards(place: Place) -> list[Part]:
    """The wards of the place."""
    mean = fsum(ward.population * ward.deprivation for ward in place.wards) / _population(place)
    return [Part(ward.area_id, ward.population, ward.deprivation / mean) for ward in place.wards]


def localities(place: Place) -> list[Part]:
    """The localities of the place, each with the people and the mean poverty of its wards."""
    return [_locality(place, area_id) for area_id, _ in place.localities]


def apportion(total: int, weights: Sequence[float], limits: Sequence[int] = ()) -> list[int]:
    """Whole numbers that add up to `total`, as near to the weights as may be and none over its limit.

    The limits must leave room for the total. By largest remainder, ties in the order given.
    """
    whole = fsum(weights)
    exact = [total * weight / whole for weight in weights]
    room = list(limits) or [total] * len(exact)
    shares = [min(int(share), most) for share, most in zip(exact, room, strict=True)]
    order = sorted(range(len(exact)), key=lambda part: shares[part] - exact[part])
    while missing := total - sum(shares):
        for part in [part for part in order if shares[part] < room[part]][:missing]:
            shares[part] += 1
    return shares


def unevenly(rng: random.Random, total: int, weights: Sequence[float], noise: float) -> list[float]:
    """The weights, each moved as chance would move a count: by `noise` times the root of what is expected there."""
    scale = max(total, 1) / fsum(weights)
    return [weight * max(1 + rng.gauss(0, noise) / sqrt(max(weight * scale, 1)), 0.05) for weight in weights]


def _population(place: Place) -> int:
    return sum(ward.population for ward in place.wards)


def _locality(place: Place, area_id: str) -> Part:
    codes = {ward.area_id for ward in place.wards if ward.locality_id == area_id}
    parts = [part for part in wards(place) if part.area_id in codes]
    people = sum(part.population for part in parts)
    return Part(area_id, people, fsum(part.population * part.poverty for part in parts) / people)


SPLITS: Mapping[str, Callable[[Ward], int]] = {
    "population": lambda ward: ward.population,
    "need": lambda ward: ward.population * round(ward.deprivation * 10),
    "age": lambda ward: ward.population * round(ward.older * 10),
}
"""How money falls on wards: by residents, by residents and how poor they are, or by residents of 65 and over."""
