"""The catalogue, for portals and search engines: DCAT-AP 3 at `/catalogue.jsonld` and `/data.json`.

All is made of the release's own table `datasets` and of the files that its manifest names; a file that a release does not
have is not in its catalogue. Days are those of the release, never the clock. Who answers for the data is the `contact`
(`name`, `email`) of the plugin's part in metadata.yml.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request

ROUTE = "community-budget"
IANA = "https://www.iana.org/assignments/media-types/"
FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
GOVERNMENT = "http://publications.europa.eu/resource/authority/data-theme/GOVE"
ENGLISH = "http://publications.europa.eu/resource/authority/language/ENG"
FORMS = {
    "csv": ("text/csv", "CSV"),
    "json": ("application/json", "JSON"),
    "parquet": ("application/vnd.apache.parquet", "PARQUET"),
}
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
READING = {"access-control-allow-origin": "*"}

Absolute = Callable[[str], str]


@dataclass(frozen=True)
class Described:
    """A table of the release: its words, and the sha256 of its files by address, those of the release and the latest."""

    name: str
    title: str
    text: str
    section: str
    files: dict[str, str]


@dataclass(frozen=True)
class Catalogue:
    """What the site says of itself, its release, and its tables."""

    said: dict[str, Any]
    contact: dict[str, str]
    release: str
    as_of: str
    tables: list[Described]


@hookimpl
def startup(datasette: Datasette) -> None:
    """Lets pages say the same in words of their own."""
    datasette.read_catalogue = lambda: read_catalogue(datasette)


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    """The catalogue in its two forms."""
    return [
        (r"/catalogue\.jsonld$", _form(as_dcat, "application/ld+json")),
        (r"/data\.json$", _form(as_data_json, "application/json")),
    ]


def _form(made: Callable[[Catalogue, Absolute], Any], media_type: str) -> Callable[..., Awaitable[Response]]:
    async def show(request: Request, datasette: Datasette) -> Response:
        said = made(await read_catalogue(datasette), lambda address: datasette.absolute_url(request, address))
        return Response(json.dumps(said, ensure_ascii=False, indent=1), headers=READING, content_type=media_type)

    return show


async def read_catalogue(datasette: Datasette) -> Catalogue:
    """The tables of the release that is read, in their order."""
    release = datasette.releases.read if getattr(datasette, "releases", None) else None
    database = datasette.get_database(ROUTE)
    has_tables = await database.table_exists("datasets")
    rows = await database.execute("SELECT dataset, title, description, section FROM datasets") if has_tables else ()
    manifest = release.manifest if release else {}
    name, hashes = release.release_id if release else "", manifest.get("files", {})
    return Catalogue(
        said=datasette.metadata() or {},
        contact=(datasette.plugin_config("catalogue") or {}).get("contact") or {},
        release=name,
        as_of=str(manifest.get("as_of", "")),
        tables=[Described(*(row[each] or "" for each in range(4)), _files(name, row[0], hashes)) for row in rows],
    )


def _files(release: str, table: str, hashes: dict[str, str]) -> dict[str, str]:
    """Large JSON is kept packed alone; it is at its own address all the same, with no checksum of what is unpacked."""
    found = {}
    for name in (f"{table}.{form}" for form in FORMS):
        if {f"downloads/{name}", f"downloads/{name}.gz"} & hashes.keys():
            for folder in ("latest", release):
                found[f"/downloads/{folder}/{name}"] = hashes.get(f"downloads/{name}", "")
    return found


def as_dcat(catalogue: Catalogue, absolute: Absolute) -> dict[str, Any]:
    """DCAT-AP 3 as JSON-LD."""
    publisher = {"@type": "foaf:Agent", "@id": absolute("/#publisher"), "foaf:name": _title(catalogue)}
    common = {
        "dct:publisher": publisher,
        "dct:license": {"@id": catalogue.said.get("license_url", "")},
        "dct:language": {"@id": ENGLISH},
        "dct:modified": _day(catalogue),
    }
    about = {"dct:title": _title(catalogue), "dct:description": catalogue.said.get("description") or _title(catalogue)}
    return {
        "@context": CONTEXT,
        "@id": absolute("/catalogue.jsonld"),
        "@type": "dcat:Catalog",
        **about,
        **common,
        "foaf:homepage": {"@id": absolute("/")},
        "dcat:dataset": [_dcat_dataset(catalogue, table, absolute, common) for table in catalogue.tables],
    }


def _dcat_dataset(catalogue: Catalogue, table: Described, absolute: Absolute, common: dict[str, Any]) -> dict[str, Any]:
    said = {
        "@id": absolute(f"/{ROUTE}/{table.name}"),
        "@type": "dcat:Dataset",
        "dct:identifier": table.name,
        "dct:title": table.title,
        "dct:description": table.text or table.title,
        "dcat:keyword": _keywords(table),
        "dcat:theme": {"@id": GOVERNMENT},
        "dcat:version": catalogue.release,
        "dcat:landingPage": {"@id": absolute(f"/{ROUTE}/{table.name}")},
        "dcat:distribution": [_dcat_file(*file, absolute, common) for file in table.files.items()],
    }
    contact = catalogue.contact
    if contact.get("email"):
        email = {"@id": f"mailto:{contact['email']}"}
        said["dcat:contactPoint"] = {"@type": "vcard:Kind", "vcard:fn": contact["name"], "vcard:hasEmail": email}
    return common | said


def _dcat_file(address: str, digest: str, absolute: Absolute, common: dict[str, Any]) -> dict[str, Any]:
    media_type, file_type = _form_of(address)
    said = {
        "@id": absolute(address),
        "@type": "dcat:Distribution",
        "dct:title": address.removeprefix("/downloads/"),
        "dcat:accessURL": {"@id": absolute("/downloads")},
        "dcat:downloadURL": {"@id": absolute(address)},
        "dcat:mediaType": {"@id": IANA + media_type},
        "dct:format": {"@id": FILE_TYPE + file_type},
        "dct:license": common["dct:license"],
    }
    if digest:
        algorithm = {"@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"}
        value = {"@type": "xsd:hexBinary", "@value": digest}
        said["spdx:checksum"] = {"@type": "spdx:Checksum", "spdx:algorithm": algorithm, "spdx:checksumValue": value}
    return said


def as_data_json(catalogue: Catalogue, absolute: Absolute) -> dict[str, Any]:
    """The catalogue as Project Open Data v1.1 has it."""
    return {
        "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
        "@type": "dcat:Catalog",
        "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
        "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
        "dataset": [_data_json_dataset(catalogue, table, absolute) for table in catalogue.tables],
    }


def _data_json_dataset(catalogue: Catalogue, table: Described, absolute: Absolute) -> dict[str, Any]:
    contact = catalogue.contact
    email = {"hasEmail": f"mailto:{contact['email']}"} if contact.get("email") else {}
    return {
        "@type": "dcat:Dataset",
        "identifier": absolute(f"/{ROUTE}/{table.name}"),
        "title": table.title,
        "description": table.text or table.title,
        "keyword": _keywords(table),
        "modified": catalogue.as_of,
        "publisher": {"@type": "org:Organization", "name": _title(catalogue)},
        "contactPoint": {"@type": "vcard:Contact", "fn": contact.get("name") or _title(catalogue)} | email,
        "accessLevel": "public",
        "license": catalogue.said.get("license_url", ""),
        "landingPage": absolute(f"/{ROUTE}/{table.name}"),
        "distribution": [
            {"@type": "dcat:Distribution", "title": address.removeprefix("/downloads/")}
            | {"downloadURL": absolute(address), "mediaType": _form_of(address)[0], "format": _form_of(address)[1]}
            for address in table.files
        ],
    }


def _keywords(table: Described) -> list[str]:
    return [each for each in ("community budget", table.section.lower()) if each]


def _form_of(address: str) -> tuple[str, str]:
    return FORMS[address.rpartition(".")[2]]


def _title(catalogue: Catalogue) -> str:
    return str(catalogue.said.get("title") or "Community budget")


def _day(catalogue: Catalogue) -> dict[str, str]:
    return {"@type": "xsd:date", "@value": catalogue.as_of}
