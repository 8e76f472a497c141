"""The page /check over real requests: files in, the receipt or a plain word out, and nothing kept."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from datasette.app import Datasette
from places import AS_OF, Place
from served import close, make_site

from pipeline.standard import Standard

GOOD = "payment_date,amount_gbp,provider_name\n2024-05-01,100.00,Calder Care\n"


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


async def test_cells_of_a_file_are_escaped_in_its_receipt(served: Datasette) -> None:
    content = "payment_date,amount_gbp,<b>ref</b>\n2024-05-01,<script>alert(1)</script>,<img src=x>\n"
    page = (await send(served, ("may.csv", content))).text
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
