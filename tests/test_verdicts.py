"""Keys, totals and verdict of one package: rows in, the words of its receipt out."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import COUNCIL, Place, resource, spend

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
        "wexmoor-council: Accepted: all 2 rows can be published.",
        "spend.csv (spend, utf-8)",
        "  received  2 rows, £79.50, 1 credit",
        "  passes    2 rows, £79.50, 1 credit",
        "  held back 0 rows, £0.00, 0 credits",
        "  the last row is the file's own total, £79.50: it agrees with the rows, and is no payment",
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
        "… and 4,990 more; --format csv lists them all",
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


@settings(max_examples=40, deadline=None)
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


@settings(max_examples=40, deadline=None)
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


def test_columns_that_are_not_published_come_back_beside_the_problem_and_nowhere_else(place: Place) -> None:
    place.send_spend("payment_date,amount_gbp,Ledger ref\n2024-05-01,soon,L-77\n2024-05-02,1.00,L-78\n")
    lines = place.receipt()
    assert "  columns of the file that are not published: Ledger ref" in lines
    assert any("B2" in line and line.endswith("(Ledger ref L-77)") for line in lines)
    assert not any("L-78" in line for line in lines)
