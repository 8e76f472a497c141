"""What is not published is nowhere: canaries are sent in, and every byte that is published or served is searched for them.

Compressed files are searched as they are and unpacked, Parquet also by its statistics. Each form in which a canary could
hide is tried first on files in which it does.
"""

from __future__ import annotations

import gzip
import io
import logging
import os
import sqlite3
import struct
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from places import COUNCIL, POLICE, Place, resource, spend
from served import ROOT, close, make_site

from pipeline.standard import Standard

ODD = 9_876_543_217
"""A count whose bytes do not come about by chance; rounded it is 9876543215."""
CORRECTED = ODD - 1_000_000
PLACE = "/community-budget"


def test_nothing_that_is_not_published_is_in_any_byte_of_two_releases_and_what_is_kept_of_them(place: Place) -> None:
    content = b"".join(searched(path) for path in _files(place.folder / "releases"))
    assert _found(content) == []
    assert b"Nightingale" in content
    for count in (ODD, CORRECTED):
        assert (count - 2).to_bytes(6, "big") in content
        assert struct.pack("<q", count - 2) in content
        assert str(count - 2).encode() in content
    assert place.select("SELECT count(*) FROM held_back WHERE rule <> 'reference_not_found'")[0][0] >= 5
    assert place.select("SELECT units, people FROM caseloads") == [(CORRECTED - 2, "c")]
    changes = b"".join(searched(path) for path in _files(place.folder / "releases" / "changes"))
    assert str(CORRECTED - 2).encode() in changes


async def test_nothing_that_is_not_published_is_served_or_logged(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("COMMUNITY_BUDGET_RELEASES", os.fspath(place.folder / "releases"))
    monkeypatch.setenv("COMMUNITY_BUDGET_QUESTIONS", os.fspath(ROOT / "questions"))
    caplog.set_level(logging.DEBUG)
    site = make_site()
    seen: dict[str, bytes] = {}
    for address in _addresses(place):
        answer = await site.client.get(address, follow_redirects=True)
        seen[address] = answer.content + str(answer.headers).encode()
        assert answer.status_code < 500, address
        assert _found(searched_bytes(answer.content), *_words(address)) == [], address
    close(site)
    assert _found(caplog.text.encode(), "canary-sought") == []
    assert str(CORRECTED - 2).encode() in seen[f"{PLACE}/caseloads.json?_shape=objects"]
    assert b"Calder" in seen[f"{PLACE}/spend.csv?_stream=on"]
    assert len(seen) > 200


@pytest.mark.parametrize("form", ["sqlite", "freed", "real", "parquet", "csv.gz", "zip"])
def test_the_search_finds_a_canary_in_every_form(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"planted.{form}"
    _plant(path, form)
    assert _found(searched(path)) != []


def searched(path: Path) -> bytes:
    """All that can be read out of a file."""
    return searched_bytes(path.read_bytes())


def searched_bytes(content: bytes) -> bytes:
    """The bytes as they are, and what comes of them unpacked."""
    if content[:2] == b"\x1f\x8b":
        return content + searched_bytes(gzip.decompress(content))
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return content + b"".join(searched_bytes(archive.read(name)) for name in archive.namelist())
    return content + _unpacked_parquet(content) if content[:4] == b"PAR1" else content


def _unpacked_parquet(content: bytes) -> bytes:
    """Every value without compression or dictionary, and what the statistics say of each column."""
    file, plain = pq.ParquetFile(io.BytesIO(content)), io.BytesIO()
    pq.write_table(file.read(), plain, compression="none", use_dictionary=False, write_statistics=False)
    groups = (file.metadata.row_group(number) for number in range(file.metadata.num_row_groups))
    chunks = (group.column(number) for group in groups for number in range(group.num_columns))
    said = [f"{chunk.statistics.min} {chunk.statistics.max}" for chunk in chunks if chunk.statistics]
    return plain.getvalue() + " ".join(said).encode() + repr(file.metadata.metadata).encode()


def _found(content: bytes, *allowed: str) -> list[bytes]:
    """The canaries in some bytes: words, and counts as text, whole numbers and fractions of either order of bytes."""
    words = content.lower()
    for word in allowed:
        words = words.replace(word.lower().encode(), b"")
    forms = [b"canary"]
    for count in (ODD, CORRECTED):
        forms += [str(count).encode(), f"{count:,}".encode(), count.to_bytes(6, "big"), struct.pack("<q", count)]
        forms += [struct.pack(">d", count), struct.pack("<d", count)]
    return [form for form in forms if form in words or (form != b"canary" and form in content)]


def _plant(path: Path, form: str) -> None:
    if form in {"sqlite", "freed", "real"}:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA secure_delete = off")
            connection.execute("CREATE TABLE t (c)")
            connection.execute("INSERT INTO t VALUES (?)", [float(ODD) if form == "real" else ODD])
            connection.commit()
            connection.execute("DELETE FROM t" if form == "freed" else "SELECT 1")
            connection.commit()
    elif form == "parquet":
        pq.write_table(pa.table({"c": [ODD] * 1000}), path, compression="zstd")
    elif form == "csv.gz":
        path.write_bytes(gzip.compress(f"c\n{ODD}\n".encode()))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("c.csv.gz", gzip.compress(b"Canary"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, standard: Standard) -> Place:
    """Two releases, of which the second corrects a count of the first."""
    place = Place(tmp_path_factory.mktemp("place"), standard)
    for count in (ODD, CORRECTED):
        _send_canaries(place, count)
        assert not place.publish().refused
    assert len(place.site.releases.history()) == 2
    return place


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.parent.is_symlink())


def _addresses(place: Place) -> Iterable[str]:
    """Tables, questions and pages in all their forms, feeds, downloads, changes, mistakes and free questions."""
    tables = [name for (name,) in place.select("SELECT dataset FROM datasets")]
    questions = [path.stem for path in (ROOT / "questions").glob("*.sql")]
    yield from (
        "/",
        "/.json",
        PLACE,
        "/feeds",
        "/api",
        "/api/openapi.json",
        "/downloads",
        "/catalogue.jsonld",
        "/data.json",
    )
    yield from (f"{PLACE}/{name}" for name in tables)
    yield from (f"{PLACE}/{name}.json?_shape=objects" for name in tables)
    yield from (f"{PLACE}/{name}.csv?_stream=on" for name in tables)
    yield from (f"{PLACE}/{name}.json" for name in questions)
    yield from (f"/{path.stem}" for path in (ROOT / "templates" / "pages").glob("*.html"))
    yield from (f"/downloads/latest/{path.name}" for path in _files(place.current / "downloads"))
    yield from (f"/changes/{path.name.removesuffix('.gz')}" for path in _files(place.folder / "releases" / "changes"))
    yield from (
        f"{PLACE}?sql=select+*+from+canary-sought",
        "/search?q=canary-sought",
        f"{PLACE}/spend?_search=canary-sought",
    )
    yield from (
        f"{PLACE}?sql=select+hex(sql)+from+sqlite_master",
        f"{PLACE}?sql=select+*+from+problems",
        "/canary-sought",
    )


def _words(address: str) -> list[str]:
    return ["canary-sought"] if "canary-sought" in address else []


def _send_canaries(place: Place, count: int) -> None:
    """What must not get out: rows held back for all sorts of reasons, columns not described, counts of people."""
    place.send_partnership(
        themes="theme_id,title\nhealthy-lives,Healthy lives\n",
        cohorts="cohort_id,title,unit,definition\na,A,family,d\n",
        indicators="indicator_id,title,definition,theme_id,unit,polarity,minimum_change,frequency,source,disclosure\n"
        "i,t,d,healthy-lives,count,lower,1,annual,s,round5\nj,t,d,healthy-lives,percent,lower,1,annual,s,suppress\n",
        voices=f"voice_id,said_by,summary,people,year\nv,resident,s,{count},2024\n",
        needs="need_id,title,summary,theme_id,raised_by,priority,year\nn,t,canary-need,no-theme,residents,1,2024\n",
    )
    rows = (
        "2024-05-01,1.00,Nightingale,,,",
        "2024-05-02,1e5,canary-amount,,,canary-ref",
        "2024-05-40,1.00,canary-date,,,",
        "2031-05-01,1.00,canary-future,,,",
        "2024-05-03,1.00,canary-mail@example.org,,,",
        "2024-05-04,1.00,Calder,canary-project,,",
        "2024-05-05,1.00,Calder,,canary-code,",
        "2024-05-06,1.00,canary-long,,,,,x",
        "2024-05-07,1.00,CANARY WORD,,,canary-internal",
    )
    header = "payment_date,amount_gbp,provider_name,project_id,redaction,Canary ref\n"
    fields: list[dict[str, Any]] = [{"name": name} for name in header.strip().split(",")]
    fields[2] |= {"reads": [{"redacted": {"CANARY WORD": "personal"}}], "description": "canary description"}
    caseloads = f"cohort_id,area_id,fy,units,people\na,X05000005,2024-2025,{count},6\n"
    outcomes = "indicator_id,area_id,period,value,numerator\n"
    outcomes += f"i,X05000005,2023,{count},\ni,X05000006,2023,,{count}\n"
    files = {
        "spend.csv": spend(*rows, "2024-05-08,1.00,Calder,,,", header=header),
        "caseloads.csv": caseloads,
        "outcomes.csv": outcomes,
        "p.csv": "provider_id,name\nsame,canary-shared\n",
        "unlisted-canary.csv": "canary",
    }
    place.send(
        COUNCIL,
        files,
        resource("spend.csv", "spend", schema={"fields": fields}),
        resource("caseloads.csv", "caseloads"),
        resource("outcomes.csv", "outcomes"),
        resource("p.csv", "providers"),
    )
    place.send(POLICE, {"p.csv": "provider_id,name\nsame,canary-too\n"}, resource("p.csv", "providers"))
