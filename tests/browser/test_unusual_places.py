"""Every kind of page in places that are unlike the illustrative one: nothing yet, no money, one ward, 200, very long names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

import pytest
from addresses import KINDS, is_wanted_whole, kind_of
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from unusual_places import PLACES

from pipeline.publish import publish
from pipeline.site import Site

AS_OF = date(2026, 6, 30)
NARROW, WIDE, PAPER = 320, 1280, 720
MOST_BYTES = 150_000
MOST_BYTES_WITH_MAP = 300_000
WITH_AXE = {"index", "areas/index", "areas/{area_id}", "agencies/compare", "programmes/{programme_id}", "search"}
WITH_WIDE_TABLES = {"savings", "agreements/index", "projects/{project_id}", "areas/compare"}
WHOLE = "very_long_names"
"""The place that has something of every kind."""
BARE = "nothing_yet"
"""The place of which every question is asked, as none has an answer."""
FITS_WIDE = {BARE, "names_without_money", "one_ward"}
"""Places with little to show, which are looked at as a narrow screen shows them."""
ALIKE = {"accessibility", "glossary", "how-figures-are-made", "privacy", "questions"}
"""Pages that say the same in every place, or nearly; looked at in one."""
NO_PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100"/>'
"""In place of a chart, which takes time to draw and has a test of its own."""
DATASETTE = {"a table": "/community-budget/spend", "questions and tables": "/community-budget", "files": "/downloads"}
BARE_HEADINGS = """() => {
    const all = [...document.querySelectorAll("main h1, main h2, main h3")]
    return all.filter((heading, at) => {
        const next = all[at + 1], under = document.createRange()
        under.setStartAfter(heading)
        next ? under.setEndBefore(next) : under.setEndAfter(document.querySelector("main").lastElementChild)
        const found = under.cloneContents()
        const isAbove = next && next.tagName > heading.tagName
        return !found.textContent.trim() && !found.querySelector("img, svg, input") && !isAbove
    }).map(heading => heading.textContent)
}"""
BARE_PARTS = """() => [...document.querySelectorAll("main :is(ul, ol, dl, table, select, p, form, h1, h2, h3, figcaption)")]
    .filter(part => !part.textContent.trim() && !part.querySelector("img, svg, input")).map(part => part.outerHTML)"""
NAMES_THAT_MEET = """() => [...document.querySelectorAll(".map svg, .flow svg")].flatMap(drawing => {
    const names = [...drawing.querySelectorAll("text")].filter(name => getComputedStyle(name).display != "none")
    const boxes = names.map(name => [name.textContent, name.getBoundingClientRect()])
    const around = drawing.getBoundingClientRect()
    const meet = boxes.filter(([name, a], at) => boxes.slice(at + 1).some(([other, b]) =>
        a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1))
    const outside = boxes.filter(([name, box]) => box.left < around.left - 1 || box.right > around.right + 1)
    return [...meet, ...outside].map(([name]) => name)
})"""
CUT_OFF = """() => [...document.querySelectorAll("text")].filter(text => {
    const box = text.getBoundingClientRect(), around = document.documentElement.getBoundingClientRect()
    return text.textContent && (box.left < around.left || box.right > around.right)
}).map(text => text.textContent)"""
LEFT_OVER = re.compile(
    r"\bNone\b(?! of)|\bin [.,]|[{}]|, *(?:\n|$)|\b1 (?:rows|wards|agencies|areas|questions|payments|things|files|releases)\b"
)


class Visited(NamedTuple):
    """A served place: its name, its address, and one address of every kind of page that links lead to."""

    name: str
    site: str
    pages: dict[str, str]
    refused: list[tuple[str, int]]


@pytest.fixture(scope="module", params=PLACES)
def visited(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    browser: Browser,
    served: Callable[[Path], AbstractContextManager[str]],
) -> Iterator[Visited]:
    folder = tmp_path_factory.mktemp(request.param)
    PLACES[request.param](folder)
    publish(Site(folder), AS_OF)
    with served(folder) as site:
        page = browser.new_page()
        yield Visited(request.param, site, *_followed(site, page, with_questions=request.param == BARE))
        page.close()


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": NARROW, "height": 900})
    yield context.new_page()
    context.close()


def test_no_link_is_dead(visited):
    assert visited.refused == []
    assert visited.name != WHOLE or set(visited.pages) >= set(KINDS)


def test_no_page_is_wider_than_the_window_or_bare_or_heavy_or_says_less_than_it_begins(visited, window):
    faults, said, widths = [], [], (NARROW,) if visited.name in FITS_WIDE else (WIDE, NARROW)
    window.on("console", lambda message: said.append(message.text))
    window.route("**/charts/*.svg*", lambda route: route.fulfill(content_type="image/svg+xml", body=NO_PICTURE))
    for path in _looked_at(visited):
        body = window.goto(visited.site + path).body()
        found = {
            "bare": window.evaluate(BARE_HEADINGS) + window.evaluate(BARE_PARTS),
            "left over": [] if path in DATASETTE.values() else _left_over(window),
            "wrong at a width": [fault for width in widths for fault in _wrong_at(window, width)],
            "bytes": [len(body)] if len(body) > (MOST_BYTES_WITH_MAP if b"<svg" in body else MOST_BYTES) else [],
        }
        faults += [(path, fault, what) for fault, what in found.items() if what]

    window.unroute("**/charts/*.svg*")
    assert faults == []
    assert said == []


def test_on_paper_no_column_of_a_wide_table_is_lost(visited, window):
    window.emulate_media(media="print")
    window.set_viewport_size({"width": PAPER, "height": 900})
    for kind in sorted(WITH_WIDE_TABLES & set(visited.pages)):
        window.goto(visited.site + visited.pages[kind])
        lost = window.locator(".scroll").evaluate_all(
            "all => all.filter(it => getComputedStyle(it).overflowX != 'visible').length"
        )

        assert lost == 0, kind
        assert not window.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), kind
    window.emulate_media(media="screen")
    window.set_viewport_size({"width": NARROW, "height": 900})


def test_axe_finds_no_fault(visited, window):
    if visited.name not in (WHOLE, BARE) and not is_wanted_whole():
        pytest.skip("only what is empty and what is long, unless all looks are wanted")
    window.emulate_media(color_scheme="dark")
    for kind in sorted(WITH_AXE & set(visited.pages)):
        window.goto(visited.site + visited.pages[kind])
        found = Axe().run(window, options={"resultTypes": ["violations"]}).response["violations"]

        assert [(kind, fault["id"], fault["nodes"][0]["html"][:200]) for fault in found] == []


def test_no_name_in_a_chart_is_cut_off_and_none_is_wider_than_a_narrow_screen(visited, window):
    """A reader's fonts may be wider than those of the machine that drew it."""
    for path in ("/", "/money", visited.pages["agencies/index"]):
        window.goto(visited.site + path)
        for drawn in window.locator(".chart").all():
            for address in (drawn.locator("img").get_attribute("src"), _narrow(drawn)):
                chart = window.context.new_page()
                chart.goto(urljoin(visited.site, address))

                assert chart.evaluate(CUT_OFF) == [], address
                assert (
                    "_width=narrow" not in address
                    or chart.evaluate("document.documentElement.width.baseVal.value") <= 300
                )
                chart.close()


def _looked_at(visited: Visited) -> list[str]:
    if visited.name == WHOLE:
        return [*visited.pages.values(), *DATASETTE.values()]
    return [path for kind, path in visited.pages.items() if kind not in ALIKE]


def _followed(site: str, page: Page, *, with_questions: bool) -> tuple[dict[str, str], list[tuple[str, int]]]:
    """One address of every kind that links lead to, page by page from home, and those that are refused."""
    pages, refused, seen, left = {}, [], {"/"}, ["/"]
    while left:
        path = left.pop(0)
        response = page.request.get(site + path, max_redirects=0 if ".csv" in path else 5)
        if response.status not in (200, 302):
            refused.append((path, response.status))
        kind = kind_of(path)
        if kind in KINDS and kind not in pages:
            pages[kind] = path
            links = [link for link in _links(response.text()) if with_questions or not _is_question(link)]
            new = {kind_of(link): link for link in links if kind_of(link) not in seen}
            seen |= set(new)
            left += new.values()
    return pages, refused


def _is_question(link: str) -> bool:
    return link.startswith("/community-budget/") and "_search" not in link


def _links(text: str) -> list[str]:
    """The pages, charts and maps to which a page leads on this site; the same as data, and files to take away, are no pages."""
    found = re.findall(r'<a [^>]*?href="(/[^"#]*)', text)
    return [
        link.replace("&amp;", "&")
        for link in found
        if not re.search(r"^/downloads/|^/-/|[.](json|csv|atom)(?![^?])", link)
    ]


def _left_over(page: Page) -> list[str]:
    """What a sentence or a number is that nobody thought of."""
    lines = page.locator("main").inner_text().splitlines()
    return [line for line in lines if LEFT_OVER.search(line)]


def _wrong_at(page: Page, width: int) -> list[str]:
    """That the page is wider than the window, and the names in its drawings that meet or stand outside."""
    if page.viewport_size["width"] != width:
        page.set_viewport_size({"width": width, "height": 900})
    is_wider = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [f"wider than {width}"] * is_wider + page.evaluate(NAMES_THAT_MEET)


def _narrow(drawn) -> str:
    sources = drawn.locator("source").all()
    return next(address for source in sources if "_width=narrow" in (address := source.get_attribute("srcset")))
