"""How the dates of a column are written: by evidence over all of its cells, never by the first rows alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipeline.guessing.naming import contains
from pipeline.rewriting import WORDS, dated

_TIME = r"(?P<gap>[T ])[0-9]{1,2}:[0-9]{2}(?P<seconds>:[0-9]{2})?"
_NUMERIC = re.compile(rf"([0-9]{{1,2}})([/.-])([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}})(?:{_TIME})?")
_ISO = re.compile(rf"([0-9]{{4}})([-/.]?)([0-9]{{2}})\2([0-9]{{2}})(?:{_TIME})?")
_NAMED = re.compile(r"[0-9]{1,2}([ /.-])([A-Za-z]{3,9})\1([0-9]{4}|[0-9]{2})")
_AMERICAN = re.compile(r"([A-Za-z]{3,9}) [0-9]{1,2}(,?) ([0-9]{4})")
_SERIAL = re.compile(r"[1-6][0-9]{4}(?:\.0+)?")
_MONTH_ONLY = re.compile(r"([A-Za-z]{3,9})([ '/-])([0-9]{4}|[0-9]{2})")
Form = tuple[str, str]
"""A shape of cells: its kind, and its pattern, with <day> and <month> where they may change places."""


@dataclass(frozen=True)
class Way:
    """One way to read the cells of a column: strptime patterns and words of `reads`."""

    patterns: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        return " or ".join(_spoken(pattern) for pattern in self.patterns) or "days counted by a spreadsheet"

    def days(self, cells: Iterable[str]) -> list[date]:
        """The days of the cells that can be so read."""
        steps = [*(WORDS[word] for word in self.words), dated(*self.patterns)]
        return [day for cell in cells if (day := _day(cell, steps))]

    def properties(self) -> dict[str, object]:
        """What a field says of it; `reads` has what must stand there beside other words."""
        if len(self.patterns) == 1 and self.patterns[0] != "%Y-%m-%d":
            return {"type": "date", "format": self.patterns[0]}
        return {}

    @property
    def reads(self) -> list[object]:
        several = [{"dates": list(self.patterns)}] if len(self.patterns) > 1 else []
        return [*self.words, *several]


@dataclass(frozen=True)
class Dates:
    """What was found: the ways to read the column, the best first (more than one: it must be asked), and the evidence."""

    ways: tuple[Way, ...]
    evidence: str
    doubt: str = ""
    unread: int = 0
    days: tuple[date, ...] = field(default=(), repr=False)


def dates_in(cells: Sequence[str], period: str) -> Dates | None:
    """How the distinct cells of a column are dates; none where none of them is. `period` is what the file's name says."""
    shapes: dict[Form, list[str]] = {}
    for cell in cells:
        shapes.setdefault(_form(cell), []).append(cell)
    shapes.pop(("", ""), None)
    if not shapes:
        return None
    found = _decided(shapes, period)
    days = tuple(found.ways[0].days(cells))
    return Dates(found.ways, found.evidence, found.doubt, len(cells) - len(days), days)


def _form(cell: str) -> Form:
    for form in (_numeric_form, _iso_form, _named_form):
        found = form(cell)
        if found:
            return found
    return ("serial", "") if _SERIAL.fullmatch(cell) and 20000 < float(cell) < 70000 else ("", "")


def _numeric_form(cell: str) -> Form | None:
    match = _NUMERIC.fullmatch(cell)
    if match is None or max(int(match[1]), int(match[3])) > 31:
        return None
    mark, year = match[2], "%Y" if len(match[4]) == 4 else "%y"
    return "numeric", f"<day>{mark}<month>{mark}{year}{_time(match)}"


def _iso_form(cell: str) -> Form | None:
    match = _ISO.fullmatch(cell)
    if match is None or not "1900" <= match[1] <= "2100" or int(match[3]) > 12:
        return None
    return "iso", f"%Y{match[2]}<month>{match[2]}<day>{_time(match)}"


def _named_form(cell: str) -> Form | None:
    if match := _NAMED.fullmatch(cell):
        return "named", f"%d{match[1]}{_month(match[2])}{match[1]}{'%Y' if len(match[3]) == 4 else '%y'}"
    if match := _AMERICAN.fullmatch(cell):
        return "named", f"{_month(match[1])} %d{match[2]} %Y"
    if match := _MONTH_ONLY.fullmatch(cell):
        return "month", f"{_month(match[1])}{match[2]}{'%Y' if len(match[3]) == 4 else '%y'}"
    return None


def _time(match: re.Match[str]) -> str:
    return "" if not match["gap"] else f"{match['gap']}%H:%M{':%S' if match['seconds'] else ''}"


def _month(name: str) -> str:
    return "%b" if len(name) == 3 else "%B"


def _decided(shapes: dict[Form, list[str]], period: str) -> Dates:
    kinds = {kind for kind, _ in shapes}
    if kinds == {"serial"}:
        return Dates((Way(words=("excel_serial",)),), "numbers of five digits, as a spreadsheet counts days")
    if "month" in kinds:
        return _only_months(shapes)
    if "numeric" in kinds:
        return _ordered(shapes, period)
    if kinds == {"iso"}:
        return _written_year_first(shapes, period)
    return Dates((_way(shapes, "DM"),), _examples(shapes))


def _only_months(shapes: dict[Form, list[str]]) -> Dates:
    cell = next(cells[0] for (kind, _), cells in shapes.items() if kind == "month")
    doubt = f"“{cell}” names a month and no day. May the first of the month stand for the day of payment?"
    return Dates((_way(shapes, "DM"), Way()), _examples(shapes), doubt)


def _ordered(shapes: dict[Form, list[str]], period: str) -> Dates:
    """Day before month, or month before day: what only one of them allows decides; the name of the file where nothing does."""
    cells = [cell for (kind, _), found in shapes.items() if kind == "numeric" for cell in found]
    matches = [match for cell in cells if (match := _NUMERIC.fullmatch(cell))]
    first, second = (sum(int(match[place]) > 12 for match in matches) for place in (1, 3))
    ways = (_way(shapes, "DM"), _way(shapes, "MD"))
    if second > first:
        ways = ways[::-1]
    if _is_year_first(matches):
        turned = Way(tuple(dict.fromkeys(f"%y{match[2]}%m{match[2]}%d" for match in matches)))
        text = f"Is “{cells[0]}” day, month, year, or year, month, day? Its first number is the same more often than its last."
        return Dates((ways[0], turned), _examples(shapes), text)
    if first and second:
        text = f"{first} cells can only be day/month, {second} only month/day. Which way are the others written?"
        return Dates(ways, _examples(shapes), text)
    if "iso" in {kind for kind, _ in shapes}:
        return _turned(shapes, period, ways[0])
    if first or second:
        order = "the first number goes over 12" if first else "the second number goes over 12"
        return Dates(ways[:1], f"{order} in {first or second:,} of {len(cells):,} different cells, the other never")
    return _by_name(cells, ways, period)


def _is_year_first(matches: Sequence[re.Match[str]]) -> bool:
    """Whether the last of three short numbers changes more than the first, as days do and years do not."""
    short = [match for match in matches if len(match[4]) == 2 and int(match[4]) <= 31]
    return len(short) == len(matches) > 1 and len({match[1] for match in short}) < len({match[4] for match in short})


def _by_name(cells: Sequence[str], ways: tuple[Way, ...], period: str) -> Dates:
    """No number goes over 12: only the month that the file's name says can tell."""
    if ways[0].days(cells) == ways[1].days(cells):
        return Dates(ways[:1], "day and month are the same in every cell, so either order gives the same days")
    fits = [period != "" and all(contains(period, day) for day in way.days(cells)) for way in ways]
    if fits[0] != fits[1]:
        return Dates(
            (ways[fits.index(True)],), f"so read, all days are in {period}, which the file's name says; not else"
        )
    text = f"No number goes over 12: is “{cells[0]}” day/month or month/day?"
    return Dates(ways, "no number goes over 12", text)


def _turned(shapes: dict[Form, list[str]], period: str, way: Way) -> Dates:
    """Dates beside texts of dates: a spreadsheet that misread some of them has turned their day and month round."""
    iso = next(found[0] for (kind, _), found in shapes.items() if kind == "iso")
    other = next(found[0] for (kind, _), found in shapes.items() if kind == "numeric")
    order = "MD" if _is_month_first(way) else "DM"
    plain, turned = _mixed(shapes, order, turned=False), _mixed(shapes, order, turned=True)
    cells = [cell for found in shapes.values() for cell in found]
    ways = (
        (turned, plain)
        if period and _inside(turned, cells, period) > _inside(plain, cells, period)
        else (plain, turned)
    )
    text = f"“{iso}” and “{other}” stand in one column: a spreadsheet may have turned day and month round in the first. Has it?"
    return Dates(ways, _examples(shapes), text)


def _written_year_first(shapes: dict[Form, list[str]], period: str) -> Dates:
    plain, turned = _way(shapes, "DM"), _mixed(shapes, "DM", turned=True)
    cells = [cell for found in shapes.values() for cell in found]
    all_turned = len(turned.days(cells)) == len(cells) and plain.days(cells) != turned.days(cells)
    if period and all_turned and _inside(turned, cells, period) > _inside(plain, cells, period):
        text = f"The file's name says {period}, and “{cells[0]}” is only there with day and month turned round. Which is right?"
        return Dates((turned, plain), _examples(shapes), text)
    return Dates((plain,), _examples(shapes))


def _inside(way: Way, cells: Sequence[str], period: str) -> int:
    return sum(contains(period, day) for day in way.days(cells))


def _is_month_first(way: Way) -> bool:
    return any(pattern.startswith("%m") for pattern in way.patterns)


def _mixed(shapes: dict[Form, list[str]], order: str, *, turned: bool) -> Way:
    return Way(
        tuple(_pattern(form, ("MD" if turned else "DM") if form[0] == "iso" else order) for form in sorted(shapes))
    )


def _way(shapes: dict[Form, list[str]], order: str) -> Way:
    """One way to read all shapes; `order` says which of day and month comes first where they are numbers."""
    patterns = [
        _pattern(form, order if form[0] == "numeric" else "DM") for form in sorted(shapes) if form[0] != "serial"
    ]
    words = ("excel_serial",) if any(kind == "serial" for kind, _ in shapes) else ()
    return Way(tuple(dict.fromkeys(patterns)), words)


def _pattern(form: Form, order: str) -> str:
    day, month = ("%d", "%m") if order == "DM" else ("%m", "%d")
    return form[1].replace("<day>", day).replace("<month>", month)


def _examples(shapes: dict[Form, list[str]]) -> str:
    return "cells are written like " + ", ".join(f"“{cells[0]}”" for cells in shapes.values())


def _spoken(pattern: str) -> str:
    words = {
        "T%H:%M:%S": "Ttime",
        " %H:%M:%S": " time",
        " %H:%M": " time",
        "%d": "day",
        "%m": "month",
        "%b": "Mon",
        "%B": "Month",
        "%Y": "year",
        "%y": "yy",
    }
    for code, word in words.items():
        pattern = pattern.replace(code, word)
    return pattern


def _day(cell: str, steps: Sequence[Callable[[str], str]]) -> date | None:
    for step in steps:
        cell = step(cell)
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return None
