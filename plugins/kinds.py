"""Kinds of pages, one template each: the path of a template under `templates/pages/` is the address of its pages.

`areas/{area_id}.html` is the page at `/areas/X05000001`; `/areas/X05000001.json` gives the same answers as data (those of
the home page are at `/index.json`, as Datasette answers at `/.json`). At the top of a template stands a comment in YAML:

    title: "{name}"                     # filled from the subject's row and the parameters
    subject: areas                      # the table whose row the page is about; without such a row, there is no page
    parameters:                         # what a reader may choose in the query string
      fy: {title: Financial year, options: financial_years, column: fy, default: first}
      agency: {title: Agency, options: {question: things_by_name, kind: agency}, column: code, label: name, all: All agencies}
    asks:                               # questions by name; the template has each answer under the name on the left
      money: {question: total_public_money_by_ward, fy: "{fy}", where: {area_id: "{area_id}"}}   # where: these rows alone

`datasette.kinds_of_page` has them all; pages.py shows them. The filters `page_of` and `page_address` lead to them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import tilde_decode, tilde_encode
from jinja2 import Environment

ROUTE = "community-budget"
FRONT_COMMENT = re.compile(r"\A\s*\{#(.*?)#\}", re.DOTALL)
PLACEHOLDER = re.compile(r"\{(\w+)\}")
KNOWN = {"title", "subject", "parameters", "asks", "part_of"}
HOME_TWIN = "index.json"


class PageError(ValueError):
    """The comment at the top of a page's template is not as it must be."""


@dataclass(frozen=True)
class Page:
    """A kind of page: where it is, what it is about, and what it asks."""

    template: str
    title: str
    subject: str
    parameters: Mapping[str, Mapping[str, str]]
    asks: Mapping[str, Mapping[str, str]]
    part_of: Mapping[str, str]

    @property
    def path(self) -> str:
        """The address, with the names of its parts in braces."""
        path = self.template.removeprefix("pages").removesuffix(".html")
        return path.removesuffix("index") if path == "/index" else path.removesuffix("/index")

    @property
    def parts(self) -> list[str]:
        return PLACEHOLDER.findall(self.path)

    @property
    def pattern(self) -> str:
        """The address as a regular expression, with `.json` or without."""
        text = PLACEHOLDER.sub(r"(?P<\1>[^/]+?)", self.path.replace(".", r"\."))
        return rf"/(?P<as_json>{HOME_TWIN})?$" if text == "/" else rf"{text}(?P<as_json>\.json)?$"

    def address(self, given: Mapping[str, Any]) -> str:
        """Where the page of these parts is."""
        return PLACEHOLDER.sub(lambda part: tilde_encode(str(given[part[1]])), self.path)


def read_page(folder: Path, path: Path) -> Page:
    """The page of a template. Raises `PageError` where its comment does not say what it must."""
    comment = FRONT_COMMENT.match(path.read_text(encoding="utf-8"))
    try:
        said = yaml.safe_load(comment[1]) if comment else None
    except yaml.YAMLError as error:
        raise PageError(f"{path}: the comment at the top is not YAML: {error}") from error
    if not isinstance(said, dict) or not said.get("title") or set(said) - KNOWN:
        raise PageError(
            f"{path}: begin with a comment that gives a title, and no more than {', '.join(sorted(KNOWN))}."
        )
    asks = {name: ask if isinstance(ask, dict) else {"question": ask} for name, ask in (said.get("asks") or {}).items()}
    return Page(
        template=path.relative_to(folder).as_posix(),
        title=said["title"],
        subject=said.get("subject") or "",
        parameters=said.get("parameters") or {},
        asks=asks,
        part_of=said.get("part_of") or {},
    )


def read_pages(folder: Path) -> list[Page]:
    """All pages; those with fewer parts in their address come first, so that `/areas/compare` is no area."""
    pages = [read_page(folder, path) for path in sorted((folder / "pages").rglob("*.html"))]
    return sorted(pages, key=lambda page: (len(page.parts), page.template))


@hookimpl(tryfirst=True)
def register_routes(datasette: Datasette) -> list[Any]:
    """Reads all kinds before the first address is given to one; the addresses themselves are those of pages.py."""
    datasette.kinds_of_page = read_pages(Path(datasette.template_dir)) if datasette.template_dir else []
    return []


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Gives templates `page_of`: the page of what a code stands for, else its row; `page_address`: that of a key."""
    plain = lambda code, column: env.filters["address_of"](code, column)  # noqa: E731 looked up when it is asked
    env.filters["page_of"] = lambda code, column: _page_of(datasette, plain(code, column))
    env.filters["page_address"] = lambda key, table: _page_of(datasette, f"/{ROUTE}/{table}/{_encoded(key)}")


def _encoded(key: Any) -> str:
    """A row's key as its address has it; of several columns, a list."""
    return ",".join(tilde_encode(str(part)) for part in (key if isinstance(key, list | tuple) else [key]))


def _page_of(datasette: Datasette, row: str) -> str:
    """The page of a row of a table, whose address has as many parts as the row's key; else the row itself."""
    found = re.fullmatch(rf"/{ROUTE}/(\w+)/([^/]+)", row)
    keys = [tilde_decode(key) for key in found[2].split(",")] if found else []
    pages = [
        page for page in datasette.kinds_of_page if found and page.subject == found[1] and len(page.parts) == len(keys)
    ]
    return pages[0].address(dict(zip(pages[0].parts, keys, strict=True))) if pages else row
