"""Who pays into which pot: the contributions of agencies to programmes, and whose hands the money is spent by."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from pipeline.example.amounts import pounds
from pipeline.example.place import Place, Table, hand_written, vocabulary


@dataclass(frozen=True)
class Pot:
    """What one agency gives to a programme, in pence a year; `text` holds the cells of pots.csv."""

    text: dict[str, str]
    approved: tuple[int, ...]
    actual: tuple[int, ...]

    @property
    def agency_id(self) -> str:
        return self.text["agency_id"]

    @property
    def is_handed_over(self) -> bool:
        """Whether another agency spends it: a grant, or a share of a pool that another hosts."""
        return self.text["spent_by"] != self.agency_id

    @property
    def name(self) -> str:
        """Unlike that of any other pot."""
        text = self.text
        name = f"{text['programme_id']}-{self.agency_id}-{text['arrangement']}".replace("_", "-")
        return f"{name}-for-{text['spent_by']}" if self.is_handed_over and not text["host_agency_id"] else name


def pots() -> list[Pot]:
    """All pots, as written by hand in whole pounds."""
    return [
        Pot(row, _pence(row, "approved"), _pence(row, "actual"))
        for row in sorted(hand_written("pots.csv"), key=lambda row: row["agency_id"])
    ]


def tables(place: Place, seed: int) -> Iterator[Table]:
    """The contributions, each in its giver's package; of a giver who publishes nothing, in the partnership's."""
    publishers = vocabulary("publishers.yml")
    for agency_id, given in groupby(pots(), attrgetter("agency_id")):
        publisher = agency_id if agency_id in publishers else "partnership"
        yield Table(
            publisher, "contributions", _contributions(place, list(given), random.Random(f"{seed} {agency_id}"))
        )


def _contributions(place: Place, given: list[Pot], rng: random.Random) -> Iterator[dict[str, str]]:
    for pot in given:
        for fy, approved, actual in zip(place.years, pot.approved, pot.actual, strict=True):
            if approved:
                for phase, pence in _phases(approved, actual, rng).items():
                    yield _contribution(pot, fy, phase, pence)


def _phases(approved: int, actual: int, rng: random.Random) -> dict[str, int]:
    """Proposals ask for a little more than is approved, in thousands; what is revised lies near what it came to."""
    proposed = approved * rng.randrange(100, 113) // 100 // 100_000 * 100_000
    revised = (approved + 2 * actual) // 3 // 10_000 * 10_000
    return {"proposed": proposed, "approved": approved, "revised": revised, "actual": actual}


def _contribution(pot: Pot, fy: str, phase: str, pence: int) -> dict[str, str]:
    as_written = ("agency_id", "stream_id", "programme_id", "arrangement", "host_agency_id", "agreement_id")
    cells = {
        "contribution_id": f"{pot.name}-{fy}",
        "phase": phase,
        "fy": fy,
        "amount_gbp": pounds(pence),
    }
    return cells | {column: pot.text[column] for column in as_written}


def _pence(row: dict[str, str], which: str) -> tuple[int, ...]:
    return tuple(int(row[f"{which}{year}"]) * 100 for year in (1, 2, 3))
