"""Draws charts that are specified as Vega-Lite takes them, and keeps the latest: `await datasette.drawings.drawn(key, spec)`."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import vl_convert as vlc
from datasette import hookimpl
from datasette.app import Datasette
from jinja2 import Environment

KEPT = 500


class Drawings:
    """Charts that were drawn, the latest asked for last; each is of one release."""

    def __init__(self) -> None:
        self.kept: OrderedDict[tuple[Any, ...], str] = OrderedDict()

    async def drawn(self, key: tuple[Any, ...], spec: Mapping[str, Any]) -> str:
        """The SVG of a chart, from those kept where it is among them."""
        if key not in self.kept:
            self.kept[key] = await asyncio.to_thread(vlc.vegalite_to_svg, spec)
        self.kept.move_to_end(key)
        while len(self.kept) > KEPT:
            self.kept.popitem(last=False)
        return self.kept[key]


@hookimpl
def startup(datasette: Datasette) -> None:
    """Makes room for drawings."""
    datasette.drawings = Drawings()


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Gives templates the filter `chart_address`."""
    env.filters["chart_address"] = chart_address


def chart_address(answer: Any, shade: str = "light", width: str = "wide") -> str:
    """Where the chart of an answer is."""
    given = answer.address.partition("?")[2]
    variant = urlencode(
        {**({"_shade": "dark"} if shade == "dark" else {}), **({"_width": width} if width != "wide" else {})}
    )
    query = "&".join(text for text in (given, variant) if text)
    return f"/charts/{answer.question.name}.svg" + (f"?{query}" if query else "")
