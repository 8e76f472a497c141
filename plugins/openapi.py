"""The question API described: OpenAPI 3.1 and a list for programs, and the page `/api` for people, all made from the questions."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request

CURSOR = "^[0-9a-f]{24}$"
ABOUT = "Questions that people ask of the published data, answered whole or page by page. No key is needed."
PROBLEMS = {
    "unknown-address": (404, "There is nothing at this address."),
    "unknown-question": (404, "The site has no question of this name; /api/questions.json lists them."),
    "unknown-parameter": (400, "The question has no such parameter, so the answer would not be to what was asked."),
    "missing-parameter": (400, "The question needs this parameter."),
    "repeated-parameter": (400, "A parameter is given more than once."),
    "bad-limit": (400, "The limit is not a whole number from 1 to 1000."),
    "bad-cursor": (400, "Cursors are taken from an answer as they are."),
    "stale-cursor": (409, "The cursor is of another question, other parameters or an earlier release: begin again."),
    "too-large": (400, "The answer has more rows than are sent. Ask for less, or take the whole table."),
    "too-long": (400, "The answer takes longer than one question may. Ask for less, or take the whole table."),
    "method": (405, "The API is only read: use GET."),
}
TEXT: dict[str, Any] = {"type": "string"}
DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
HEADERS = {
    "link": {"description": "The next page, where there is one.", "schema": TEXT},
    "community-budget-sha256": {
        "description": "sha256 of the whole answer as CSV.",
        "required": True,
        "schema": DIGEST,
    },
}


def _object(description: str, properties: dict[str, Any], *optional: str) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"description": description, "type": "object", "required": required, "properties": properties}


def _many(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


GIVEN = {"type": "object", "additionalProperties": TEXT}
SCHEMAS: dict[str, Any] = {
    "Problem": _object(
        "RFC 9457: what is wrong with a request.",
        {
            "type": {"type": "string", "enum": [f"/api#{kind}" for kind in PROBLEMS]},
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "parameter": TEXT,
        },
        "parameter",
    ),
    "Field": _object(
        "A column, as a Table Schema describes it. Amounts are whole pence.",
        {
            "name": TEXT,
            "title": TEXT,
            "type": {"enum": ["string", "integer", "number", "boolean", "date", "any"]},
            "unit": TEXT,
            "currency": {"const": "GBP"},
        },
        "unit",
        "currency",
    ),
    "Citation": _object(
        "Names an answer for ever. Its sha256 is that of the whole answer as CSV.",
        {"text": TEXT, "release": TEXT, "question": TEXT, "parameters": GIVEN}
        | {"sql_sha256": DIGEST, "sha256": DIGEST, "csv": TEXT},
    ),
    "Answer": _object(
        "A page of an answer.",
        {"question": TEXT, "title": TEXT, "meaning": TEXT, "caveats": _many(TEXT), "release": TEXT}
        | {"as_of": {"type": ["string", "null"], "format": "date"}, "parameters": GIVEN, "fields": _many(_ref("Field"))}
        | {
            "citation": _ref("Citation"),
            "total": {"type": "integer", "minimum": 0},
            "next": {"type": ["string", "null"]},
        }
        | {"rows": _many({"type": "object"}) | {"maxItems": 1000}},
    ),
}


@dataclass(frozen=True)
class Described:
    """What there is to say of the questions of a site."""

    datasette: Datasette

    def questions(self, release: str, as_of: str | None) -> dict[str, Any]:
        """All questions with their parameters and addresses."""
        known = self.datasette.questions.values()
        return {"release": release, "as_of": as_of, "questions": [_listed(question) for question in known]}

    def openapi(self, release: str, _as_of: str | None) -> dict[str, Any]:
        """The API as OpenAPI 3.1 has it: an address for each question and form, so that clients know its parameters."""
        said = self.datasette.metadata()
        info = {"title": said.get("title") or "Community budget", "version": release or "0", "description": ABOUT}
        licence = {"name": said.get("license") or "Open Government Licence v3.0"}
        address = {"url": said["license_url"]} if said.get("license_url") else {}
        paths = dict(path for question in self.datasette.questions.values() for path in _paths(question))
        return {
            "openapi": "3.1.0",
            "info": info | {"license": licence | address},
            "servers": [{"url": "/"}],
            "paths": {"/api/questions.json": {"get": _operation("questions", "All questions", [], _plain())}} | paths,
            "components": {"schemas": SCHEMAS},
        }

    def answer(self, asked: Any, as_of: str | None, digest: str) -> dict[str, Any]:
        """What there is to say of an answer before its rows; the digest is that of all of them as CSV."""
        question = asked.question
        return {
            "question": question.name,
            "title": question.title,
            "meaning": question.meaning,
            "caveats": question.caveats,
            "release": asked.release,
            "as_of": as_of,
            "parameters": asked.parameters,
            "citation": self._citation(asked, digest),
        }

    def _citation(self, asked: Any, digest: str) -> dict[str, Any]:
        place = self.datasette.metadata().get("title") or "Community budget"
        chosen = ", ".join(f"{name} {value}" for name, value in asked.parameters.items() if value)
        about = f"“{asked.question.title}”" + (f" ({chosen})" if chosen else "")
        return {
            "text": f"{place}, {about}, release {asked.release}, sha256 {digest}",
            "release": asked.release,
            "question": asked.question.name,
            "parameters": asked.parameters,
            "sql_sha256": sha256(asked.question.sql.encode()).hexdigest(),
            "sha256": digest,
            "csv": asked.address("csv"),
        }


@hookimpl
def startup(datasette: Datasette) -> None:
    """Offers the description to the API."""
    datasette.described = Described(datasette)


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The page for people."""
    return [(r"/api/?$", page)]


async def page(request: Request, datasette: Datasette) -> Response:
    """How to ask from a program, and every question with its parameters."""
    asked = [_listed(question) for question in datasette.questions.values()]
    shown = await datasette.render_template("api.html", {"asked": asked, "problems": PROBLEMS}, request=request)
    return Response.html(shown)


def _listed(question: Any) -> dict[str, Any]:
    parameters = {name: dict(said) for name, said in question.parameters.items()}
    return {
        "name": question.name,
        "title": question.title,
        "meaning": question.meaning,
        "caveats": list(question.caveats),
        "parameters": parameters,
        "json": f"/api/questions/{question.name}.json",
        "csv": f"/api/questions/{question.name}.csv",
    }


def _paths(question: Any) -> Iterable[tuple[str, dict[str, Any]]]:
    parameters = [_parameter(name, said) for name, said in question.parameters.items()]
    paging = [
        _query("limit", "How many rows, at most.", {"type": "integer", "minimum": 1, "maximum": 1000}),
        _query("cursor", "Where to go on: from `next` of an answer.", {"type": "string", "pattern": CURSOR}),
    ]
    about = " ".join([question.meaning, *question.caveats])
    for form, answer in (("json", _as_json()), ("csv", _as_csv())):
        operation = _operation(f"{question.name}_{form}", question.title, [*parameters, *paging], answer)
        yield f"/api/questions/{question.name}.{form}", {"get": operation | {"description": about}}


def _parameter(name: str, said: Any) -> dict[str, Any]:
    needed = bool(said.get("needed"))
    parameter = _query(name, said.get("title") or name, TEXT | ({"minLength": 1} if needed else {}))
    example = {"example": str(said["example"])} if said.get("example") else {}
    return parameter | ({"required": True} if needed else {}) | example


def _query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _operation(name: str, title: str, parameters: list[Any], answer: dict[str, Any]) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": _ref("Problem")}}
    problems = {str(status): {"description": "A problem.", "content": content} for status in (400, 404, 405, 409)}
    return {"operationId": name, "summary": title, "parameters": parameters, "responses": {"200": answer} | problems}


def _as_json() -> dict[str, Any]:
    content = {"application/json": {"schema": _ref("Answer")}}
    return {"description": "A page of the answer.", "headers": HEADERS, "content": content}


def _as_csv() -> dict[str, Any]:
    about = "The whole answer, or a page of it where a limit is given."
    return {"description": about, "headers": HEADERS, "content": {"text/csv": {"schema": TEXT}}}


def _plain() -> dict[str, Any]:
    return {"description": "The questions.", "content": {"application/json": {"schema": {"type": "object"}}}}
