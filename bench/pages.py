"""How long each kind of page takes that nobody asked for before, how long when it is kept, and how heavy it is.

`bench/pages.py FOLDER [SEVERAL]` serves the release that is current in a site's folder, looks through its pages for so many
addresses of each kind, and then three times serves it afresh and asks for each of them twice, one after another on one
connection. The least of the three counts: whatever else a machine does only adds. The first page of a kind stands for
itself, as the server reads its template then; it is not among the others.
"""

from __future__ import annotations

import re
import sys
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from http.client import HTTPConnection
from math import ceil
from pathlib import Path
from urllib.parse import urljoin

from serving import server

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from addresses import DATASETTE, EMPTY, KINDS, kind_of  # noqa: E402 found only then

PLACE = "/community-budget"
SEVERAL = 8
ROUNDS = 3
LOOKED_THROUGH = 25
"""How many pages of a kind are looked through for links to others."""
LINK = re.compile(r'(?:href|src|srcset)="([^"#]+)"')
LEFT_OUT = re.compile(r"^/(?:downloads/|changes/|feeds|static/|-/|check)|\.csv\b|\.atom\b")
"""What is sent from files, or is not a page."""
PAYMENTS = "(Datasette) payments"
MOST_BYTES = {False: 150_000, True: 300_000}
"""What a page may weigh, without a map and with one."""
HEAVIEST = 8


@dataclass(frozen=True)
class Asked:
    """One address: milliseconds when it was new and when it was kept, and its bytes."""

    address: str
    new: float
    kept: float
    size: int
    has_map: bool


def main(folder: Path, several: int = SEVERAL) -> None:
    """Prints a line for each kind of page, one for all pages but the first of each kind, and the heaviest pages."""
    with _served(folder) as connection:
        addresses = _addresses(connection, several)
    rounds = [_round(folder, addresses) for _ in range(ROUNDS)]
    measured = {
        kind: [_least(times) for times in zip(*(one[kind] for one in rounds), strict=True)] for kind in addresses
    }
    print(f"{'milliseconds':40}{'first':>7}{'pages':>7}{'p50':>7}{'p95':>7}{'max':>7}{'kept p95':>10}  slowest")
    for kind, pages in sorted(measured.items()):
        print(_line(kind, pages[0].new, pages[1:] or pages))
    print(
        _line("all", max(pages[0].new for pages in measured.values()), [p for ps in measured.values() for p in ps[1:]])
    )
    _tell_weights(
        [page for kind, pages in measured.items() if not kind.startswith(("(data)", "(drawn)")) for page in pages]
    )


def _line(kind: str, first: float, pages: Sequence[Asked]) -> str:
    new = [page.new for page in pages]
    times = (first, _part(new, 0.5), _part(new, 0.95), max(new))
    shown = f"{kind:40}{times[0]:7.0f}{len(pages):7}{times[1]:7.0f}{times[2]:7.0f}{times[3]:7.0f}"
    return f"{shown}{_part([page.kept for page in pages], 0.95):10.1f}  {max(pages, key=lambda page: page.new).address}"


def _part(numbers: Iterable[float], share: float) -> float:
    """The number that so large a share of them does not exceed."""
    ordered = sorted(numbers)
    return ordered[ceil(share * len(ordered)) - 1]


def _tell_weights(pages: Sequence[Asked]) -> None:
    print(f"\nThe heaviest of {len(pages)} pages, in bytes, and the bound:")
    for page in sorted(pages, key=lambda page: page.size / MOST_BYTES[page.has_map], reverse=True)[:HEAVIEST]:
        over = "  over" if page.size > MOST_BYTES[page.has_map] else ""
        print(f"{page.size:9,} of {MOST_BYTES[page.has_map]:,}  {page.address}{over}")


@contextmanager
def _served(folder: Path) -> Iterator[HTTPConnection]:
    program = Path(sys.executable).with_name("community-budget")
    with server([str(program), "serve"], folder, {}, "ours") as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        _get(connection, "/healthz")
        yield connection
        connection.close()


def _round(folder: Path, addresses: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[Asked]]:
    with _served(folder) as connection:
        return {kind: [_asked(connection, address) for address in chosen] for kind, chosen in addresses.items()}


def _least(times: Sequence[Asked]) -> Asked:
    one = times[0]
    return Asked(one.address, min(t.new for t in times), min(t.kept for t in times), one.size, one.has_map)


def _asked(connection: HTTPConnection, address: str) -> Asked:
    started = time.perf_counter()
    body = _get(connection, address)
    between = time.perf_counter()
    _get(connection, address)
    ended = time.perf_counter()
    return Asked(address, (between - started) * 1000, (ended - between) * 1000, len(body), b"<svg" in body)


def _get(connection: HTTPConnection, address: str) -> bytes:
    connection.request("GET", address)
    response = connection.getresponse()
    body = response.read()
    if response.status >= 500:
        raise SystemExit(f"{address}: {response.status}")
    return body


def _addresses(connection: HTTPConnection, several: int) -> Mapping[str, Sequence[str]]:
    """For each kind, the address that the browser looks at, and others spread over all that pages link to.

    Where there are too few, the first is asked for again with an argument that makes its address new.
    """
    known = [*KINDS.values(), *DATASETTE.values()]
    first = {_kind(address): address for address in reversed(known)}
    chosen = {}
    for kind, linked in _found(connection, known).items():
        begin = first.get(kind, linked[0])
        again = (f"{begin}{'&' if '?' in begin else '?'}{_new(kind, number)}" for number in range(several))
        spread = linked[:: max(1, len(linked) // several)]
        chosen[kind] = list(dict.fromkeys([begin, *spread, *again]))[: several + 1]
    return chosen


def _new(kind: str, number: int) -> str:
    """What means nothing to a page; a list of payments is counted otherwise where it is asked for what it does not know."""
    return f"_size={50 - number}" if kind == PAYMENTS else f"_again={number}"


def _found(connection: HTTPConnection, known: Sequence[str]) -> Mapping[str, list[str]]:
    """All addresses of this site by kind that a walk through its pages meets, in alphabetical order."""
    left, seen, found = deque(known), {*known, *EMPTY.values()}, defaultdict(list)
    while left:
        address = left.popleft()
        kind = _kind(address)
        found[kind].append(address)
        if len(found[kind]) > LOOKED_THROUGH or kind.startswith("("):
            continue
        for link in LINK.findall(_get(connection, address).decode()):
            target = urljoin(address, unescape(link))
            if target.startswith("/") and not LEFT_OUT.search(target) and target not in seen:
                seen.add(target)
                left.append(target)
    return {kind: sorted(addresses) for kind, addresses in found.items()}


def _kind(address: str) -> str:
    """A kind of page, or of Datasette's: charts, maps, rows, tables, questions; what is data stands apart."""
    path, _, query = address.partition("?")
    parts = path.strip("/").split("/")
    is_datasettes = path.startswith(f"{PLACE}/")
    if ".json" in path:
        return "(data) an answer or a table" if is_datasettes else "(data) the twin of a page"
    if parts[0] in ("charts", "maps"):
        return f"(drawn) {parts[0]}"
    if not is_datasettes:
        return str(kind_of(path))
    if (ROOT / "questions" / f"{parts[1]}.sql").exists():
        return "(Datasette) a question"
    table = PAYMENTS if parts[1] == "spend" else "(Datasette) a table"
    return "(Datasette) a row" if len(parts) > 2 else f"{table}{', filtered' if query else ''}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:3]))
