"""Takes the pictures that the documents show, from the current release of the site in whose folder it runs.

Needs Debian's chromium. `make screenshots` runs it in the project's own folder, after `make site` has published there.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

IMAGES = Path(__file__).parent / "images"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
MAX_BYTES = 150_000
PATIENCE_SECONDS = 30


class Picture(NamedTuple):
    """A page as a window of some pixels shows it or, where `part` selects one, a part of it alone."""

    name: str
    address: str
    width: int = 1280
    height: int = 800
    part: str = ""


PICTURES = (
    Picture("home", "/"),
    Picture("question", "/community-budget/contributions_promised_and_paid?fy=2024-2025", height=1080),
    Picture("provenance", "/community-budget/spend/wexmoor-council_spend-2024-05,2", part=".provenance"),
    Picture("home-narrow", "/", width=320, height=640),
)


def main() -> None:
    """Serves the current release on a free port, takes every picture, and ends the server."""
    IMAGES.mkdir(exist_ok=True)
    with served() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for picture in PICTURES:
            take(browser, site, picture)
        browser.close()


@contextmanager
def served() -> Iterator[str]:
    """The address of a server that runs as long as the block does."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("community-budget")), "serve", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(server, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def take(browser: Browser, site: str, picture: Picture) -> None:
    """Writes one picture; ends the program where the page is not there or its picture is too large."""
    page = browser.new_page(viewport={"width": picture.width, "height": picture.height})
    response = page.goto(site + picture.address)
    if response is None or not response.ok:
        sys.exit(f"{picture.address} is not a page of this site.")
    path = IMAGES / f"{picture.name}.png"
    shown = page.locator(picture.part) if picture.part else page
    shown.screenshot(path=path)
    page.close()
    if path.stat().st_size > MAX_BYTES:
        sys.exit(f"{path} has {path.stat().st_size:,} bytes: show less of the page.")


def free_port() -> int:
    """A port of this computer on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    """Returns once the server answers; ends the program where it does not."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("The site cannot be served: run community-budget publish here first.")


if __name__ == "__main__":
    main()
