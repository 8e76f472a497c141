"""Values, shapes, keys and totals of one package: rows in, the words of its receipt out."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import COUNCIL, HEADER, PARTNERSHIP, Place, resource, spend

from pipeline.model import CheckedFile, Totals
from pipeline.receipt import receipt
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
    assert place.receipt()[5] == "  left out: 3 blank rows"
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
        "  received  3 rows, £1219.00, 1 credit",
        "  passes    3 rows, £1219.00, 1 credit",
        "  held back 0 rows, £0.00, 0 credits",
        "  2 cells of “Paid” rewritten as the description declares",
        "  2 cells of “Amount” rewritten as the description declares",
        "  1 cell of “Supplier” rewritten as the description declares",
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


def test_the_second_row_of_a_key_is_held_back_and_names_the_first(place: Place) -> None:
    place.send(
        COUNCIL,
        {
            "a.csv": "provider_id,name\ncalder,Calder\nmoor,Moor\ncalder,Calder again\n",
            "b.csv": "provider_id,name\nmoor,M\n",
        },
        resource("a.csv", "providers"),
        resource("b.csv", "providers"),
    )
    assert place.problems() == [
        "error: duplicate_key (2)",
        "a.csv line 4: The row in line 4 has the same Provider as line 2 of a.csv.",
        "b.csv line 2: The row in line 2 has the same Provider as line 3 of a.csv.",
        "What to do: Keep one of the two rows, or correct the key.",
    ]
    assert [row["name"] for row in place.rows()] == ["Calder", "Moor"]


def test_a_key_of_several_columns_is_the_same_only_where_all_are(place: Place) -> None:
    header = "budget_id,phase,function,fy,kind,tier,amount_gbp\n"
    rows = "b,approved,10.4,2024-2025,revenue,early,1.00\nb,revised,10.4,2024-2025,revenue,early,2.00\n"
    again = "b,revised,10.4,2025-2026,revenue,early,4.00\n"
    place.send(COUNCIL, {"budgets.csv": header + rows + again}, resource("budgets.csv", "budgets"))
    assert place.problems()[1] == (
        "budgets.csv line 4: The row in line 4 has the same Budget line and Phase as line 3 of budgets.csv."
    )
    assert place.checked().files[0].held_back == Totals(1, 0, 400)


def test_identical_payments_are_all_kept(place: Place) -> None:
    place.send_spend(spend(*["2024-05-01,1.00,Calder Care"] * 3))
    assert place.checked().verdict == "accepted"
    assert [row["line"] for row in place.rows()] == [2, 3, 4]


@pytest.mark.parametrize(
    ("last", "total", "rows"),
    [
        (",79.50,", "79.50", 2),
        (" ,79.50, ", "79.50", 2),
        (",79.50,\n,,\n\n", "79.50", 2),
        (",79.50,Total", None, 3),
        ("Total,79.50,", None, 3),
        (",79.50,,Total", None, 3),
        (",,79.50", None, 3),
        (",about 80,", None, 3),
    ],
)
def test_a_last_row_with_one_number_alone_is_the_files_own_total(
    place: Place, last: str, total: str | None, rows: int
) -> None:
    place.send_spend(spend("2024-05-01,100.00,Calder Care", "2024-05-02,-20.50,Calder Care", last))
    (file,) = receipt(place.checked(), place.standard)["files"]
    assert (file["control_total"], file["received"]["rows"]) == (total, rows)


def test_a_control_total_that_is_right_is_no_payment_and_no_problem(place: Place) -> None:
    place.send_spend(spend("2024-05-01,100.00,Calder Care", "2024-05-02,-20.50,Calder Care", ",79.50,"))
    assert place.receipt() == [
        "wexmoor-council: Accepted: every row can be published.",
        "spend.csv (spend, utf-8)",
        "  received  2 rows, £79.50, 1 credit",
        "  passes    2 rows, £79.50, 1 credit",
        "  held back 0 rows, £0.00, 0 credits",
        "  the last row is the file's own total, £79.50, and no payment",
    ]


def test_a_control_total_wrong_by_a_penny_is_a_warning_and_the_rows_pass(place: Place) -> None:
    place.send_spend(spend("2024-05-01,100.00,Calder Care", "2024-05-02,-20.50,Calder Care", ",79.51,"))
    assert place.problems() == [
        "warning: control_total_differs (1)",
        "spend.csv line 4: The last row of spend.csv gives a total of £79.51; its rows add up to £79.50.",
        "What to do: Find the row that is missing or twice; the rows are published, the total is not.",
    ]
    assert place.checked().files[0].published == Totals(2, 1, 7950)


def test_a_control_total_is_written_like_the_other_amounts_and_held_against_held_back_rows_too(place: Place) -> None:
    fields = [{"name": "payment_date"}, {"name": "amount_gbp", "reads": ["currency_sign", "thousands"]}]
    content = 'payment_date,amount_gbp\n2024-05-01,"£1,000.00"\nnever,£234.50\n,"£1,234.50"\n'
    place.send_spend(content, schema={"fields": fields})
    (file,) = place.checked().files
    assert (file.control_total_pence, file.received.amount_pence) == (123_450, 123_450)
    assert [problem.rule for problem in place.checked().problems] == ["wrong_format"]


def test_only_a_file_of_money_has_a_control_total(place: Place) -> None:
    place.send(COUNCIL, {"p.csv": "provider_id,name\ncalder,Calder\nmoor,\n"}, resource("p.csv", "providers"))
    assert place.checked().files[0].received.rows == 2


def test_five_thousand_errors_are_all_listed(place: Place) -> None:
    place.send_spend(spend(*["2024-05-01,x,Calder Care"] * 5000))
    found = receipt(place.checked(), place.standard)["problems"]
    assert [problem["line"] for problem in found if problem["rule"] == "wrong_format"] == list(range(2, 5002))
    assert place.problems() == [
        "error: too_many_errors (1)",
        "5,000 of 5,000 rows have errors, more than 5 %: nothing of this package is published.",
        "What to do: Most often one thing is wrong throughout: look at the first problems of each kind, mend, and send the"
        " package again.",
        "error: wrong_format (5,000)",
        *[f"spend.csv line {line}: Amount in B{line} {NO_AMOUNT}" for line in range(2, 12)],
        "… and 4,990 more; --format json lists them all",
        "What to do: Write it like 1234.50.",
    ]


@pytest.mark.parametrize(
    ("wrong", "rows", "verdict"),
    [
        (20, 20, "accepted_with_problems"),
        (21, 420, "accepted_with_problems"),
        (21, 419, "refused"),
        (21, 21, "refused"),
        (25, 500, "accepted_with_problems"),
        (1, 1, "accepted_with_problems"),
        (0, 0, "accepted"),
        (0, 1, "accepted"),
    ],
)
def test_a_package_is_refused_with_more_than_20_rows_and_more_than_5_per_cent_in_error_and_not_at_the_limits(
    place: Place, wrong: int, rows: int, verdict: str
) -> None:
    place.send_spend(spend(*["2024-05-01,x,C"] * wrong, *["2024-05-01,1.00,C"] * (rows - wrong)))
    assert place.checked().verdict == verdict


def test_the_rows_in_error_of_a_package_are_counted_over_all_its_files(place: Place) -> None:
    bad, good = spend(*["2024-05-01,x,C"] * 11), spend(*["2024-05-01,1.00,C"] * 397)
    files = {"a.csv": bad, "b.csv": bad, "c.csv": good}
    place.send(COUNCIL, files, *(resource(path, "spend") for path in files))
    assert place.checked().verdict == "refused"


def test_a_file_that_cannot_be_read_to_its_end_refuses_the_package_and_says_so_first(place: Place) -> None:
    files = {
        "a.csv": spend("2024-05-01,x,C"),
        "b.csv": spend("2024-05-01,1.00,C", '2024-05-01,1.00,"C'),
        "c.csv": spend("x,1,C"),
    }
    place.send(COUNCIL, files, *(resource(path, "spend") for path in files))
    assert place.problems()[:2] == [
        "error: unclosed_quote (1)",
        "b.csv: a quote that opens in the row starting on line 3 is never closed.",
    ]
    assert place.checked().verdict == "refused"


def test_a_checked_package_comes_back_from_the_stage_as_it_was(place: Place) -> None:
    place.send_spend(spend("2024-05-01,1.00,Calder Care", "2024-05-02,x,Calder Care", ",1.00,"), period="2024-05")
    first = place.checked()
    (rows,) = first.folder.glob("*.parquet")
    written = rows.stat().st_mtime_ns
    assert place.checked() == first
    assert rows.stat().st_mtime_ns == written


AMOUNT = st.one_of(
    st.decimals(-(10**11), 10**11, places=2, allow_nan=False).map(str),
    st.sampled_from(["", "x", "1e5", "NaN", "1.005", "-0.01", "0"]),
)
ROW = st.tuples(
    st.sampled_from(["2024-05-01", "2024-05-31", "31/05/2024", "never"]), AMOUNT, st.sampled_from(["Calder", "\t", ""])
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(ROW, max_size=12), order=st.randoms(use_true_random=False))
def test_pence_are_conserved_and_the_order_of_rows_changes_no_verdict(
    rows: list[tuple[str, str, str]], order: Any
) -> None:
    written = [f"{date},{amount},{name}" for date, amount, name in rows]
    written.append("2024-05-31,0.01,Last")
    shuffled = order.sample(written, len(written))
    (first, wrong), (second, wrong_too) = _judged(written), _judged(shuffled)
    assert first.received == second.received == first.published + first.held_back
    assert first.received.rows == len(written)
    assert sorted(wrong) == sorted(wrong_too)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.dates(date(1900, 1, 1), date(2099, 12, 31)),
            st.integers(-(10**15) + 1, 10**15 - 1),
            st.text("abc é,\"'£&<", max_size=9).map(lambda name: f"a{name}"),
        ),
        max_size=12,
    )
)  # fmt: skip
def test_what_is_sent_comes_out_of_the_stage_cell_by_cell(rows: list[tuple[Any, int, str]]) -> None:
    def amount(pence: int) -> str:
        return f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02}"

    written = [f'{day},{amount(pence)},"{name.replace(chr(34), chr(34) * 2)}"' for day, pence, name in rows]
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder), STANDARD)
        place.send_spend(spend(*written, "2024-05-31,0.01,Last"))
        found = [(row["payment_date"], row["amount_pence"], row["provider_name"]) for row in place.rows()]
    assert found == [*((day.isoformat(), pence, name) for day, pence, name in rows), ("2024-05-31", 1, "Last")]


def _judged(written: list[str]) -> tuple[CheckedFile, list[str]]:
    """The file as checked, and the rows of it that are held back."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder), STANDARD)
        place.send_spend(spend(*written))
        (file,) = place.checked().files
    return file, [written[held.line - 2] for held in file.held]
