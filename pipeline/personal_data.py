"""Recognises personal data that slipped into free text.

E-mail addresses, phone, National Insurance and NHS numbers, dates of birth, and postcodes of somebody's home.

For free text only: in a column of references or codes a number that happens to have the right form is a reference.
The tests are strict on purpose, because each hit holds back a row: a form alone is not enough where a check digit, an
allowed prefix or the word before it can tell.
"""

from __future__ import annotations

import re

_GAP = "[ \u00a0\u2011\u2013-]"
"""What people write between groups of digits: spaces, hyphens, dashes."""
_NOT_INSIDE_A_CODE = r"(?<![\w£/-])(?<![0-9][.,])"

_EMAIL = re.compile(r"[^\W\d_][\w.%+'-]{0,63}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?!\w)")
_PHONE = re.compile(
    rf"{_NOT_INSIDE_A_CODE}(?:\+44{_GAP}?(?:\(0\){_GAP}?)?|0044{_GAP}?|\(?0)"
    rf"(?P<national>[127](?:\)?{_GAP}?[0-9]){{9}})(?!\w)"
)
_PERSONAL_LINE = re.compile("7[1-57-9]|1[1-9]|2[03489]")
_FIRST_LETTERS = "(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
_NATIONAL_INSURANCE = re.compile(
    rf"(?<![\w-])(?:(?i:{_FIRST_LETTERS}[0-9]{{6}}[A-D])|{_FIRST_LETTERS}{_GAP}?(?:[0-9]{{2}}{_GAP}?){{3}}[A-D])(?!\w)"
)
_NHS = re.compile(
    rf"{_NOT_INSIDE_A_CODE}(?P<number>[4679][0-9]{{2}}(?P<gap>{_GAP}?)[0-9]{{3}}(?P=gap)[0-9]{{4}})(?!\w|[.,-][0-9])"
)
_CALLED_A_REFERENCE = re.compile(
    r"\b(?:inv(?:oice)?|ref(?:erence)?|order|p\.?o|batch|voucher|account|acct|a/c|cheque|contract|licen[cs]e|policy"
    r"|transaction|receipt|meter)s?[\s.:#-]*(?:n[or]|num(?:ber)?)?[\s.:#-]*\Z",
    re.IGNORECASE,
)
_SPEAKS_OF_A_PATIENT = re.compile(
    r"\b(?:nhs|patients?|clients?|service[ -]users?|hospitals?|clinics?|gp|wards?|care|carers?|residents?|child|children"
    r"|mr|mrs|ms|miss|born|d\.?o\.?b|therapy|medical|health|discharges?|referrals?|assessments?|placements?)\b",
    re.IGNORECASE,
)
_DATE_OF_BIRTH = re.compile(
    r"\b(?:d\.?o\.?b\.?|(?:date|day)[ -]of[ -]birth|birth ?date|born(?: on)?)[\s:=(-]{0,4}(?:the )?"
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}(?:st|nd|rd|th)?[\s/.-](?:[0-9]{1,2}|[a-z]{3,9})[\s/.,-]{1,2}(?:[0-9]{4}|[0-9]{2}))"
    r"(?![0-9])",
    re.IGNORECASE,
)
_POSTCODE = r"[A-Z]{1,2}[0-9][0-9A-Z]?\ ?[0-9][ABD-HJLNP-UW-Z]{2}(?!\w)"
_HOME_POSTCODE = re.compile(
    r"(?i:\b(?:home address|lives? (?:at|in)|living (?:at|in)|resid(?:es|ing) (?:at|in)|tenant (?:at|of|in)|moved (?:in)?to"
    rf"|at home in|flat [0-9]{{1,4}}[a-z]?)\b)[^;|]{{0,60}}?(?<!\w){_POSTCODE}"
)


def personal_data_in(text: str | None) -> str | None:
    """The first kind of personal data that the text holds, in words for a message, or None."""
    if text is None:
        return None
    return next((kind for kind, holds in _KINDS.items() if holds(text)), None)


def looks_like_email(text: str) -> bool:
    """Whether an e-mail address stands anywhere in the text; `10@4.50` and `@council` are none."""
    return "@" in text and _EMAIL.search(text) is not None


def has_phone_number(text: str) -> bool:
    """Whether a United Kingdom mobile or geographic number stands in the text.

    The 03, 08 and 09 ranges are lines of organisations, not of persons, and are let through.
    """
    return any(_is_personal_line(match["national"]) and not _is_reference(match) for match in _PHONE.finditer(text))


def has_national_insurance_number(text: str) -> bool:
    """Whether a National Insurance number stands in the text: a prefix that HMRC issues, six digits, A to D.

    Source: HMRC, National Insurance Manual NIM39110. Without its last letter the form is that of too many references.
    """
    return _NATIONAL_INSURANCE.search(text) is not None


def has_nhs_number(text: str) -> bool:
    """Whether an NHS number stands in the text: ten digits in an issued range whose last is the modulus 11 check digit.

    Source: NHS Data Dictionary, NHS NUMBER. One reference of ten digits in eleven has the right check digit by chance,
    as councils' water accounts do; so ten digits in a row count only beside a word about a patient or a person's care.
    """
    return any(_has_check_digit(match["number"]) and _is_about_a_patient(match) for match in _NHS.finditer(text))


def has_date_of_birth(text: str) -> bool:
    """Whether a date stands in the text that a word before it calls somebody's birth."""
    return _DATE_OF_BIRTH.search(text) is not None


def has_home_postcode(text: str) -> bool:
    """Whether a postcode stands in the text after words that make it where somebody lives.

    A postcode alone is let through: those of offices, schools and works are in every file of payments.
    """
    return _HOME_POSTCODE.search(text) is not None


def _is_personal_line(national: str) -> bool:
    """Ten digits after the 0 or +44, written in groups as phone numbers are and dates are not."""
    area, *rest = re.split(r"[^0-9]+", national)
    grouped = len(area) > 1 and all(len(group) > 2 for group in rest)
    return grouped and _PERSONAL_LINE.match(re.sub("[^0-9]", "", national)) is not None


def _has_check_digit(number: str) -> bool:
    digits = [int(digit) for digit in number if digit.isdigit()]
    weighed = sum(digit * weight for digit, weight in zip(digits, range(10, 0, -1), strict=True))
    return weighed % 11 == 0 and len(set(digits)) > 1


def _is_about_a_patient(match: re.Match[str]) -> bool:
    return match["gap"] != "" or _SPEAKS_OF_A_PATIENT.search(match.string) is not None


def _is_reference(match: re.Match[str]) -> bool:
    """Whether the word before digits in a row calls them an invoice, an order, an account …"""
    before = match.string[max(0, match.start() - 30) : match.start()]
    return re.search(_GAP, match[0]) is None and _CALLED_A_REFERENCE.search(before) is not None


_KINDS = {
    "an e-mail address": looks_like_email,
    "a phone number": has_phone_number,
    "a National Insurance number": has_national_insurance_number,
    "an NHS number": has_nhs_number,
    "a date of birth": has_date_of_birth,
    "a home postcode": has_home_postcode,
}
