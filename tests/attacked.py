"""A real server to attack: `serve` as a process of its own, over a release with many payments, and what it uses."""

from __future__ import annotations

import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from plugins.small_site import QUESTIONS, make_release, switch

PLACE = "/community-budget"
MORE_PAYMENTS = """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {rows})
INSERT INTO spend SELECT
    'wexmoor-council_spend-2024-06', n + 1, 'wexmoor-council', iif(n % 7, 'wexmoor-council', 'second-bridge'),
    iif(n % 3, 'good-homes', NULL), date('2024-04-01', (n % 365) || ' days'), (n * 7919) % 100000, NULL, '2024-2025',
    n % 2, 'Provider ' || (n % 5000), NULL
FROM numbers
"""


@dataclass(frozen=True)
class Reply:
    """What the server answered, and how long that took in seconds."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass
class Server:
    """A running server."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    asked: list[str] = field(default_factory=list)

    def get(self, path: str, method: str = "GET", timeout: float = 20) -> Reply:
        self.asked.append(path)
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method)
        began = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:
                status, headers, body = response.status, dict(response.headers), response.read()
        except urllib.error.HTTPError as error:
            with error:
                status, headers, body = error.code, dict(error.headers), error.read()
        return Reply(status, {key.lower(): value for key, value in headers.items()}, body, time.monotonic() - began)

    def sql(self, sql: str, ending: str = ".json", **parameters: str) -> Reply:
        return self.get(f"{PLACE}{ending}?{urllib.parse.urlencode({'sql': sql} | parameters)}")

    @property
    def datasette(self) -> int:
        """The process that answers: the child of `serve`."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0])

    @property
    def memory(self) -> int:
        """Bytes of memory that the process holds now."""
        return _status(self.datasette, "VmRSS")

    def forget_peak(self) -> None:
        Path(f"/proc/{self.datasette}/clear_refs").write_text("5")

    @property
    def peak(self) -> int:
        """The most memory that it held since `forget_peak`."""
        return _status(self.datasette, "VmHWM")

    @property
    def temporary(self) -> int:
        """Bytes in temporary files, which SQLite opens and unlinks."""
        sizes = 0
        for file in Path(f"/proc/{self.datasette}/fd").iterdir():
            try:
                if "(deleted)" in str(file.readlink()):
                    sizes += file.stat().st_size
            except OSError:
                continue
        return sizes

    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")


def _status(process: int, name: str) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def make_site(folder: Path, rows: int) -> Path:
    """A site with one release of so many payments."""
    release = folder / "releases" / "first"
    make_release(release)
    with closing(sqlite3.connect(release / "community-budget.db")) as connection:
        connection.execute(MORE_PAYMENTS.format(rows=rows))
        connection.execute("CREATE INDEX spend_agency ON spend (agency_id, amount_pence)")
        connection.execute("CREATE INDEX spend_theme ON spend (theme_id)")
        connection.execute("CREATE INDEX spend_amount ON spend (amount_pence)")
        connection.execute("INSERT INTO spend_fts (spend_fts) VALUES ('rebuild')")
        connection.commit()
    switch(folder / "releases", "first")
    (folder / "questions").mkdir()
    for name, text in QUESTIONS.items():
        (folder / "questions" / f"{name}.sql").write_text(text)
    (folder / "datapackages").mkdir()
    return folder


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """The site of a folder, served as the command line does."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("community-budget")), "serve", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        server = Server(folder, port, process)
        try:
            _wait_until_ready(server)
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)


def _wait_until_ready(server: Server) -> None:
    for _ in range(200):
        try:
            if server.get("/readyz").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(server.log())
