"""Amounts, shares, years and yes/no read as people write them, and stay as stored in JSON and CSV."""

import pytest

SHOWN = [
    ("a_pence", 123450, "£1,234.50"),
    ("a_pence", -5, "−£0.05"),  # noqa: RUF001 a minus sign is what is shown
    ("a_pence", 0, "£0.00"),
    ("a_pence", 9_007_199_254_740_993, "£90,071,992,547,409.93"),
    ("a_pence", 1.5, "1.5"),
    ("share_bps", 1250, "12.5 %"),
    ("share_bps", 10000, "100 %"),
    ("share_bps", 5, "0.05 %"),
    ("share_bps", -1001, "−10.01 %"),  # noqa: RUF001 a minus sign is what is shown
    ("fy", "2024-2025", "2024–25"),  # noqa: RUF001 an en dash is what is shown
    ("fy", "1999-2000", "1999–00"),  # noqa: RUF001 an en dash is what is shown
    ("fy", "2024-2026", "2024-2026"),
    ("period", "2024-05", "2024-05"),
    ("is_grant", 1, "yes"),
    ("is_grant", 0, "no"),
    ("year", 2024, "2024"),
    ("people", 1234567, "1,234,567"),
    ("people", "c", "c"),
    ("name", "<b>", "&lt;b&gt;"),
]


@pytest.mark.parametrize(("column", "value", "text"), SHOWN)
async def test_a_cell_reads_as_people_write_it(site, column, value, text):
    stored = repr(value) if isinstance(value, str) else value
    response = await site.client.get("/community-budget", params={"sql": f"SELECT {stored} AS {column}"})

    assert f'data-label="{column}">{text}</td>' in response.text.replace('<span class="figure">', "").replace(
        "</span>", ""
    )


async def test_json_and_csv_have_what_is_stored(site):
    row = (await site.client.get("/community-budget/spend.json?line=3&_shape=array")).json()[0]
    assert (row["amount_pence"], row["share_bps"], row["fy"], row["is_grant"]) == (-50, 10000, "2024-2025", 0)
    assert ",-50,10000,2024-2025,0," in (await site.client.get("/community-budget/spend.csv?line=3")).text


async def test_numbers_are_aligned_to_the_right_and_words_are_not(site):
    text = (await site.client.get("/community-budget/spend")).text

    assert '<td role="cell" class="number" data-label="Amount"><span class="figure">£1,234.50</span></td>' in text
    assert '<td role="cell" data-label="is_grant">yes</td>' in text


async def test_years_read_the_same_where_rows_are_counted(site):
    assert ">2024–25</a> 2" in (await site.client.get("/community-budget/spend?_facet=fy")).text  # noqa: RUF001
