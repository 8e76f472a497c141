"""Charts of questions, drawn on the server: `/charts/<question>.svg` with the question's own parameters.

How a question is drawn stands in its front comment: `draw: {kind: bar | line, x: …, y: …, colour: …}`; names in it are
columns of the answer. `_shade=dark` draws for a dark ground, `_width=narrow` for a small screen. `/charts/<question>.csv`
leads to the rows. drawings.py draws, and keeps what it drew. A number that is withheld or not there is no nought:
a bar for it is left out and named, a line is broken.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import altair as alt
from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request
from jinja2 import Environment

ROUTE = "community-budget"
KINDS = {"bar", "line"}
NOT_STATED = "Not stated"
MONTH = re.compile(r"\A[0-9]{4}-[0-9]{2}\Z")
FINANCIAL_YEAR = re.compile(r"\A[0-9]{4}-[0-9]{4}\Z")
CODE = re.compile(r"\A[a-z]+(_[a-z]+)+\Z")
AT_MOST_BARS = 24
AT_MOST_SERIES = 8
# Okabe and Ito's colours, which people with any colour vision tell apart; the darker ones for light ground.
SERIES = {
    "light": ["#0072b2", "#b34700", "#00795a", "#a3477f", "#6b5b00", "#2f6f9f", "#4d4d4d", "#7a3b00"],
    "dark": ["#56b4e9", "#e69f00", "#2fc29a", "#e79bc4", "#f0e442", "#9ad0f5", "#c8c8c8", "#ff9f6b"],
}
# A verdict has one colour in every chart: blue where it does well, orange where it does not, grey where nobody can tell.
VERDICTS = {
    "light": {"achieved": "#00558a", "on track": "#56a0d3", "no change": "#8a8a8a", "off track": "#e0912f", "missed": "#b34700", "worsening": "#7a1f00", "cannot tell": "#c4cacf"},
    "dark": {"achieved": "#9ad0f5", "on track": "#4f9fd6", "no change": "#8f9aa3", "off track": "#e69f00", "missed": "#ff9f6b", "worsening": "#ff6f52", "cannot tell": "#56616a"},
}  # fmt: skip
INK = {"light": ("#16212a", "#c9d2d8"), "dark": ("#e9eef1", "#3d4a54")}
WIDTHS = {"wide": 720, "narrow": 300}
DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [1, 3], [10, 4], [3, 1]]


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The addresses of charts and of their rows."""
    return [(r"/charts/(?P<question>[a-z_]+)\.(?P<form>svg|csv)$", show)]


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Gives templates the filters `is_drawn` and `reading`."""
    env.filters |= {"is_drawn": is_drawn, "reading": reading}


async def show(request: Request, datasette: Datasette) -> Response:
    """A chart as SVG, or the way to its rows."""
    question = datasette.questions.get(request.url_vars["question"])
    if question is None or question.draw["kind"] not in KINDS:
        raise NotFound("There is no such chart.")
    given = {name: request.args.get(name) or "" for name in question.parameters}
    if request.url_vars["form"] == "csv":
        return Response.redirect(f"/{ROUTE}/{question.name}.csv?{urlencode(given)}")
    answer = await datasette.ask(question.name, **given)
    shade = "dark" if request.args.get("_shade") == "dark" else "light"
    width = "narrow" if request.args.get("_width") == "narrow" else "wide"
    release = datasette.get_database(ROUTE).name
    spec = specified(answer, shade, width)
    svg = await datasette.drawings.drawn((release, answer.address, shade, width), spec)
    return Response(svg, content_type="image/svg+xml; charset=utf-8")


def is_drawn(answer: Any) -> bool:
    """Whether a chart says more than its table: not of one number, and not where numbers of one name would be taken for one."""
    if answer is None or answer.question.draw["kind"] not in KINDS:
        return False
    names = [(point["label"], point["series"]) for point in points(answer)]
    return 1 < len(names) == len(set(names))


def points(answer: Any) -> list[dict[str, Any]]:
    """The rows that can be drawn: of something, with a number that is there. Money is in pounds, shares in per cent.

    What nobody stated is often most of the money, beside which no bar could be seen; the table and the reading have it.
    """
    draw = answer.question.draw
    number = draw["x"] if draw["kind"] == "bar" else draw["y"]
    label = draw["y"] if draw["kind"] == "bar" else draw["x"]
    rows = [row for row in answer.rows if isinstance(row[number], int | float) and row[label] != NOT_STATED]
    colour = draw.get("colour")
    return [
        {
            "number": row[number] / 100 if number.endswith(("_pence", "_bps")) else row[number],
            "label": _text(row[label]),
            "series": _text(row[colour]) if colour and row[colour] is not None else "",
            **({"lower": row["lower_ci"], "upper": row["upper_ci"]} if row.get("lower_ci") is not None else {}),
        }
        for row in rows
    ]


def reading(answer: Any) -> str:
    """One sentence on what a chart shows, from the rows that it draws, and how many it cannot."""
    drawn = points(answer)
    if not drawn:
        return "There is nothing to draw."
    unit = _number_column(answer)
    missing = _left_out(answer, len(drawn))
    if answer.question.draw["kind"] == "line":
        first, last = drawn[0], drawn[-1]
        return (
            f"It goes from {_said(first, unit)} to {_said(last, unit)}.{missing}"
            if len(_series(drawn)) < 2
            else (
                f"{len(_series(drawn))} lines, from {first['label']} to {max(point['label'] for point in drawn)}.{missing}"
            )
        )
    most, least = max(drawn, key=lambda point: point["number"]), min(drawn, key=lambda point: point["number"])
    return f"Of {len(drawn)}, the largest is {_said(most, unit)} and the smallest {_said(least, unit)}.{missing}"


def _left_out(answer: Any, drawn: int) -> str:
    """How many rows a chart cannot show, and why."""
    draw = answer.question.draw
    unstated = sum(row[draw["y" if draw["kind"] == "bar" else "x"]] == NOT_STATED for row in answer.rows)
    unknown = len(answer.rows) - drawn - unstated
    said = " What is not stated is in the table alone." if unstated else ""
    return said + (f" Left out, since nobody may or can say the number: {unknown}." if unknown else "")


def specified(answer: Any, shade: str, width: str) -> dict[str, Any]:
    """The chart as Vega-Lite takes it."""
    drawn = points(answer)
    data = alt.Data(values=drawn if answer.question.draw["kind"] == "line" else _largest(drawn))
    chart = _bars(data, answer, shade) if answer.question.draw["kind"] == "bar" else _lines(data, answer, shade)
    size: dict[str, Any] = {"width": WIDTHS[width]}
    if answer.question.draw["kind"] == "line":
        size["height"] = 260
    return _dressed(chart.properties(**size), shade, width).to_dict()


def _bars(data: alt.Data, answer: Any, shade: str) -> alt.Chart:
    series = _series(points(answer))
    number = alt.X("number:Q", title=None, axis=alt.Axis(labelExpr=_format(answer), tickCount=4))
    label = alt.Y("label:N", title=None, sort=None, axis=alt.Axis(labelLimit=180))
    chart = alt.Chart(data).mark_bar(height={"band": 0.8}).encode(x=number, y=label)
    chart = chart.encode(color=_colour(series, shade))
    return (
        chart.encode(yOffset=alt.YOffset("series:N", sort=series))
        if answer.question.draw.get("colour") == "fy"
        else chart
    )


def _lines(data: alt.Data, answer: Any, shade: str) -> alt.LayerChart:
    """Lines through what is known; upright bars for how far chance goes, crosses for what is withheld, dashes for breaks."""
    series = _series(points(answer))
    colour = _colour(series, shade)
    scale = alt.Scale(zero=False, nice=True)
    number = alt.Y("number:Q", title=None, axis=alt.Axis(labelExpr=_format(answer), tickCount=5), scale=scale)
    label = _along(points(answer))
    base = alt.Chart(data).encode(x=label)
    dash = alt.StrokeDash("series:N", legend=None, scale=alt.Scale(domain=series, range=DASHES[: len(series)]))
    line = base.mark_line(point=alt.OverlayMarkDef(size=45), strokeWidth=2.5).encode(
        y=number, color=colour, strokeDash=dash
    )
    chance = base.mark_rule(opacity=0.55, strokeWidth=1.5).encode(y="lower:Q", y2="upper:Q", color=colour)
    ink = INK[shade][0]
    missing = alt.Chart(alt.Data(values=_marked(answer, "marker"))).mark_text(text="✕", fontSize=13, color=ink)
    broken = alt.Chart(alt.Data(values=_marked(answer, "break"))).mark_rule(strokeDash=[5, 4], color=ink)
    return alt.layer(chance, line, missing.encode(x=label, y=alt.value(254)), broken.encode(x=label))


def _along(drawn: list[dict[str, Any]]) -> alt.X:
    """Months lie as far apart as they are; other labels stand side by side."""
    if all(MONTH.match(point["label"]) for point in drawn):
        return alt.X("label:T", title=None, axis=alt.Axis(format="%b %Y", labelAngle=-45, tickCount=8))
    return alt.X("label:O", title=None, axis=alt.Axis(labelAngle=-45, labelOverlap=True))


def _marked(answer: Any, mark: str) -> list[dict[str, str]]:
    """Where a result is withheld or missing (`marker`), or where the series is broken (a flag b)."""
    x = answer.question.draw["x"]
    if mark == "break":
        return [{"label": _text(row[x])} for row in answer.rows if "b" in (row.get("flags") or "")]
    y = answer.question.draw["y"]
    return [{"label": _text(row[x])} for row in answer.rows if row.get("marker") or row[y] == "c"]


def _colour(series: list[str], shade: str) -> alt.Color:
    """Colours in the order of the rows; one series has one colour, and no legend."""
    legend = alt.Legend(title=None, orient="top") if len(series) > 1 else None
    in_order = {name: SERIES[shade][at % AT_MOST_SERIES] for at, name in enumerate(series)}
    colours = [VERDICTS[shade].get(name, in_order[name]) for name in series]
    return alt.Color("series:N", legend=legend, scale=alt.Scale(domain=series, range=colours))


def _dressed(chart: alt.Chart, shade: str, width: str) -> alt.Chart:
    ink, line = INK[shade]
    size, columns = (13, 2) if width == "wide" else (12, 1)
    fonts = {"labelFontSize": size, "labelColor": ink, "labelFont": "sans-serif"}
    return (
        chart.configure(background="transparent")
        .configure_view(stroke=None)
        .configure_axis(**fonts, gridColor=line, domainColor=line, tickColor=line)
        .configure_legend(**fonts, columns=columns, columnPadding=20, labelLimit=260)
    )


def _largest(drawn: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The bars of the labels that come first; a chart of hundreds cannot be read, and the table has them all."""
    labels = list(dict.fromkeys(point["label"] for point in drawn))[:AT_MOST_BARS]
    return [point for point in drawn if point["label"] in labels]


def _series(drawn: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(point["series"] for point in drawn))


def _number_column(answer: Any) -> str:
    draw = answer.question.draw
    return str(draw["x"] if draw["kind"] == "bar" else draw["y"])


def _format(answer: Any) -> str:
    """How an axis writes its numbers: £3M, 12 %, 0.5."""
    name = _number_column(answer)
    if name.endswith("_pence"):
        return "(datum.value < 0 ? '−£' : '£') + replace(replace(format(abs(datum.value), '~s'), 'G', 'bn'), 'M', 'm')"
    return "format(datum.value, '~g')" + (" + ' %'" if name.endswith("_bps") else "")


def _said(point: Mapping[str, Any], column: str) -> str:
    number = point["number"]
    if column.endswith("_pence"):
        text = f"£{number:,.0f}".replace("£-", "−£")
    else:
        text = f"{number:,.10g}" + (" %" if column.endswith("_bps") else "")
    series = f", {point['series']}" if point["series"] and point["series"] != point["label"] else ""
    return f"{text} ({point['label']}{series})"


def _text(value: Any) -> str:
    """What stands beside a bar: a financial year as 2024–25, a code in words."""
    text = "not stated" if value is None else str(value)
    if FINANCIAL_YEAR.match(text):
        return f"{text[:4]}–{text[7:]}"
    return text.replace("_", " ") if CODE.match(text) else text
