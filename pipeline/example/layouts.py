"""How each publisher's payments look as a file: its columns and habits, and the descriptor that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.example.amounts import AMOUNTS
from pipeline.example.periods import EXCEL_EPOCH, Period
from pipeline.example.place import vocabulary

SCHEMA = "spend.schema.json"
"""One description shared by all files of payments of a publisher."""


@dataclass(frozen=True)
class Column:
    """A column of a file: its header, the column of the standard that it fills (if any), and what its cells hold."""

    header: str
    column: str | None
    cell: str


@dataclass(frozen=True)
class Layout:
    """A publisher's files of payments; publishers.yml says what each habit is."""

    publisher: str
    every: str
    share: int
    reference: str
    columns: tuple[Column, ...]
    encoding: str = "utf-8"
    line_end: str = "\n"
    delimiter: str = ","
    heading: str = ""
    names: str = ""
    amounts: str = "plain"
    dates: str = ""
    control_total: bool = False
    constants: Mapping[str, str] = field(default_factory=dict)
    redacted: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    def position(self, cell: str) -> int:
        """Where a row holds a cell; raises `ValueError` where it does not."""
        return [column.cell for column in self.columns].index(cell)

    def find(self, cell: str) -> int | None:
        """Where a row holds a cell, if it does."""
        return self.position(cell) if any(column.cell == cell for column in self.columns) else None

    def row(self, cells: Mapping[str, str]) -> list[str]:
        """Cells by name in the order of the columns; empty where there is none."""
        return [cells.get(column.cell, "") for column in self.columns]

    def days(self, period: Period) -> list[str]:
        """The working days of a period, as written."""
        if self.dates == "excel_serial":
            return [str((day - EXCEL_EPOCH).days) for day in period.working_days()]
        return [day.strftime(self.dates or "%Y-%m-%d") for day in period.working_days()]

    def top(self, period: Period) -> list[list[str]]:
        """The header, with a title and a blank row above it where there is a title."""
        header = [column.header for column in self.columns]
        return [[self.heading.format(period=f"{period.first:%B %Y}")], [], header] if self.heading else [header]

    def resource(self) -> dict[str, Any]:
        """What the descriptor of each file says beyond its name, path, dataset and period."""
        dialect: dict[str, Any] = {"headerRows": [3]} if self.heading else {}
        if self.delimiter != ",":
            dialect["csv"] = {"delimiter": self.delimiter}
        said = {
            "encoding": self.encoding if self.encoding != "utf-8" else None,
            "dialect": dialect,
            "constants": dict(self.constants),
            "schema": SCHEMA if self.schema() else None,
        }
        return {name: value for name, value in said.items() if value}

    def schema(self) -> dict[str, Any] | None:
        """The Table Schema of the files; none where they follow the standard as they are."""
        fields = [self._field(column) for column in self.columns]
        return {"fields": fields} if any(len(described) > 1 for described in fields) else None

    def _field(self, column: Column) -> dict[str, Any]:
        described = {"name": column.header} | self._reading(column.cell)
        return described if column.column in (None, column.header) else described | {"columnType": column.column}

    def _reading(self, cell: str) -> dict[str, Any]:
        if cell == "payment_date" and self.dates == "excel_serial":
            return {"reads": ["excel_serial"]}
        if cell == "payment_date" and self.dates:
            return {"type": "date", "format": self.dates}
        if cell == "provider_name" and self.redacted:
            return {"reads": ["padding", {"redacted": {word: kind for kind, word in self.redacted.items()}}]}
        reads = AMOUNTS[self.amounts][1] if cell == "amount_gbp" else []
        return {"reads": reads} if reads else {}


def layouts() -> list[Layout]:
    """The layout of every publisher of payments."""
    publishers = vocabulary("publishers.yml")
    return [_layout(publisher, said["spend"]) for publisher, said in publishers.items() if "spend" in said]


def _layout(publisher: str, said: dict[str, Any]) -> Layout:
    habits = said | {
        "columns": tuple(_column(column) for column in said["columns"]),
        "missing": tuple(said.get("missing", ())),
    }
    return Layout(publisher, **habits)


def _column(said: str | dict[str, str | None]) -> Column:
    if isinstance(said, str):
        return Column(said, said, said)
    return Column(str(said["name"]), said["column"], str(said.get("cell", said["column"])))
