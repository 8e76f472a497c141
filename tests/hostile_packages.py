"""Packages that attack whoever reads them, and a program that checks all of them: its time, memory and connections.

Run as a program, it prints JSON: for each package its problems and seconds, and the most memory of all in bytes.
"""

from __future__ import annotations

import json
import os
import resource as system
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from broken_packages import BROKEN, GOOD
from places import COUNCIL, Place, resource, spend

from pipeline.standard import Standard

MEGABYTE = 1_000_000
Make = Callable[[Place], object]


def _described(**described: Any) -> Make:
    """Good payments, whose resource says something more."""
    return lambda place: place.send_spend(GOOD, **described)


def _with(**properties: Any) -> Make:
    def make(place: Place) -> None:
        place.send_spend(GOOD)
        place.describe(COUNCIL, resource("spend.csv", "spend"), **properties)

    return make


def _field(**said: Any) -> Make:
    names = ("payment_date", "amount_gbp", "provider_name")
    fields = [{"name": name} for name in names]
    fields[2] |= said
    return _described(schema={"fields": fields})


def _content(content: str | bytes, **described: Any) -> Make:
    return lambda place: place.send_spend(content, **described)


def _text(content: str) -> Make:
    def make(place: Place) -> None:
        place.send_spend(GOOD)
        place.write_descriptor(content)

    return make


def _socket(place: Place) -> None:
    place.send(COUNCIL, {}, resource("spend.csv", "spend"))
    os.mknod(place.package() / "spend.csv", 0o140644)


def _loop(place: Place) -> None:
    place.send(COUNCIL, {}, resource("spend.csv", "spend"))
    (place.package() / "spend.csv").symlink_to("spend.csv")


def _sparse(place: Place) -> None:
    place.send_spend(GOOD)
    os.truncate(place.package() / "spend.csv", 1_000 * MEGABYTE)


HOSTILE: dict[str, Make] = {
    "a remote path with another scheme": lambda place: place.describe(COUNCIL, resource("ftp://127.0.0.1/a.csv", "spend")),
    "a path of a cloud": lambda place: place.describe(COUNCIL, resource("s3://bucket/a.csv", "spend")),
    "a file address": lambda place: place.describe(COUNCIL, resource("file:///etc/passwd", "spend")),
    "a remote dialect": _described(dialect="http://127.0.0.1:9/dialect.json"),
    "a remote profile": _with(profile="http://127.0.0.1:9/profile.json"),
    "a remote $schema": _with(**{"$schema": "http://127.0.0.1:9/schema.json"}),
    "paths beside the path": _described(extrapaths=["http://127.0.0.1:9/more.csv"]),
    "an inner path": _described(innerpath="../../etc/passwd"),
    "a scheme": _described(scheme="http"),
    "control of a loader": _described(control={"type": "remote"}),
    "checks that run": _described(checks=[{"type": "row-constraint", "formula": "__import__('os').system('id')"}]),
    "steps that run": _described(pipeline={"steps": [{"type": "row-filter", "formula": "1"}]}),
    "a reference in JSON": _described(schema={"$ref": "http://127.0.0.1:9/x.json"}),
    "a pattern that takes for ever": _field(constraints={"pattern": "^(a+)+$"}),
    "a pattern of the whole": _field(pattern="(x+x+)+y"),
    "an encoding with escapes": _described(encoding="unicode_escape"),
    "an encoding that is a compression": _described(encoding="zlib_codec"),
    "an encoding of names": _described(encoding="idna"),
    "a separator of a megabyte": _described(dialect={"csv": {"delimiter": "," * MEGABYTE}}),
    "a format with everything": _field(type="date", format="%" * 50 + "Z" * 50),
    "reads that do not exist": _field(reads=["eval"]),
    "redaction that is no code": _field(reads=[{"redacted": {"x": "__class__"}}]),
    "constants that are objects": _described(constants={"is_card": {"a": 1}}),
    "a thousand constants": _described(constants={f"c{n}": "x" for n in range(1000)}),
    "a name with a path": lambda place: place.describe(COUNCIL, {"name": "../../x", "path": "spend.csv", "dataset": "spend"}),
    "a name with a script": lambda place: place.describe(COUNCIL, {"name": "<script>", "path": "a.csv", "dataset": "spend"}),
    "a publisher with a path": _text('{"name": "a", "publisher": "../other", "resources": [{"name": "a", "path": "spend.csv", "dataset": "spend"}]}'),
    "a dataset with SQL": lambda place: place.describe(COUNCIL, resource("a.csv", "spend; DROP TABLE spend")),
    "a licence that is a script": _with(licenses=[{"name": "x", "path": "javascript:alert(1)"}]),
    "a source that is data": _with(sources=[{"title": "x", "path": "data:text/html,<script>alert(1)</script>"}]),
    "a homepage that is a script": _with(homepage="JaVaScRiPt:alert(1)"),
    "a number too large for JSON": _text('{"name": "a", "publisher": "wexmoor-council", "resources": 1e999999}'),
    "a number of a million digits": _text('{"name": ' + "9" * 900_000 + "}"),
    "a million commas": _text("[" + "1," * 400_000 + "1]"),
    "YAML": _text("name: !!python/object/apply:os.system ['id']\n"),
    "JSON in UTF-16": lambda place: (place.send_spend(GOOD) / "datapackage.json").write_bytes("{}".encode("utf-16")),
    "two objects": _text("{}{}"),
    "a prototype": _text('{"__proto__": {"a": 1}, "name": "a"}'),
    "a socket": _socket,
    "a link to itself": _loop,
    "a sparse file of 1 GB": _sparse,
    "a line of 80 MB": _content("x" * (80 * MEGABYTE)),
    "a quote of 80 MB": _content(GOOD + '2024-05-01,1.00,"' + ("x" * 999 + "\n") * 80_000),
    "a million columns": _content(",".join(["a"] * MEGABYTE)),
    "a zip as CSV": _content(b"PK\x03\x04" + bytes(range(256)) * 40),
    "a gzip as CSV": _content(b"\x1f\x8b\x08\x00" + bytes(range(256)) * 40),
    "a database as CSV": _content(b"SQLite format 3\x00" + b"\x01" * 4000),
    "UTF-7": _content("+ADw-script+AD4-,a\n", encoding="utf-7"),
    "overlong UTF-8": _content(GOOD.encode() + b"2024-05-01,1.00,\xc0\xafetc\n"),
    "surrogates in UTF-8": _content(GOOD.encode() + b"2024-05-01,1.00,\xed\xa0\x80\n"),
    "exponents": _content(spend(*[f"2024-05-01,1e{n}99999999,x" for n in range(1, 30)])),
    "no numbers": _content(spend(*["2024-05-01,NaN,x", "2024-05-01,INF,x", "2024-05-01,-Infinity,x"] * 9)),
    "digits of other scripts": _content(spend(*["2024-05-01,١٢٣,x"] * 30)),
    "underscores in numbers": _content(spend(*["2024-05-01,1_000,x"] * 30)),
    "dates of no calendar": _content(spend(*["2024-02-30,1.00,x"] * 30)),
    "control characters": _content(spend(*["2024-05-01,1.00,a\x1b[2Jb"] * 30)),
    "geojson nested deep": lambda place: place.send(
        COUNCIL, {"a.geojson": '{"type":' + "[" * 50_000}, resource("a.geojson", "areas", format="geojson")
    ),
}  # fmt: skip


def check_all() -> dict[str, Any]:
    """Checks every package, each in a place of its own."""
    connections: list[str] = []
    sys.addaudithook(lambda event, given: connections.append(str(given)) if event == "socket.connect" else None)
    standard, results = Standard.read(Path(__file__).parent.parent / "standard"), {}
    packages: dict[str, Make] = {broken.how: broken.make for broken in BROKEN} | HOSTILE
    for how, make in packages.items():
        with tempfile.TemporaryDirectory() as folder:
            results[how] = _checked(Place(Path(folder), standard), make)
    memory = system.getrusage(system.RUSAGE_SELF).ru_maxrss * 1024
    return {"packages": results, "memory": memory, "connections": connections}


def _checked(place: Place, make: Make) -> dict[str, Any]:
    place.send_spend(GOOD)
    make(place)
    began = time.monotonic()
    checked = place.checked()
    problems = [f"{problem.rule}: {problem.message}" for problem in checked.problems]
    return {"verdict": checked.verdict, "seconds": time.monotonic() - began, "problems": problems[:40]}


if __name__ == "__main__":
    json.dump(check_all(), sys.stdout)
