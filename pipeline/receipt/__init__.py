"""The receipt that a publisher gets back: one object, shown as text, JSON, CSV or a page."""

from pipeline.receipt.content import Lookup, receipt, totals_of
from pipeline.receipt.listing import receipt_csv
from pipeline.receipt.page import receipt_html
from pipeline.receipt.text import placed, receipt_text
from pipeline.receipt.writing import FORMATS, written

__all__ = [
    "FORMATS", "Lookup", "placed", "receipt", "receipt_csv", "receipt_html", "receipt_text", "totals_of", "written",
]  # fmt: skip
