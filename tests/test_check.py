"""Values and shapes of the rows of one package: rows in, the words of its receipt out."""

from __future__ import annotations

from pathlib import Path

import pytest
from places import COUNCIL, HEADER, PARTNERSHIP, Place, resource, spend

from pipeline.model import Totals
from pipeline.standard import Standard

STANDARD = Standard.read(Path(__file__).parent.parent / "standard")
NO_AMOUNT = (
    "is not an amount in pounds with at most two decimals: no pound sign and no commas, a minus sign in front if it is"
    " negative."
)
ARABIC = "".join(chr(0x660 + digit) for digit in (1, 2, 3))


@pytest.fixture
def place(tmp_path: Path, standard: Standard) -> Place:
    return Place(tmp_path, standard)


@pytest.mark.parametrize(
    "amount",
    [
        "1e5", "1E5", "NaN", "nan", "INF", "-inf", ARABIC, "\uff11", "1_000", "1.005", '"12,34"', '"1,234.50"', "£5", "(5.00)",
        "5.00-", "5.00CR", "5.", ".5", "+5", "--5", " 5", "5 ", "0x1F", "1e999999999", "12345678901234", "true", "n/a", '"5\n"',
    ],
)  # fmt: skip
def test_an_amount_that_is_not_one_is_held_back_and_its_cell_is_named(place: Place, amount: str) -> None:
    place.send_spend(spend(f"2024-05-01,{amount},Calder Care", "2024-05-02,1.00,Calder Care"))
    assert place.problems() == [
        "error: wrong_format (1)",
        f"spend.csv line 2: Amount in B2 {NO_AMOUNT}",
        "What to do: Write it like 1234.50.",
    ]
    (file,) = place.checked().files
    assert (file.published, file.held_back) == (Totals(1, 0, 100), Totals(1, 0, 0))


@pytest.mark.parametrize(
    ("amount", "pence"),
    [
        ("0", 0),
        ("-0", 0),
        ("5", 500),
        ("5.5", 550),
        ("-0.01", -1),
        ("0000012.30", 1230),
        ("1.10", 110),
        ("0.29", 29),
        ("4.35", 435),
        ("9999999999999.99", 999_999_999_999_999),
        ("-9999999999999.99", -999_999_999_999_999),
    ],
)
def test_an_amount_becomes_pence_without_a_float_on_the_way(place: Place, amount: str, pence: int) -> None:
    place.send_spend(spend(f"2024-05-01,{amount},Calder Care"))
    assert [row["amount_pence"] for row in place.rows()] == [pence]


@pytest.mark.parametrize(
    ("dataset", "header", "row", "message", "advice"),
    [
        ("spend", HEADER, "2024-05-01,,Calder", "Amount in B2 is empty, and every row needs it.", "Fill it in; an example: 1234.50."),
        ("spend", HEADER, "01/05/2024,1.00,Calder", "Date of payment in A2 is not a day written year-month-day.", "Write it like 2024-05-31."),
        ("spend", HEADER, "2024-5-1,1.00,Calder", "Date of payment in A2 is not a day written year-month-day.", "Write it like 2024-05-31."),
        ("spend", HEADER, "2023-02-29,1.00,Calder", "Date of payment in A2 is not a day written year-month-day.", "Write it like 2024-05-31."),
        ("spend", HEADER, "2024-05-01,1.00,Cal\tder", "Paid to in C2 is not words on one line, at most 2,000 characters, without tabs, line breaks or other control characters.", "Write it like Support for a whole family from one worker."),
        ("spend", HEADER, f"2024-05-01,1.00,{'x' * 2001}", "Paid to in C2 is not words on one line, at most 2,000 characters, without tabs, line breaks or other control characters.", "Write it like Support for a whole family from one worker."),
        ("spend", "payment_date,amount_gbp,is_card\n", "2024-05-01,1.00,yes", "Was paid by card in C2 is not true or false, in small letters.", "Write it like true."),
        ("spend", "payment_date,amount_gbp,redaction\n", "2024-05-01,1.00,secret", "Withheld because in C2 is not one of its list.", "Use one of: personal, commercial, safeguarding, other."),
        ("providers", "provider_id,name\n", "Calder Care,Calder Care", "Provider in A2 is not a short name for use in addresses: small letters a to z, digits and hyphens, beginning with a letter or digit, at most 100 characters.", "Write it like family-key-workers."),
        ("caseloads", "cohort_id,area_id,fy,units,people\n", "frail,X05000005,2024-25,10,10", "Financial year in C2 is not a financial year, 1 April to 31 March, written as both calendar years in full.", "Write it like 2024-2025."),
        ("caseloads", "cohort_id,area_id,fy,units,people\n", "frail,X05000005,2024-2025,-1,10", "Families, persons or households in D2 is not a whole number, zero or more, in digits without commas.", "Write it like 215."),
        ("allocations", "allocation_id,dimension,share_bps,method,evidence,valid_from\n", "a,area,10001,direct,x,2024-04-01", "Share in C2 is not a share in hundredths of one per cent, a whole number from 0 to 10000: 2500 is 25%.", "Write it like 2500."),
        ("reward_claims", "claim_id,scheme_id,cohort_id,fy,attached_fy,kind,units,amount_gbp,status\n", "a,b,c,2024-2025,2024-2025,result,9,1.00,claimed", "Units in G2 is outside its limits (minimum 10).", "Correct it, or ask the partnership if the limit is wrong."),
    ],
)  # fmt: skip
def test_a_value_that_is_not_as_the_standard_has_it_is_named_by_title_and_cell(
    place: Place, dataset: str, header: str, row: str, message: str, advice: str
) -> None:
    place.send(COUNCIL, {"f.csv": header + row + "\n"}, resource("f.csv", dataset))
    assert place.problems()[1:] == [f"f.csv line 2: {message}", f"What to do: {advice}"]
    assert place.checked().files[0].held_back.rows == 1


def test_a_row_says_everything_that_is_wrong_with_it(place: Place) -> None:
    place.send_spend(spend("01/05/2024,1e5,\tCalder"))
    assert [(problem.rule, problem.cell) for problem in place.checked().problems] == [
        ("wrong_format", "A2"),
        ("wrong_format", "B2"),
        ("wrong_format", "C2"),
    ]


def test_problems_that_ask_for_different_things_are_told_apart(place: Place) -> None:
    place.send_spend(spend("01/05/2024,1e5,Calder", "2024-05-02,x,Calder"))
    assert place.problems() == [
        "error: wrong_format (1)",
        "spend.csv line 2: Date of payment in A2 is not a day written year-month-day.",
        "What to do: Write it like 2024-05-31.",
        "error: wrong_format (2)",
        f"spend.csv line 2: Amount in B2 {NO_AMOUNT}",
        f"spend.csv line 3: Amount in B3 {NO_AMOUNT}",
        "What to do: Write it like 1234.50.",
    ]


def test_a_short_row_is_held_back_and_every_cell_that_it_lacks_is_named_once(place: Place) -> None:
    place.send_spend(spend("2024-05-01", "2024-05-02,1.00", "2024-05-03,1.00,Calder Care"))
    assert place.problems() == [
        "error: cell_missing (3)",
        "spend.csv line 2: Line 2 has no cell for Amount.",
        "spend.csv line 2: Line 2 has no cell for Paid to.",
        "spend.csv line 3: Line 3 has no cell for Paid to.",
        "What to do: Give every row as many cells as the header; a separator may have been lost.",
    ]
    (file,) = place.checked().files
    assert (file.published, file.held_back) == (Totals(1, 0, 100), Totals(2, 0, 100))


def test_a_file_of_short_rows_alone_is_held_back_whole(place: Place) -> None:
    fields = [{"name": name, "reads": ["padding"]} for name in ("payment_date", "amount_gbp", "provider_name")]
    place.send_spend(spend("2024-05-01", "2024-05-02"), schema={"fields": fields})
    assert place.checked().files[0].held_back == Totals(2, 0, 0)


def test_a_long_row_is_held_back_and_blank_cells_at_its_end_are_not_counted(place: Place) -> None:
    place.send_spend(spend("2024-05-01,1.00,Calder Care, Leeds", "2024-05-02,-1.00,Calder Care,, ,"))
    assert place.problems() == [
        "error: cell_extra (1)",
        "spend.csv line 2: Line 2 has 4 cells, the header 3.",
        "What to do: A separator inside a text needs quotes around the text.",
    ]
    assert place.checked().files[0].held_back == Totals(1, 0, 100)


def test_a_short_row_matters_only_where_the_missing_cell_would_be_published(place: Place) -> None:
    place.send_spend("payment_date,amount_gbp,Internal ref\n2024-05-01,1.00\n")
    assert place.checked().verdict == "accepted"


def test_blank_rows_are_left_out_and_counted_and_lines_go_on(place: Place) -> None:
    place.send_spend(spend("2024-05-01,1.00,Calder Care", "", ",,", " , ,\u00a0", "2024-05-02,x,Calder Care"))
    assert place.receipt()[1:5] == [
        "spend.csv (spend, utf-8)",
        "  received  2 rows, £1.00, 0 credits",
        "  passes    1 row, £1.00, 0 credits",
        "  held back 1 row, £0.00, 0 credits",
    ]
    assert place.receipt()[5:7] == [
        "  of the rows held back, the amount of 1 row cannot be read: counted as £0.00",
        "  left out: 3 blank rows",
    ]
    assert place.problems()[1] == f"spend.csv line 6: Amount in B6 {NO_AMOUNT}"


def test_a_line_break_inside_a_cell_moves_the_lines_but_not_the_cells(place: Place) -> None:
    rows = (
        '2024-05-01,1.00,"Calder\nCare"',
        "2024-05-02,x,Calder Care",
        '2024-05-03,1.00,"a\n\n\nb"',
        "2024-05-04,y,c",
    )
    place.send_spend(spend(*rows))
    assert [(problem.line, problem.cell) for problem in place.checked().problems] == [
        (2, "C2"),
        (4, "B3"),
        (5, "C4"),
        (9, "B5"),
    ]


def test_far_columns_have_the_letters_of_a_spreadsheet(place: Place) -> None:
    padding = "".join(f"c{number}," for number in range(26))
    place.send_spend(f"{padding}payment_date,amount_gbp\n{',' * 26}2024-05-01,x\n")
    assert place.problems()[1] == f"spend.csv line 2: Amount in AB2 {NO_AMOUNT}"


def test_a_cell_is_read_as_declared_and_every_rewriting_is_counted(place: Place) -> None:
    fields = [
        {"name": "Paid", "type": "date", "format": "%d/%m/%Y", "columnType": "payment_date"},
        {"name": "Amount", "columnType": "amount_gbp", "reads": ["padding", "currency_sign", "thousands", "brackets_negative"]},
        {"name": "Supplier", "columnType": "provider_name", "reads": ["padding"], "missingValues": ["-", "n/a"]},
    ]  # fmt: skip
    rows = '31/05/2024," £1,234.50 ",Café \n31/05/2024,(£20.50),-\n2024-05-31,5.00, n/a\n'
    place.send_spend(
        f"Paid,Amount,Supplier\n{rows}".encode("cp1252"), encoding="windows-1252", schema={"fields": fields}
    )
    assert place.rows() == [
        {"payment_date": "2024-05-31", "amount_pence": 123450, "provider_name": "Café", "line": 2},
        {"payment_date": "2024-05-31", "amount_pence": -2050, "line": 3},
        {"payment_date": "2024-05-31", "amount_pence": 500, "line": 4},
    ]
    assert place.receipt()[1:] == [
        "spend.csv (spend, windows-1252)",
        "  received  3 rows, £1,219.00, 1 credit",
        "  passes    3 rows, £1,219.00, 1 credit",
        "  held back 0 rows, £0.00, 0 credits",
        "  2 cells of “Paid” read as dates: A2 “31/05/2024” is 2024-05-31",
        "  1 cell of “Amount” rewritten by “padding”: B2 “ £1,234.50 ” is 1234.50",
        "  2 cells of “Amount” rewritten by “currency_sign”: B2 “ £1,234.50 ” is 1234.50",
        "  1 cell of “Amount” rewritten by “thousands”: B2 “ £1,234.50 ” is 1234.50",
        "  1 cell of “Amount” rewritten by “brackets_negative”: B3 “(£20.50)” is -20.50",
        "  1 cell of “Supplier” rewritten by “padding”: C2 “Café ” is Café",
        "  2 cells of “Supplier” read as empty: C3 “-”",
    ]


def test_what_a_field_does_not_declare_is_not_rewritten(place: Place) -> None:
    fields = [{"name": "payment_date"}, {"name": "amount_gbp", "reads": ["currency_sign"]}]
    place.send_spend('payment_date,amount_gbp\n2024-05-01,"£1,234.50"\n', schema={"fields": fields})
    assert place.problems()[1] == f"spend.csv line 2: Amount in B2 {NO_AMOUNT}"


def test_words_for_redaction_empty_the_cell_and_say_why(place: Place) -> None:
    words = {"REDACTED": "personal", "Commercial": "commercial"}
    fields = [
        {"name": "payment_date"},
        {"name": "amount_gbp"},
        {"name": "provider_name", "reads": [{"redacted": words}]},
        {"name": "purpose", "reads": [{"redacted": {"REDACTED": "safeguarding"}}]},
    ]
    rows = ("REDACTED,Books", "Calder Care,REDACTED", " Commercial ,REDACTED", "Redacted,Books")
    content = "payment_date,amount_gbp,provider_name,purpose\n" + "".join(f"2024-05-01,1.00,{row}\n" for row in rows)
    place.send_spend(content, schema={"fields": fields})
    assert [(row.get("provider_name"), row.get("purpose"), row.get("redaction")) for row in place.rows()] == [
        (None, "Books", "personal"),
        ("Calder Care", None, "safeguarding"),
        (None, None, "commercial"),
        ("Redacted", "Books", None),
    ]


@pytest.mark.parametrize("order", [("provider_name", "redaction"), ("redaction", "provider_name")])
def test_a_column_of_redactions_and_words_for_them_go_together_in_any_order(
    place: Place, order: tuple[str, str]
) -> None:
    fields = {
        "provider_name": {"name": "provider_name", "reads": [{"redacted": {"REDACTED": "personal"}}]},
        "redaction": {"name": "redaction"},
    }
    cells = {"provider_name": ("REDACTED", "Calder Care"), "redaction": ("", "other")}
    content = "payment_date,amount_gbp," + ",".join(order) + "\n"
    content += "".join(f"2024-05-01,1.00,{','.join(cells[name][row] for name in order)}\n" for row in (0, 1))
    place.send_spend(
        content,
        schema={"fields": [{"name": "payment_date"}, {"name": "amount_gbp"}, *(fields[name] for name in order)]},
    )
    assert [row.get("redaction") for row in place.rows()] == ["personal", "other"]


def test_constants_fill_columns_and_the_agency_is_the_publisher_where_the_file_names_none(place: Place) -> None:
    place.send_spend(spend("2024-05-01,1.00,Calder Care"), constants={"is_card": "true", "department": "Homes"})
    (row,) = place.rows()
    assert (row["is_card"], row["department"]) == (1, "Homes")
    assert place.checked().problems == ()
    assert place.staged_agencies() == [COUNCIL]


def test_the_agency_that_a_file_names_is_not_overwritten(place: Place) -> None:
    place.send_spend("agency_id,payment_date,amount_gbp\nthornshire-police,2024-05-01,1.00\n")
    assert place.staged_agencies() == ["thornshire-police"]


def test_a_constant_is_judged_like_a_cell(place: Place) -> None:
    place.send_spend(spend("2024-05-01,1.00,Calder Care"), constants={"is_card": "yes"})
    assert place.problems() == [
        "error: wrong_format (1)",
        "spend.csv line 2: Was paid by card in line 2 is not true or false, in small letters.",
        "What to do: Write it like true.",
    ]


def test_a_column_with_a_default_may_be_left_out_or_left_empty(place: Place) -> None:
    place.send_partnership(
        themes="theme_id,title\nhealthy-lives,Healthy lives\n",
        reward_rates="scheme_id,attached_fy,kind,result,programme_id,payer_agency_id,amount_gbp\n"
        "s,2024-2025,result,,p,wexmoor-council,1.00\n",
    )
    rows = place.rows(PARTNERSHIP)
    assert [row["is_overarching"] for row in rows if "theme_id" in row] == [0]
    assert [row["result"] for row in rows if "scheme_id" in row] == ["all"]
