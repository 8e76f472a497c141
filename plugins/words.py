"""Says values in words: codes, dates, numbers that are withheld. What is stored, and sent as JSON or CSV, stays as it is.

Templates have it as the filter `said`: `{{ row.status|said("status") }}`. Amounts, shares and years are those of money.py.
"""

import re
from datetime import date
from typing import Any

from datasette import hookimpl
from jinja2 import Environment
from markupsafe import Markup

CODE = re.compile(r"\A[a-z]+(_[a-z0-9]+)+\Z")
DAY = re.compile(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
MONTH = re.compile(r"\A[0-9]{4}-(0[1-9]|1[0-2])\Z")
WITHHELD = Markup('<span class="withheld">withheld: 1 to 7</span>')
MARKED = {
    "on_track", "achieved", "verified", "granted", "payable", "live", "completed", "missed", "off_track", "refused",
    "overdue", "late", "stopped", "partly", "claimed", "awaited", "cannot_tell", "worsening", "not_due_yet", "planned", "not_estimable",
}  # fmt: skip
STATES = {"status", "state", "verdict", "standing", "stage", "stands", "status_original"}
WORDS = {"cannot_tell": "cannot tell", "no_target": "no target of its own", "rate_per_1000": "for each 1,000 people"}


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Gives templates the filters `said` and `in_words`."""
    env.filters |= {
        "said": lambda value, column: said(env.filters["shown"](value, column), column),
        "in_words": in_words,
    }


def said(value: Any, column: str) -> Any:
    """A value as a reader takes it: a verdict with its mark, a code in words, a date as a day, a withheld number as such."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    if value == "c":
        return WITHHELD
    if column in STATES:
        mark = value if value in MARKED else "plain"
        return Markup('<span class="state {}">{}</span>').format(mark.replace("_", "-"), in_words(value))
    return in_words(value)


def in_words(text: str) -> str:
    """A code, a day or a month in words; anything else as it is."""
    if CODE.match(text):
        return WORDS.get(text) or text.replace("_", " ")
    if DAY.match(text) or MONTH.match(text):
        return _day(text)
    return text


def _day(text: str) -> str:
    try:
        given = date.fromisoformat(text if len(text) > len("2024-05") else f"{text}-01")
    except ValueError:
        return text
    return f"{given.day} {given:%b %Y}" if DAY.match(text) else f"{given:%B %Y}"
