"""The illustrative place, published and served as anybody would, and a browser that looks at it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE_SECONDS = 60


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site's folder with the illustrative place, published."""
    folder = tmp_path_factory.mktemp("place")
    (folder / "datapackages").symlink_to(ROOT / "datapackages")
    subprocess.run([_program(), "publish", "--as-of", "2026-06-30"], cwd=folder, check=False, capture_output=True)
    assert (folder / "releases" / "current").exists()
    return folder


@pytest.fixture(scope="session")
def site(place: Path) -> Iterator[str]:
    """The address of the place's site, served as long as tests need it."""
    with _served(place) as address:
        yield address


@pytest.fixture(scope="session")
def served() -> Callable[[Path], AbstractContextManager[str]]:
    """What serves the site of a folder as long as a block runs, at the address that it gives."""
    return _served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for one file of tests: while it is open its own event loop runs, which other tests must not meet."""
    if not Path(CHROMIUM).exists():
        pytest.skip("needs Debian's chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [_program(), "serve", "--port", str(port)]
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _program() -> str:
    return os.fspath(Path(sys.executable).with_name("community-budget"))


def _wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the site was not served")
