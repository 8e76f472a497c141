"""Attack: try to work out every hidden count from all that is published, in this release and in the one before."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from pipeline.attacker.knowledge import Knowledge, Name, Released, Tie, all_counts, known_counts, small_counts
from pipeline.attacker.possible import components, possible_numbers
from pipeline.attacker.ties import learn_ties
from pipeline.errors import DisclosureError
from pipeline.model import Protected, Reconciled, Withstood
from pipeline.standard import Standard


class Exposed(NamedTuple):
    """A hidden count of which too few numbers are possible, and the relations that it stands in."""

    name: Name
    least: int
    most: int
    relations: tuple[str, ...]


def attack(protected: Protected, reconciled: Reconciled, standard: Standard, previous: Path | None = None) -> Withstood:
    """The protected database, when no hidden count of it is one of fewer than `at_least` whole numbers.

    The attacker has all that is published in it and in `previous`, knows the scheme, and is told besides which hidden
    counts are small. What the previous release gives away by itself cannot be taken back, and is no reason to refuse.
    Raises `DisclosureError`, which names the relation and never a number.
    """
    found = exposed(protected, reconciled, standard, previous)
    if found:
        first = found[0]
        where = f"{first.name[0]}.{first.name[1]}"
        others = f" and {len(found) - 1} more" if len(found) > 1 else ""
        raise DisclosureError(
            f"Nothing is published: a hidden count in {where}{others} could be worked out by the relation"
            f" {', '.join(first.relations)} (protection.yml). Leave out its row {_row(first.name)} or one beside it, and"
            " publish again."
        )
    return Withstood(Path(protected))


def exposed(
    protected: Protected, reconciled: Reconciled, standard: Standard, previous: Path | None = None
) -> list[Exposed]:
    """Every hidden count that is exposed, in order of the tables."""
    at_least = standard.protection["at_least"]
    with closing(_opened(Path(protected))) as published, closing(_opened(Path(reconciled))) as private:
        truth = Released(private, standard)
        now = _learned(Released(published, standard), small_counts(truth), all_counts(truth))
    found = list(_exposed(now, at_least))
    if previous is None:
        return found
    with closing(_opened(previous)) as connection:
        before = _learned(Released(connection, standard), None, None)
    together, known = joined(now, before), {exposure.name for exposure in found}
    joint = [each for each in _exposed(together, at_least, _news(together, now)) if each.name not in known]
    asked = {exposure.name for exposure in joint}
    given_away = {exposure.name for exposure in _exposed(_alone(before, now), at_least, asked)}
    return found + [exposure for exposure in joint if exposure.name not in given_away]


def joined(now: Knowledge, before: Knowledge) -> Knowledge:
    """Both releases together: a count is the same in both, unless they show that it, or one tied to it, was corrected."""
    corrected = {name for name in before.intervals if name in now.intervals and not _meet(now, before, name)}
    freed = corrected | {name for tie in now.ties if corrected & tie.factors.keys() for name in tie.factors}
    together = Knowledge(dict(now.intervals), dict(now.hidden), list(now.ties))
    renamed = {name: ("before", *name) if name in freed else name for name in before.intervals}
    for name, (low, high) in before.intervals.items():
        also = together.intervals.get(renamed[name], (low, high))
        together.intervals[renamed[name]] = (max(low, also[0]), min(high, also[1]))
    there = defaultdict(list)
    for tie in now.ties:
        there[_last(tie)].append(tie)
    for said in before.ties:
        tie = said._replace(factors={renamed[name]: factor for name, factor in said.factors.items()})
        if tie not in there[_last(tie)]:
            together.ties.append(tie)
    return together


def _news(together: Knowledge, now: Knowledge) -> set[Name]:
    """Counts of which both releases tell more than the later alone: what hangs together without them was tried before."""
    closer = {name for name, interval in together.intervals.items() if interval != now.intervals.get(name)}
    return closer.union(*(tie.factors for tie in together.ties[len(now.ties) :]))


def _last(tie: Tie) -> Name:
    return [*tie.factors][-1]


def _learned(release: Released, small: set[Name] | None, sent: set[Name] | None) -> Knowledge:
    known = known_counts(release, small, sent)
    learn_ties(known, release)
    return known


def _alone(before: Knowledge, now: Knowledge) -> Knowledge:
    """The release before by itself, asked for what is hidden now; of that it may be known that it is small."""
    hidden = {name: None for name in now.hidden if name in before.intervals}
    intervals = dict(before.intervals)
    for name in hidden:
        low, high = max(intervals[name][0], now.intervals[name][0]), min(intervals[name][1], now.intervals[name][1])
        intervals[name] = (low, high) if low <= high else intervals[name]
    return Knowledge(intervals, hidden, before.ties)


def _exposed(known: Knowledge, at_least: int, about: Container[Name] | None = None) -> Iterator[Exposed]:
    """Every hidden count that is exposed, in the order of finding; with `about`, what hangs together with one of those."""
    relations: dict[Name, dict[str, None]] = {}
    for tie in known.ties:
        for name in tie.factors:
            relations.setdefault(name, {})[tie.relation] = None
    for names, ties in components(known, about):
        for name, (low, high) in _possible(known, (names, ties), at_least).items():
            if high - low + 1 < at_least:
                yield Exposed(name, low, high, tuple(relations[name]))


def _possible(
    known: Knowledge, component: tuple[Sequence[Name], Sequence[Tie]], at_least: int
) -> dict[Name, tuple[int, int]]:
    """What is possible within a component; where its ties contradict one another, what each of them alone allows."""
    names, ties = component
    found = possible_numbers(known, names, ties, at_least)
    if found is not None:
        return found
    narrowest: dict[Name, tuple[int, int]] = {}
    for tie in ties:
        alone = possible_numbers(known, list(tie.factors), [tie], at_least) or {}
        for name, ends in alone.items():
            before = narrowest.get(name, ends)
            narrowest[name] = min(before, ends, key=lambda pair: pair[1] - pair[0])
    return narrowest


def _meet(now: Knowledge, before: Knowledge, name: Name) -> bool:
    return max(now.intervals[name][0], before.intervals[name][0]) <= min(
        now.intervals[name][1], before.intervals[name][1]
    )


def _row(count: Name) -> str:
    return " ".join(str(part) for part in count[2:])


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)
