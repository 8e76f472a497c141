"""Ten things that people come for, each in at most four clicks from home."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

MINUS = "\N{MINUS SIGN}"


class Visit:
    """Somebody on the home page, whose clicks are counted."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.clicks = 0
        page.goto(site)

    def open(self, link: str, *, exact: bool = False) -> Visit:
        """Follows a link of the page's content, or of its head."""
        self.page.get_by_role("link", name=link, exact=exact).first.click()
        return self._clicked()

    def press(self, button: str) -> Visit:
        self.page.locator("main").get_by_role("button", name=button).first.click()
        return self._clicked()

    def section(self, heading: str) -> list[str]:
        """The rows of the first table under a heading."""
        table = self.page.locator(f"xpath=//*[self::h2 or self::h3][normalize-space()='{heading}']/following::table[1]")
        return table.locator("tbody tr").all_inner_texts()

    def _clicked(self) -> Visit:
        self.clicks += 1
        assert self.clicks <= 4
        return self


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    """Scripts are off, as nothing needs them."""
    context = browser.new_context(java_script_enabled=False)
    yield Visit(context.new_page(), site)
    context.close()


def test_how_much_is_spent_in_my_ward_on_strong_families(visit):
    rows = visit.open("Find your ward").open("Eastgate").section("What it is for")

    assert any("Strong families" in row and "£" in row for row in rows)


def test_which_target_was_moved_and_why(visit):
    rows = visit.open("Does it work").section("Targets that were moved")

    assert any("Adults who offend again" in row and "Night marshals did not work" in row for row in rows)


def test_which_asks_did_government_refuse(visit):
    visit.open("Promises").page.get_by_label("State of asks").select_option("refused")
    rows = visit.press("Show").section("What government was asked, and answered")

    assert len(rows) == 2
    assert all("refused" in row for row in rows)
    assert any("follow the person, not the ward" in row for row in rows)


def test_who_is_paid_by_most_agencies(visit):
    rows = visit.open("who is paid").section("Paid by most agencies")

    assert "Moor Mutual Insurance" in rows[0]
    assert "8" in rows[0]


def test_where_a_credit_comes_from(visit):
    visit.open("Credits", exact=True).page.locator("select[name=agency]").select_option("wexmoor-nhs")
    visit.press("Show").page.locator("main table a", has_text=MINUS).first.click()

    expect(visit.page.locator("h1")).to_contain_text("back from")
    assert "as sent, line" in visit.page.inner_text("main")


def test_what_failed_and_what_was_learnt(visit):
    text = visit.open("What failed, and what was learnt").page.inner_text("main")

    assert "Did not work" in text
    assert any("unplugged the sensors" in row for row in visit.section("Projects that were stopped"))


def test_what_one_resident_gets_in_real_terms(visit):
    visit.open("All public money").page.get_by_label("Real terms in prices of").select_option("2023-2024")
    heads = visit.press("Show").page.locator("main table").first.locator("tbody tr").all_inner_texts()

    assert len(heads) == 3
    assert all("£" in row for row in heads)


def test_who_answers_for_a_project_and_whether_it_works(visit):
    visit.open("Projects", exact=True).open("Reablement at home")

    assert "Wexmoor NHS" in visit.page.inner_text("dl.facts")
    assert visit.section("Whether it works")


def test_a_provider_is_found_by_the_beginning_of_its_name(visit):
    visit.page.get_by_label("Search wards").fill("second br")
    visit.press("Search").open("Second Bridge")

    expect(visit.page.locator("h1")).to_contain_text("Second Bridge")


def test_a_payment_leads_to_its_publisher_with_the_record_named(visit):
    visit.open("Who takes part").open("Wexmoor Council")
    visit.page.locator("xpath=//h2[.='Largest payments']/following::table[1]//a[contains(., '£')]").first.click()

    assert "/payments/wexmoor-council_" in visit.page.url
    assert visit.page.url in visit.page.inner_text("main")
