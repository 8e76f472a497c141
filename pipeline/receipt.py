"""The receipt that a publisher gets back: one object, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

from pipeline import __version__
from pipeline.check import pounds
from pipeline.model import CheckedFile, CheckedPackage, Held, Problem, Totals
from pipeline.standard import Standard

LISTED = 10
"""How many problems of one kind the text shows; JSON has them all."""

_VERDICTS = {
    "accepted": "Accepted: every row can be published.",
    "accepted_with_problems": "Accepted with problems: the rows below are held back or need a look, the rest can be published.",
    "refused": "Refused: nothing of this package can be published until what is listed below is mended.",
}


def receipt(package: CheckedPackage, standard: Standard) -> dict[str, Any]:
    """Everything that check found: amounts as decimal pounds; `published` counts the rows that passed.

    Problems have the place, the message and the advice, and the cell as sent: a receipt is for the publisher alone.
    """
    return {
        "publisher": package.publisher_id,
        "verdict": package.verdict,
        "files": [_file(file, standard) for file in package.files],
        "problems": [_problem(problem) for problem in package.problems],
        "versions": {
            "community-budget": __version__, "standard": standard.version, "frictionless": version("frictionless")
        },
    }  # fmt: skip


def receipt_text(receipt: Mapping[str, Any]) -> str:
    """The receipt in plain words."""
    return "\n".join(_lines(receipt)) + "\n"


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
        "held_back": totals_of(file.held_back, has_amount=has_amount) | {"by_reason": _by_reason(file, has_amount)},
        "control_total": None if total is None else pounds(total),
        "blank_rows": file.blank_rows,
        "rewritten": dict(file.rewritten),
        "not_published": list(file.unpublished),
    }


def _by_reason(file: CheckedFile, has_amount: bool) -> dict[str, Any]:  # noqa: FBT001 a fact of the file, not a switch
    reasons: dict[str, list[Held]] = {}
    for held in file.held:
        reasons.setdefault(held.rule, []).append(held)
    return {
        rule: totals_of(sum((held.totals for held in rows), Totals()), has_amount=has_amount)
        for rule, rows in sorted(reasons.items())
    }


def _problem(problem: Problem) -> dict[str, Any]:
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
        "beside": {label: cell[:200] for label, cell in problem.beside.items() if label and cell},
    }


def _lines(receipt: Mapping[str, Any]) -> Iterator[str]:
    yield f"{receipt['publisher']}: {_VERDICTS[receipt['verdict']]}"
    for file in receipt["files"]:
        yield ""
        yield f"{file['path']} ({file['dataset']}, {file['encoding']})"
        for name, title in (("received", "received"), ("published", "passes"), ("held_back", "held back")):
            yield f"  {title:<10}{_in_words(file[name])}"
        yield from _remarks(file)
    yield from _grouped(receipt["problems"])
    if "references" in receipt:
        yield ""
        yield receipt["references"]


def _remarks(file: Mapping[str, Any]) -> Iterator[str]:
    if file["control_total"] is not None:
        yield f"  the last row is the file's own total, £{file['control_total']}, and no payment"
    if file["blank_rows"]:
        yield f"  left out: {_number(file['blank_rows'], 'blank row')}"
    if file["not_published"]:
        yield f"  columns of the file that are not published: {', '.join(file['not_published'])}"
    for field, count in file["rewritten"].items():
        yield f"  {_number(count, 'cell')} of “{field}” rewritten as the description declares"


def _grouped(problems: list[Mapping[str, Any]]) -> Iterator[str]:
    """The problems of one kind that ask for the same to be done together, the first few of them named."""
    groups: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for problem in problems:
        groups.setdefault((problem["severity"], problem["rule"], problem["advice"]), []).append(problem)
    for (severity, rule, advice), found in groups.items():
        yield ""
        yield f"{severity}: {rule} ({len(found):,})"
        yield from (f"  {placed(problem)}{_beside(problem)}" for problem in found[:LISTED])
        if len(found) > LISTED:
            yield f"  … and {len(found) - LISTED:,} more; --format json lists them all"
        yield f"  What to do: {advice}"


def _beside(problem: Mapping[str, Any]) -> str:
    """The publisher's own columns of the row, by which it finds the row in its own system."""
    cells = ", ".join(f"{label} {cell}" for label, cell in problem["beside"].items())
    return f" ({cells})" if cells else ""


def placed(problem: Mapping[str, Any]) -> str:
    """The message of a problem after its file and line, where it does not begin with them itself."""
    file, message = problem["file"], problem["message"]
    if not file or message.startswith(file):
        return str(message)
    return f"{file} line {problem['line']}: {message}" if problem["line"] else f"{file}: {message}"


def _in_words(totals: Mapping[str, Any]) -> str:
    rows = _number(totals["rows"], "row")
    return (
        rows
        if totals["amount_gbp"] is None
        else f"{rows}, £{totals['amount_gbp']}, {_number(totals['credits'], 'credit')}"
    )


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
