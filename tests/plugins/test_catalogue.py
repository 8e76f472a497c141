"""The catalogue that portals and search engines take: its shape, and that it names only what is there."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as Xml

import pytest
from datasette.plugins import pm

HASH = "a" * 64
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def releases(releases):
    """A release with files of payments: a plain CSV, and JSON that is kept packed."""
    files = {"downloads/spend.csv": HASH, "downloads/spend.json.gz": "b" * 64}
    (releases / "first" / "manifest.json").write_text(json.dumps({"as_of": "2026-06-30", "files": files}))
    return releases


def of_spend(datasets, key):
    return next(each for each in datasets if each[key].endswith("spend"))


async def test_dcat_has_what_the_profile_demands_of_every_class(site):
    response = await site.client.get("/catalogue.jsonld")
    said = response.json()
    assert response.headers["content-type"] == "application/ld+json"
    assert response.headers["access-control-allow-origin"] == "*"
    assert said["@type"] == "dcat:Catalog"
    for name in ("dct:title", "dct:description", "dct:publisher", "dcat:dataset", "dct:license", "foaf:homepage"):
        assert said[name], name
    assert {each["dct:identifier"] for each in said["dcat:dataset"]} == {"agencies", "areas", "files", "spend"}
    for dataset in said["dcat:dataset"]:
        assert dataset["@type"] == "dcat:Dataset"
        assert dataset["dct:title"]
        assert dataset["dct:description"]
        assert dataset["dct:publisher"]["foaf:name"] == "Wexmoor Community Budget"
    prefixes = {name.partition(":")[0] for name in names_in(said) if not name.startswith("@")}
    assert prefixes <= set(said["@context"])


async def test_distributions_lead_to_the_latest_file_and_to_that_of_the_release_and_only_to_files_there_are(site):
    datasets = (await site.client.get("/catalogue.jsonld")).json()["dcat:dataset"]
    files = {each["dcat:downloadURL"]["@id"]: each for each in of_spend(datasets, "@id")["dcat:distribution"]}
    base = "http://localhost/downloads"
    assert set(files) == {f"{base}/{folder}/spend.{form}" for folder in ("latest", "first") for form in ("csv", "json")}
    assert files[f"{base}/first/spend.csv"]["spdx:checksum"]["spdx:checksumValue"]["@value"] == HASH
    assert "spdx:checksum" not in files[f"{base}/first/spend.json"]
    assert all(each["dcat:accessURL"] for each in files.values())
    assert not [each for each in datasets if not each["@id"].endswith("spend") and each["dcat:distribution"]]


async def test_data_json_has_what_its_schema_demands(site):
    said = (await site.client.get("/data.json")).json()
    assert said["conformsTo"] == "https://project-open-data.cio.gov/v1.1/schema"
    for dataset in said["dataset"]:
        for name in ("title", "description", "keyword", "modified", "publisher", "contactPoint", "identifier"):
            assert dataset[name], name
        assert dataset["accessLevel"] == "public"
    found = of_spend(said["dataset"], "identifier")
    assert found["modified"] == "2026-06-30"
    assert {(each["mediaType"], each["format"]) for each in found["distribution"]} == {
        ("text/csv", "CSV"),
        ("application/json", "JSON"),
    }


async def test_a_table_is_a_dataset_in_the_words_of_schema_org_and_its_text_cannot_end_the_block(site):
    page = await site.client.get("/community-budget/spend")
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL)
    said = json.loads(block)
    assert (said["@type"], said["name"]) == ("Dataset", "Payments")
    assert said["description"] == "Payments <b>over</b> a threshold."
    assert "<b>" not in block
    assert said["license"].startswith("https://")
    assert "http://localhost/downloads/latest/spend.csv" in {each["contentUrl"] for each in said["distribution"]}


async def test_the_site_is_a_catalogue_of_datasets_and_other_pages_say_nothing(site):
    page = (await site.client.get("/downloads")).text
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert json.loads(block)["@type"] == "DataCatalog"
    assert len(json.loads(block)["dataset"]) == 4
    assert "ld+json" not in (await site.client.get("/feeds")).text


async def test_the_site_map_lists_pages_that_are_there(site):
    response = await site.client.get("/sitemap.xml")
    root = Xml.fromstring(response.text)
    assert root.tag == f"{MAP}urlset"
    addresses = [each.text for each in root.iter(f"{MAP}loc")]
    assert len(addresses) == len(set(addresses))
    for path in ("/", "/downloads", "/community-budget/spend", "/areas/X05000005", "/agencies/second-bridge"):
        assert f"http://localhost{path}" in addresses
    assert {each.text for each in root.iter(f"{MAP}lastmod")} == {"2026-06-30"}
    for path in ("/feeds", "/community-budget/spend_by_theme", "/areas/X05000005", "/api"):
        assert (await site.client.get(path)).status_code == 200, path


async def test_more_addresses_than_one_file_may_have_are_parted(site, monkeypatch):
    await site.invoke_startup()
    monkeypatch.setattr(pm.get_plugin("sitemap.py"), "MOST", 10)
    whole = Xml.fromstring((await site.client.get("/sitemap.xml")).text)
    assert whole.tag == f"{MAP}sitemapindex"
    parts = [each.text for each in whole.iter(f"{MAP}loc")]
    found = []
    for part in parts:
        root = Xml.fromstring((await site.client.get(part.removeprefix("http://localhost"))).text)
        found += [each.text for each in root.iter(f"{MAP}loc")]
    assert len(found) > 10 * (len(parts) - 1)
    assert len(set(found)) == len(found)
    assert (await site.client.get(f"/sitemap-{len(parts) + 1}.xml")).status_code == 404


async def test_robots_are_led_to_the_site_map(site):
    text = (await site.client.get("/robots.txt")).text
    assert "Sitemap: http://localhost/sitemap.xml" in text
    assert "Disallow: /-/" in text


def names_in(said):
    if isinstance(said, list):
        return {name for each in said for name in names_in(each)}
    if not isinstance(said, dict):
        return set()
    inner = {key: value for key, value in said.items() if key != "@context"}
    return set(inner) | {name for value in inner.values() for name in names_in(value)}
