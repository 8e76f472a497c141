"""A description while it is being guessed: what is said, why, how surely, and what must be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal

Certainty = Literal["certain", "likely", "asked"]
Change = tuple[int, str, object]
"""What an answer changes: the place of a field from 0 (RESOURCE for the file itself), a property, and its value."""

RESOURCE = -1


class Refused(Exception):
    """The file is no table that can be described; the message says why."""


@dataclass(frozen=True)
class Guess:
    """One thing that the description says, the evidence for it, and how sure that is."""

    what: str
    value: str
    evidence: str
    certainty: Certainty = "certain"


@dataclass(frozen=True)
class Option:
    """A possible answer to a question, and what the description becomes if it is the right one."""

    words: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Question:
    """What the file cannot tell. The first option is the one that the description has until somebody answers."""

    place: int
    text: str
    options: tuple[Option, ...]

    def key(self, path: str) -> str:
        """A short name for the question about a file: the same as long as what is asked and may be answered is the same."""
        said = repr((path, self.place, self.text, [option.words for option in self.options]))
        return sha256(said.encode()).hexdigest()[:16]


@dataclass
class Draft:
    """The description of one file: its resource, its fields in order, and how they came about."""

    resource: dict[str, Any]
    fields: list[dict[str, Any]] = field(default_factory=list)
    guesses: list[Guess] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    named: str = ""
    rows: int = 0

    def say(self, what: str, value: str, evidence: str, certainty: Certainty = "certain") -> None:
        self.guesses.append(Guess(what, value, evidence, certainty))

    def ask(self, question: Question) -> None:
        """Leaves a question open: the first answer stands until somebody confirms or changes it."""
        self.questions.append(question)
        self._apply(question.options[0])
        place = self._place(question.place)
        place["confirm"] = True
        asked = str(place.get("question", ""))
        place["question"] = f"{asked} {question.text}".strip()
        place["answers"] = [*place.get("answers", []), *(option.words for option in question.options)]

    def answer(self, question: Question, option: Option) -> None:
        """Settles a question; the place asks no more once all of its questions are settled."""
        self._apply(option)
        self.questions.remove(question)
        if question.place not in {other.place for other in self.questions}:
            for name in ("confirm", "question", "answers"):
                self._place(question.place).pop(name, None)

    def column(self, name: str) -> int | None:
        """The place of the field that fills a column of the standard."""
        return next((place for place, field in enumerate(self.fields) if field.get("columnType") == name), None)

    def role(self, place: int) -> str:
        """The column of the standard that a field fills, or would fill if a question were answered so; empty for none."""
        changes = [change for question in self.questions for option in question.options for change in option.changes]
        asked = [value for number, name, value in changes if number == place and name == "columnType" and value]
        return str(self.fields[place].get("columnType") or next(iter(asked), ""))

    def _apply(self, option: Option) -> None:
        for place, name, value in option.changes:
            self._place(place)[name] = value

    def _place(self, place: int) -> dict[str, Any]:
        return self.resource if place == RESOURCE else self.fields[place]


def plain(field: Mapping[str, Any]) -> dict[str, Any]:
    """A field without what was noted for its questions."""
    return {name: value for name, value in field.items() if name not in {"confirm", "question", "answers"}}
