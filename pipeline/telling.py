"""What `describe` found, told in words: a list of guesses for each file, its questions, what was refused, and drift."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.describe import Described
from pipeline.descriptor import NAME
from pipeline.guessing.draft import RESOURCE, Draft

_PUBLISHER = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_WIDTH = 28


def told(found: Described) -> str:
    """Everything that was found, for a terminal."""
    parts = [*(part for draft in found.drafts for part in _file(draft)), *_refusals(found), *_drifts(found)]
    return "\n".join(parts)


def next_step(found: Described, folder: Path) -> str:
    """What was written, and what to do next."""
    if not found.drafts:
        return "Nothing is written."
    open_ = len(found.questions)
    written = f"Written: {folder / NAME}, {len(found.drafts)} {'file' if len(found.drafts) == 1 else 'files'}."
    if not _PUBLISHER.fullmatch(folder.resolve().name):
        written += " Give the folder the name of your agency_id before you check it: small letters, digits and hyphens."
    if not open_:
        return f"{written} Next: community-budget check {folder}"
    asked = "One question is" if open_ == 1 else f"{open_} questions are"
    return f'{written} {asked} open: look for "confirm" in it; check refuses the package until they are answered.'


def noted(found: Described) -> dict[str, Any]:
    """Everything that was found, for a program: guesses and open questions by file, what was refused, and drift."""
    return {"files": [_noted(draft) for draft in found.drafts], "refused": found.refused, "drifts": found.drifts}


def _noted(draft: Draft) -> dict[str, Any]:
    path = str(draft.resource["path"])
    asked = [
        {"key": question.key(path), "question": question.text, "about": _about(draft, question.place)}
        | {"answers": [option.words for option in question.options]}
        for question in draft.questions
    ]
    guesses = [vars(guess) for guess in draft.guesses]
    dataset = draft.resource["dataset"]
    return {"path": path, "dataset": dataset, "rows": draft.rows, "guesses": guesses, "questions": asked}


def _about(draft: Draft, place: int) -> str:
    """The column that a question is about; empty for the file."""
    return "" if place == RESOURCE else str(draft.fields[place]["name"])


def _file(draft: Draft) -> Iterator[str]:
    yield f"{draft.resource['path']}: {draft.resource['dataset']}, {draft.rows:,} rows"
    for guess in draft.guesses:
        doubt = "" if guess.certainty == "certain" else f" ({guess.certainty})"
        yield f"  {guess.what:<{_WIDTH}} {guess.value}{doubt}"
        yield f"  {'':<{_WIDTH}}   {guess.evidence}"
    for question in draft.questions:
        yield f"  To confirm: {question.text}"
        yield from (f"    {number}. {option.words}" for number, option in enumerate(question.options, 1))
    yield ""


def _refusals(found: Described) -> Iterator[str]:
    for path, reason in found.refused.items():
        yield f"Not described: {path}. {reason}"


def _drifts(found: Described) -> Iterator[str]:
    if found.drifts:
        yield "The columns change:"
    yield from (f"  {text}" for text in found.drifts)
