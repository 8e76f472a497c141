"""The proof by columns never passes what the judge refuses: both judge the same cells, whatever is in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.judge import Judge
from pipeline.model import Block, SourceFile
from pipeline.proof import doubted
from pipeline.standard import Dataset, Standard

STANDARD = Standard.read(Path(__file__).parent.parent / "standard")
SENT = list(STANDARD.sent)
NASTY = st.sampled_from(
    [
        "", " ", "0", "-0", "00", "1", "7", "10000", "10001", "9999999999", "-1", "1.5", "1.005", "1e5", "NaN", "INF", "inf",
        "1_000", "1,000", "£5", "(5)", "5-", "٣", "\uff11", "true", "True", "1.", ".5", "0.0001", "0.00009999999999999999", "0.1",
        "2024-02-29", "2023-02-29", "2024-02-30", "2024-13-01", "2024-5-1", "1899-01-01", "2024-2025", "2024-2026", "2024",
        "2024-Q1", "2024-Q5", "2024-05", "x", "X05000001", "X05000001\n", "a\tb", "a b", "\u00a0", "\u2028", "é" * 10,
        "y" * 1999, "y" * 2001, "javascript:alert(1)", "https://example.org", "ward", "personal", "all", "10.4", "11", "b p",
        "1234567890123.99", "12345678901234", "-1234567890123.99", "\x1c", "\x85", "\ufeff1", "a\u202eb",
    ]
)  # fmt: skip


@st.composite
def cells_of(draw: Any, dataset: Dataset) -> list[list[str | None]]:
    """Rows in which most cells are right, and some are anything."""
    right = {column.name: _right(dataset, column.name) for column in dataset.columns}
    wrong = st.one_of(st.none(), NASTY, st.text(max_size=12))
    row = st.fixed_dictionaries(
        {name: st.one_of(st.just(value), st.just(value), st.just(value), wrong) for name, value in right.items()}
    )
    return [list(cells.values()) for cells in draw(st.lists(row, min_size=1, max_size=6))]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_what_the_proof_passes_the_judge_accepts(data: Any) -> None:
    dataset = data.draw(st.sampled_from(SENT), label="dataset")
    block = _block(dataset, data.draw(cells_of(dataset), label="rows"))
    refused = _refused_by_the_judge(dataset, block)
    doubts = doubted(block.columns, dataset, STANDARD.lexicals).to_list()
    assert [index for index in refused if not doubts[index]] == []


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_with_the_proof_the_verdict_on_every_row_is_the_judges_own(data: Any) -> None:
    dataset = data.draw(st.sampled_from(SENT), label="dataset")
    block = _block(dataset, data.draw(cells_of(dataset), label="rows"))
    held = [row.line for row in Judge(STANDARD, dataset, _file(dataset)).judge(block).held]
    assert held == [block.lines[index] for index in _refused_by_the_judge(dataset, block)]


def test_good_rows_are_proved_so_that_the_judge_is_not_asked() -> None:
    for dataset in SENT:
        block = _block(dataset, [[_right(dataset, column.name) for column in dataset.columns]])
        assert doubted(block.columns, dataset, STANDARD.lexicals).to_list() == [False], dataset.name


def _right(dataset: Dataset, name: str) -> str:
    column = dataset.by_name[name]
    codes = column.constraints.get("enum")
    if codes:
        return str(codes[0])
    limits = column.constraints
    return str(limits["minimum"]) if "minimum" in limits and limits["minimum"] >= 1 else _example(column)


def _example(column: Any) -> str:
    example = STANDARD.lexicals[column.lexical].example
    limit = column.constraints.get("maximum")
    return "1" if limit is not None and float(example) > float(limit) else example


def _refused_by_the_judge(dataset: Dataset, block: Block) -> list[int]:
    found = Judge(STANDARD, dataset, _file(dataset))._found(block, list(range(block.columns.height)))
    return [index for index, problems in enumerate(found) if problems]


def _file(dataset: Dataset) -> SourceFile:
    return SourceFile("p_f", dataset.name, "f.csv", "", 0, "utf-8", "", None)


def _block(dataset: Dataset, rows: list[list[str | None]]) -> Block:
    names = {column.name: pl.String for column in dataset.columns}
    blank_as_null = [[cell or None for cell in row] for row in rows]
    columns = pl.DataFrame(blank_as_null, schema=names, orient="row")
    numbers = pl.Series(range(2, len(rows) + 2), dtype=pl.Int64)
    cells = pl.Series([0] * len(rows), dtype=pl.Int64)
    return Block(columns, columns, numbers.alias("line"), numbers.alias("record"), cells)
