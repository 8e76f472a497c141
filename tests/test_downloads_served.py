"""Files of releases as programs fetch them: whole, in part, again, packed, resumed; from the site itself, over HTTP."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from places import Place, spend

from pipeline import exports
from pipeline.releases import DATABASE
from pipeline.standard import Standard

ROOT = Path(__file__).parent.parent
ROWS = 30_000


@dataclass(frozen=True)
class Served:
    """A site that is being served, its place and its first release, which is no longer the current one."""

    port: int
    place: Place
    before: str

    @property
    def files(self) -> Path:
        return self.place.current / "downloads"

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response, body

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, standard: Standard) -> Iterator[Served]:
    place = Place(tmp_path_factory.mktemp("served"), standard)
    place.send_partnership()
    place.send_spend(spend("2024-05-01,1.00,Calder Care"))
    before = place.publish().release.release_id
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(exports, "PARTS_FROM", 20_000)
        place.send_spend(spend(*(f"2024-05-{n % 28 + 1:02},{n}.{n % 100:02},Provider {n % 300}" for n in range(ROWS))))
        place.publish()
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", "from pipeline.cli import main; main()", "serve", "--port", str(port)],
        cwd=place.folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(port)
        yield Served(port, place, before)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def test_a_file_comes_whole_with_its_name_its_type_and_the_sha256_of_the_manifest_as_its_tag(served: Served) -> None:
    response, body = served.get("/downloads/latest/spend.csv")
    assert (response.status, body) == (200, (served.files / "spend.csv").read_bytes())
    release = served.place.current.name
    manifest = json.loads((served.place.current / "manifest.json").read_text(encoding="utf-8"))
    assert response.getheader("etag") == f'"{manifest["files"]["downloads/spend.csv"]}"'
    assert response.getheader("etag") == f'"{hashlib.sha256(body).hexdigest()}"'
    assert response.getheader("content-type") == "text/csv; charset=utf-8"
    assert response.getheader("content-disposition") == f'attachment; filename="spend-{release}.csv"'
    assert response.getheader("cache-control") == "public, no-cache"
    assert response.getheader("content-location") == f"/downloads/{release}/spend.csv"
    assert response.getheader("content-length") == str(len(body))
    assert response.getheader("access-control-allow-origin") == "*"


def test_a_named_release_never_changes_and_one_before_the_current_is_still_there(served: Served) -> None:
    response, body = served.get(f"/downloads/{served.before}/spend.csv")
    assert body == (served.place.folder / "releases" / served.before / "downloads" / "spend.csv").read_bytes()
    assert body.count(b"\n") == 2
    assert response.getheader("cache-control") == "public, max-age=31536000, immutable"
    assert served.get(f"/downloads/{served.before}/index.json")[1] != served.get("/downloads/latest/index.json")[1]


@pytest.mark.parametrize(
    "name", ["spend.parquet", "community-budget.db", "community-budget.zip", "wards.geojson", "SHA256SUMS"]
)
def test_every_kind_of_file_comes_to_the_byte(served: Served, name: str) -> None:
    assert served.get(f"/downloads/latest/{name}")[1] == (served.files / name).read_bytes()


def test_head_says_the_same_as_get_without_the_file(served: Served) -> None:
    got, _ = served.get("/downloads/latest/spend.csv")
    head, body = served.get("/downloads/latest/spend.csv", "HEAD")
    assert (head.status, body) == (200, b"")
    left_out = {"date", "server"}
    assert [item for item in head.getheaders() if item[0] not in left_out] == [
        item for item in got.getheaders() if item[0] not in left_out
    ]


def test_an_unchanged_file_is_not_sent_again(served: Served) -> None:
    for encoding in ("identity", "gzip"):
        tag = served.get("/downloads/latest/spend.csv", accept_encoding=encoding)[0].getheader("etag")
        for known in (str(tag), f'"other", W/{tag}', "*"):
            response, body = served.get("/downloads/latest/spend.csv", if_none_match=known, accept_encoding=encoding)
            assert (response.status, body) == (304, b"")
        assert response.getheader("cache-control") == "public, no-cache"
    assert served.get("/downloads/latest/spend.csv", if_none_match='"other"')[0].status == 200


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-99", 0, 99), ("bytes=100-", 100, None), ("bytes=-50", -50, None), ("bytes=5-99999999999", 5, None)],
)
def test_a_part_is_sent_where_it_is_asked_for(served: Served, asked: str, first: int, last: int | None) -> None:
    whole = (served.files / "spend.csv").read_bytes()
    response, body = served.get("/downloads/latest/spend.csv", range=asked, accept_encoding="gzip")
    part = whole[first : None if last is None else last + 1]
    start = first if first >= 0 else len(whole) + first
    assert (response.status, body) == (206, part)
    assert response.getheader("content-range") == f"bytes {start}-{start + len(part) - 1}/{len(whole)}"
    assert response.getheader("content-encoding") is None


@pytest.mark.parametrize("asked", ["bytes=9-5", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=-"])
def test_a_range_that_cannot_be_understood_gives_the_whole_file(served: Served, asked: str) -> None:
    response, body = served.get("/downloads/latest/spend.parquet", range=asked)
    assert (response.status, body) == (200, (served.files / "spend.parquet").read_bytes())


@pytest.mark.parametrize("asked", ["bytes=99999999999-", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused_with_the_size(served: Served, asked: str) -> None:
    response, body = served.get("/downloads/latest/spend.csv", range=asked)
    size = (served.files / "spend.csv").stat().st_size
    assert (response.status, response.getheader("content-range"), body) == (416, f"bytes */{size}", b"")


def test_a_part_of_a_file_that_has_changed_since_is_the_whole_new_file(served: Served) -> None:
    old = str(served.get(f"/downloads/{served.before}/spend.csv")[0].getheader("etag"))
    new = str(served.get("/downloads/latest/spend.csv")[0].getheader("etag"))
    assert served.get("/downloads/latest/spend.csv", range="bytes=10-", if_range=old)[0].status == 200
    assert served.get("/downloads/latest/spend.csv", range="bytes=10-", if_range=new)[0].status == 206
    packed = str(served.get("/downloads/latest/spend.csv", accept_encoding="gzip")[0].getheader("etag"))
    response, body = served.get(
        "/downloads/latest/spend.csv", range="bytes=9-", if_range=packed, accept_encoding="gzip"
    )
    assert (response.status, response.getheader("content-encoding")) == (206, "gzip")
    assert body == (served.files / "spend.csv.gz").read_bytes()[9:]


@pytest.mark.parametrize(
    ("accepted", "is_packed"), [("gzip, br", True), ("gzip;q=0", False), ("*", True), ("br", False)]
)
def test_who_takes_gzip_gets_what_was_packed_at_release(served: Served, accepted: str, *, is_packed: bool) -> None:
    response, body = served.get("/downloads/latest/spend.csv", accept_encoding=accepted)
    assert (response.getheader("content-encoding") == "gzip") == is_packed
    assert "accept-encoding" in str(response.getheader("vary"))
    assert body == (served.files / ("spend.csv.gz" if is_packed else "spend.csv")).read_bytes()


def test_json_that_is_kept_packed_is_unpacked_for_who_does_not_take_gzip(served: Served) -> None:
    assert not (served.files / "spend.json").exists()
    response, body = served.get("/downloads/latest/spend.json")
    assert body == gzip.decompress((served.files / "spend.json.gz").read_bytes())
    assert len(json.loads(body)) == ROWS
    again, empty = served.get("/downloads/latest/spend.json", if_none_match=str(response.getheader("etag")))
    assert (again.status, empty) == (304, b"")


def test_a_part_by_publisher_and_year_has_an_address(served: Served) -> None:
    name = "spend/wexmoor-council-2024-2025.csv"
    response, body = served.get(f"/downloads/latest/{name}")
    assert (response.status, body) == (200, (served.files / name).read_bytes())


@pytest.mark.parametrize(
    "path",
    [
        "/downloads/latest/../manifest.json", "/downloads/latest/%2e%2e/manifest.json", "/downloads/latest/..%2fmanifest.json",
        "/downloads/../stage/x", "/downloads/%2e%2e/spend.csv", "/downloads/./latest/spend.csv", "/downloads/current/spend.csv",
        "/downloads/latest//etc/passwd", "/downloads/latest/nothing.csv", "/downloads/2020-01-01-abc/spend.csv",
        "/downloads/.building/spend.csv", "/downloads/latest/spend.csv%00", "/downloads/latest/spend", "/downloads/latest/spend.csv/",
    ],
)  # fmt: skip
def test_nothing_but_what_the_manifest_names_is_served(served: Served, path: str) -> None:
    assert served.get(path)[0].status == 404


def test_the_index_and_the_page_list_every_file(served: Served) -> None:
    listed = json.loads(served.get("/downloads/latest/index.json")[1])
    assert listed["release"] == served.place.current.name
    for file in listed["files"]:
        response, _ = served.get(f"/downloads/latest/{file['address']}", "HEAD", accept_encoding="gzip")
        assert response.status == 200, file
    spend_csv = next(file for file in listed["files"] if file["address"] == "spend.csv")
    assert spend_csv["sha256"] == hashlib.sha256((served.files / "spend.csv").read_bytes()).hexdigest()
    assert (spend_csv["rows"], spend_csv["packed_bytes"]) == (ROWS, (served.files / "spend.csv.gz").stat().st_size)
    page = served.get("/downloads")[1].decode()
    assert '<a href="/downloads/latest/spend.parquet">' in page
    assert '<a href="/downloads/latest/community-budget.zip">' in page


def test_the_page_has_one_address_and_is_not_sent_again_while_it_is_the_same(served: Served) -> None:
    response, _ = served.get("/downloads/")
    assert (response.status, response.headers["location"]) == (301, "/downloads")
    tag = served.get("/downloads")[0].headers["etag"]
    assert served.get("/downloads", if_none_match=tag)[0].status == 304


def test_the_program_in_the_guide_brings_an_old_copy_up_to_date(served: Served, tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "feeds.md").read_text(encoding="utf-8")
    program = tmp_path / "keep_up_to_date.py"
    program.write_text(re.findall(r"^```python\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)[0], encoding="utf-8")
    copy = tmp_path / f"community-budget-{served.before}.db"
    shutil.copy(served.place.folder / "releases" / served.before / DATABASE, copy)
    copy.chmod(0o644)
    current = tmp_path / f"community-budget-{served.place.current.name}.db"
    for path in (copy, current):  # the second time there is nothing to do
        command = [sys.executable, str(program), served.address(""), str(path)]
        subprocess.run(command, check=True)
    assert not copy.exists()
    assert _tables(current) == _tables(served.place.current / DATABASE)


def _tables(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table of the standard with its rows, in any order."""
    standard = Standard.read(ROOT / "standard")
    with closing(sqlite3.connect(path)) as connection:
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr)
            for name in (*standard.datasets, *standard.derived)
        }


def test_curl_resumes_a_download_that_broke_off(served: Served, tmp_path: Path) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed")
    whole = (served.files / "community-budget.db").read_bytes()
    target = tmp_path / "part.db"
    target.write_bytes(whole[:123_457])
    address = served.address("/downloads/latest/community-budget.db")
    subprocess.run([curl, "--silent", "--fail", "--continue-at", "-", "--output", str(target), address], check=True)
    assert target.read_bytes() == whole


def test_the_first_byte_comes_at_once_while_slow_visitors_take_large_files(served: Served) -> None:
    slow = [HTTPConnection("127.0.0.1", served.port) for _ in range(12)]
    for connection in slow:
        connection.request("GET", "/downloads/latest/community-budget.db")
    took = [_first_byte(served) for _ in range(15)]
    for connection in slow:
        connection.close()
    assert median(took) < 0.02


def test_the_whole_table_is_faster_by_40_times_than_datasettes_own_stream(served: Served) -> None:
    stream = _rate(served, "/community-budget/spend.csv?_stream=on")
    assert max(_rate(served, "/downloads/latest/spend.csv") for _ in range(5)) > 40 * stream


def _rate(served: Served, path: str) -> float:
    started = time.perf_counter()
    rows = served.get(path)[1].count(b"\n")
    assert rows == ROWS + 1
    return rows / (time.perf_counter() - started)


def _first_byte(served: Served) -> float:
    connection = HTTPConnection("127.0.0.1", served.port, timeout=30)
    connection.connect()
    started = time.perf_counter()
    connection.request("GET", "/downloads/latest/spend.csv")
    connection.getresponse().read(1)
    took = time.perf_counter() - started
    connection.close()
    return took


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("The site does not answer.")
