"""A long answer is shown a hundred rows at a time, and is whole as CSV and JSON."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest

COUNTED = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {rows}) SELECT n FROM c"


def _address(rows, form="", **more):
    return f"/community-budget{form}?" + urlencode({"sql": COUNTED.format(rows=rows), **more})


def _numbers(page):
    return [int(number) for number in re.findall(r'data-label="n">(\d+)</td>', page.text)]


async def test_every_row_is_on_one_of_the_pages_to_which_each_leads(site):
    page = await site.client.get(_address(250))
    seen = [_numbers(page)]
    while after := re.search(r'rel="next" href="([^"]+)"', page.text):
        page = await site.client.get(unescape(after[1]))
        seen.append(_numbers(page))

    assert seen == [list(range(1, 101)), list(range(101, 201)), list(range(201, 251))]
    assert "250 rows <small>201 to 250 are shown</small>" in page.text


async def test_the_way_back_leads_to_the_rows_before_and_at_last_to_the_plain_address(site):
    page = await site.client.get(_address(250, _from="201"))
    back = unescape(re.search(r'rel="prev" href="([^"]+)"', page.text)[1])
    page = await site.client.get(back)

    assert _numbers(page) == list(range(101, 201))
    assert "_from" not in unescape(re.search(r'rel="prev" href="([^"]+)"', page.text)[1])


async def test_a_short_answer_has_no_other_pages(site):
    page = await site.client.get(_address(100))

    assert _numbers(page) == list(range(1, 101))
    assert "are shown" not in page.text
    assert 'aria-label="More rows"' not in page.text


@pytest.mark.parametrize("asked", ["0", "251", "-3", "x", "", "1e9", "²", "9" * 400])
async def test_a_row_that_is_not_there_shows_the_first(site, asked):
    page = await site.client.get(_address(250, _from=asked))

    assert page.status_code == 200
    assert _numbers(page) == list(range(1, 101))


async def test_what_is_sent_as_data_is_whole(site):
    page = await site.client.get(_address(250, _from="101"))
    csv = unescape(re.search(r'href="([^"]+)">CSV</a>', page.text)[1])

    assert len((await site.client.get(csv)).text.splitlines()) == 251
    assert len((await site.client.get(_address(250, ".json", _from="101"))).json()["rows"]) == 250
