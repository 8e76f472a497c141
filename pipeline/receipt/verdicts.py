"""The verdict on a package in one sentence, with its figures."""

from __future__ import annotations

from pipeline.model import CheckedPackage


def sentence(package: CheckedPackage) -> str:
    """What happens to the package, and to how many of its rows."""
    rows = sum(file.received.rows for file in package.files)
    held = len(_held(package))
    if package.verdict == "refused":
        return "Refused: nothing of this package can be published until what is listed below is mended."
    if package.verdict == "accepted":
        return f"Accepted: {_every(rows)} can be published."
    if held == 0:
        return f"Accepted with problems: {_every(rows)} can be published, but what is listed below needs a look."
    is_one = held == 1
    return (
        f"Accepted with problems: {held:,} of {number(rows, 'row')} {'is' if is_one else 'are'} held back until"
        f" {'it is' if is_one else 'they are'} mended; the other {rows - held:,} can be published."
    )


def number(count: int, noun: str) -> str:
    """A count with its noun: 1 row, 2,000 rows."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _every(rows: int) -> str:
    return "its one row" if rows == 1 else f"all {rows:,} rows" if rows else "the package, which has no rows,"


def _held(package: CheckedPackage) -> set[tuple[str, int | None]]:
    """The rows that cannot be published: those that did not pass, and those that refer to what is not there."""
    held: set[tuple[str, int | None]] = {(file.path, row.line) for file in package.files for row in file.held}
    found = (problem for problem in package.problems if problem.severity == "error" and problem.line is not None)
    return held | {(problem.file, problem.line) for problem in found}
