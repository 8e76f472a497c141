"""Draws charts that are specified as Vega-Lite takes them, and keeps the latest: `await datasette.drawings.drawn(key, spec)`.

A drawing is as wide as it is specified, names and all, so that a narrow screen need not make it smaller: a long name beside
a bar gets two lines or three, and what is still too long ends in dots. The page's table has every name whole. Readers have
fonts of their own: a name has a tenth more room than it takes where the drawing is made.
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Mapping
from textwrap import wrap
from typing import Any
from urllib.parse import urlencode

import vl_convert as vlc
from datasette import hookimpl
from datasette.app import Datasette
from jinja2 import Environment

KEPT = 500
WIDE = 600
ROOM = {True: (30, 2), False: (15, 3)}
"""Letters to a line and lines to a name, in a wide drawing and in a narrow one."""
PADDING = {"right": 14, "top": 4, "bottom": 4}
APART = {"labelOverlap": True, "labelSeparation": 10, "labelFlush": False}
"""Numbers along a chart: one that would touch another is left out."""
STEP = {1: 20, 2: 36, 3: 50}
"""Height of a bar with its name, by the lines of the longest."""


class Drawings:
    """Charts that were drawn, the latest asked for last; each is of one release."""

    def __init__(self) -> None:
        self.kept: OrderedDict[tuple[Any, ...], str] = OrderedDict()

    async def drawn(self, key: tuple[Any, ...], spec: Mapping[str, Any]) -> str:
        """The SVG of a chart, from those kept where it is among them."""
        if key not in self.kept:
            self.kept[key] = await asyncio.to_thread(vlc.vegalite_to_svg, fitted(spec))
        self.kept.move_to_end(key)
        while len(self.kept) > KEPT:
            self.kept.popitem(last=False)
        return self.kept[key]


def fitted(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A specification whose names, if it has bars, fit beside them, and whose drawing is no wider than it says."""
    fit = {**spec, "autosize": {"type": "fit-x", "contains": "padding"}, "padding": {**PADDING, "left": 14}}
    if spec.get("mark", {}).get("type") != "bar":
        return fit
    names = {row["label"]: _lines(row["label"], *ROOM[spec["width"] > WIDE]) for row in spec["data"]["values"]}
    encoding = spec["encoding"]
    longest = max((len(line) for lines in names.values() for line in lines), default=0)
    step = {"step": STEP[max(map(len, names.values()), default=1)]}
    beside = {"labelLimit": 0, "labelExpr": f"{json.dumps(names)}[datum.value]"}
    return {
        **fit,
        "padding": {**PADDING, "left": 4 + longest},
        "height": {**step, "for": "position"} if "yOffset" in encoding else step,
        "encoding": {**encoding, "y": _with(encoding["y"], beside), "x": _with(encoding["x"], APART)},
    }


def _with(channel: Mapping[str, Any], axis: Mapping[str, Any]) -> dict[str, Any]:
    return {**channel, "axis": {**channel["axis"], **axis}}


def _lines(name: str, letters: int, most: int) -> list[str]:
    lines = wrap(name, letters)
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1][: letters - 1].rstrip()}…"]


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
