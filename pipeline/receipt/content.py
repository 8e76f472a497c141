"""What a receipt says, as plain values: every way to show it shows this and no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

from pipeline import __version__
from pipeline.check import pounds
from pipeline.model import CheckedFile, CheckedPackage, Held, Problem, Rewritten, Totals
from pipeline.receipt.groups import groups_of
from pipeline.receipt.verdicts import sentence
from pipeline.standard import Standard

NOT_LOOKED_UP = "References to other packages were not checked: there is no release here."

NOT_PROVED = (
    "That the figures are right. The checks look at how each cell is written, not at whether the money was paid.",
    "That nothing is missing. A month of which half was never drawn from the ledger passes, unless its last row gives a total.",
    "That a payee's name may be published. Words for redaction are those of the description; names are looked at again when "
    "everything is published, and by nobody before.",
    "That the rows fit those of other publishers. Rules across files and publishers run when everything is published.",
)
"""What nobody may read out of a receipt without problems."""


@dataclass(frozen=True)
class Lookup:
    """References looked up in a release: which one, and what was not found."""

    release_id: str
    found: tuple[Problem, ...]


def receipt(package: CheckedPackage, standard: Standard, lookup: Lookup | None = None) -> dict[str, Any]:
    """Everything that check found: amounts as decimal pounds; `published` counts the rows that passed.

    Problems have the place, the message and the advice, and the cell as sent: a receipt is for the publisher alone.
    `groups` has the same problems by what is to be done about them.
    """
    if lookup and lookup.found:
        verdict = "accepted_with_problems" if package.verdict == "accepted" else package.verdict
        package = replace(package, verdict=verdict, problems=(*package.problems, *lookup.found))
    said = {
        "publisher": package.publisher_id,
        "verdict": package.verdict,
        "sentence": sentence(package),
        "files": [_file(file, standard) for file in package.files],
        "groups": groups_of(package, standard),
        "problems": [_problem(problem) for problem in package.problems],
        "not_proved": list(NOT_PROVED),
        "references": f"References were looked up in release {lookup.release_id}." if lookup else NOT_LOOKED_UP,
    }
    return said | {
        "versions": {
            "community-budget": __version__, "standard": standard.version, "frictionless": version("frictionless")
        }
    }  # fmt: skip


def totals_of(totals: Totals, *, has_amount: bool) -> dict[str, Any]:
    """Rows, credits and decimal pounds; null where the dataset has no amount."""
    return {
        "rows": totals.rows,
        "credits": totals.credits if has_amount else None,
        "amount_gbp": pounds(totals.amount_pence) if has_amount else None,
    }


def _file(file: CheckedFile, standard: Standard) -> dict[str, Any]:
    has_amount = standard.datasets[file.dataset].amount is not None
    total = file.control_total_pence
    return {
        "path": file.path,
        "dataset": file.dataset,
        "encoding": file.encoding,
        "received": totals_of(file.received, has_amount=has_amount),
        "published": totals_of(file.published, has_amount=has_amount),
        "held_back": totals_of(file.held_back, has_amount=has_amount) | {"by_reason": _by_reason(file, standard)},
        "control_total": None if total is None else pounds(total),
        "control_total_differs_by": None if total is None else pounds(total - file.received.amount_pence),
        "unread_amounts": sum(held.amount_pence is None for held in file.held) if has_amount else 0,
        "blank_rows": file.blank_rows,
        "rewritten": dict(file.rewritten),
        "words": [_word(word) for word in file.words],
        "not_published": list(file.unpublished),
    }


def _by_reason(file: CheckedFile, standard: Standard) -> dict[str, Any]:
    has_amount = standard.datasets[file.dataset].amount is not None
    reasons: dict[str, list[Held]] = {}
    for held in file.held:
        reasons.setdefault(held.rule, []).append(held)
    return {
        rule: totals_of(sum((held.totals for held in rows), Totals()), has_amount=has_amount)
        for rule, rows in sorted(reasons.items())
    }


def _word(word: Rewritten) -> dict[str, Any]:
    """What a word of `reads` did in a column; `originals` are the different cells, as sent and as they are read."""
    return {
        "column": word.label,
        "word": word.word,
        "cells": word.cells,
        "originals": list(_originals(word)),
        "cells_not_listed": word.cells - sum(original.times for original in word.originals),
    }


def _originals(word: Rewritten) -> Iterator[dict[str, Any]]:
    for original in word.originals:
        yield {"sent": original.sent, "read_as": original.became, "first_cell": original.cell, "times": original.times}


def _problem(problem: Problem) -> dict[str, Any]:
    beside: Mapping[str, str] = problem.beside
    return {
        "rule": problem.rule,
        "severity": problem.severity,
        "dataset": problem.dataset,
        "file": problem.file,
        "line": problem.line,
        "cell": problem.cell,
        "field": problem.field,
        "message": problem.message,
        "advice": problem.advice,
        "value": problem.value[:200],
        "beside": {label: cell[:200] for label, cell in beside.items() if label and cell},
    }
