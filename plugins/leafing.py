"""Shows an answer of many rows a hundred at a time, so that its page stays light; CSV and JSON have all rows at once.

Templates ask `leaf(request, rows)` for the part that the query string names by its first row, `_from=101`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from datasette import hookimpl
from datasette.utils import path_with_replaced_args
from datasette.utils.asgi import Request
from jinja2 import Environment

FROM = "_from"
ROWS = 100
LONGEST = 9
"""How many digits a row's number may have."""


@dataclass(frozen=True)
class Leaf:
    """Rows from the first to the last, counted from 1, and where those before and after them are, or nothing."""

    first: int
    last: int
    before: str
    after: str


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Gives templates `leaf`."""
    env.globals["leaf"] = leaf


def leaf(request: Request, rows: Sequence[Any]) -> Leaf:
    """The part of an answer that is asked for; what names no row of it is the first part."""
    asked = request.args.get(FROM) or ""
    first = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= LONGEST else 1
    first = first if 1 <= first <= len(rows) else 1
    last = min(first + ROWS - 1, len(rows))
    return Leaf(
        first=first,
        last=last,
        before=_address(request, max(1, first - ROWS)) if first > 1 else "",
        after=_address(request, last + 1) if last < len(rows) else "",
    )


def _address(request: Request, first: int) -> str:
    return path_with_replaced_args(request, {FROM: str(first) if first > 1 else None})
