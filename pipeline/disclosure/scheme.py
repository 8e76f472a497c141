"""The scheme: how each method shows a count, and what somebody who knows the method can tell from what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.errors import StandardError
from pipeline.standard import Standard

HIDDEN = "c"
"""Stands for a withheld count."""
END = "_ci"
"""How the names of columns end that hold an end of an interval around a count."""
FAR = 1_000
"""How far above what is shown a count may lie that is hidden for another's sake; moves of a few are all that matter."""


@dataclass(frozen=True)
class Method:
    """A way to show counts: those from `first` to `last` are withheld, others are rounded to the nearest `step`."""

    name: str
    first: int = 1
    last: int = 0
    step: int = 1
    because: str = ""

    def is_small(self, count: float) -> bool:
        """Whether a count is withheld for its own sake."""
        return self.first - 1 < count < self.last + 1

    def shown(self, count: float) -> Any:
        """The count as it is published where nothing else asks for more; halves are rounded away from zero."""
        if self.is_small(count):
            return HIDDEN
        if self.step == 1:
            return count
        return int((abs(count) + self.step / 2) // self.step * self.step) * (1 if count > 0 else -1)

    def interval(self, count: int) -> tuple[int, int]:
        """The smallest and the largest whole number that are shown as this one is."""
        if self.is_small(count):
            return self.first, self.last
        if self.step == 1 or count <= 0:
            return count, count
        shown = self.shown(count)
        return max(shown - self.step // 2, self.last + 1), shown + (self.step - 1) // 2


def methods_of(standard: Standard) -> dict[str, Method]:
    """The methods of `protection.yml` with the place's own thresholds.

    Raises `StandardError` where a place lowers a threshold without a reason, or one withholds fewer than `at_least`
    numbers.
    """
    own = standard.protection.get("thresholds") or {}
    unknown = sorted(set(own) - set(standard.protection["methods"]))
    if unknown:
        raise StandardError(f"protection_of_place.yml names {unknown[0]}, which is no method of protection.yml.")
    declared = standard.protection["methods"].items()
    return {
        name: _method(name, method, own.get(name, {}), standard.protection["at_least"]) for name, method in declared
    }


def _method(name: str, declared: Mapping[str, Any], own: Mapping[str, Any], at_least: int) -> Method:
    if "withhold" not in declared:
        return Method(name)
    first, last = declared["withhold"]
    to = own.get("withhold_to", last)
    if to < last and not own.get("because"):
        raise StandardError(f"protection_of_place.yml lowers the threshold of {name} without saying why: give because.")
    if to - first + 1 < at_least:
        raise StandardError(f"The method {name} withholds fewer than {at_least} numbers, so it hides none of them.")
    return Method(name, first, to, declared.get("nearest", 1), own.get("because", "") if to < last else "")
