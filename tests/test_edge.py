"""The edge of the site: headers, methods, sizes, errors, health, and pages that work in a browser under the policy."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from attacked import PLACE, Server, make_site, serving
from datasette.app import Datasette
from datasette.plugins import pm
from playwright.sync_api import sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
DATASETTES_OWN = ("/-/versions", "/-/settings", "/-/plugins", "/-/metadata", "/-/config", "/-/databases")
PAGES = (PLACE, f"{PLACE}/spend", f"{PLACE}/themes/good-homes", f"{PLACE}/spend_by_theme", f"{PLACE}?sql=select+1",
         f"{PLACE}?sql=select+nothing", f"{PLACE}/nothing", "/nothing", *DATASETTES_OWN)  # fmt: skip
DATA = (f"{PLACE}/spend.json", f"{PLACE}/spend.csv", f"{PLACE}/spend_by_theme.json", "/static/site.css", "/healthz")
OTHERS = ("/-/threads", "/-/threads.json", "/-/actor.json", "/-/allow-debug", "/-/permissions", "/-/messages",
          "/-/patterns", "/-/logout", "/-/auth-token", f"{PLACE}.db", "/-/databases.json", "/-/plugins.json?all=1",
          "/-/versions.json", "/-/settings.json", "/-/metadata.json", "/-/static/nothing.js", "/static/../settings.yml",
          "/static/%2e%2e/settings.yml", "/static/%2Fetc/passwd", "//etc/passwd", "/-/static/..%2f..%2fapp.py")  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(make_site(tmp_path_factory.mktemp("edge"), 200)) as server:
        yield server


@pytest.mark.parametrize("path", PAGES + DATA + OTHERS)
def test_every_answer_carries_the_headers_and_no_cookie(server: Server, path: str) -> None:
    reply = server.get(path)
    policy = reply.headers["content-security-policy"]
    assert "'unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["referrer-policy"] in {"strict-origin-when-cross-origin", "no-referrer"}
    assert "set-cookie" not in reply.headers
    assert reply.status < 500


@pytest.mark.parametrize("path", PAGES + DATA + OTHERS)
def test_no_answer_shows_a_path_of_the_machine(server: Server, path: str) -> None:
    text = server.get(path).text
    for part in (str(server.folder), str(Path(__file__).parent.parent), "site-packages", "root:x:", "Traceback"):
        assert part not in text


def test_the_list_of_databases_is_there_without_its_path(server: Server) -> None:
    said = json.loads(server.get("/-/databases.json").body)
    assert [(one["name"], one["route"]) for one in said] == [("community-budget", "community-budget")]
    assert "path" not in said[0]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND"])
def test_the_site_is_for_reading(server: Server, method: str) -> None:
    reply = server.get(f"{PLACE}/spend", method)
    assert reply.status == 405
    assert reply.headers["allow"] == "GET, HEAD, OPTIONS"


def test_heads_are_answered_without_a_body(server: Server) -> None:
    for path in (PLACE, f"{PLACE}/spend.json", f"{PLACE}/spend.csv", "/healthz"):
        reply = server.get(path, "HEAD")
        assert (reply.status, reply.body) == (200, b"")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        (f"{PLACE}?sql=select+'{'a' * 60_000}'", 414, "too long"),
        (f"{PLACE}/spend?" + "&".join(f"a{n}=1" for n in range(300)), 400, "too many things"),
        (f"{PLACE}/spend?" + "&".join("_facet=agency_id" for _ in range(9)), 400, "too many things"),
    ],
)
def test_an_address_has_a_bearable_size(server: Server, path: str, status: int, words: str) -> None:
    reply = server.get(path)
    assert (reply.status, words in reply.text) == (status, True)


def test_a_body_is_not_read(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000000\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 405")


def test_headers_beyond_bounds_end_the_connection(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"a" * 200_000 + b"\r\n\r\n")
        try:
            answer = connection.recv(100)
        except ConnectionResetError:
            answer = b""
    assert not answer or b" 40" in answer or b" 431" in answer
    assert server.get("/healthz").status == 200


def test_health_and_readiness(server: Server) -> None:
    assert server.get("/healthz").text == "ok\n"
    assert server.get("/readyz").text == "ready: first\n"


def test_errors_in_json_are_json(server: Server) -> None:
    reply = server.get(f"{PLACE}/nothing.json")
    assert reply.status == 404
    assert json.loads(reply.body)["ok"] is False


def test_the_data_of_a_database_without_a_question_are_a_mistake_of_the_address(server: Server) -> None:
    reply = server.get(f"{PLACE}.csv")
    assert reply.status == 400
    assert "cannot make sense" in reply.text


@pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no browser")
def test_pages_work_in_a_browser_under_the_policy_without_a_word_on_its_console(server: Server) -> None:
    said: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=os.fspath(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
        for path in PAGES:
            page.goto(f"http://127.0.0.1:{server.port}{path}")
            assert page.locator("h1").count() == 1 or path == "/-/databases"
        page.goto(f"http://127.0.0.1:{server.port}{PLACE}/spend")
        assert page.evaluate("getComputedStyle(document.querySelector('.site-header')).display")
        assert page.evaluate("document.styleSheets.length") >= 1
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.owned = 1\">')")
        page.wait_for_timeout(200)
        assert page.evaluate("window.owned") is None
        browser.close()
    unexpected = [text for text in said if "nothing" not in text and "inline event handler" not in text]
    assert [text for text in unexpected if "/x" not in text and "404" not in text] == []


def test_scripts_and_styles_of_installed_templates_are_allowed_by_hash_and_changed_ones_are_not(tmp_path: Path) -> None:
    (tmp_path / "other.html").write_text("<script>alert('ours')</script><style>p { color: red }</style>")
    (tmp_path / "changing.html").write_text("<script>alert('{{ name }}')</script>")
    site = Datasette(template_dir=os.fspath(tmp_path), plugins_dir=os.fspath(Path(__file__).parent.parent / "plugins"))
    names = site.jinja_env.list_templates()
    assert {"other.html", "changing.html"} <= set(names)
    policy = _policy(site)
    digest = base64.b64encode(sha256(b"alert('ours')").digest()).decode()
    assert f"'sha256-{digest}'" in policy
    before = re.findall(r"'sha256-[^']+'", policy)
    (tmp_path / "other.html").write_text("<script>alert('changed')</script>")
    assert set(re.findall(r"'sha256-[^']+'", _policy(site))) - set(before)


def _policy(site: Datasette) -> str:
    edge = next(plugin for plugin in pm.get_plugins() if hasattr(plugin, "content_policy"))
    return edge.content_policy(site.jinja_env)


def test_the_server_ends_gracefully_when_it_is_told_to(tmp_path: Path) -> None:
    with serving(make_site(tmp_path, 50)) as server:
        child = server.datasette
        server.process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert server.process.wait(timeout=10) == 0
        assert time.monotonic() - began < 8
        assert not Path(f"/proc/{child}").exists()


def test_the_server_knows_no_secret_of_its_surroundings_and_writes_no_large_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_PASSWORD", "secretive")
    with serving(make_site(tmp_path, 50)) as server:
        assert b"secretive" not in Path(f"/proc/{server.datasette}/environ").read_bytes()
        limits = Path(f"/proc/{server.datasette}/limits").read_text()
    assert re.search(r"Max file size\s+134217728\s+134217728", limits)
