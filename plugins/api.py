"""Questions for programs: `/api/questions/<name>.json` and `.csv`, page by page or whole, with a citation that anyone can check.

An answer is never cut: one of more rows than the site reads is refused, with advice. What is wrong in a request is said as
RFC 9457 has it. The sha256 of a citation is that of the whole answer as CSV (typed.py).
"""

import json
import re
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Request

CURSOR = re.compile(r"[0-9a-f]{24}")
ROWS, MOST_ROWS = 100, 1000
READING = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "link, etag, community-budget-release, community-budget-sha256",
}
PREFLIGHT = {"access-control-allow-methods": "GET, HEAD, OPTIONS", "access-control-allow-headers": "*"}
TITLES = {
    "unknown-address": "There is nothing at this address",
    "unknown-question": "There is no such question",
    "unknown-parameter": "The question has no such parameter",
    "missing-parameter": "The question needs this parameter",
    "repeated-parameter": "A parameter is given more than once",
    "bad-limit": "The limit is not a number of rows that can be sent",
    "bad-cursor": "This is not a cursor",
    "stale-cursor": "The cursor belongs to another answer",
    "too-large": "The answer is too large to be sent whole",
    "too-long": "The answer takes too long",
    "method": "Addresses of the API are only read",
}

View = Callable[[Request, Datasette], Awaitable[Response]]


class Problem(Exception):
    """Why a request is not answered, as RFC 9457 says it."""

    def __init__(self, kind: str, detail: str, status: int = 400, **more: Any) -> None:
        super().__init__(detail)
        said = {"type": f"/api#{kind}", "title": TITLES[kind], "status": status, "detail": detail}
        self.status = status
        self.body = said | more


@dataclass(frozen=True)
class Asked:
    """What a request asks for: a question, its parameters, and where to begin within how many rows."""

    question: Any
    form: str
    parameters: Mapping[str, str]
    limit: int | None
    start: int
    release: str

    @property
    def fingerprint(self) -> str:
        return _fingerprint(self.release, self.question.name, self.parameters)

    def cursor(self, start: int) -> str:
        """Where to go on, for this answer alone."""
        return f"{self.fingerprint}{start:08x}"

    def address(self, form: str = "", **more: Any) -> str:
        """Where this is asked, with what else stands in the address."""
        given = {name: value for name, value in self.parameters.items() if value} | more
        query = f"?{urlencode(given)}" if given else ""
        return f"/api/questions/{self.question.name}.{form or self.form}{query}"


@hookimpl(trylast=True)
def register_routes() -> list[tuple[str, View]]:
    """The list of questions, their description, each question, and an answer to every other address of the API."""
    return [
        (r"/api/questions\.json$", _reading(_telling("questions"))),
        (r"/api/openapi\.json$", _reading(_telling("openapi"))),
        (r"/api/questions/(?P<name>[^/]+)\.(?P<form>json|csv)$", _reading(answer_question)),
        (r"/api/.+$", _reading(nothing_here)),
    ]


@hookimpl
def skip_csrf(scope: dict[str, Any]) -> bool | None:
    """Nothing here is written, so a request that would write is answered 405 rather than asked for a token."""
    return True if scope["path"].startswith("/api/") else None


def _reading(view: View) -> View:
    """A view that anyone's page may read, that says what is wrong as it should, and answers only those who read."""

    async def read(request: Request, datasette: Datasette) -> Response:
        if request.method == "OPTIONS":
            return Response("", status=204, headers=READING | PREFLIGHT)
        try:
            _refuse_writing(request.method)
            response = await view(request, datasette)
        except Problem as problem:
            response = _said(problem)
        response.headers |= READING
        return response

    return read


def _refuse_writing(method: str) -> None:
    if method not in {"GET", "HEAD"}:
        raise Problem("method", f"Use GET; {method} is not for this address.", 405)


def _said(problem: Problem) -> Response:
    allow = {"allow": "GET, HEAD, OPTIONS"} if problem.status == 405 else {}
    body = json.dumps(problem.body, ensure_ascii=False)
    return Response(body, status=problem.status, headers=allow, content_type="application/problem+json")


async def nothing_here(_request: Request, _datasette: Datasette) -> Response:
    """Every address of the API that is none."""
    raise Problem("unknown-address", "Addresses are listed in /api/openapi.json and explained at /api.", 404)


def _telling(name: str) -> View:
    """What another plugin says of the questions, which takes no parameters."""

    async def tell(request: Request, datasette: Datasette) -> Response:
        _refuse_unknown(request, set())
        return _json(getattr(datasette.described, name)(*release_of(datasette)))

    return tell


async def answer_question(request: Request, datasette: Datasette) -> Response:
    """The answer to a question: CSV whole unless a limit is given, JSON by the hundred rows."""
    asked = read_request(request, datasette)
    answer = await _answer(datasette, asked)
    if asked.start >= max(len(answer.rows), 1):
        raise Problem("stale-cursor", "The answer ends before this. Begin again without a cursor.", 409)
    end = len(answer.rows) if asked.limit is None else asked.start + asked.limit
    goes_on = asked.address(limit=asked.limit, cursor=asked.cursor(end)) if end < len(answer.rows) else None
    shown = answer.rows[asked.start : end]
    digest, fields = datasette.typed.of(asked.fingerprint, answer)
    if asked.form == "csv":
        response = Response(
            datasette.typed.as_csv(answer, shown), content_type="text/csv; charset=utf-8; header=present"
        )
    else:
        said = datasette.described.answer(asked, release_of(datasette)[1], digest) | {"fields": fields}
        response = _json(said | {"total": len(answer.rows), "next": goes_on, "rows": _typed(shown, fields)})
    response.headers |= {"community-budget-sha256": digest} | ({"link": f'<{goes_on}>; rel="next"'} if goes_on else {})
    return response


def read_request(request: Request, datasette: Datasette) -> Asked:
    """What is asked for. Raises `Problem` for anything that the question, its pages or the address do not have."""
    name, form = request.url_vars["name"], request.url_vars["form"]
    question = datasette.questions.get(name)
    if question is None:
        raise Problem("unknown-question", f"There is no question {name}; /api/questions.json lists them.", 404)
    given = _refuse_unknown(request, {*question.parameters, "limit", "cursor"})
    for parameter, said in question.parameters.items():
        if said.get("needed") and not given.get(parameter):
            raise Problem("missing-parameter", f"Give {parameter}: {said['title']}.", parameter=parameter)
    release = release_of(datasette)[0]
    parameters = {parameter: given.get(parameter, "") for parameter in question.parameters}
    start = _start(given.get("cursor"), _fingerprint(release, name, parameters))
    paged = form == "json" or "cursor" in given
    return Asked(question, form, parameters, _limit(given.get("limit"), ROWS if paged else None), start, release)


def _refuse_unknown(request: Request, known: set[str]) -> dict[str, str]:
    """The parameters of an address, each of them known, and given once."""
    pairs = parse_qsl(request.query_string, keep_blank_values=True)
    given = dict(pairs)
    for name in given:
        if name not in known:
            said = f"Known here: {', '.join(sorted(known)) or 'none'}."
            raise Problem("unknown-parameter", f"There is no parameter {name}. {said}", parameter=name)
    if len(given) < len(pairs):
        raise Problem("repeated-parameter", "Give each parameter once.")
    return given


def _limit(text: str | None, usual: int | None) -> int | None:
    if text is None:
        return usual
    if not re.fullmatch(r"[1-9][0-9]{0,3}", text) or int(text) > MOST_ROWS:
        raise Problem("bad-limit", f"Give a whole number from 1 to {MOST_ROWS}.", parameter="limit")
    return int(text)


def _start(cursor: str | None, fingerprint: str) -> int:
    if cursor is None:
        return 0
    if not CURSOR.fullmatch(cursor):
        raise Problem("bad-cursor", "Take cursors from `next` of an answer, as they are.", parameter="cursor")
    if not cursor.startswith(fingerprint):
        detail = (
            "It was made for another question, other parameters or an earlier release. Begin again without a cursor."
        )
        raise Problem("stale-cursor", detail, 409, parameter="cursor")
    return int(cursor[len(fingerprint) :], 16)


def _fingerprint(release: str, name: str, parameters: Mapping[str, str]) -> str:
    return sha256(json.dumps([release, name, parameters], sort_keys=True).encode()).hexdigest()[:16]


async def _answer(datasette: Datasette, asked: Asked) -> Any:
    try:
        answer = await datasette.ask_whole(asked.question.name, **asked.parameters)
    except (QueryInterrupted, sqlite3.DataError, OverflowError) as error:
        raise Problem("too-long", "Ask for less: one agency, one year. Whole tables are at /downloads.") from error
    if answer.is_cut_short:
        detail = f"It has more than {len(answer.rows):,} rows. Ask for less, or take the whole table from /downloads."
        raise Problem("too-large", detail)
    return answer


def release_of(datasette: Datasette) -> tuple[str, str | None]:
    """The id and the as-of date of the release that a request reads."""
    release = datasette.releases.read if getattr(datasette, "releases", None) else None
    return (release.release_id, release.manifest.get("as_of")) if release else ("", None)


def _typed(rows: Any, fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    flags = [said["name"] for said in fields if said["type"] == "boolean"]
    return [row | {name: bool(row[name]) for name in flags if row[name] is not None} for row in rows]


def _json(body: Any) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), content_type="application/json; charset=utf-8")
