"""How amounts are written: each way a function from pence to a cell, with the words that read it back."""

from __future__ import annotations

from collections.abc import Callable


def pounds(pence: int) -> str:
    """As the standard asks: -1234.50."""
    if pence < 0:
        return "-" + pounds(-pence)
    return f"{pence // 100}.{pence % 100:02}"


def _with_sign(pence: int) -> str:
    """-£1,234.50"""
    return f"-£{_grouped(-pence)}" if pence < 0 else f"£{_grouped(pence)}"


def _in_brackets(pence: int) -> str:
    """(1,234.50)"""
    return f"({_grouped(-pence)})" if pence < 0 else _grouped(pence)


def _trailing_minus(pence: int) -> str:
    """1,234.50-"""
    return f"{_grouped(-pence)}-" if pence < 0 else _grouped(pence)


def _grouped(pence: int) -> str:
    return f"{pence // 100:,}.{pence % 100:02}"


AMOUNTS: dict[str, tuple[Callable[[int], str], list[str]]] = {
    "plain": (pounds, []),
    "pounds": (_with_sign, ["padding", "currency_sign", "thousands"]),
    "brackets": (_in_brackets, ["thousands", "brackets_negative"]),
    "trailing_minus": (_trailing_minus, ["thousands", "trailing_minus"]),
}
