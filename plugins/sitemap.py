"""Where search engines find what there is: `/sitemap.xml` and `/robots.txt`.

Every page of the site, every table and every question is listed; rows of a file, such as single payments, are not: they
are found from their tables. Above 50,000 addresses `/sitemap.xml` is an index of `/sitemap-1.xml` and so on.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from xml.etree import ElementTree as Xml

from datasette import NotFound, Response, hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request

ROUTE = "community-budget"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST = 50_000
CLOSED = ("/-/", "/check", "/*?*_facet", "/*?*_sort", "/*?*sql=")
XML = "application/xml; charset=utf-8"

Absolute = Callable[[str], str]


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    """The list, its parts, and what programs that follow links are asked to leave alone."""
    return [
        (r"/sitemap\.xml$", sitemap),
        (r"/sitemap-(?P<part>[1-9][0-9]{0,4})\.xml$", sitemap_part),
        (r"/robots\.txt$", robots),
    ]


async def robots(request: Request, datasette: Datasette) -> Response:
    """All is open but what costs much and says nothing new."""
    closed = [f"Disallow: {path}" for path in CLOSED]
    lines = ["User-agent: *", *closed, "", f"Sitemap: {datasette.absolute_url(request, '/sitemap.xml')}"]
    return Response.text("\n".join(lines) + "\n")


async def sitemap(request: Request, datasette: Datasette) -> Response:
    """All addresses, or an index of the parts that list them."""
    found, absolute = await _addresses(datasette), _absolute(datasette, request)
    if len(found) <= MOST:
        return _as_xml("urlset", "url", [absolute(address) for address in found], _day(datasette))
    parts = [absolute(f"/sitemap-{part + 1}.xml") for part in range(-(-len(found) // MOST))]
    return _as_xml("sitemapindex", "sitemap", parts, _day(datasette))


async def sitemap_part(request: Request, datasette: Datasette) -> Response:
    """One part of the addresses."""
    start = (int(request.url_vars["part"]) - 1) * MOST
    found, absolute = (await _addresses(datasette))[start : start + MOST], _absolute(datasette, request)
    if not found:
        raise NotFound("The site map has no such part.")
    return _as_xml("urlset", "url", [absolute(address) for address in found], _day(datasette))


async def _addresses(datasette: Datasette) -> list[str]:
    pages = [page.path for page in datasette.kinds_of_page if not page.parts]
    fixed = [*pages, "/downloads", "/feeds", "/api", *[f"/{ROUTE}/{name}" for name in datasette.questions]]
    found = [address async for address in _subjects(datasette)]
    tables = await datasette.get_database(ROUTE).execute_fn(
        lambda connection: connection.execute("SELECT dataset FROM datasets ORDER BY 1").fetchall()
    )
    return list(dict.fromkeys([*fixed, *[f"/{ROUTE}/{row[0]}" for row in tables], *found]))


async def _subjects(datasette: Datasette) -> AsyncIterator[str]:
    """The pages of subjects whose key is one column, as far as the release has their tables."""
    database = datasette.get_database(ROUTE)
    for page in datasette.kinds_of_page:
        if len(page.parts) != 1 or page.parts[0] not in await database.table_columns(page.subject):
            continue
        part = page.parts[0]
        sql = f'SELECT DISTINCT "{part}" FROM "{page.subject}" WHERE "{part}" IS NOT NULL ORDER BY 1'  # noqa: S608 names of templates
        rows = await database.execute_fn(lambda connection, sql=sql: connection.execute(sql).fetchall())
        for row in rows:
            yield page.address({part: row[0]})


def _absolute(datasette: Datasette, request: Request) -> Absolute:
    return lambda address: datasette.absolute_url(request, address)


def _day(datasette: Datasette) -> str:
    release = datasette.releases.read if getattr(datasette, "releases", None) else None
    return str(release.manifest.get("as_of", "")) if release else ""


def _as_xml(outer: str, inner: str, addresses: list[str], day: str) -> Response:
    Xml.register_namespace("", SITEMAP)
    root = Xml.Element(f"{{{SITEMAP}}}{outer}")
    for address in addresses:
        each = Xml.SubElement(root, f"{{{SITEMAP}}}{inner}")
        Xml.SubElement(each, f"{{{SITEMAP}}}loc").text = address
        if day:
            Xml.SubElement(each, f"{{{SITEMAP}}}lastmod").text = day
    return Response(Xml.tostring(root, encoding="unicode", xml_declaration=True), content_type=XML)
