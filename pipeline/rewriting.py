"""How cells are written, and what they become: the words that a field's `reads` may use.

Each is a small function on one cell; a cell that it does not recognise is left as it is, for the judge to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

Rewrite = Callable[[str], str]

_BREAKS = re.compile(r" *[\r\n]+ *")
_GROUPED = re.compile(r"\A(-?)([0-9]{1,3}(?:,[0-9]{3})+)((?:\.[0-9]+)?)\Z")
_SIGNED = re.compile(r"\A(-?) *(?:£|GBP) *(-?)([0-9.,]+)\Z")
_BRACKETED = re.compile(r"\A\((.*[0-9].*)\)\Z")
_TRAILING = re.compile(r"\A((?!-).*[0-9]) *-\Z")
_CREDIT = re.compile(r"\A((?!-).*[0-9]) *(CR|DR)\Z", re.IGNORECASE)
_YEARS = re.compile(r"\A((?:19|20)[0-9]{2}) ?[/-] ?([0-9]{2}|[0-9]{4})\Z")
_SERIAL = re.compile(r"\A[0-9]{5}(?:\.0+)?\Z")
_EXCEL_EPOCH = date(1899, 12, 30)

DATED = "format"
"""The word under which a field's date pattern counts."""


def padding(cell: str) -> str:
    """Spaces around a cell, non-breaking ones too: ` 12.50 ` is 12.50."""
    return cell.strip(" \t\r\n\u00a0")


def line_breaks(cell: str) -> str:
    """A text of several lines becomes one: each break, with the spaces around it, is a space."""
    return _BREAKS.sub(" ", cell)


def brackets_negative(cell: str) -> str:
    """`(12.50)` is -12.50."""
    return _BRACKETED.sub(lambda match: "-" + match[1].strip(), cell)


def trailing_minus(cell: str) -> str:
    """`12.50-` is -12.50."""
    return _TRAILING.sub(r"-\1", cell)


def cr_dr(cell: str) -> str:
    """`12.50CR`, a credit, is -12.50; `12.50DR` is 12.50."""
    return _CREDIT.sub(lambda match: ("-" if match[2].upper() == "CR" else "") + match[1], cell)


def currency_sign(cell: str) -> str:
    """`£12.50`, `-£12.50` and `£-12.50` lose their sign of currency and keep that of the amount."""
    return _SIGNED.sub(lambda match: cell if match[1] and match[2] else match[1] + match[2] + match[3], cell)


def thousands(cell: str) -> str:
    """`1,234.50` is 1234.50; commas elsewhere than between thousands are left, and refused later."""
    return _GROUPED.sub(lambda match: match[1] + match[2].replace(",", "") + match[3], cell)


def excel_serial(cell: str) -> str:
    """`45413`, a day counted by a spreadsheet from 1900, is 2024-05-01."""
    return (_EXCEL_EPOCH + timedelta(days=int(float(cell)))).isoformat() if _SERIAL.match(cell) else cell


def financial_year(cell: str) -> str:
    """`2024/25`, `2024-25` and `2024/2025` are 2024-2025; years that do not follow each other are left."""
    match = _YEARS.match(cell)
    if match is None:
        return cell
    first = int(match[1])
    follows = match[2] in {str(first + 1), f"{(first + 1) % 100:02}"}
    return f"{first}-{first + 1}" if follows else cell


WORDS: Mapping[str, Rewrite] = {
    word.__name__: word
    for word in (
        padding, line_breaks, brackets_negative, trailing_minus, cr_dr, currency_sign, thousands, excel_serial, financial_year,
    )
}  # fmt: skip
"""The closed vocabulary of `reads`, in the order in which the words are applied."""


def dated(*patterns: str) -> Rewrite:
    """Dates written as one of some patterns (strptime's) become ISO dates; the first pattern that fits is taken, once."""

    def rewrite(cell: str) -> str:
        return next((day for pattern in patterns if (day := _iso(cell, pattern))), cell)

    return rewrite


def steps(words: Sequence[str], *patterns: str) -> dict[str, Rewrite]:
    """What a field's cells go through, by word: its words in their fixed order, then its date patterns as `format`."""
    written = [pattern for pattern in patterns if pattern]
    found = {word: rewrite for word, rewrite in WORDS.items() if word in words}
    return found | ({DATED: dated(*written)} if written else {})


def rewriting(words: Sequence[str], *patterns: str) -> Rewrite | None:
    """One function that applies the words of a field in their fixed order, then its date patterns; none for no words."""
    found = steps(words, *patterns).values()
    if not found:
        return None

    def rewrite(cell: str) -> str:
        for step in found:
            cell = step(cell)
        return cell

    return rewrite


def words_that_changed(cell: str, steps: Mapping[str, Rewrite]) -> list[str]:
    """The words among these that change a cell, each applied to what the one before made of it."""
    found = []
    for word, step in steps.items():
        became = step(cell)
        if became != cell:
            found.append(word)
        cell = became
    return found


def _iso(cell: str, pattern: str) -> str:
    try:
        return datetime.strptime(cell, pattern).date().isoformat() if cell.isascii() else ""
    except ValueError:
        return ""
