"""How many requests a second a release answers: a question's page, a table's page, a kept page, Datasette's own page.

One client, one connection kept open, one request after another on 127.0.0.1. The server's peak memory is that of its
processes from start to end.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SECONDS = 5.0
STARTS_WITHIN = 120.0
HEADER_END = b"\r\n\r\n"
QUESTION = "/community-budget/spend_by_agency"
TABLE = "/community-budget/spend"
ALONE = {
    "Datasette's own table page": [],
    "the same without suggested facets": ["--setting", "suggest_facets", "off"],
}


@dataclass(frozen=True)
class Served:
    """Requests a second by what was asked for, and the peak memory in megabytes of ours and of Datasette alone."""

    rates: Mapping[str, float]
    megabytes: Mapping[str, float]


def serve_and_measure(folder: Path, seconds: float = SECONDS) -> Served:
    """Measures the release that is current in a site's folder, and the same file under Datasette alone.

    A page is never asked for twice, but for the kept ones: an argument that means nothing makes each address new.
    """
    megabytes: dict[str, float] = {}
    database = (folder / "releases" / "current" / "community-budget.db").resolve()
    with server([str(Path(sys.executable).with_name("community-budget")), "serve"], folder, megabytes, "ours") as port:
        rates = {
            "question page": _rate(port, lambda number: f"{QUESTION}?_again={number}", seconds),
            "table page": _rate(port, lambda number: f"{TABLE}?_again={number}", seconds),
            "kept question page": _rate(port, lambda _: QUESTION, seconds),
            "kept table page": _rate(port, lambda _: TABLE, seconds),
        }
    for name, settings in ALONE.items():
        alone = [sys.executable, "-m", "datasette", "serve", "--immutable", str(database), *settings]
        with server(alone, folder, megabytes, name) as port:
            rates[name] = _rate(port, lambda number: f"{TABLE}?_again={number}", seconds)
    return Served(rates, megabytes)


def _rate(port: int, address_of: Callable[[int], str], seconds: float) -> float:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        _ask(connection, address_of(-1))
        number, started = 0, time.perf_counter()
        while time.perf_counter() - started < seconds:
            _ask(connection, address_of(number))
            number += 1
        return number / (time.perf_counter() - started)


def _ask(connection: socket.socket, address: str) -> None:
    connection.sendall(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    received = b""
    while HEADER_END not in received:
        received += _some(connection)
    head, _, body = received.partition(HEADER_END)
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"{address}: {head[:60]!r}")
    said = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    if b"content-length" in said:
        left = int(said[b"content-length"]) - len(body)
        while left > 0:
            left -= len(_some(connection))
        return
    while not body.endswith(b"0\r\n\r\n"):
        body = body[-8:] + _some(connection)


def _some(connection: socket.socket) -> bytes:
    received = connection.recv(1 << 18)
    if not received:
        raise SystemExit("the server closed the connection")
    return received


@contextmanager
def server(command: list[str], folder: Path, megabytes: dict[str, float], name: str) -> Iterator[int]:
    """The port of a server that runs as long as it is needed; then `megabytes` has its peak memory by name."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen([*command, *options], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        _, _, usage = os.wait4(process.pid, 0)
        megabytes[name] = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)


def _wait(port: int) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")
