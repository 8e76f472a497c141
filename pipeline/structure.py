"""What is structurally wrong with a package: raised where it is found, caught by the stage that reads or checks it."""

from __future__ import annotations

from typing import Any


class Structural(Exception):
    """A structural problem: the name of its rule, where it is (fields of `Problem`), and the words of its message."""

    def __init__(self, rule: str, at: dict[str, Any] | None = None, **words: object) -> None:
        super().__init__(rule)
        self.rule = rule
        self.at = at or {}
        self.words = words
