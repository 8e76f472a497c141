"""A messy file in, a description out: what is guessed with its evidence, what is asked, and what is refused."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from click.testing import CliRunner

from pipeline.check import check
from pipeline.cli import main
from pipeline.describe import Described, Describing
from pipeline.guessing.draft import Draft, Option, Question
from pipeline.guessing.drafting import Drafting
from pipeline.guessing.vocabulary import Vocabulary
from pipeline.model import CheckedPackage
from pipeline.read import read
from pipeline.site import shipped_parts
from pipeline.stage import Stage, rows_path
from pipeline.standard import Standard

Send = Callable[..., Described]
COMMAND = str(Path(sys.executable).parent / "community-budget")
HEADER = "Department,Expense Type,Supplier,Transaction No,Payment Date,Amount"
ROWS = (
    "Housing,Repairs,Calder Works Ltd,1,15/05/2024,120.50",
    "Housing,Repairs,Moorland Training,2,02/05/2024,-20.25",
    "Housing,Rent,Open Door,3,31/05/2024,1000",
)


@pytest.fixture(scope="module")
def drafting(standard: Standard) -> Drafting:
    return Drafting(standard, Vocabulary.read(shipped_parts() / "standard", standard))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "wexmoor-council"
    folder.mkdir()
    return folder


@pytest.fixture
def send(folder: Path, drafting: Drafting) -> Send:
    """Describes files by their name and content; questions are left open, or answered by their number."""

    def sent(files: dict[str, str | bytes], answer: int = 0) -> Described:
        for name, content in files.items():
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

        def ask(_draft: Draft, question: Question) -> Option | None:
            return question.options[answer - 1] if answer else None

        return Describing(drafting, folder, ask=ask).describe([folder / name for name in files])

    return sent


def lines(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


def checked(folder: Path, standard: Standard) -> CheckedPackage:
    return check(read(folder, standard), standard, Stage(folder.parent / "stage"))


def received(folder: Path, standard: Standard) -> tuple[int, int, int]:
    totals = checked(folder, standard).files[0].published
    return totals.rows, totals.credits, totals.amount_pence


def resource(found: Described) -> dict[str, object]:
    return found.drafts[0].resource


def date_format(found: Described) -> object:
    place = found.drafts[0].column("payment_date")
    assert place is not None
    return found.drafts[0].fields[place].get("format")


MESSY = {
    "a title and a blank row above": lines(*ROWS, header=f"Payments over £250,,,,,\n,,,,,\n{HEADER}"),
    "semicolons": lines(*ROWS).replace(",", ";"),
    "tabs": lines(*ROWS).replace(",", "\t"),
    "lone carriage returns": lines(*ROWS).replace("\n", "\r"),
    "lines of Windows": lines(*ROWS).replace("\n", "\r\n"),
    "the mark of UTF-8": b"\xef\xbb\xbf" + lines(*ROWS).encode(),
    "UTF-16": lines(*ROWS).encode("utf-16"),
    "a pound sign of Windows": lines(*ROWS, header=HEADER + " (£)").encode("cp1252"),
    "a pound sign of code page 437": lines(*ROWS, header=HEADER + " (£)").encode("cp437"),
    "blank rows and padding columns": lines(*(f"{row},,\n,,,,,,," for row in ROWS), header=f"{HEADER},,"),
    "a footer with its own total": lines(*ROWS, ",,,,,1100.25"),
    "currency signs and thousands": lines(*ROWS[:2], 'Housing,Rent,Open Door,3,31/05/2024," £1,000.00 "'),
    "credits in brackets": lines(ROWS[0], ROWS[1].replace("-20.25", "(20.25)"), ROWS[2]),
    "credits with a trailing minus": lines(ROWS[0], ROWS[1].replace("-20.25", "20.25-"), ROWS[2]),
    "headers in two rows": lines(*ROWS, header=f",,,Transaction,Payment,\n{HEADER.replace('Payment ', '').replace('Transaction ', '')}"),
    "a repeated header": lines(*(f"{row},x" for row in ROWS), header=f"{HEADER},Supplier"),
    "mistyped headers": lines(*ROWS, header="Departmnt,Expense Typoe,Suplier,Transation No,Payment Date,Amount"),
    "camel case": lines(*ROWS, header="DepartmentName,ExpenseType,SupplierName,TransactionNumber,DatePaid,NetAmount"),
    "the header below the data": "\n".join([*ROWS, HEADER]) + "\n",
    "months by name": lines(*ROWS).replace("/05/2024", "-May-24"),
    "dots": lines(*ROWS).replace("/05/", ".05."),
    "the time of day": lines(*ROWS).replace("05/2024", "05/2024 00:00"),
    "days of a spreadsheet": lines(*ROWS).replace("15/05/2024", "45427").replace("02/05/2024", "45414").replace("31/05/2024", "45443"),
    "a text of several lines": lines(*ROWS[:2], '"Housing\nand land",Rent,Open Door,3,31/05/2024,1000'),
    "apostrophes that are no quotes": lines(*ROWS[:2], "Adults' care,Rent,Open Door,3,31/05/2024,1000"),
    "quotation marks within a name": lines(*ROWS[:2], 'Housing,Rent,The "Open" Door,3,31/05/2024,1000'),
}  # fmt: skip


@pytest.mark.parametrize("how", MESSY)
def test_a_messy_file_is_right_to_the_penny_without_a_question(
    how: str, send: Send, folder: Path, standard: Standard
) -> None:
    found = send({"spend.csv": MESSY[how]})
    assert (found.refused, [question.text for question in found.questions]) == ({}, [])
    assert received(folder, standard) == (3, 1, 110_025)


def test_every_date_is_the_day_that_the_file_says(send: Send, folder: Path, standard: Standard) -> None:

    for number, how in enumerate(
        ("lines of Windows", "months by name", "days of a spreadsheet", "the time of day", "dots")
    ):
        send({f"spend{number}.csv": MESSY[how]})
    package = checked(folder, standard)
    days = [
        pl.read_parquet(rows_path(package.folder, file.file_id))["payment_date"].to_list() for file in package.files
    ]
    assert days == [["2024-05-15", "2024-05-02", "2024-05-31"]] * 5


def test_days_and_months_that_both_stay_below_13_are_asked_and_check_refuses_until_answered(
    send: Send, folder: Path, standard: Standard
) -> None:
    rows = [row.replace("15/05", "04/05").replace("31/05", "03/05") for row in ROWS]
    found = send({"spend.csv": lines(*rows)})
    assert [question.text for question in found.questions] == [
        "No number goes over 12: is “04/05/2024” day/month or month/day?"
    ]
    package = checked(folder, standard)
    assert package.verdict == "refused"
    assert package.problems[0].message == (
        "The field “Payment Date” of spend.csv has an open question: No number goes over 12: is “04/05/2024” day/month or month/day?"
    )
    assert package.problems[0].advice.startswith(
        "Possible answers: day/month/year (%d/%m/%Y); month/day/year (%m/%d/%Y)."
    )


@pytest.mark.parametrize(("answer", "pattern"), [(1, "%d/%m/%Y"), (2, "%m/%d/%Y")])
def test_an_answer_settles_the_question(
    answer: int, pattern: str, send: Send, folder: Path, standard: Standard
) -> None:
    rows = [row.replace("15/05", "04/05").replace("31/05", "03/05") for row in ROWS]
    found = send({"spend.csv": lines(*rows)}, answer)
    assert (date_format(found), found.questions) == (pattern, [])
    assert "confirm" not in (folder / "datapackage.json").read_text()
    assert received(folder, standard) == (3, 1, 110_025)


def test_the_month_in_the_files_name_settles_the_order_of_day_and_month(send: Send) -> None:
    rows = [row.replace("15/05", "04/05").replace("31/05", "03/05") for row in ROWS]
    found = send({"spend-May-2024.csv": lines(*rows)})
    assert (date_format(found), resource(found)["period"], found.questions) == ("%d/%m/%Y", "2024-05", [])


def test_month_before_day_is_seen_where_a_number_goes_over_12(send: Send) -> None:
    rows = ["Housing,Repairs,Calder Works Ltd,1,05/15/2024,120.50", "Housing,Repairs,Open Door,2,05/02/2024,1"]
    assert date_format(send({"spend.csv": lines(*rows)})) == "%m/%d/%Y"


DOUBTS = {
    "net and gross": (lines(*(f"{row},{number}" for number, row in enumerate(ROWS)), header=HEADER.replace("Amount", "Net Amount,Gross Amount")), "Which column has the amounts to publish?"),
    "two days of payment": (lines(*(f"{row},16/05/2024" for row in ROWS), header=f"{HEADER},Date Paid"), "Which column has the day of payment?"),
    "the day of the invoice alone": (lines(*ROWS).replace("Payment Date", "Invoice Date"), "Is “Invoice Date” right for “Date of payment”? Its name says something else."),
    "months without days": (lines(*ROWS).replace("15/05/2024", "May-24").replace("02/05/2024", "May-24").replace("31/05/2024", "May-24"), "“May-24” names a month and no day. May the first of the month stand for the day of payment?"),
    "no days at all": (lines(*ROWS).replace("15/05/2024", "00:00:00").replace("02/05/2024", "00:00:00").replace("31/05/2024", "00:00:00"), "“Payment Date” has “00:00:00”: no day of payment can be read. Where are the dates?"),
    "years that may come first": (lines(*ROWS).replace("15/05/2024", "24/05/15").replace("02/05/2024", "24/05/02").replace("31/05/2024", "24/05/31"), "Is “24/05/15” day, month, year, or year, month, day? Its first number is the same more often than its last."),
    "thousands of pounds": (lines(*ROWS).replace("Amount", "Amount £000"), "The header “Amount £000” names a unit. Are these amounts in pounds, to the penny?"),
    "another currency": (lines(*(f"{row},{code}" for row, code in zip(ROWS, ("GBP", "EUR", "GBP"), strict=True)), header=f"{HEADER},Currency"), "“Currency” has “EUR”. Are all amounts in pounds?"),
    "signs in another column": (lines(*(f"{row},{code}".replace("-20", "20") for row, code in zip(ROWS, ("Invoice", "Credit", "Invoice"), strict=True)), header=f"{HEADER},Document Type"), "“Document Type” tells credits apart, and no amount is negative. Are credits negative all the same?"),
    "credits written CR": (lines(*ROWS).replace("-20.25", "20.25CR"), "Is “20.25CR” money that came back, so that it counts as negative?"),
    "dates that a spreadsheet turned round": (lines(*ROWS).replace("15/05/2024", "5/15/2024").replace("02/05/2024", "2024-02-05T00:00:00").replace("31/05/2024", "5/31/2024"), "“2024-02-05T00:00:00” and “5/15/2024” stand in one column: a spreadsheet may have turned day and month round in the first. Has it?"),
}  # fmt: skip


@pytest.mark.parametrize("doubt", DOUBTS)
def test_what_a_file_cannot_tell_is_asked_and_never_guessed(
    doubt: str, send: Send, folder: Path, standard: Standard
) -> None:
    content, question = DOUBTS[doubt]
    assert question in [asked.text for asked in send({"spend.csv": content}).questions]
    assert {problem.rule for problem in checked(folder, standard).problems} == {"unanswered_question"}


REFUSED = {
    "a web page": ("<!DOCTYPE html><html><body><table><tr><td>1,2</td></tr></table></body></html>", "It is a web page"),
    "nothing": ("\n\n", "It is empty."),
    "JSON": ('{"a": 1, "b": [2, 3]}', "It is JSON"),
    "a PDF": (b"%PDF-1.7 \xe2\xe3", "It is a PDF"),
    "a summary by month": ("Kind,Apr-24,May-24,Jun-24\nRail,1.00,2.00,3.00\n", "It is a summary with a column for each month"),
    "totals by supplier": ("Supplier Name,Total\nCalder,12.50\n", "It is no dataset of the standard. Its columns are called “Supplier Name”, “Total”."),
    "no day of payment": (lines("Housing,Repairs,Calder,1,12.50", header="Department,Expense Type,Supplier,Transaction No,Amount"), "It has no column for “Date of payment”"),
    "two tables": (lines(*ROWS) + "\nAgency,Cost Centre,Vendor,Invoice No,Date Paid,Net Amount\n" + "\n".join(ROWS), "It holds several tables"),
    "NUL characters": (b"a,b\0\n1,2\n", "It holds NUL characters"),
    "no names of columns": ("\n".join(ROWS), "No row of it names its columns"),
    "a quote that never closes": (lines(*ROWS, 'Housing,"Rent, and more,Open Door,4,31/05/2024,1000'), "Its rows cannot be set apart"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_is_no_such_table_is_refused_with_its_reason(what: str, send: Send, folder: Path) -> None:
    content, reason = REFUSED[what]
    found = send({"file.csv": content})
    assert found.refused["file.csv"].startswith(reason)
    assert not (folder / "datapackage.json").exists()


def test_withheld_names_and_words_for_nothing_are_described(send: Send) -> None:
    rows = (ROWS[0].replace("Calder Works Ltd", "Redacted Personal Data"), ROWS[1].replace("Repairs", "N/A"))
    fields = send({"spend.csv": lines(*rows)}).drafts[0].fields
    assert fields[2]["reads"] == [{"redacted": {"Redacted Personal Data": "personal"}}]
    assert fields[1]["missingValues"] == ["", "N/A"]


def test_files_of_one_habit_share_a_schema_and_drift_is_shown(send: Send, folder: Path, standard: Standard) -> None:
    later = lines(*ROWS).replace("Payment Date", "Date Paid").replace("/05/", "/07/")
    found = send(
        {
            "a.csv": lines(*ROWS),
            "b.csv": lines(*ROWS).replace("/05/2024", "/06/2023").replace("31/", "30/"),
            "c.csv": later,
        }
    )
    described = json.loads((folder / "datapackage.json").read_text())
    assert [item["schema"] if isinstance(item["schema"], str) else "own" for item in described["resources"]] == [
        "spend.schema.json"
    ] * 2 + ["own"]
    assert found.drifts == ["from b.csv to c.csv: payment_date was “Payment Date”, now “Date Paid”"]
    assert checked(folder, standard).verdict == "accepted"


def test_a_file_described_later_joins_the_description_that_is_there(send: Send, folder: Path) -> None:
    send({"a.csv": lines(*ROWS)})
    send({"b.csv": lines(*ROWS)})
    assert [item["path"] for item in json.loads((folder / "datapackage.json").read_text())["resources"]] == [
        "a.csv",
        "b.csv",
    ]


def test_a_spreadsheet_becomes_csv_and_is_kept(folder: Path, drafting: Drafting, standard: Standard) -> None:
    path = folder / "may.xlsx"
    book = xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("Payments")
    sheet.write_row(0, 0, HEADER.split(","))
    for number, row in enumerate(ROWS, 1):
        *words, day, amount = row.split(",")
        sheet.write_row(number, 0, words)
        sheet.write_datetime(number, 4, datetime.strptime(day, "%d/%m/%Y"))
        sheet.write_number(number, 5, float(amount))
    book.add_worksheet("Notes").write(0, 0, "Nothing here")
    book.close()
    found = Describing(drafting, folder).describe([path])
    assert sorted(item.name for item in folder.iterdir()) == ["datapackage.json", "may-payments.csv", "may.xlsx"]
    assert list(found.refused) == ["may-notes.csv"]
    assert received(folder, standard) == (3, 1, 110_025)


def test_results_are_described_once_the_indicators_code_is_answered(
    send: Send, folder: Path, standard: Standard
) -> None:
    content = "area_code,area_name,period,indicator,value\nE05000001,North,2022/23,Falls,12.5\nE05000002,South,2022/23,Falls,NA\n"
    found = send({"falls.csv": content}, answer=1)
    assert resource(found)["constants"] == {"indicator_id": "falls"}
    assert checked(folder, standard).files[0].received.rows == 2


def test_the_command_describes_lists_its_evidence_and_says_what_to_do_next(folder: Path) -> None:
    (folder / "spend.csv").write_text(lines(*ROWS))
    result = CliRunner().invoke(main, ["describe", str(folder / "spend.csv")])
    assert result.exit_code == 0, result.output
    assert "the first number goes over 12 in 2 of 3 different cells, the other never" in result.output
    assert f"£{Decimal('1100.25'):,}" in result.output
    assert result.output.endswith(f"Next: community-budget check {folder}\n")


def test_a_description_that_cannot_be_read_is_left_alone(folder: Path) -> None:
    (folder / "spend.csv").write_text(lines(*ROWS))
    (folder / "datapackage.json").write_text("{")
    result = CliRunner().invoke(main, ["describe", str(folder / "spend.csv")])
    assert (result.exit_code, (folder / "datapackage.json").read_text()) == (1, "{")
    assert "datapackage.json cannot be read: correct it, or move it away and describe again." in result.output


def test_vat_is_never_taken_for_the_amount(send: Send) -> None:
    header = HEADER.replace("Amount", "Total VAT")
    assert send({"spend.csv": lines(*ROWS, header=header)}).refused["spend.csv"].startswith("It is no dataset")


def test_the_command_ends_with_3_where_a_file_is_refused_and_2_where_it_is_used_wrongly(folder: Path) -> None:
    (folder / "form.csv").write_text("Name,Answer\nA,B\n")
    assert CliRunner().invoke(main, ["describe", str(folder / "form.csv")]).exit_code == 3
    assert CliRunner().invoke(main, ["describe"]).exit_code == 2
    assert CliRunner().invoke(main, ["describe", str(folder / "form.csv"), "--dataset", "nothing"]).exit_code == 2
    assert "Example: community-budget describe" in CliRunner().invoke(main, ["describe", "--help"]).output


def test_a_hundred_thousand_rows_are_described_in_five_seconds(folder: Path, drafting: Drafting) -> None:
    rows = (
        f'Dept {n % 37},Type {n % 113},Supplier {n % 20011},{n:07},{1 + n % 28:02}/05/2024,"£{n * 7919 % 2_000_003 / 100:,.2f}"'
        for n in range(100_000)
    )
    (folder / "spend.csv").write_text(lines(*rows))
    started = time.process_time()
    found = Describing(drafting, folder).describe([folder / "spend.csv"])
    assert (found.drafts[0].rows, found.questions) == (100_000, [])
    assert time.process_time() - started < 5


def test_a_person_at_a_terminal_answers_by_number_and_0_leaves_the_question_open(folder: Path) -> None:
    """The command runs in a terminal of its own, where it asks and takes what is typed."""
    for typed, pattern, is_open in (("2", "%m/%d/%Y", False), ("0", "%d/%m/%Y", True)):
        (folder / "spend.csv").write_text(lines(ROWS[1]))
        (folder / "datapackage.json").unlink(missing_ok=True)
        asked = in_terminal([COMMAND, "describe", str(folder / "spend.csv")], typed)
        field = json.loads((folder / "datapackage.json").read_text())["resources"][0]["schema"]["fields"][4]
        assert "No number goes over 12: is “02/05/2024” day/month or month/day?" in asked
        assert (field["format"], "confirm" in field) == (pattern, is_open)


def in_terminal(command: list[str], typed: str) -> str:
    """What a command shows in a terminal where somebody types a line."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True) as process:
        os.close(theirs)
        os.write(ours, f"{typed}\n".encode())
        shown = b""
        with contextlib.suppress(OSError):
            while more := os.read(ours, 4096):
                shown += more
        process.wait(60)
    os.close(ours)
    return shown.decode()
