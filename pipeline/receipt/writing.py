"""The formats that a receipt can be written in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.receipt.listing import receipt_csv
from pipeline.receipt.page import receipt_html
from pipeline.receipt.text import receipt_text


def written(receipt: Mapping[str, Any], form: str) -> str:
    """The receipt in one of `FORMATS`."""
    return FORMATS[form](receipt)


def _json(receipt: Mapping[str, Any]) -> str:
    return json.dumps(receipt, indent=2, ensure_ascii=False) + "\n"


FORMATS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "text": receipt_text,
    "json": _json,
    "html": receipt_html,
    "csv": receipt_csv,
}
