"""What can make an amount mean something else than it says: thousands, another currency, a sign in another column."""

from __future__ import annotations

import re

from pipeline.guessing.draft import Draft, Option, Question
from pipeline.guessing.table import Column, Table
from pipeline.guessing.vocabulary import normal

_UNIT = re.compile(
    r"£ ?'?000|\(?'000|£ ?k\b|£ ?m\b|£ ?(?:millions?|thousands?)|in (?:thousands|millions|pence)|\(pence\)|\(p\)|\$|€|\b(?:eur|usd)\b",
    re.IGNORECASE,
)
_CURRENCY = re.compile(r"(?:.* )?currency(?: code| unit)?")
_SIGN = re.compile(
    r"(?:dr cr|cr dr|debit credit|credit debit|d c|sign|debit or credit|dr or cr|invoice or credit|document type|doc type|transaction type|type)"
)
_CREDITS = frozenset({"c", "cr", "credit", "credit note", "crn", "cn", "-", "refund", "cred"})
_POUNDS = frozenset({"gbp", "£", "pounds", "sterling", "pound sterling"})


def ask_about_money(draft: Draft, table: Table, place: int) -> None:
    """Asks where the amount in `place` may not be in pounds, or may have its sign elsewhere."""
    amount = table.columns[place]
    not_published = Option("no: then the amount cannot be published", ((place, "columnType", None),))
    as_is = Option("yes")
    if _UNIT.search(amount.full):
        draft.ask(
            Question(
                place,
                f"The header “{amount.full}” names a unit. Are these amounts in pounds, to the penny?",
                (as_is, not_published),
            )
        )
    for column in table.columns:
        foreign = _foreign(column)
        if foreign:
            text = f"“{column.shown}” has {foreign}. Are all amounts in pounds?"
            draft.ask(Question(place, text, (as_is, not_published)))
        if _has_signs(column) and not any(
            cell.strip().startswith(("-", "(")) or cell.strip().endswith("-") for cell in amount.cells
        ):
            text = (
                f"“{column.shown}” tells credits apart, and no amount is negative. Are credits negative all the same?"
            )
            draft.ask(Question(place, text, (not_published, as_is)))


def _foreign(column: Column) -> str:
    if not _CURRENCY.fullmatch(normal(column.full)):
        return ""
    others = [cell for cell in column.stripped if cell.lower() not in _POUNDS]
    return ", ".join(f"“{cell}”" for cell in others[:3])


def _has_signs(column: Column) -> bool:
    is_named = _SIGN.fullmatch(normal(column.full)) is not None
    return is_named and any(cell.lower() in _CREDITS for cell in column.stripped) and len(column.stripped) <= 20
