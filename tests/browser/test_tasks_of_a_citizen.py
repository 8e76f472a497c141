"""Things that people come for, each in at most four clicks from home, without scripts; choosing in a form is no click, sending it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

MOST_CLICKS = 4
MINUS = "\N{MINUS SIGN}"


class Visit:
    """Somebody on the home page, whose clicks are counted."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.clicks = 0
        page.goto(site)

    def open(self, link: str, *, exact: bool = False) -> Visit:
        """Follows a link of the page's content, or of its head."""
        return self.follow(self.page.get_by_role("link", name=link, exact=exact))

    def press(self, button: str) -> Visit:
        return self.follow(self.page.locator("main").get_by_role("button", name=button))

    def choose(self, field: str, choice: str) -> Visit:
        self.page.get_by_label(field).select_option(label=choice)
        return self

    def search(self, words: str) -> Visit:
        self.page.get_by_label("Search wards").fill(words)
        return self.press("Search")

    def follow(self, target: Locator) -> Visit:
        """The one way to click."""
        self.clicks += 1
        assert self.clicks <= MOST_CLICKS
        target.first.click()
        return self

    def table(self, heading: str) -> Locator:
        """The first table under a heading."""
        return self.page.locator(f"xpath=//*[self::h2 or self::h3][normalize-space()='{heading}']/following::table[1]")

    def section(self, heading: str) -> list[list[str]]:
        """The cells of its rows."""
        return [row.split("\t") for row in self.table(heading).locator("tbody tr").all_inner_texts()]

    def says(self, text: str) -> bool:
        return text in self.page.inner_text("main")


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    """Scripts are off, as nothing needs them."""
    context = browser.new_context(java_script_enabled=False)
    yield Visit(context.new_page(), site)
    context.close()


def test_how_much_is_spent_in_my_ward_on_preventing_family_breakdown(visit):
    visit.open("Find your ward").open("Eastgate").choose("How early help comes", "prevention").press("Show")
    (families,) = [row for row in visit.section("What it is for") if row[0] == "Strong families"]

    assert families == ["Strong families", "£8,796.99", "£6,202.02"]
    assert visit.says("Payments of 2025\N{EN DASH}26 that state Eastgate, of every tier")


def test_which_target_was_moved_and_why(visit):
    rows = visit.open("Does it work").section("Targets that were moved")
    (moved,) = [row for row in rows if row[0] == "Adults who offend again"]

    assert any("Night marshals did not work" in cell for cell in moved)


def test_which_asks_the_department_refused_and_why(visit):
    rows = (
        visit.open("Promises")
        .choose("State of asks", "refused")
        .press("Show")
        .section("What government was asked, and answered")
    )

    assert [row[1] for row in rows] == ["Department of the Treasury"] * 2
    assert all("refused" in row for row in rows)
    assert any("follow the person, not the ward" in row[-1] for row in rows)


def test_who_is_paid_by_most_agencies(visit):
    rows = visit.open("who is paid").section("Paid by most agencies")
    paid_by = [int(row[1]) for row in rows]

    assert (rows[0][0], paid_by[0]) == ("Moor Mutual Insurance", max(paid_by))
    assert len(rows[0][2].split(";")) == paid_by[0]


def test_where_this_1033_pound_credit_comes_from(visit):
    """Somebody has seen the amount and nothing else."""
    visit.search("£1,033.63").follow(visit.page.locator("main table a", has_text=f"{MINUS}£1,033.63"))

    expect(visit.page.locator("h1")).to_have_text(f"{MINUS}£1,033.63 back from Kiln Skills Academy")
    assert visit.says("spend-2023-08.csv, as Wexmoor Council sent it, line 44.")
    assert visit.says("Credit note: apprenticeship training")


def test_what_failed_and_what_was_learnt(visit):
    visit.open("What failed, and what was learnt")
    assert any("unplugged the sensors" in cell for row in visit.section("Projects that were stopped") for cell in row)
    visit.open("Sensors without anyone to answer")

    assert visit.says("Four in ten were unplugged within six months.")
    assert visit.says("Find the responders first.")


def test_what_one_resident_gets_in_real_terms(visit):
    visit.open("All public money").choose("Real terms in prices of", "2023\N{EN DASH}24").press("Show")
    heads = visit.page.locator("main table").first.locator("tbody tr").all_inner_texts()
    years = {row.split("\t")[0]: row.split("\t") for row in heads}

    assert len(years) == 3
    for year, row in years.items():
        # in its own prices a year is what it is, and a later one less
        assert (row[3] == row[5]) == (year == "2023\N{EN DASH}24"), row


def test_who_answers_for_a_project_and_whether_it_works(visit):
    visit.open("Projects", exact=True).open("Reablement at home")

    assert "Wexmoor NHS" in visit.page.inner_text("dl.facts")
    assert {row[0] for row in visit.section("Whether it works")} == {"Still at home 91 days after hospital"}


def test_what_an_organisation_is_paid_found_by_how_its_name_begins(visit):
    visit.search("second br").follow(visit.page.locator("xpath=//h3[.='Provider']/following::a[1]"))
    agencies = {row[1] for row in visit.section("Paid by whom, over time")}

    expect(visit.page.locator("h1")).to_have_text("Second Bridge")
    assert len(agencies) > 1
    assert int(visit.page.get_by_role("listitem").filter(has_text="agencies paying").locator("strong").inner_text()) > 1
    assert visit.says("paid in all, credits taken off")


def test_every_payment_for_my_ward_down_to_its_line(visit):
    visit.open("Find your ward").open("Eastgate").open("that state Eastgate, one by one")
    stated = visit.page.locator("td[data-label=Area]").all_inner_texts()
    visit.follow(visit.page.locator("td[data-label=Row] a"))

    assert set(stated) == {"Eastgate"}
    assert re.search(r"\.csv, [\d,]+ bytes.*\sLine\s+\d+\s", visit.page.inner_text(".provenance"), re.DOTALL)


def test_a_payment_leads_to_its_publisher_with_the_record_named(visit):
    visit.open("Who takes part").open("Wexmoor Council").follow(
        visit.table("Largest payments").get_by_role("link", name="£")
    )

    assert "/payments/wexmoor-council_" in visit.page.url
    assert visit.says(visit.page.url)
