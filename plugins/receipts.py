"""Answers with a receipt as the program wrote it, and on its page with how the file was described and what is still asked.

Other plugins say `await datasette.receipts.answer(request, written)`.
"""

import base64
import json
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from datasette import Request, Response, hookimpl
from datasette.app import Datasette

MAX_RECEIPT = 20_000_000
KINDS = {"html": "text/html", "json": "application/json", "csv": "text/csv", "text": "text/plain"}
KEPT_FIELDS = ("publisher", "dataset", "period", "format")
HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-content-type-options": "nosniff"}
VERDICT = '<p class="verdict">'


@dataclass(frozen=True)
class Written:
    """A receipt, in which format, the fields that came with the files, and what describing them found."""

    path: Path
    form: str
    fields: dict[str, str] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)


@hookimpl
def startup(datasette: Datasette) -> None:
    """Gives other plugins the way to answer with a receipt."""
    datasette.receipts = SimpleNamespace(
        Written=Written, KINDS=KINDS, answer=lambda request, written: answer(datasette, request, written)
    )


async def answer(datasette: Datasette, request: Request, written: Written) -> Response:
    """The receipt in its format; a page may load nothing and run nothing, and sends only its own form."""
    if written.path.stat().st_size > MAX_RECEIPT:
        advice = "Ask for the page: it names the first problems of each kind."
        raise datasette.uploads.Error(422, "The receipt is very long", advice)
    text = written.path.read_text(encoding="utf-8")
    headers = dict(HEADERS)
    if written.form == "html":
        headers["content-security-policy"] = _policy(text)
        text = await _page(datasette, request, text, written)
    elif written.form == "json" and written.found:
        text = json.dumps(json.loads(text) | {"described": written.found}, indent=2, ensure_ascii=False) + "\n"
    return Response(text, headers=headers, content_type=f"{KINDS[written.form]}; charset=utf-8")


async def _page(datasette: Datasette, request: Request, text: str, written: Written) -> str:
    """The receipt's page with what only the site can say: where to send another, and what was described."""
    found = written.found
    said = {
        "found": found,
        "questions": [(file, question) for file in found.get("files", ()) for question in file["questions"]],
        "kept": {name: written.fields[name] for name in KEPT_FIELDS if written.fields.get(name)},
        "downloads": {name: _address(content) for name, content in found.get("written", {}).items()},
    }
    part = await datasette.render_template("_described.html", said, request=request)
    before, verdict, after = text.partition(VERDICT)
    sentence, end, rest = after.partition("</p>\n")
    return f"{before}{verdict}{sentence}{end}{part}\n{rest}"


def _address(content: str) -> str:
    """A file as the address of a link, as nothing is kept here from which it could be fetched later."""
    return f"data:application/json;base64,{base64.b64encode(content.encode()).decode()}"


def _policy(page: str) -> str:
    """Nothing may run or be fetched; the page's own style is named by its hash."""
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
