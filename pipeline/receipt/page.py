"""The receipt as a page of its own: nothing is fetched, no script is needed, every cell is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from pipeline.receipt.text import EFFECTS, OUTCOMES, WORDS, beside, control_total, measured, sterling
from pipeline.receipt.verdicts import number

ON_PAGE = 200
"""How many problems of one kind the page lists; CSV and JSON have them all."""


def receipt_html(receipt: Mapping[str, Any]) -> str:
    """One page that can be kept, sent and printed."""
    groups = [_with_problems(group, receipt) for group in receipt["groups"]]
    titles = {group["rule"]: group["title"] for group in groups}
    return _template().render(receipt=receipt, groups=groups, titles=titles)


def _with_problems(group: Mapping[str, Any], receipt: Mapping[str, Any]) -> dict[str, Any]:
    kind = ("severity", "rule", "advice")
    found = [problem for problem in receipt["problems"] if all(problem[name] == group[name] for name in kind)]
    return {**group, "listed": found[:ON_PAGE], "more": len(found) - ON_PAGE}


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("pipeline.receipt", "."), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {
        "sterling": sterling,
        "measured": measured,
        "beside": beside,
        "control_total": control_total,
    }
    environment.globals |= {"number": number, "effects": EFFECTS, "outcomes": OUTCOMES, "words": WORDS}
    return environment.get_template("page.html")
