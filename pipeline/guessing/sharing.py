"""Files of one habit: those whose columns are the same share a schema, and what changed between habits is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.guessing.draft import Draft

_UNITED = frozenset({"reads", "missingValues"})
Fields = list[dict[str, Any]]


@dataclass(frozen=True)
class Habit:
    """Some files with the same columns, described by one list of fields."""

    drafts: tuple[Draft, ...]
    fields: Fields


def habits(drafts: Sequence[Draft]) -> list[Habit]:
    """The files by habit, in their order; words of `reads` and for nothing are those of all files of a habit."""
    groups: dict[str, list[Draft]] = {}
    for draft in drafts:
        groups.setdefault(_likeness(draft), []).append(draft)
    return [Habit(tuple(group), _united([draft.fields for draft in group])) for group in groups.values()]


def drift(earlier: Habit, later: Habit) -> str:
    """What is different in the columns of a later habit, in words."""
    before, after = ({str(field["name"]): field for field in habit.fields} for habit in (earlier, later))
    said = [*_moved(before, after), *_listed("new", after, before), *_listed("gone", before, after)]
    said += [
        f"“{name}” is read differently"
        for name in before
        if name in after and _kept(before[name]) != _kept(after[name])
    ]
    return "; ".join(said) or "the same columns in another order"


def _likeness(draft: Draft) -> str:
    """What must be equal: the dataset, headers, roles and dates. An open question is the file's own."""
    own = str(draft.resource["path"]) if any(question.place >= 0 for question in draft.questions) else ""
    lists = [
        [entry for entry in field.get("reads", ()) if isinstance(entry, dict) and "dates" in entry]
        for field in draft.fields
    ]
    return json.dumps([draft.resource["dataset"], own, [_kept(field) for field in draft.fields], lists], sort_keys=True)


def _kept(field: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in field.items() if name not in _UNITED}


def _united(lists: Sequence[Fields]) -> Fields:
    """The fields of the first file, with the words of all."""
    fields = [dict(field) for field in lists[0]]
    for others in lists[1:]:
        for field, other in zip(fields, others, strict=True):
            for name in _UNITED & other.keys():
                field[name] = _joined(field.get(name, []), other[name])
    return fields


def _joined(words: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """Words without repetition; the words of redactions in one object."""
    redacted: dict[str, str] = {}
    found: list[Any] = []
    for word in [*words, *others]:
        if isinstance(word, dict) and "redacted" in word:
            redacted |= word["redacted"]
        elif word not in found:
            found.append(word)
    return [*found, {"redacted": redacted}] if redacted else found


def _moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    roles = {field.get("columnType"): name for name, field in before.items()}
    for name, field in after.items():
        role = field.get("columnType")
        if role and role in roles and roles[role] != name:
            yield f"{role} was “{roles[role]}”, now “{name}”"


def _listed(word: str, names: Mapping[str, Any], others: Mapping[str, Any]) -> Iterator[str]:
    found = [name for name, field in names.items() if name not in others and not field.get("columnType")]
    if found:
        yield f"{word}: " + ", ".join(f"“{name}”" for name in found[:6])
