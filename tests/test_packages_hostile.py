"""Packages that attack: each is refused clearly, quickly, in little memory, and reaches nothing; no text of one runs on a page."""

from __future__ import annotations

import copy
import html
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from broken_packages import GOOD
from hostile_packages import HOSTILE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from places import COUNCIL, PARTNERSHIP, Place, resource, spend
from served import close, make_site

from pipeline.standard import Standard

ROOT = Path(__file__).parent.parent
SECONDS = 30
MEMORY = 2_000_000_000
PROGRAM = Path(__file__).with_name("hostile_packages.py")


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    """What a process of its own says of every package."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{PROGRAM.parent}"}
    run = subprocess.run([sys.executable, PROGRAM], env=environment, capture_output=True, timeout=280, check=False)
    assert run.returncode == 0, run.stderr.decode()[-3000:]
    return json.loads(run.stdout)


def test_every_hostile_package_is_refused_in_time_memory_and_without_a_connection(results: dict[str, Any]) -> None:
    packages = results["packages"]
    assert len(packages) >= 100
    assert {how: said["verdict"] for how, said in packages.items() if said["verdict"] != "refused"} == {}
    assert max(said["seconds"] for said in packages.values()) <= SECONDS
    assert results["memory"] <= MEMORY
    assert results["connections"] == []


@pytest.mark.parametrize("how", HOSTILE)
def test_a_refusal_names_its_rule_in_words_without_a_path_or_a_traceback(results: dict[str, Any], how: str) -> None:
    said = results["packages"][how]
    assert said["problems"]
    for problem in said["problems"]:
        assert len(problem) < 2500
        assert re.match(r"[a-z_]+: .{15}", problem)
        for part in ("Traceback", "Error(", tempfile.gettempdir() + "/", str(ROOT)):
            assert part not in problem


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["spend.csv", "../x", "http://127.0.0.1:9/", "payment_date", "\u202e", "%d/%m/%Y", "2024-05", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
DESCRIBED: dict[str, Any] = {
    "name": COUNCIL, "publisher": COUNCIL, "title": "Council", "licenses": [{"name": "OGL-UK-3.0"}],
    "resources": [
        {"name": "spend", "path": "spend.csv", "dataset": "spend", "period": "2024-05", "encoding": "utf-8",
         "dialect": {"headerRows": [1], "csv": {"delimiter": ",", "quoteChar": '"'}}, "constants": {"is_card": "false"},
         "schema": {"missingValues": ["", "-"], "fields": [
             {"name": "payment_date", "type": "date", "format": "%Y-%m-%d"},
             {"name": "amount_gbp", "reads": ["padding", "thousands"]},
             {"name": "provider_name", "columnType": "provider_name",
              "reads": [{"redacted": {"REDACTED": "personal"}}]}]}}],
}  # fmt: skip


def places_in(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from places_in(inner, (*path, step))


def changed(path: tuple[Any, ...], name: str | None, value: Any) -> Any:
    """The description with something else in one place, or something more."""
    if not path:
        return value
    whole = copy.deepcopy(DESCRIBED)
    holder = whole
    for step in path[:-1]:
        holder = holder[step]
    if name is not None and isinstance(holder[path[-1]], dict):
        holder[path[-1]][name] = value
    else:
        holder[path[-1]] = value
    return whole


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(
    path=st.sampled_from(list(places_in(DESCRIBED))),
    name=st.none()
    | st.text(max_size=10)
    | st.sampled_from(["path", "schema", "compression", "format", "header", "label"]),
    value=ANYTHING,
)
def test_whatever_a_description_says_the_publisher_reads_words(
    standard: Standard, path: tuple[Any, ...], name: str | None, value: Any
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder), standard)
        place.send_spend(GOOD)
        place.write_descriptor(json.dumps(changed(path, name, value)))
        checked = place.checked()
        assert checked.verdict in {"accepted", "accepted_with_problems", "refused"}
        assert checked.verdict != "refused" or all(len(problem.message) > 15 for problem in checked.problems)
        assert place.receipt()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_whatever_bytes_a_file_holds_the_publisher_reads_words(standard: Standard, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder), standard)
        place.send_spend(b"payment_date,amount_gbp,provider_name\n" + content)
        assert place.receipt()


TURNED = "\u202egnp.exe\u2066"
SCRIPT = "<script>alert(1)</script>"
TEXTS = (
    SCRIPT, '"><img src=x onerror=alert(1)>', "{{ 7 * 191 }}", "{% include 'base.html' %}", "[click](javascript:alert(1))",
    "**bold** <b>b</b>", "javascript:alert(1)", "data:text/html;base64,PHNjcmlwdD4=", "vbscript:x", TURNED,
    "'; DROP TABLE spend; --", "=HYPERLINK('http://x')", "&lt;script&gt;", "</textarea><svg onload=alert(1)>",
)  # fmt: skip


@pytest.fixture(scope="module")
def hostile_place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A release whose every text is hostile."""
    place = Place(tmp_path_factory.mktemp("texts"), Standard.read(ROOT / "standard"))
    website = "agency_id,name,agency_type,website\n"
    agencies = [
        f'{COUNCIL},"{SCRIPT}{TURNED}",council,https://example.org/?a="">x',
        "evil,Evil,charity,javascript:alert(1)",
    ]
    place.send_partnership(agencies=website + "".join(f"{row}\n" for row in agencies[:1]) + f"{agencies[1]}\n")
    quoted = [text.replace('"', '""') for text in TEXTS]
    rows = [f'2024-05-01,{n}.00,"{text}"' for n, text in enumerate(quoted, 1)]
    place.send(COUNCIL, {"spend.csv": spend(*rows)}, resource("spend.csv", "spend", title=SCRIPT, description=TEXTS[1]))
    descriptor = json.loads((place.package() / "datapackage.json").read_text())
    place.describe(COUNCIL, *descriptor["resources"], title=f"{SCRIPT}{TURNED}", description=SCRIPT)
    place.publish()
    return place


async def test_no_text_of_a_package_runs_turns_or_links_to_a_script_on_any_page(
    hostile_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMUNITY_BUDGET_RELEASES", os.fspath(hostile_place.folder / "releases"))
    monkeypatch.setenv("COMMUNITY_BUDGET_QUESTIONS", os.fspath(ROOT / "questions"))
    site = make_site()
    place, seen = "/community-budget", ""
    spend_rows = [f"{place}/spend/{COUNCIL}_spend,{line}" for line in range(2, 2 + len(TEXTS))]
    wheres = (f"{place}?sql=select+provider_name+from+spend", f"{place}/spend?_facet=provider_name",
              f"{place}/spend?provider_name=<script>alert(1)</script>", f"{place}/spend?_search=<script>",
              f"{place}?sql=select+'<script>alert(1)</script>'+as+\"<script>alert(1)</script>\"",
              f"{place}?sql=<script>alert(1)</script>", f"{place}/<script>alert(1)</script>")  # fmt: skip
    tables = [f"{place}/{name}" for name in ("spend", "agencies", "packages", "files", "problems", "held_back")]
    for path in ("/", place, f"{place}/agencies/{COUNCIL}", *tables, *spend_rows, *wheres):
        page = await site.client.get(path)
        assert page.status_code in {200, 400, 404}, path
        assert_harmless(page.text, path)
        seen += page.text
    close(site)
    assert "gnp.exe" in seen
    assert html.escape(SCRIPT) in seen
    assert PARTNERSHIP in seen


def assert_harmless(page: str, path: str) -> None:
    page = re.sub(r'<script type="application/ld\+json">[^<]*</script>', "", page)  # data, which nothing in it can end
    assert not re.search(r"<(script|img|svg|b|iframe)\b[^>]*>", page), path
    assert "1337" not in page, path
    assert not re.search(
        r"""(?:href|src|action)=["']?\s*(?!https?:|mailto:|/|#|\?|\./)[a-z]+:""", page, re.IGNORECASE
    ), path
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", page), path
    assert not re.search(r"<[a-z]+[^>]*\son[a-z]+=", re.sub(r'"[^"]*"', '""', page)), path
