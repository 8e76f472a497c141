"""The words by which columns are known: `standard/vocabulary.yml`, and the names of the standard's own columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml

from pipeline.standard import Dataset, Standard

SURE, LIKELY, DOUBTFUL = range(3)
_STRENGTHS = {"sure": SURE, "likely": LIKELY, "doubtful": DOUBTFUL}
_ALIKE = 0.85
_LONG = 5
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_THOUSANDS = re.compile(r"£ ?'?000s?|'000s?|£ ?[km]\b", re.IGNORECASE)
_REST = re.compile(r"[^a-z0-9]+")
_ASIDE = re.compile(r"\([^)]*\)?")
_NUMBERED = re.compile(r"^[0-9]+ (?=[a-z])")


class Meaning(NamedTuple):
    """What a header seems to mean: how strongly (smaller is stronger), the place among its words, and the column."""

    strength: int
    rank: int
    column: str


@dataclass(frozen=True)
class Vocabulary:
    """Headers by dataset and by their words, words for nothing, and expressions for what is withheld."""

    headers: Mapping[str, Mapping[str, Sequence[Meaning]]]
    missing: frozenset[str]
    redactions: Mapping[str, re.Pattern[str]]

    @classmethod
    def read(cls, folder: Path, standard: Standard) -> Vocabulary:
        """The vocabulary of the standard in `folder`."""
        content = yaml.safe_load((folder / "vocabulary.yml").read_text(encoding="utf-8"))
        headers = {dataset.name: _own_names(dataset) for dataset in standard.sent}
        for name, columns in content["headers"].items():
            for words, meaning in _listed(columns):
                headers[name].setdefault(words, []).append(meaning)
        redactions = {
            code: re.compile("|".join(f"(?:{expression})" for expression in expressions), re.IGNORECASE)
            for code, expressions in content["redactions"].items()
        }
        return cls(headers, frozenset(content["missing"]), redactions)

    @cached_property
    def known(self) -> dict[str, frozenset[str]]:
        """What has been looked up so far: a file has the same cells again and again."""
        return {}

    @cached_property
    def words(self) -> Mapping[str, frozenset[str]]:
        """For each known header, the datasets that know it."""
        found: dict[str, frozenset[str]] = {}
        for name, headers in self.headers.items():
            for header in headers:
                found[header] = found.get(header, frozenset()) | {name}
        return found

    @cached_property
    def rich(self) -> frozenset[str]:
        """The datasets whose headers have other words than the names of their columns."""
        return frozenset(
            name for name, words in self.headers.items() if any(found.rank for all_ in words.values() for found in all_)
        )

    def meanings(self, dataset: str, header: str) -> list[Meaning]:
        """What a header may mean in a dataset, the strongest first; none where it says nothing that is known."""
        for words in (normal(header), normal(_ASIDE.sub(" ", header))):
            if words in self.headers[dataset]:
                return sorted(self.headers[dataset][words])
        words = normal(_ASIDE.sub(" ", header)) or normal(header)
        return sorted(self._ending(dataset, words) or self._alike(dataset, words))

    def knowing(self, header: str) -> frozenset[str]:
        """The datasets in which a header is known, or ends in known words; mistyped ones do not count."""
        if header not in self.known:
            words, short = normal(header), normal(_ASIDE.sub(" ", header))
            exact = self.words.get(words, frozenset()) | self.words.get(short, frozenset())
            self.known[header] = exact | {name for name in self.rich if self._ending(name, short or words)}
        return self.known[header]

    def redaction(self, cell: str) -> str:
        """The code of a cell that says that a name is withheld; empty for any other."""
        return next((code for code, pattern in self.redactions.items() if pattern.fullmatch(cell)), "")

    def _ending(self, dataset: str, words: str) -> list[Meaning]:
        """The header ends in at least two words that are known."""
        parts = words.split()
        for start in range(1, len(parts) - 1):
            found = self.headers[dataset].get(" ".join(parts[start:]))
            if found:
                return [_weaker(meaning) for meaning in found]
        return []

    def _alike(self, dataset: str, words: str) -> list[Meaning]:
        """A letter or two of a longer word are mistyped; short words, such as net and vat, must be as they are."""
        parts = words.split()
        found = [known for known in self.headers[dataset] if _is_mistyped(parts, known.split())]
        best = max(found, key=lambda known: _likeness(words, known), default="")
        return [_weaker(meaning) for meaning in self.headers[dataset].get(best, ())]


@lru_cache(maxsize=4096)
def normal(header: str) -> str:
    """A header as the vocabulary writes it: `NetAmount `, `net_amount` and `Net Amount (£)` are `net amount`."""
    words = _REST.sub(" ", _CAMEL.sub(" ", _THOUSANDS.sub(" ", header.strip())).lower()).strip()
    return _NUMBERED.sub("", words)


def _own_names(dataset: Dataset) -> dict[str, list[Meaning]]:
    return {normal(column.name): [Meaning(SURE, 0, column.name)] for column in dataset.columns}


def _listed(columns: Mapping[str, Mapping[str, Sequence[str]]]) -> list[tuple[str, Meaning]]:
    return [
        (words, Meaning(_STRENGTHS[strength], rank, column))
        for column, strengths in columns.items()
        for strength, headers in strengths.items()
        for rank, words in enumerate(headers, 1)
    ]


def _is_mistyped(parts: Sequence[str], known: Sequence[str]) -> bool:
    """Whether the words are these, but for some that are long and nearly the same."""
    pairs = [(part, word) for part, word in zip(parts, known, strict=False) if part != word]
    is_near = all(len(part) >= _LONG and _likeness(part, word) >= _ALIKE for part, word in pairs)
    return len(parts) == len(known) and bool(pairs) and is_near


@lru_cache(maxsize=65536)
def _likeness(left: str, right: str) -> float:
    return SequenceMatcher(None, left, right).ratio()


def _weaker(meaning: Meaning) -> Meaning:
    return meaning._replace(strength=max(meaning.strength, LIKELY), rank=meaning.rank + 100)
