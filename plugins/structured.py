"""What a page is, in the words of schema.org, for search engines: a DataCatalog, or the Dataset of a table."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request
from jinja2 import Environment
from markupsafe import Markup

ROUTE = "community-budget"
CATALOGUES = ("/", "/downloads")
TABLE = re.compile(rf"/{ROUTE}/(\w+)")
TYPES = {"csv": "text/csv", "json": "application/json", "parquet": "application/vnd.apache.parquet"}

Absolute = Callable[[str], str]


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Gives templates `structured_data(request)`: what a page is, in the words of schema.org, for its head."""

    async def structured_data(request: Request | None) -> Markup:
        path = request.path if request else ""
        table = TABLE.fullmatch(path)
        if request is None or (path not in CATALOGUES and not table):
            return Markup("")
        absolute = lambda address: datasette.absolute_url(request, address)  # noqa: E731 passed on
        found = as_schema_org(await datasette.read_catalogue(), absolute, table[1] if table else "")
        return _script(found) if found else Markup("")

    env.globals["structured_data"] = structured_data


def as_schema_org(catalogue: Any, absolute: Absolute, table: str) -> dict[str, Any] | None:
    """A table as a Dataset, or where none is named, the site as a DataCatalog; none where there is no such table."""
    if not table:
        parts = [
            {"@type": "Dataset", "@id": absolute(f"/{ROUTE}/{each.name}")} | _named(each) for each in catalogue.tables
        ]
        about = {"name": (catalogue.said.get("title") or "Community budget"), "url": absolute("/"), "dataset": parts}
        return {"@context": "https://schema.org", "@type": "DataCatalog"} | about
    found = next((each for each in catalogue.tables if each.name == table), None)
    return found and dict(_dataset(catalogue, found, absolute))


def _dataset(catalogue: Any, table: Any, absolute: Absolute) -> Iterator[tuple[str, Any]]:
    address = absolute(f"/{ROUTE}/{table.name}")
    yield from {"@context": "https://schema.org", "@type": "Dataset", "@id": address, "url": address}.items()
    yield from _named(table).items()
    yield from {"version": catalogue.release, "dateModified": catalogue.as_of, "isAccessibleForFree": True}.items()
    yield "license", catalogue.said.get("license_url", "")
    yield (
        "creator",
        {"@type": "Organization", "name": (catalogue.said.get("title") or "Community budget"), "url": absolute("/")},
    )
    yield "includedInDataCatalog", {"@type": "DataCatalog", "url": absolute("/")}
    yield (
        "distribution",
        [
            {"@type": "DataDownload", "contentUrl": absolute(each), "encodingFormat": TYPES[each.rpartition(".")[2]]}
            for each in table.files
        ],
    )


def _named(table: Any) -> dict[str, str]:
    return {"name": table.title, "description": table.text or table.title}


def _script(said: Any) -> Markup:
    """A block of data, which no browser runs; nothing in it can end it."""
    text = json.dumps(said, ensure_ascii=False).replace("<", "\\u003c")
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(text))
