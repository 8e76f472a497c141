"""A question is one file, asked the same way from a page, a plugin and an address."""

import os

import pytest
from served import make_site


async def test_an_answer_says_what_it_means_with_units_rows_sql_and_its_address(site):
    await site.client.get("/")
    answer = await site.ask("spend_by_theme", fy="2024-2025")

    assert answer.title == "Payments by theme"
    assert answer.meaning == "Each row is one theme and what its payments add up to."
    assert answer.caveats == ("Payments over a threshold only.",)
    assert [(column.name, column.title, column.unit) for column in answer.columns] == [
        ("theme_id", "Theme", ""),
        ("theme", "Theme", ""),
        ("amount_pence", "Payments, net", "gbp"),
        ("agencies", "Agencies", ""),
    ]
    assert answer.rows == ({"theme_id": "good-homes", "theme": "Good homes", "amount_pence": 123400, "agencies": 2},)
    assert answer.sql.startswith("SELECT t.theme_id")
    assert answer.address == "/community-budget/spend_by_theme?fy=2024-2025"
    assert not answer.is_cut_short
    assert (await site.client.get(answer.address)).status_code == 200


async def test_a_parameter_left_out_is_empty_and_an_unknown_one_is_refused(site):
    await site.client.get("/")

    assert (await site.ask("spend_by_theme")).address == "/community-budget/spend_by_theme"
    assert (await site.ask("spend_by_theme", fy="2020-2021")).rows == ()
    with pytest.raises(ValueError, match="has no parameter area"):
        await site.ask("spend_by_theme", area="X05000005")
    with pytest.raises(ValueError, match="There is no question nothing"):
        await site.ask("nothing")


async def test_a_question_has_a_page_json_and_csv_at_its_address(site):
    text = (await site.client.get("/community-budget/spend_by_theme?fy=2024-2025")).text
    assert "<h1>Payments by theme</h1>" in text
    assert "Payments over a threshold only." in text
    assert '<label for="parameter-1">Financial year; empty for all</label>' in text
    assert 'name="fy" value="2024-2025"' in text
    assert '<a href="/community-budget/themes/good-homes">Good homes</a>' in text
    assert text.count('scope="col"') == 3
    assert "SELECT t.theme_id" in text
    assert "meaning:" not in text

    answer = (await site.client.get("/community-budget/spend_by_theme.json?_shape=array")).json()
    assert answer == [{"theme_id": "good-homes", "theme": "Good homes", "amount_pence": 123400, "agencies": 2}]
    csv = (await site.client.get("/community-budget/spend_by_theme.csv")).text
    assert csv == "theme_id,theme,amount_pence,agencies\r\ngood-homes,Good homes,123400,2\r\n"
    assert (await site.client.get("/community-budget.json")).json()["queries"][1]["name"] == "spend_by_theme"


async def test_a_later_folder_overrides_an_earlier_question(site, tmp_path, questions, monkeypatch):
    own = tmp_path / "own"
    own.mkdir()
    (own / "agencies_by_name.sql").write_text("/*\ntitle: Ours\nmeaning: Own words.\n*/\nSELECT 1 AS one")
    monkeypatch.setenv("COMMUNITY_BUDGET_QUESTIONS", os.pathsep.join([str(questions), str(own)]))
    await site.client.get("/")

    assert site.questions["agencies_by_name"].title == "Ours"
    assert list(site.questions) == ["agencies_by_name", "spend_by_theme"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT 1", "begin with a comment"),
        ("/*\ntitle: No meaning\n*/ SELECT 1", "gives a title and a meaning"),
        ("/*\ntitle: [\n*/ SELECT 1", "is not YAML"),
    ],
)
async def test_a_question_that_does_not_say_what_it_means_stops_the_start(questions, monkeypatch, text, message):
    (questions / "broken.sql").write_text(text)
    monkeypatch.setenv("COMMUNITY_BUDGET_QUESTIONS", str(questions))

    with pytest.raises(ValueError, match=rf"broken\.sql: .*{message}"):
        await make_site().invoke_startup()
