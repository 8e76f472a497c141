"""Shows amounts, shares, years and yes/no as people read them; what is stored, and sent as JSON or CSV, stays as it is.

By the name of the column: `*_pence` as £1,234.50, `*_bps` as 12.5 %, `is_*` as yes or no. By the value: 2024-2025 as
2024–25. Templates have it as the filter `shown`: `{{ row.amount_pence|shown("amount_pence") }}`.
"""

import re
from typing import Any

from datasette import hookimpl
from jinja2 import Environment
from markupsafe import Markup

MINUS = "\N{MINUS SIGN}"
EN_DASH = "\N{EN DASH}"
FINANCIAL_YEAR = re.compile(r"\A([0-9]{4})-([0-9]{4})\Z")
GROUPED_FROM = 1_000
NEVER_GROUPED = ("year", "_id", "line", "position")
NUMERIC_TYPES = {"INTEGER", "REAL"}


@hookimpl
def render_cell(value: Any, column: str) -> Markup | str | None:
    """A cell of a table or of an answer, where it reads differently from how it is stored."""
    return shown(value, column)


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Gives templates the filters `shown` and `kind`."""
    env.filters |= {"shown": _shown_or_given, "kind": kind}


def shown(value: Any, column: str) -> Markup | str | None:
    """How the value of a column reads, or None where it reads as it is."""
    if isinstance(value, int):
        return _whole(value, column)
    return financial_year(value) if isinstance(value, str) else None


def kind(column: str, stored: Any = None) -> str:
    """`number` for a column that is aligned to the right, by its name, its SQL type or one of its values; else nothing."""
    is_number = isinstance(stored, int | float) or str(stored).upper() in NUMERIC_TYPES
    is_figure = column.endswith(("_pence", "_bps")) or (is_number and not column.startswith("is_"))
    return "number" if is_figure else ""


def pounds(pence: int) -> str:
    """Whole pence as pounds, exactly: -123450 is −£1,234.50."""
    whole, part = divmod(abs(pence), 100)
    return f"{MINUS if pence < 0 else ''}£{whole:,}.{part:02}"


def percent(bps: int) -> str:
    """Basis points as a percentage, exactly: 1250 is 12.5 %."""
    whole, part = divmod(abs(bps), 100)
    decimals = f".{part:02}".rstrip("0") if part else ""
    return f"{MINUS if bps < 0 else ''}{whole:,}{decimals} %"


def financial_year(text: str) -> str | None:
    """2024-2025 as 2024–25; None for anything else."""
    match = FINANCIAL_YEAR.match(text)
    if match is None or int(match[2]) != int(match[1]) + 1:
        return None
    return f"{match[1]}{EN_DASH}{match[2][2:]}"


def _whole(value: int, column: str) -> Markup | str | None:
    if column.endswith("_pence"):
        return Markup('<span class="figure">{}</span>').format(pounds(value))
    if column.endswith("_bps"):
        return Markup('<span class="figure">{}</span>').format(percent(value))
    if column.startswith("is_") and value in (0, 1):
        return "yes" if value else "no"
    return f"{value:,}" if value >= GROUPED_FROM and not column.endswith(NEVER_GROUPED) else None


def _shown_or_given(value: Any, column: str) -> Any:
    said = shown(value, column)
    return ("" if value is None else value) if said is None else said
