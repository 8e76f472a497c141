"""Pages say what the standard knows of a table, and where a row comes from, down to the line as sent."""

ROW = "/community-budget/spend/wexmoor-council_spend-2024-05,{line}"


async def test_a_table_has_its_title_description_columns_units_facets_and_order_from_the_release(site):
    text = (await site.client.get("/community-budget/spend")).text

    assert "<h1>Payments</h1>" in text
    assert "Payments &lt;b&gt;over&lt;/b&gt; a threshold." in text
    assert "<dt>Amount <code>amount_pence</code></dt><dd>What was paid. In pounds; stored as whole pence.</dd>" in text
    assert "<dd>How many families. A small number of people is not published" in text
    assert "<dd>The line of that file on which this row begins.</dd>" in text
    assert "What kind of area. One of: district, ward." in (await site.client.get("/community-budget/areas")).text
    assert "sorted by payment_date descending" not in text, (
        "Datasette repeats and loses rows of a table that it sorts downwards"
    )
    assert "?agency_id=second-bridge" in text
    assert text.index("2024-05-01") < text.index("2024-05-02")


async def test_a_reference_is_a_link_by_the_address_with_the_name_of_what_it_refers_to(site):
    text = (await site.client.get("/community-budget/spend")).text

    assert '<a href="/community-budget/agencies/wexmoor-council">Wexmoor &lt;Council&gt;</a>' in text
    assert '<a href="/community-budget/files/wexmoor-council_spend-2024-05">wexmoor-council_spend-2024-05</a>' in text


async def test_on_the_page_of_a_row_references_have_names_too_and_blank_columns_stand_apart(site):
    text = (await site.client.get("/community-budget/agencies/second-bridge")).text
    assert "1 column blank here" in text
    assert '<a href="/community-budget/packages/wexmoor-council">wexmoor-council</a>' in text
    text = (await site.client.get(ROW.format(line=2))).text
    assert '<dd><a href="/community-budget/agencies/wexmoor-council">Wexmoor &lt;Council&gt;</a>' in text
    assert "blank here" not in text


async def test_a_row_says_who_sent_it_in_which_file_on_which_line_and_that_it_passed(site):
    text = (await site.client.get(ROW.format(line=2))).text

    assert '<a href="/community-budget/packages/wexmoor-council">Wexmoor Council</a>' in text
    assert '<a href="/community-budget/files/wexmoor-council_spend-2024-05">spend-2024-05.csv</a>, 12,345 bytes' in text
    assert ">abcdef012345…</code>" in text
    assert "<dt>Line</dt>\n    <dd>2</dd>" in text
    assert '<a href="/community-budget/rules?severity=error">every check that would have held it back</a>' in text
    assert "Nothing to remark on this line." in text
    assert '"/community-budget/problems?file_id=wexmoor-council_spend-2024-05"' in text


async def test_a_row_with_a_warning_shows_it_in_the_publishers_words(site):
    text = (await site.client.get(ROW.format(line=3))).text

    assert "<li>Lines 2 and 3 look alike. Check both.</li>" in text
    assert "Nothing to remark" not in text


async def test_a_row_that_no_publisher_sent_has_no_provenance(site):
    assert "Where this comes from" not in (await site.client.get("/community-budget/rules/areas_exist")).text
    assert "Where this comes from" not in (await site.client.get("/community-budget/themes/good-homes")).text


async def test_the_page_of_a_row_is_named_by_its_label_and_lists_what_refers_to_it(site):
    text = (await site.client.get("/community-budget/agencies/wexmoor-council")).text

    assert "<h1>Wexmoor &lt;Council&gt;</h1>" in text
    assert '<a href="/community-budget/spend?agency_id=wexmoor-council">1 row of Payments</a>' in text


async def test_what_a_page_adds_to_its_metadata_does_not_stay(site):
    await site.client.get("/community-budget/spend")
    database = site.get_database("community-budget").name

    assert "license" not in site.table_metadata(database, "spend")
