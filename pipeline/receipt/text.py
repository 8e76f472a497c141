"""The receipt in plain words, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.receipt.verdicts import number

LISTED = 10
"""How many problems of one kind the text shows; JSON and CSV have them all."""

WORDS = {
    "format": "read as dates",
    "missingValues": "read as empty",
    "redacted": "withheld, as a word for redaction stands there",
}
OUTCOMES = (("received", "received"), ("published", "passes"), ("held_back", "held back"))
EFFECTS = {"error": "Cannot be published", "warning": "Needs a look"}


def receipt_text(receipt: Mapping[str, Any]) -> str:
    """The receipt in plain words."""
    return "\n".join(_lines(receipt)) + "\n"


def placed(problem: Mapping[str, Any]) -> str:
    """The message of a problem after its file and line, where it does not begin with them itself."""
    file, message = problem["file"], problem["message"]
    if not file or message.startswith(file):
        return str(message)
    return f"{file} line {problem['line']}: {message}" if problem["line"] else f"{file}: {message}"


def beside(problem: Mapping[str, Any]) -> str:
    """The publisher's own columns of the row, by which it finds the row in its own system."""
    return ", ".join(f"{label} {cell}" for label, cell in problem["beside"].items())


def in_words(totals: Mapping[str, Any]) -> str:
    """Rows, pounds and credits; rows alone where there are no amounts."""
    rows = number(totals["rows"], "row")
    if totals["amount_gbp"] is None:
        return rows
    return f"{rows}, {sterling(totals['amount_gbp'])}, {number(totals['credits'], 'credit')}"


def sterling(amount_gbp: str) -> str:
    """Decimal pounds as people write them: -1234.50 is -£1,234.50."""
    pounds, _, pence = amount_gbp.removeprefix("-").partition(".")
    return f"{'-' if amount_gbp.startswith('-') else ''}£{int(pounds):,}.{pence}"


def measured(group: Mapping[str, Any]) -> str:
    """How much a group of problems concerns: rows, their share of all, their amount."""
    if group["rows"] is None:
        return ""
    share = group["share_of_rows_bps"]
    parts = [number(group["rows"], "row"), f"{share / 100:g} % of all" if share else "under 0.01 % of all"]
    if group["amount_gbp"] is not None:
        parts.append(sterling(group["amount_gbp"]))
    if group["unread_amounts"]:
        parts.append(f"the amount of {number(group['unread_amounts'], 'row')} cannot be read")
    return ", ".join(parts)


def control_total(file: Mapping[str, Any]) -> str:
    """The publisher's own total held against the rows, or nothing where the file has none."""
    if file["control_total"] is None:
        return ""
    total, differs = sterling(file["control_total"]), file["control_total_differs_by"]
    if differs == "0.00":
        return f"the last row is the file's own total, {total}: it agrees with the rows, and is no payment"
    return f"the last row is the file's own total, {total}: it differs from the rows by {sterling(differs)}"


def word_of(word: Mapping[str, Any]) -> str:
    """What a word of the description did in one column, with the first cell as an example."""
    done = WORDS.get(word["word"], f"rewritten by “{word['word']}”")
    text = f"{number(word['cells'], 'cell')} of “{word['column']}” {done}"
    if not word["originals"]:
        return text
    first = word["originals"][0]
    return f"{text}: {first['first_cell']} “{first['sent']}”" + (f" is {first['read_as']}" if first["read_as"] else "")


def _lines(receipt: Mapping[str, Any]) -> Iterator[str]:
    yield f"{receipt['publisher']}: {receipt['sentence']}"
    for file in receipt["files"]:
        yield ""
        yield f"{file['path']} ({file['dataset']}, {file['encoding']})"
        for name, title in OUTCOMES:
            yield f"  {title:<10}{in_words(file[name])}"
        yield from (f"  {remark}" for remark in _remarks(file))
    yield from _grouped(receipt)
    yield ""
    yield receipt["references"]
    yield "What this does not prove:"
    yield from (f"  {text}" for text in receipt["not_proved"])
    yield "Checked with " + ", ".join(f"{name} {version}" for name, version in receipt["versions"].items()) + "."


def _remarks(file: Mapping[str, Any]) -> Iterator[str]:
    if file["control_total"] is not None:
        yield control_total(file)
    if file["unread_amounts"]:
        yield f"of the rows held back, the amount of {number(file['unread_amounts'], 'row')} cannot be read: counted as £0.00"
    if file["blank_rows"]:
        yield f"left out: {number(file['blank_rows'], 'blank row')}"
    if file["not_published"]:
        yield f"columns of the file that are not published: {', '.join(file['not_published'])}"
    yield from (word_of(word) for word in file["words"])


def _grouped(receipt: Mapping[str, Any]) -> Iterator[str]:
    """The problems of one kind that ask for the same to be done together, the first few of them named."""
    for group in receipt["groups"]:
        found = [
            problem
            for problem in receipt["problems"]
            if (problem["severity"], problem["rule"], problem["advice"])
            == (group["severity"], group["rule"], group["advice"])
        ]
        yield ""
        yield ". ".join(filter(None, (f"{EFFECTS[group['severity']]}: {group['title']}", measured(group))))
        yield from (f"  {placed(problem)}{_aside(problem)}" for problem in found[:LISTED])
        if len(found) > LISTED:
            yield f"  … and {len(found) - LISTED:,} more; --format csv lists them all"
        yield f"  What to do: {group['advice']}"


def _aside(problem: Mapping[str, Any]) -> str:
    own = beside(problem)
    return f" ({own})" if own else ""
