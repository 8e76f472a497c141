"""The catalogue, for portals and search engines: DCAT-AP 3 at `/catalogue.jsonld`, `/data.json`, schema.org in pages,
`/fiscal.json` (the Fiscal Data Package of payments and budgets), `/sitemap.xml` and `/robots.txt`.

All is made of the release's own tables `datasets` and `columns`. Days are those of the release, never the clock.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from xml.etree import ElementTree as Xml

from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.utils import tilde_encode
from datasette.utils.asgi import Request
from markupsafe import Markup

ROUTE = "community-budget"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
AT_MOST = 50_000
SUBJECTS = {"agencies": "agency_id", "themes": "theme_id", "areas": "area_id", "indicators": "indicator_id", "projects": "project_id", "programmes": "programme_id"}  # fmt: skip
CLOSED = ("/-/", "/check", "/*?*_facet", "/*?*_sort", "/*?*sql=")
MEDIA = {"csv": "text/csv", "json": "application/json"}
FISCAL = {
    "spend": {
        "payment_date": "date:generic",
        "amount_pence": "value",
        "transaction_ref": "transaction-id:code",
        "agency_id": "administrative-classification:generic:level1:code",
        "department": "administrative-classification:generic:level2:label",
        "provider_id": "recipient:generic:id",
        "provider_name": "recipient:generic:name",
        "expense_type": "economic-classification:generic:level1:label",
        "function": "functional-classification:cofog:code",
        "project_id": "activity:generic:project:code",
        "area_id": "geo:code",
        "purpose": "value-related:description",
    },
    "budgets": {
        "budget_id": "budget-line-id",
        "phase": "phase:id",
        "amount_pence": "value",
        "fy": "date:fiscal:activity-approval",
        "agency_id": "administrative-classification:generic:level1:code",
        "function": "functional-classification:cofog:code",
        "project_id": "activity:generic:project:code",
        "area_id": "geo:code",
        "kind": "economic-classification:generic:level1:label",
    },
}  # fmt: skip
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
