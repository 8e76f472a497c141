"""The page /check over real requests: files in, the receipt or a plain word out, and nothing kept."""

from __future__ import annotations

import asyncio
import base64
import html
import io
import json
import os
import re
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import xlsxwriter
from datasette.app import Datasette
from places import AS_OF, Place
from served import close, make_site

from pipeline.standard import Standard

GOOD = "payment_date,amount_gbp,provider_name\n2024-05-01,100.00,Calder Care\n"
LEDGER = "Supplier,Transaction No,Payment Date,Net\nCalder,1,{},100.50\nMoor,2,03/05/2024,20.25\n"


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where uploads are written."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", os.fspath(folder))
    return folder


@pytest.fixture
async def served(
    tmp_path: Path,
    standard: Standard,
    scratch: Path,  # noqa: ARG001 uploads go there
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Datasette]:
    """A site with a release that has the partnership's package."""
    place = Place(tmp_path / "site", standard)
    place.send_partnership()
    place.publish(AS_OF)
    monkeypatch.chdir(place.folder)
    monkeypatch.setenv("COMMUNITY_BUDGET_RELEASES", os.fspath(place.folder / "releases"))
    monkeypatch.delenv("COMMUNITY_BUDGET_QUESTIONS", raising=False)
    site = make_site()
    yield site
    close(site)


async def send(site: Datasette, *files: tuple[str, str | bytes], **fields: str) -> httpx.Response:
    sent = [("file", (name, content, "text/csv")) for name, content in files]
    return await site.client.post("/check", files=sent, data=fields, timeout=60)


async def test_the_form_needs_no_script_and_lists_agencies_and_datasets(served: Datasette) -> None:
    page = (await served.client.get("/check")).text
    assert 'enctype="multipart/form-data"' in page
    assert '<option value="wexmoor-council">' in page
    assert '<option value="spend">' in page
    assert "<script" not in page


async def test_a_file_gets_the_receipt_that_the_command_writes_and_nothing_is_kept(
    served: Datasette, scratch: Path
) -> None:
    response = await send(served, ("may.csv", GOOD + "2024-05-02,soon,Calder\n"), publisher="wexmoor-council")
    assert response.status_code == 200
    assert "1 of 2 rows is held back until it is mended" in response.text
    assert "Amount in B3 is not an amount in pounds" in response.text
    assert "References were looked up in release 2026-06-30-" in response.text
    assert response.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert list(scratch.iterdir()) == []


async def test_it_needs_no_cookie_and_no_token_and_takes_both(served: Datasette) -> None:
    assert (await send(served, ("may.csv", GOOD))).status_code == 200
    response = await served.client.post("/check", files={"file": ("may.csv", GOOD)}, cookies={"ds_csrftoken": "x"})
    assert response.status_code == 200


async def test_a_program_gets_json_csv_or_text(served: Datasette) -> None:
    found = json.loads((await send(served, ("may.csv", GOOD), format="json")).text)
    assert (found["verdict"], found["files"][0]["received"]["amount_gbp"]) == ("accepted", "100.00")
    assert (await send(served, ("may.csv", GOOD), format="csv")).text.startswith("severity,rule,file,line,cell")
    assert (await send(served, ("may.csv", GOOD), format="text")).text.startswith("your-agency: Accepted")


async def test_a_description_may_come_along_and_puts_the_files_where_it_names_them(served: Datasette) -> None:
    described = {
        "name": "wexmoor-council",
        "publisher": "wexmoor-council",
        "resources": [{"name": "may", "path": "2024/may.csv", "dataset": "spend", "schema": "s/payments.json"}],
    }
    schema = {"fields": [{"name": "Paid", "columnType": "payment_date"}, {"name": "Net", "columnType": "amount_gbp"}]}
    response = await send(
        served,
        ("may.csv", "Paid,Net\n2024-05-01,7.50\n"),
        ("payments.json", json.dumps(schema)),
        ("datapackage.json", json.dumps(described)),
        format="json",
    )
    assert json.loads(response.text)["files"][0]["published"] == {"rows": 1, "credits": 0, "amount_gbp": "7.50"}


@pytest.mark.parametrize("path", ["../../out.csv", "/tmp/out.csv", "a/../../out.csv"])
async def test_a_description_cannot_put_a_file_elsewhere(served: Datasette, path: str, tmp_path: Path) -> None:
    described = {"name": "x", "publisher": "x", "resources": [{"name": "a", "path": path, "dataset": "spend"}]}
    response = await send(served, ("out.csv", GOOD), ("datapackage.json", json.dumps(described)))
    assert "leads out of the package" in response.text
    assert not list(tmp_path.glob("**/out.csv"))


@pytest.mark.parametrize(
    ("files", "status", "title"),
    [
        ([("may.zip", b"PK\x03\x04")], 415, "may.zip is no table"),
        ([("may.csv", b"")], 400, "No table came"),
        ([("datapackage.json", b"{}")], 400, "No table came"),
        ([(f"{n}.csv", b"a") for n in range(30)], 413, "These are too many files"),
    ],
)
async def test_what_cannot_be_checked_is_said_on_a_page_with_the_form(
    served: Datasette, scratch: Path, files: list[tuple[str, bytes]], status: int, title: str
) -> None:
    response = await send(served, *files)
    assert response.status_code == status
    assert f"<h1>{title}</h1>" in response.text
    assert 'enctype="multipart/form-data"' in response.text
    assert list(scratch.iterdir()) == []


async def test_something_other_than_a_form_is_refused(served: Datasette) -> None:
    response = await served.client.post("/check", content=b"a,b", headers={"content-type": "text/csv"})
    assert (response.status_code, "<h1>No file came</h1>" in response.text) == (400, True)
    cut = "--x\r\nContent-Disposition: form-data; name=file; filename=a.csv\r\n\r\na"
    response = await served.client.post(
        "/check", content=cut.encode(), headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert response.status_code == 400
    assert "<h1>The file did not arrive whole</h1>" in response.text


async def test_more_than_a_hundred_megabytes_is_too_large_said_or_not(served: Datasette, scratch: Path) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        for _ in range(101):
            yield b"2024-05-01,1.00,Calder\n" * 43_500

    kind = {"content-type": "multipart/form-data; boundary=x"}
    for content, headers in ((endless(), kind), (b"--x", kind | {"content-length": "200000000"})):
        response = await served.client.post("/check", content=content, headers=headers, timeout=60)
        assert response.status_code == 413
        assert "100 megabytes" in response.text
    assert list(scratch.iterdir()) == []


async def test_a_check_that_takes_too_long_is_stopped_and_leaves_nothing(served: Datasette, scratch: Path) -> None:
    await served.invoke_startup()
    served.children.seconds = 0.05
    response = await send(served, ("may.csv", GOOD))
    assert response.status_code == 422
    assert "<h1>The check took too long and was stopped</h1>" in response.text
    assert list(scratch.iterdir()) == []
    assert served.check_receiving == 0


async def test_beyond_what_can_be_taken_at_once_one_is_asked_to_come_again(served: Datasette) -> None:
    await served.invoke_startup()
    responses = await asyncio.gather(*(send(served, ("may.csv", GOOD)) for _ in range(12)))
    statuses = [response.status_code for response in responses]
    assert statuses.count(503) >= 1
    assert statuses.count(200) >= 2
    busy = next(response for response in responses if response.status_code == 503)
    assert busy.headers["retry-after"] == "30"
    assert "Wait half a minute" in busy.text
    assert served.check_receiving == 0


async def test_a_child_has_limits_and_no_network(served: Datasette, tmp_path: Path) -> None:
    await served.invoke_startup()
    children: Any = served.children
    assert await children.run(["--version"], tmp_path, tmp_path) == 0
    isolated = children.isolation
    program = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    if isolated:
        child = await asyncio.create_subprocess_exec(
            *isolated, "python3", "-c", program, stderr=asyncio.subprocess.PIPE
        )
        _, errors = await child.communicate()
        assert b"Network is unreachable" in errors


def questions_in(page: str) -> dict[str, list[str]]:
    """The names of the answers that a page asks for, each with its values."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="radio" name="(answer-[0-9a-f]{16})" value="(\d+)"', page):
        found.setdefault(name, []).append(value)
    return found


def download(page: str) -> dict[str, Any]:
    """The description that a page offers."""
    address = re.search(r'href="data:application/json;base64,([^"]+)" download="datapackage.json"', page)
    assert address
    found: dict[str, Any] = json.loads(base64.b64decode(address[1]))
    return found


async def test_a_file_as_the_ledger_wrote_it_is_described_then_checked(served: Datasette, scratch: Path) -> None:
    content = "Payments of May 2024\r\n\r\n" + LEDGER.format("31/05/2024").replace("\n", "\r\n").replace(
        "100.50", '"£1,100.50-"'
    )
    response = await send(served, ("May 2024.csv", content.encode("cp437")), publisher="wexmoor-council")
    assert response.status_code == 200
    assert "Accepted" in response.text
    assert "-£1,080.25" in response.text
    assert "each guess with its evidence" in response.text
    described = download(response.text)
    assert described["resources"][0]["encoding"] == "cp437"
    assert described["resources"][0]["path"] == "May 2024.csv"
    assert list(scratch.iterdir()) == []


async def test_an_amount_whose_comma_is_not_quoted_is_never_read_in_part(served: Datasette) -> None:
    content = LEDGER.format("31/05/2024").replace("100.50", "£1,100.50-")
    response = await send(served, ("May 2024.csv", content), publisher="wexmoor-council")
    assert "Line 2 has 5 cells, the header 4." in html.unescape(response.text)
    assert "1 of 2 rows has more cells than the header names" in html.unescape(response.text)


async def test_what_a_file_cannot_tell_is_asked_on_the_page_and_answered_with_the_file_sent_again(
    served: Datasette,
) -> None:
    content = LEDGER.format("02/05/2024")
    asked = await send(served, ("may.csv", content), publisher="wexmoor-council", period="2024-05")
    questions = questions_in(asked.text)
    assert asked.status_code == 200
    assert [len(values) for values in questions.values()] == [2]
    assert "is “02/05/2024” day/month or month/day?" in html.unescape(asked.text)
    assert "form-action 'self'" in asked.headers["content-security-policy"]
    assert '<input type="hidden" name="period" value="2024-05">' in asked.text
    assert download(asked.text)["resources"][0]["schema"]["fields"][2]["confirm"] is True
    [name] = questions
    for number, form in (("1", "%d/%m/%Y"), ("2", "%m/%d/%Y")):
        page = (await send(served, ("may.csv", content), publisher="wexmoor-council", **{name: number})).text
        assert questions_in(page) == {}
        assert "Accepted" in page
        assert download(page)["resources"][0]["schema"]["fields"][2]["format"] == form


async def test_an_answer_that_is_none_leaves_the_question_open(served: Datasette) -> None:
    content = LEDGER.format("02/05/2024")
    [name] = questions_in((await send(served, ("may.csv", content))).text)
    for answers in ({name: "3"}, {name: "-1"}, {name: "x y"}, {"answer-" + "0" * 16: "1"}, {"answer-$(id)": "1"}):
        page = (await send(served, ("may.csv", content), **answers)).text
        assert list(questions_in(page)) == [name]


async def test_the_description_that_a_page_offers_is_good_when_it_is_sent_with_the_file(served: Datasette) -> None:
    content = LEDGER.format("31/05/2024")
    described = download((await send(served, ("may.csv", content), publisher="wexmoor-council")).text)
    found = (
        await send(served, ("may.csv", content), ("datapackage.json", json.dumps(described)), format="json")
    ).json()
    assert (found["verdict"], found["files"][0]["received"]["amount_gbp"]) == ("accepted", "120.75")
    assert "described" not in found


async def test_a_spreadsheet_is_taken_sheet_by_sheet(served: Datasette, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        for month in (4, 5):
            sheet = book.add_worksheet(f"2024-{month:02}")
            sheet.write_row(0, 0, ["Supplier", "Payment Date", "Amount"])
            sheet.write_row(1, 0, ["Calder Care", f"{28 + month - 4}/{month:02}/2024", 10.5 * month])
    sent = ("Payments 2024 £.xlsx", (tmp_path / "a.xlsx").read_bytes())
    found = (await send(served, sent, publisher="wexmoor-council", format="json")).json()
    assert found["verdict"] == "accepted"
    assert [file["received"]["amount_gbp"] for file in found["files"]] == ["42.00", "52.50"]
    assert set(found["described"]["written"]) >= {"datapackage.json"}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("scan.csv", b"%PDF-1.7\n%...", "It is a PDF, not a table"),
        ("page.csv", b"<!DOCTYPE html><html><body><p>Not found</p></body></html>", "It is a web page"),
        ("broken.xlsx", b"PK\x03\x04nothing", "It cannot be opened as a spreadsheet"),
        ("words.csv", b"Dear all,\nplease find attached\n", ""),
    ],
)
async def test_what_is_no_table_is_said_in_a_sentence(
    served: Datasette, scratch: Path, name: str, content: bytes, words: str
) -> None:
    response = await send(served, (name, content))
    assert response.status_code == 422
    assert f"<h1>{name} is no table that can be checked</h1>" in response.text
    assert words in response.text
    assert list(scratch.iterdir()) == []


async def test_of_several_files_the_one_that_is_no_table_is_left_out_and_named(served: Datasette) -> None:
    response = await send(served, ("may.csv", GOOD), ("scan.csv", b"%PDF-1.7"))
    assert response.status_code == 200
    assert "<strong>scan.csv is left out.</strong> It is a PDF" in response.text


async def test_a_spreadsheet_that_would_fill_the_memory_ends_its_child_and_not_the_site(
    served: Datasette, scratch: Path
) -> None:
    await served.invoke_startup()
    began = time.monotonic()
    response = await send(served, ("bomb.xlsx", wide_sheet()))
    assert response.status_code == 422
    assert "could not be described" in response.text
    assert time.monotonic() - began < served.children.seconds
    assert list(scratch.iterdir()) == []
    assert (await send(served, ("may.csv", GOOD))).status_code == 200


async def test_a_child_that_uses_its_processor_time_up_is_ended(served: Datasette, scratch: Path) -> None:
    await served.invoke_startup()
    served.children.processor = 1
    lines = "".join(f"2024-05-{n % 28 + 1:02},{n}.{n % 100:02},Supplier {n}\n" for n in range(200_000))
    response = await send(served, ("may.csv", "payment_date,amount_gbp,provider_name\n" + lines))
    assert response.status_code == 422
    assert "<h1>The check took too long and was stopped</h1>" in response.text
    assert list(scratch.iterdir()) == []


def wide_sheet() -> bytes:
    """A spreadsheet of some hundred bytes with its two filled cells in opposite corners: 17,000 million cells."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "Amount")
        sheet.write(1_048_575, 16_383, 1)
    return written.getvalue()


async def test_cells_of_a_file_are_escaped_in_its_receipt(served: Datasette) -> None:
    content = (
        "payment_date,amount_gbp,<b>ref</b>\n2024-05-01,<script>alert(1)</script>,<img src=x>\n2024-05-02,5.00,x\n"
    )
    page = (await send(served, ("<b>may.csv", content))).text
    assert "<b>" not in page
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
