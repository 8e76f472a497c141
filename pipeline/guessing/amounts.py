"""How the amounts of a column are written: the words of `reads` that make every one of them a plain number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.rewriting import rewriting

_STYLES = (
    ("padding", re.compile(r"\A[\s\u00a0]|[\s\u00a0]\Z")),
    ("currency_sign", re.compile(r"£|GBP")),
    ("thousands", re.compile(r"[0-9],[0-9]{3}(?![0-9])")),
    ("brackets_negative", re.compile(r"\A\s*\(.*\)\s*\Z", re.DOTALL)),
    ("trailing_minus", re.compile(r"[0-9]\s*-\s*\Z")),
    ("cr_dr", re.compile(r"[0-9]\s*(?:CR|DR)\s*\Z", re.IGNORECASE)),
)
_SAMPLE = 1000
_MONEY = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,2})?")
_NUMBER = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,10})?")


@dataclass(frozen=True)
class Amounts:
    """The words that the column needs, the plain number of each cell that they read, how many they do not, and examples."""

    words: tuple[str, ...]
    numbers: Mapping[str, str]
    unread: int
    evidence: str


def amounts_in(cells: Sequence[str], *, money: bool = True) -> Amounts:
    """How the distinct cells of a column are amounts, or plain numbers where they are no money."""
    kind = _MONEY if money else _NUMBER
    styled = {word: [cell for cell in cells if style.search(cell)][:_SAMPLE] for word, style in _STYLES}
    words = [word for word in styled if styled[word]]
    numbers = {cell: number for cell, number in _became(cells, words) if kind.fullmatch(number)}
    needed = tuple(word for word in words if _helps(word, words, styled[word], kind))
    shown = "; ".join(f"{word} for “{styled[word][0].strip()}”" for word in needed if word != "padding")
    return Amounts(needed, numbers, len(cells) - len(numbers), shown or "plain numbers")


def total(cells: Counter[str], words: Sequence[str]) -> tuple[int, int, Decimal]:
    """Rows, credits and the net total of the cells that can be read as amounts."""
    found = [(Decimal(number), cells[cell]) for cell, number in _became(list(cells), words) if _MONEY.fullmatch(number)]
    rows, back = sum(count for _, count in found), sum(count for number, count in found if number < 0)
    return rows, back, sum((number * count for number, count in found), Decimal())


def _became(cells: Sequence[str], words: Sequence[str]) -> list[tuple[str, str]]:
    rewrite = rewriting(words, "")
    return [(cell, rewrite(cell) if rewrite else cell) for cell in cells]


def _helps(word: str, words: Sequence[str], styled: Sequence[str], kind: re.Pattern[str]) -> bool:
    """Whether fewer of the cells in its style could be read without the word."""
    others = [other for other in words if other != word]
    before = sum(bool(kind.fullmatch(number)) for _, number in _became(styled, others))
    return before < sum(bool(kind.fullmatch(number)) for _, number in _became(styled, words))
