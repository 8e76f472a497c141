"""Each word of `reads`, the date patterns, and the pence that must come out of them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.judge import pence
from pipeline.period import bounds
from pipeline.rewriting import WORDS, rewriting
from pipeline.standard import Standard

ARABIC_DATE = "".join(chr(0x660 + int(digit)) if digit.isdigit() else digit for digit in "31/05/2024")
MONEY_WORDS = ("padding", "currency_sign", "thousands", "brackets_negative", "trailing_minus", "cr_dr")

CASES = {
    "padding": {
        " 12.50 ": "12.50",
        "\u00a012.50\t": "12.50",
        "Calder  Care ": "Calder  Care",
        "   ": "",
        "12.50": "12.50",
    },
    "line_breaks": {
        "Agency costs \r\n w/c 27/01": "Agency costs w/c 27/01",
        "one\n\ntwo\rthree": "one two three",
        "one line": "one line",
    },
    "currency_sign": {
        "£12.50": "12.50",
        "£ 12.50": "12.50",
        "-£12.50": "-12.50",
        "£-12.50": "-12.50",
        "GBP 12.50": "12.50",
        "£1,234.50": "1,234.50",
        "-£-12.50": "-£-12.50",
        "12.50£": "12.50£",
        "$12.50": "$12.50",
        "£": "£",
        "12.50": "12.50",
    },
    "thousands": {
        "1,234.50": "1234.50",
        "-1,234,567": "-1234567",
        "12,34": "12,34",
        "1,23,456": "1,23,456",
        "1234,567": "1234,567",
        ",234": ",234",
        "1,234,": "1,234,",
        "1.234,50": "1.234,50",
        "1234.50": "1234.50",
    },
    "brackets_negative": {
        "(12.50)": "-12.50",
        "( 12.50 )": "-12.50",
        "(5)": "-5",
        "(12.50": "(12.50",
        "12.50)": "12.50)",
        "()": "()",
        "(n/a)": "(n/a)",
        "12.50": "12.50",
    },
    "trailing_minus": {
        "12.50-": "-12.50",
        "12.50 -": "-12.50",
        "5-": "-5",
        "-12.50-": "-12.50-",
        "-": "-",
        "12.50": "12.50",
        "-12.50": "-12.50",
    },
    "cr_dr": {
        "12.50CR": "-12.50",
        "12.50 cr": "-12.50",
        "12.50DR": "12.50",
        "12.50 Dr": "12.50",
        "5CR": "-5",
        "-12.50CR": "-12.50CR",
        "CR": "CR",
        "12.50C": "12.50C",
    },
    "excel_serial": {
        "45413": "2024-05-01",
        "45413.0": "2024-05-01",
        "45351": "2024-02-29",
        "36526": "2000-01-01",
        "45413.5": "45413.5",
        "4541": "4541",
        "454130": "454130",
        "2024-05-01": "2024-05-01",
        "٤٥٤١٣": "٤٥٤١٣",
    },
    "financial_year": {
        "2024/25": "2024-2025",
        "2024-25": "2024-2025",
        "2024/2025": "2024-2025",
        "2024 / 25": "2024-2025",
        "1999/00": "1999-2000",
        "2024-2025": "2024-2025",
        "2024/26": "2024/26",
        "2024-05": "2024-05",
        "24/25": "24/25",
    },
}


@pytest.mark.parametrize(
    ("word", "cell", "becomes"), [(word, cell, text) for word, cases in CASES.items() for cell, text in cases.items()]
)
def test_a_word_rewrites_what_it_names_and_leaves_the_rest(word: str, cell: str, becomes: str) -> None:
    assert _read(cell, word) == becomes


def test_every_word_has_its_cases() -> None:
    assert set(CASES) == set(WORDS)


@pytest.mark.parametrize(
    ("cell", "becomes"),
    [
        (" (£1,234.50) ", "-1234.50"),
        ("£1,234.50-", "-1234.50"),
        ("£1,234.50 CR", "-1234.50"),
        ("1,234.50 DR", "1234.50"),
        ("-£1,234.50", "-1234.50"),
        ("(-5.00)", "--5.00"),
        ("(5.00)CR", "(5.00)CR"),
        ("(5.00)-", "(5.00)-"),
    ],
)
def test_words_work_together_and_two_signs_are_never_taken_for_one(cell: str, becomes: str, standard: Standard) -> None:
    assert _read(cell, *MONEY_WORDS) == becomes
    is_money = standard.lexicals["money"].pattern.match(becomes) is not None
    assert is_money == (becomes.count("-") < 2 and becomes.strip("-0123456789.") == "")


def test_the_order_in_which_a_field_names_its_words_changes_nothing() -> None:
    assert _read(" (£1,234.50) ", *MONEY_WORDS) == _read(" (£1,234.50) ", *reversed(MONEY_WORDS)) == "-1234.50"


def test_a_field_without_words_is_not_rewritten() -> None:
    assert rewriting([], "") is None


@pytest.mark.parametrize(
    ("pattern", "cell", "becomes"),
    [
        ("%d/%m/%Y", "31/05/2024", "2024-05-31"),
        ("%d/%m/%Y", "1/5/2024", "2024-05-01"),
        ("%d-%b-%y", "31-May-24", "2024-05-31"),
        ("%d/%m/%Y", "31/04/2024", "31/04/2024"),
        ("%d/%m/%Y", "05/31/2024", "05/31/2024"),
        ("%d/%m/%Y", "31/05/2024 00:00", "31/05/2024 00:00"),
        ("%d/%m/%Y", ARABIC_DATE, ARABIC_DATE),
        ("%d/%m/%Y", "", ""),
        ("%d/%m/%Y %H:%M:%S", "31/05/2024 00:00:00", "2024-05-31"),
    ],
)
def test_dates_are_read_by_their_pattern_and_no_other(pattern: str, cell: str, becomes: str) -> None:
    rewrite = rewriting([], pattern)
    assert rewrite is not None
    assert rewrite(cell) == becomes


@given(
    amount=st.integers(-(10**15) + 1, 10**15 - 1),
    sign=st.sampled_from(["minus", "brackets", "trailing", "cr"]),
    currency=st.sampled_from(["", "£", "GBP ", "£ "]),
    grouped=st.booleans(),
    padded=st.sampled_from(["", " ", "\u00a0"]),
)
def test_an_amount_however_written_comes_back_to_the_penny(
    amount: int,
    sign: str,
    currency: str,
    grouped: bool,
    padded: str,
) -> None:
    pounds = Decimal(abs(amount)).scaleb(-2)
    figures = f"{currency}{pounds:,.2f}" if grouped else f"{currency}{pounds:.2f}"
    assert pence(_read(padded + _signed(figures, sign, amount < 0) + padded, *MONEY_WORDS)) == amount


@given(amount=st.integers(-(10**13) + 1, 10**13 - 1), sign=st.sampled_from(["minus", "brackets", "trailing", "cr"]))
def test_whole_pounds_need_no_decimals(amount: int, sign: str) -> None:
    assert pence(_read(_signed(str(abs(amount)), sign, amount < 0), *MONEY_WORDS)) == amount * 100


@given(amount=st.integers(-(10**15) + 1, 10**15 - 1))
def test_words_leave_an_amount_of_the_standard_as_it_is(amount: int) -> None:
    written = f"{Decimal(amount).scaleb(-2):.2f}"
    assert _read(written, *MONEY_WORDS) == written


@given(cell=st.text(max_size=30), words=st.lists(st.sampled_from(sorted(WORDS)), unique=True))
def test_no_cell_is_too_odd_to_be_rewritten_or_left(cell: str, words: list[str]) -> None:
    once = _read(cell, *words)
    assert isinstance(once, str)
    assert _digits(once) == _digits(cell) or {"excel_serial", "financial_year"} & set(words)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2024-05", "2024-05-01", "2024-05-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-12", "2024-12-01", "2024-12-31"),
        ("2024-Q1", "2024-01-01", "2024-03-31"),
        ("2024-Q4", "2024-10-01", "2024-12-31"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-2025", "2024-04-01", "2025-03-31"),
        ("2024-05-31", "2024-05-31", "2024-05-31"),
        ("2024-04/2025-03", "2024-04-01", "2025-03-31"),
    ],
)
def test_a_period_has_its_first_and_last_day(period: str, first: str, last: str) -> None:
    assert [day.isoformat() for day in bounds(period)] == [first, last]


@pytest.mark.parametrize(
    "period", ["2024-13", "2024-00", "2024-2026", "2024-Q5", "24-05", "May 2024", "", "2024-02-30"]
)
def test_what_is_no_period_has_no_days(period: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        bounds(period)


def _read(cell: str, *words: str) -> str:
    rewrite = rewriting(words, "")
    return cell if rewrite is None else rewrite(cell)


def _signed(figures: str, sign: str, is_negative: bool) -> str:
    if not is_negative:
        return f"{figures}DR" if sign == "cr" else figures
    return {"minus": f"-{figures}", "brackets": f"({figures})", "trailing": f"{figures}-", "cr": f"{figures} CR"}[sign]


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def test_of_several_patterns_the_first_that_fits_is_taken_once() -> None:
    rewrite = rewriting([], "%d/%m/%Y", "%d %B %Y", "%Y-%d-%m")
    assert rewrite is not None
    assert [rewrite(cell) for cell in ("04/05/2024", "31 May 2024", "2024-31-05", "about May")] == [
        "2024-05-04", "2024-05-31", "2024-05-31", "about May",
    ]  # fmt: skip
