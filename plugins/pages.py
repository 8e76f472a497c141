"""Shows pages and their twins as JSON: all that a kind of page asks, for one address and one reader's choices.

Kinds of pages are those of kinds.py, each a template. No page computes. A question that the site does not have is left
out: its answer is None, and macros show nothing for it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.utils import tilde_decode
from datasette.utils.asgi import Request

ROUTE = "community-budget"
BY_POSITION = {"first": 0, "second": 1}
"""Defaults that are one of the choices, by where it stands."""
HOME_TWIN = "index.json"
MOST_NAMED = 12
"""How many choices an error names."""

Page = Any  # a kind of page, as kinds.py reads it


class NoSubject(LookupError):
    """The release has no row that a page could be about."""


class NoChoice(ValueError):
    """The query string asks for something that is none of a parameter's choices."""


@dataclass(frozen=True)
class View:
    """One page as it is shown: its parts and choices, the row that it is about, and all answers by name."""

    page: Page
    address: str
    title: str
    chosen: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]]
    subject: Mapping[str, Any] | None
    labels: Mapping[str, str]
    links: Mapping[str, str]
    answers: Mapping[str, Any]

    @property
    def twin(self) -> str:
        """The address of the same answers as JSON."""
        path = f"/{HOME_TWIN}" if self.address == "/" else f"{self.address}.json"
        return f"{path}{self.query}"

    @property
    def query(self) -> str:
        """What was chosen, as a query string."""
        chosen = urlencode(
            {name: value for name, value in self.chosen.items() if name in self.page.parameters and value}
        )
        return f"?{chosen}" if chosen else ""


@hookimpl
def register_routes(datasette: Datasette) -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    """An address for each kind of page and its JSON; what would lead to the bare template leads to the page."""
    routes = [(page.pattern, _showing(page)) for page in datasette.kinds_of_page]
    return [*routes, (r"/(?P<folder>[\w/-]*?)/?index$", _to_folder)]


async def _to_folder(request: Request) -> Response:
    return Response.redirect(f"/{request.url_vars['folder']}", status=301)


def _showing(page: Page) -> Callable[..., Awaitable[Response]]:
    async def show(request: Request, datasette: Datasette) -> Response:
        try:
            view = await viewed(datasette, page, request)
        except NoSubject as error:
            return await _refused(datasette, request, error, 404)
        except NoChoice as error:
            return await _refused(datasette, request, error, 400)
        if request.url_vars.get("as_json"):
            return Response.json(_as_data(datasette, view, request), default=str)
        known = {"view": view, "subject": view.subject, "chosen": view.chosen}
        context = {**view.answers, **known, "absolute": lambda address: datasette.absolute_url(request, address)}
        return Response.html(await datasette.render_template(page.template, context, request=request))

    return show


async def _refused(datasette: Datasette, request: Request, error: Exception, status: int) -> Response:
    """Said here: for an error 404 Datasette would render the template of the address, without its answers."""
    shown = {"status": status, "title": None, "error": str(error), "ok": False}
    if request.url_vars.get("as_json"):
        return Response.json(shown, status=status)
    return Response.html(await datasette.render_template("error.html", shown, request=request), status=status)


async def viewed(datasette: Datasette, page: Page, request: Request) -> View:
    """A page with all that it asks. Raises `NoSubject` where the release has no row that it could be about, and `NoChoice`."""
    parts = {name: tilde_decode(request.url_vars[name]) for name in page.parts}
    subject = await _subject(datasette, page, parts)
    choices = await _choices(datasette, page)
    chosen = parts | {name: _choice(request, name, page, choices) for name in page.parameters}
    known = _Filling({**(subject or {}), **chosen})
    others = await _others(datasette, page, subject)
    answers = await asyncio.gather(*(_answer(datasette, ask, known) for ask in page.asks.values()))
    return View(
        page=page,
        address=page.address(parts),
        title=known.filled(page.title),
        chosen=chosen,
        choices=choices,
        subject=subject,
        labels={column: label for column, (label, _) in others.items()},
        links={column: address for column, (_, address) in others.items()},
        answers=dict(zip(page.asks, answers, strict=True)),
    )


class _Filling(dict[str, Any]):
    """Values for the placeholders of a page; what is not known, or is blank, is empty."""

    def __missing__(self, key: str) -> str:
        return ""

    def filled(self, text: str) -> str:
        blanks = {key: "" for key, value in self.items() if value is None}
        return str(text).format_map(_Filling({**self, **blanks}))


async def _subject(datasette: Datasette, page: Page, parts: Mapping[str, str]) -> dict[str, Any] | None:
    if not page.subject:
        return None
    database = datasette.get_database(ROUTE)
    columns = await database.table_columns(page.subject)
    if not set(parts) <= set(columns):
        raise NoSubject("This release has nothing of this kind.")
    condition = " AND ".join(f'"{name}" = :{name}' for name in parts)
    row = (await database.execute(f'SELECT * FROM "{page.subject}" WHERE {condition}', parts)).first()  # noqa: S608 names of the template and of its path
    if row is None:
        raise NoSubject(f"This release has nothing of this kind that is called {', '.join(parts.values())}.")
    return dict(row)


async def _others(datasette: Datasette, page: Page, subject: Mapping[str, Any] | None) -> dict[str, tuple[str, str]]:
    """What the row's codes stand for: each column's label and page."""
    if subject is None:
        return {}
    name = datasette.get_database(ROUTE).name
    others = {}
    for key in await datasette.get_database(ROUTE).foreign_keys_for_table(page.subject):
        column, code = key["column"], subject[key["column"]]
        if code is not None:
            labels = await datasette.expand_foreign_keys(name, page.subject, column, [code])
            address = datasette.jinja_env.filters["page_address"](code, key["other_table"])
            others[column] = str(labels.get((column, code)) or code), address
    return others


async def _choices(datasette: Datasette, page: Page) -> dict[str, dict[str, str]]:
    """What a reader may choose, as a question lists it or as the page does, and what to call it where that is said."""
    choices: dict[str, dict[str, str]] = {}
    for name, said in page.parameters.items():
        listed = said.get("options", "")
        answer = await _answer(datasette, listed if isinstance(listed, dict) else {"question": listed}, _Filling())
        rows = answer.rows if answer else ()
        labelled = {str(row[said["column"]]): str(row[said["label"]]) if "label" in said else "" for row in rows}
        choices[name] = labelled or dict.fromkeys(said.get("among") or (), "")
    return choices


def _choice(request: Request, name: str, page: Page, choices: Mapping[str, Mapping[str, str]]) -> str:
    """What the query string says; else the default, which may be one of the choices by its position."""
    known, default = list(choices[name]), page.parameters[name].get("default", "")
    if default in BY_POSITION:
        default = next(iter(known[BY_POSITION[default] :]), "")
    given = request.args.get(name)
    if given and known and given not in known:
        title, some = page.parameters[name]["title"], ", ".join(known[:MOST_NAMED])
        raise NoChoice(
            f"{title}: there is no {given[:60]} here. Choose another ({name}=…): {some}{' …' if known[MOST_NAMED:] else ''}"
        )
    return default if given is None else given


async def _answer(datasette: Datasette, ask: Mapping[str, Any], known: _Filling) -> Any:
    if ask["question"] not in datasette.questions:
        return None
    given = {name: known.filled(value) for name, value in ask.items() if name not in ("question", "where")}
    answer = await datasette.ask(ask["question"], **given)
    wanted = {name: known.filled(value) for name, value in ask.get("where", {}).items()}
    if wanted and answer.is_cut_short:
        return await datasette.ask(ask["question"], _where=wanted, **given)
    rows = tuple(row for row in answer.rows if all(str(row[name]) == value for name, value in wanted.items()))
    return replace(answer, rows=rows)


def _as_data(datasette: Datasette, view: View, request: Request) -> dict[str, Any]:
    """What a page says, for programs: the answers with their questions, the release, and how to cite it."""
    release = datasette.releases.read if getattr(datasette, "releases", None) else None
    return {
        "title": view.title,
        "address": view.address + view.query,
        "release": release and {"id": release.release_id, "as_of": release.manifest.get("as_of")},
        "cite": f"{datasette.metadata('title')}, {view.title}, release {release.release_id if release else ''}.",
        "chosen": dict(view.chosen),
        "subject": view.subject,
        "answers": dict(_answers_as_data(view.answers)),
        "self": datasette.absolute_url(request, view.twin),
    }


def _answers_as_data(answers: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, answer in answers.items():
        if answer is not None:
            said = {"question": answer.question.name, "title": answer.title, "meaning": answer.meaning}
            units = {column.name: column.unit for column in answer.columns if column.unit}
            found = {"caveats": answer.caveats, "units": units, "address": answer.address, "rows": answer.rows}
            yield name, {**said, **found, "is_cut_short": answer.is_cut_short}
