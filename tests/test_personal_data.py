"""What counts as personal data in free text, and what only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.personal_data import (
    has_date_of_birth,
    has_home_postcode,
    has_national_insurance_number,
    has_nhs_number,
    has_phone_number,
    looks_like_email,
    personal_data_in,
)


def check_digit(nine: str) -> int:
    """The NHS number's last digit by the NHS Data Dictionary: 11 less the remainder of the weighted sum; 11 is 0."""
    total = sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True))
    return (11 - total % 11) % 11


NINE_DIGITS = st.from_regex(r"[4679][0-9]{8}", fullmatch=True).filter(lambda nine: len(set(nine)) > 1)


@pytest.mark.parametrize(
    "text",
    [
        "pat@example.org",
        "Write to pat.smith+home@mail.example.co.uk.",
        "<Pat.O'Brien@example.org>",
        "mailto:pat_smith-1@sub-domain.example.org,",
        "josé@example.org",
    ],
)
def test_an_email_address_is_found_wherever_it_stands(text):
    assert looks_like_email(text)


@pytest.mark.parametrize(
    "text", ["12@4.50", "10 meals @ £5.00", "@wexmoor", "pat@home", "see us at example.org", "12@St.Mary's", ""]
)
def test_quantities_and_handles_are_no_email_addresses(text):
    assert not looks_like_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "07700 900123",
        "07700900123",
        "07700 900 123",
        "Ring 0770-090-0123 after six",
        "+44 7700 900123",
        "+44 (0)7700 900123",
        "00447700900123",
        "(01632) 960123",
        "01632 960 123",
        "020 7946 0958",
        "(020) 7946 0958",
        "0161-496-0123",
        "Tel:01632960123.",
        "07700\u00a0900123",
    ],
)
def test_mobile_and_geographic_numbers_are_phone_numbers(text):
    assert has_phone_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "0800 123 4567",
        "0300 123 4567",
        "01-02-2024 03-04-2024",
        "01/02/2024",
        "01-23-45 01234567",
        "077009001234",
        "7700900123",
        "INV-01632960123",
        "Invoice no. 01632960123",
        "PO 07700900123",
        "A01632960123",
        "£01632960123",
        "0.01632960123",
        "00000000000",
        "01111",
        "2024-2025",
    ],
)
def test_service_lines_dates_accounts_and_references_are_no_phone_numbers(text):
    assert not has_phone_number(text)


@pytest.mark.parametrize(
    "text", ["AB123456C", "AB 12 34 56 C", "ab123456c", "NI no. AB-12-34-56-C.", "(JM123456A)", "AB 123456 D"]
)
def test_a_national_insurance_number_has_an_issued_prefix_and_a_last_letter(text):
    assert has_national_insurance_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "QQ123456C",
        "AO123456C",
        "DA123456C",
        "AV123456C",
        "BG123456C",
        "GB123456C",
        "KN123456C",
        "NK123456C",
        "NT123456C",
        "TN123456C",
        "ZZ123456C",
        "AB123456E",
        "AB123456",
        "AB12345C",
        "AB1234567C",
        "XAB123456C",
        "AB123456CD",
        "CRINV-AB123456C",
        "Grant re 12 34 56 a",
    ],
)
def test_other_prefixes_lengths_and_letters_are_no_national_insurance_number(text):
    assert not has_national_insurance_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "943 476 5919",
        "943-476-5919",
        "943\u00a0476\u00a05919",
        "NHS 9434765919",
        "Care of patient 9434765919",
        "DoB, 9434765919",
    ],
)
def test_an_nhs_number_has_its_check_digit_and_is_written_in_groups_or_beside_a_patient(text):
    assert has_nhs_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "943 476 5918",
        "NHS 9434765918",
        "NHS 943476591",
        "NHS 94347659190",
        "Water Plus - 4083296151 Market Hall",
        "9434765919",
        "Patient invoice INV-9434765919",
        "Patient transport 2024/9434765919",
        "Patient transport 9434765919.50",
        "NHS 4444444444",
        "NHS 0000000000",
        "NHS 5434765919",
    ],
)
def test_other_numbers_of_ten_digits_are_no_nhs_number(text):
    assert not has_nhs_number(text)


@given(NINE_DIGITS)
def test_of_all_last_digits_the_check_digit_alone_makes_an_nhs_number(nine):
    accepted = [last for last in range(10) if has_nhs_number(f"NHS {nine}{last}")]
    assert accepted == [digit for digit in [check_digit(nine)] if digit < 10]


@given(NINE_DIGITS.filter(lambda nine: check_digit(nine) < 10), st.sampled_from([" ", "-", "\u00a0"]))
def test_groups_do_not_hide_an_nhs_number(nine, gap):
    assert has_nhs_number(f"{nine[:3]}{gap}{nine[3:6]}{gap}{nine[6:]}{check_digit(nine)}")


@given(st.from_regex(r"7[1-57-9][0-9]{8}", fullmatch=True), st.sampled_from(["0", "+44", "+44 ", "0044", "+44(0)"]))
def test_every_mobile_number_is_found_under_every_prefix(national, prefix):
    assert has_phone_number(f"Ring {prefix}{national}, please")


@given(st.text(alphabet="0123456789,.-/£ ", max_size=9))
def test_fewer_than_ten_characters_of_digits_are_never_personal(text):
    assert personal_data_in(text) is None


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text):
    assert personal_data_in(text) is None or isinstance(personal_data_in(text), str)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (None, None),
        ("", None),
        ("Support for 12 families", None),
        ("pat@example.org, 07700 900123", "an e-mail address"),
        ("07700 900123 or AB123456C", "a phone number"),
        ("AB123456C, NHS 943 476 5919", "a National Insurance number"),
        ("NHS 943 476 5919", "an NHS number"),
    ],
)
def test_the_first_kind_found_is_named_in_words(text, kind):
    assert personal_data_in(text) == kind


def test_a_long_cell_is_looked_at_in_no_time():
    assert personal_data_in("a" * 20_000 + "@" + "b" * 20_000) is None
    assert personal_data_in("0 " * 20_000) is None


@pytest.mark.parametrize(
    "text",
    ["DOB 12/03/1980", "d.o.b.: 1.4.79", "born on 3rd May 2011", "Date of birth 1980-03-12", "(born 12 March 1980)"],
)
def test_a_date_that_a_word_calls_a_birth_is_personal(text):
    assert has_date_of_birth(text)
    assert personal_data_in(text) == "a date of birth"


@pytest.mark.parametrize(
    "text", ["Paid 12/03/1980", "born in 2011", "Stillborn support 2024", "Job 12/03/1980", "born again"]
)
def test_other_dates_are_no_dates_of_birth(text):
    assert not has_date_of_birth(text)


@pytest.mark.parametrize(
    "text",
    ["Home address 12 Mill Lane, LS1 4AP", "she lives at 3 Hill St LS14AP", "Repairs, flat 12b Castle Court, M1 1AE"],
)
def test_a_postcode_after_words_of_living_there_is_personal(text):
    assert has_home_postcode(text)
    assert personal_data_in(text) == "a home postcode"


@pytest.mark.parametrize(
    "text", ["Depot, LS1 4AP", "Care home LS1 4AP", "Flat roof at School, M1 1AE", "lives at home", "Home care LS1 4AP"]
)
def test_a_postcode_of_offices_and_works_is_let_through(text):
    assert not has_home_postcode(text)
