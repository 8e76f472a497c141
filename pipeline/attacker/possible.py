"""Which whole numbers are possible for a count, given intervals and ties: the solver HiGHS finds the ends."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import highspy

from pipeline.attacker.knowledge import Knowledge, Name, Tie
from pipeline.solver import Solver

_HALVINGS = 4
"""How often targets are halved; each time every second half goes the other way."""


@dataclass
class Possible:
    """The smallest and the largest number seen for each hidden count; ends only where they come closer than `enough`."""

    found: dict[Name, tuple[int, int]]

    def see(self, values: Mapping[Name, int]) -> None:
        for name, value in values.items():
            low, high = self.found.get(name, (value, value))
            self.found[name] = (min(low, value), max(high, value))

    def narrow(self, names: Iterable[Name], enough: int) -> list[Name]:
        """Those of which fewer than `enough` numbers were seen yet."""
        return [name for name in names if self.found[name][1] - self.found[name][0] + 1 < enough]


def components(known: Knowledge, about: Container[Name] | None = None) -> Iterator[tuple[list[Name], list[Tie]]]:
    """Counts that hang together, with their ties, where a hidden one is among them; and one of those asked `about`."""
    by_name: dict[Name, list[Tie]] = {}
    for tie in known.ties:
        for name in tie.factors:
            by_name.setdefault(name, []).append(tie)
    seen: set[Name] = set()
    for start in known.hidden:
        if start not in seen and start in by_name:
            names = _reached(start, by_name)
            seen.update(names)
            if about is not None and not any(name in about for name in names):
                continue
            ties = {id(tie): tie for name in names for tie in by_name.get(name, ())}
            yield list(names), list(ties.values())


def _reached(start: Name, by_name: Mapping[Name, list[Tie]]) -> dict[Name, None]:
    """Every name that ties lead to from one, in the order of finding."""
    names, waiting = {start: None}, [start]
    while waiting:
        for tie in by_name.get(waiting.pop(), ()):
            fresh = [name for name in tie.factors if name not in names]
            names.update(dict.fromkeys(fresh))
            waiting += fresh
    return names


def possible_numbers(
    known: Knowledge, names: Sequence[Name], ties: Sequence[Tie], enough: int
) -> dict[Name, tuple[int, int]] | None:
    """For every hidden count among names the ends of what is possible, or wider apart than `enough`; None if nothing is."""
    targets = [name for name in names if name in known.hidden]
    solver, possible = _Solver(known, names, ties), Possible({})
    for wanted in _objectives(targets):
        values = solver.best(wanted)
        if values is None:
            return None
        possible.see({name: values[name] for name in targets})
        if not possible.narrow(targets, enough):
            break
    _look_closer(solver, possible, targets, enough)
    return possible.found


def _look_closer(solver: _Solver, possible: Possible, targets: Sequence[Name], enough: int) -> None:
    """Finds both ends of each target of which not enough numbers were seen."""
    for name in targets:
        for way in (1, -1) if possible.narrow([name], enough) else ():
            values = solver.best({name: way}) or {}
            possible.see({target: values[target] for target in targets if target in values})


def _objectives(targets: Sequence[Name]) -> Iterator[dict[Name, int]]:
    """All up, all down; then halves against halves, each time other ones: few solutions that tell much of all."""
    yield dict.fromkeys(targets, 1)
    yield dict.fromkeys(targets, -1)
    for bit in range(min(len(targets).bit_length(), _HALVINGS)):
        halves = {name: 1 if number >> bit & 1 else -1 for number, name in enumerate(targets)}
        yield halves
        yield {name: -way for name, way in halves.items()}


class _Solver:
    """One mixed-integer program, asked for different ends."""

    def __init__(self, known: Knowledge, names: Sequence[Name], ties: Sequence[Tie]) -> None:
        self.names = list(names)
        self.number = {name: number for number, name in enumerate(self.names)}
        self.solver = Solver()
        self.solver.passModel(self._model(known, ties))
        self.asked: list[int] = []

    def best(self, wanted: Mapping[Name, int]) -> dict[Name, int] | None:
        """A solution with the largest sum of what is wanted, each count times 1 or -1."""
        for number in self.asked:
            self.solver.changeColCost(number, 0.0)
        self.asked = [self.number[name] for name in wanted]
        for name, way in wanted.items():
            self.solver.changeColCost(self.number[name], -float(way))
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        values = self.solver.getSolution().col_value
        return {name: round(value) for name, value in zip(self.names, values, strict=True)}

    def _model(self, known: Knowledge, ties: Sequence[Tie]) -> Any:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.names), len(ties)
        model.col_cost_ = [0.0] * len(self.names)
        model.col_lower_ = [float(known.intervals[name][0]) for name in self.names]
        model.col_upper_ = [float(known.intervals[name][1]) for name in self.names]
        model.row_lower_ = [float(tie.low) for tie in ties]
        model.row_upper_ = [float(tie.high) for tie in ties]
        model.integrality_ = [highspy.HighsVarType.kInteger] * len(self.names)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        starts, index, value = [0], [], []
        for tie in ties:
            index += [self.number[name] for name in tie.factors]
            value += [float(factor) for factor in tie.factors.values()]
            starts.append(len(index))
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = starts, index, value
        return model
