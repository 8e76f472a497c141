"""The fast path differs from the judge in speed alone: whole packages checked both ways give one answer, byte for byte."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from real_files import FOLDER, PATHS, lay_out, read_json

from pipeline import judge, sheets
from pipeline.check import check
from pipeline.judge import Judge
from pipeline.model import Block, SourceFile
from pipeline.read import read
from pipeline.site import Site
from pipeline.stage import Stage
from pipeline.standard import Dataset, Standard

STANDARD = Standard.read(Path(__file__).parent.parent / "standard")
LEXICALS = {
    "string": ["text", "slug", "code", "url", "period", "area_code", "org_id", "financial_year"],
    "integer": ["integer", "count", "basis_points", "year"],
    "number": ["money", "number"],
    "boolean": ["boolean"],
    "date": ["date"],
}
NASTY = [
    "", " ", "0", "-0", "1", "7", "007", "10000", "10001", "-1", "1.5", "1.005", "1e5", "NaN", "INF", "1_000", "1,000", "£5",
    "(5.00)", "5.00-", "5.00CR", "٣", "true", "True", "1.", ".5", "2024-02-29", "2023-02-29", "2024-13-01", "1899-01-01",
    "2024-2025", "2024-2026", "2024-Q1", "2024-Q5", "x", "a b", "\u00a0", "\u2028", "y" * 40, "javascript:alert(1)",
    "9999999999999.99", "99999999999999.99", "0.1", "0.10000000000000000001", "1234567890123456789", "\x1c", "\x85", "\ufeff1",
]  # fmt: skip
MUTANTS = [
    b'"',
    b'""',
    b",",
    b";",
    b"\t",
    b"\n",
    b"\r",
    b"\r\n",
    b"\n\n",
    b"\0",
    b"\xa3",
    b"\xff",
    b"\xef\xbb\xbf",
    b" ",
    b"-",
    b"x",
]


@contextmanager
def by_the_judge_alone() -> Iterator[None]:
    """No piece is split at once and no row is proved: record by record, frictionless looks at every one."""
    was = judge.doubted, sheets._plain
    judge.doubted = lambda columns, *_: pl.Series([True], dtype=pl.Boolean).new_from_index(0, columns.height)
    sheets._plain = lambda *_: None  # type: ignore[assignment]
    try:
        yield
    finally:
        judge.doubted, sheets._plain = was


def both_ways(folder: Path) -> tuple[Any, Any]:
    """What checking a package gives: fast, and by the judge alone; refusals, totals, problems and typed rows."""
    with TemporaryDirectory() as stages:
        fast = _checked(folder, Stage(Path(stages) / "fast"))
        with by_the_judge_alone():
            return fast, _checked(folder, Stage(Path(stages) / "slow"))


def _checked(folder: Path, stage: Stage) -> Any:
    package = check(read(folder, STANDARD), STANDARD, stage)
    rows = {path.name: pl.read_parquet(path).rows() for path in sorted(package.folder.glob("*.parquet"))}
    return asdict(package) | {"folder": None}, rows


@st.composite
def columns(draw: Any) -> dict[str, Any]:
    """A column of any type, with any constraints that Table Schema gives that type."""
    kind = draw(st.sampled_from(sorted(LEXICALS)))
    names = {
        "string": ("minLength", "maxLength", "pattern", "enum"),
        "integer": ("minimum", "maximum", "enum"),
        "number": ("minimum", "maximum"),
        "date": ("minimum", "maximum"),
        "boolean": (),
    }[kind]
    limits = {name: draw(_limit(kind, name)) for name in names if draw(st.booleans())}
    if draw(st.booleans()):
        limits["required"] = True
    return {"type": kind, "lexical": draw(st.sampled_from(LEXICALS[kind])), "constraints": limits}


def _limit(kind: str, name: str) -> st.SearchStrategy[Any]:
    if name == "enum":
        allowed = {"string": ["x", "a b", "all", "1"], "integer": [0, 1, 7]}[kind]
        return st.lists(st.sampled_from(allowed), min_size=1, unique=True)
    if name == "pattern":
        return st.sampled_from(["x", "[a-z]+", "[0-9-]*", "(a|b| )+"])
    if kind == "date":
        return st.sampled_from(["2000-01-01", "2024-02-29"])
    limits = {"string": [0, 1, 3, 30], "integer": [-1, 0, 1, 10000], "number": [-1, 0, 0.1, 1.5, 9999999999999.99]}
    return st.sampled_from(limits[kind])


@st.composite
def datasets(draw: Any) -> Dataset:
    fields = [column | {"name": f"c{number}", "title": f"C{number}"} for number, column in enumerate(draw(st.lists(columns(), min_size=1, max_size=4)))]  # fmt: skip
    return Dataset({"name": "any", "title": "Any", "owner": "A", "fields": fields})


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_for_any_schema_a_row_is_refused_on_the_fast_path_if_and_only_if_the_judge_refuses_it(data: Any) -> None:
    dataset = data.draw(datasets(), label="dataset")
    cell = st.one_of(st.none(), st.sampled_from(NASTY), st.text(max_size=6))
    row = st.lists(cell, min_size=len(dataset.columns), max_size=len(dataset.columns))
    rows = data.draw(st.lists(row, min_size=1, max_size=6), label="rows")
    block = _block(dataset, rows)
    judged = Judge(STANDARD, dataset, SourceFile("p_f", "any", "f.csv", "", 0, "utf-8", "", None))
    fast = judged.judge(block)
    with by_the_judge_alone():
        slow = judged.judge(block)
    assert (fast.held, fast.problems) == (slow.held, slow.problems)
    assert fast.rows.equals(slow.rows)


def _block(dataset: Dataset, rows: list[list[str | None]]) -> Block:
    sent = pl.DataFrame(
        [[cell or None for cell in row] for row in rows],
        schema={column.name: pl.String for column in dataset.columns}, orient="row",
    )  # fmt: skip
    numbers = pl.Series(range(2, len(rows) + 2), dtype=pl.Int64)
    cells = pl.Series([0] * len(rows), dtype=pl.Int64)
    return Block(sent, sent, numbers.alias("line"), numbers.alias("record"), cells)


@settings(max_examples=120, deadline=None)
@given(
    rows=st.lists(st.fixed_dictionaries({
        "date": st.sampled_from(["2024-05-01", "01/05/2024", "2024-05-32", "-", ""]),
        "amount": st.sampled_from(["1.00", "£1,234.50", "(5.00)", "5.00-", "5.00 CR", "n/a", "-", "1.005", ""]),
        "name": st.sampled_from(["Firm", 'Says "so"', "a,b", "two\nlines", "REDACTED", "Société", "£", " "]),
        "extra": st.sampled_from(["", "x"]),
    }), min_size=1, max_size=8),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "windows-1252", "cp437", "utf-16"]),
    ending=st.sampled_from(["\n", "\r\n", "\r"]),
    above=st.integers(0, 2),
    missing=st.sampled_from([[""], ["", "-"], ["", "n/a", "-"]]),
    reads=st.lists(
        st.sampled_from(["padding", "currency_sign", "thousands", "brackets_negative", "trailing_minus", "cr_dr"]), unique=True
    ),
)  # fmt: skip
def test_any_dialect_encoding_and_way_of_writing_amounts_is_checked_alike(
    rows: list[dict[str, str]],
    delimiter: str,
    encoding: str,
    ending: str,
    above: int,
    missing: list[str],
    reads: list[str],
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=ending)
    writer.writerows([["Payments"]] * above + [["Paid", "Amount", "To", "Ref"]] + [list(row.values()) for row in rows])
    content = text.getvalue().encode({"windows-1252": "cp1252"}.get(encoding, encoding), "replace")
    line_ending = {"lineTerminator": "\r"} if ending == "\r" else {}
    resource = {
        "name": "spend", "path": "spend.csv", "dataset": "spend", "encoding": encoding,
        "dialect": {"headerRows": [above + 1], "csv": {"delimiter": delimiter} | line_ending},
        "schema": {"missingValues": missing, "fields": [
            {"name": "Paid", "columnType": "payment_date"}, {"name": "Amount", "columnType": "amount_gbp", "reads": reads},
            {"name": "To", "columnType": "provider_name", "reads": [{"redacted": {"REDACTED": "personal"}}]}, {"name": "Ref"},
        ]},
    }  # fmt: skip
    with TemporaryDirectory() as parent:
        folder = Path(parent) / "a-council"
        _package(folder, [resource])
        (folder / "spend.csv").write_bytes(content)
        fast, slow = both_ways(folder)
    assert fast == slow


def _package(folder: Path, resources: list[dict[str, Any]]) -> None:
    folder.mkdir()
    descriptor = {"name": folder.name, "title": "A council", "publisher": folder.name, "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")


@pytest.mark.skipif(not FOLDER.name, reason="COMMUNITY_BUDGET_REAL_FILES names no folder")
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_real_files_with_anything_written_into_them_are_checked_alike(data: Any) -> None:
    publisher = data.draw(st.sampled_from(sorted(set(PATHS) - {"partnership"})), label="publisher")
    with TemporaryDirectory() as parent:
        site = Site(Path(parent))
        lay_out(site, publisher)
        folder = site.folder / "datapackages" / publisher
        resource = data.draw(st.sampled_from(read_json(folder / "datapackage.json")["resources"]), label="resource")
        _keep_only(folder, resource)
        content = _cut(folder / resource["path"])
        for _ in range(data.draw(st.integers(0, 4), label="changes")):
            place = data.draw(st.integers(0, len(content)), label="place")
            gone = data.draw(st.sampled_from([0, 0, 1, 40]), label="gone")
            content = content[:place] + data.draw(st.sampled_from(MUTANTS), label="mutant") + content[place + gone :]
        (folder / resource["path"]).write_bytes(content)
        fast, slow = both_ways(folder)
    assert fast == slow


def _keep_only(folder: Path, resource: dict[str, Any]) -> None:
    descriptor = read_json(folder / "datapackage.json") | {"resources": [resource]}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")


def _cut(path: Path) -> bytes:
    """The beginning of a file, up to a line's end, and its last line, where a total may stand."""
    content = path.read_bytes()
    lines = content.splitlines(keepends=True)
    return content if len(lines) < 60 else b"".join([*lines[:50], lines[-1]])


def test_a_row_that_the_fast_path_cannot_prove_is_worded_by_the_judge(tmp_path: Path) -> None:
    resource = {"name": "spend", "path": "spend.csv", "dataset": "spend"}
    _package(tmp_path / "a-council", [resource])
    text = "payment_date,amount_gbp\n2024-05-01,1.00\n2024-05-32,2.00\n"
    (tmp_path / "a-council" / "spend.csv").write_text(text, encoding="utf-8")
    fast, slow = both_ways(tmp_path / "a-council")
    assert fast == slow
    assert [problem["line"] for problem in fast[0]["problems"]] == [3]
