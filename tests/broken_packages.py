"""Packages that are broken, one way each, and the words in which their publisher reads of it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from places import COUNCIL, HEADER, Place, resource, spend

ROWS = ("2024-05-01,100.00,Calder Care", "2024-05-02,-20.50,Moorland Training")
GOOD = spend(*ROWS)
SHAPES = json.dumps({"type": "FeatureCollection", "features": []})


@dataclass(frozen=True)
class Broken:
    """A way to break the council's package, and the rule and the words that its receipt then has."""

    how: str
    make: Callable[[Place], object]
    rule: str
    message: str


def _description(content: str) -> Callable[[Place], object]:
    return lambda place: place.write_descriptor(content)


def _described(*resources: dict[str, Any], **properties: Any) -> Callable[[Place], object]:
    """The good file, described otherwise."""

    def make(place: Place) -> None:
        place.send_spend(GOOD)
        place.describe(COUNCIL, *(resources or [resource("spend.csv", "spend")]), **properties)

    return make


def _spend(content: str | bytes, **described: Any) -> Callable[[Place], object]:
    return lambda place: place.send_spend(content, **described)


def _linked(path: str, target: str) -> Callable[[Place], object]:
    """A link in the place of a file or of the folder that it is in."""

    def make(place: Place) -> None:
        place.send(COUNCIL, {}, resource("spend.csv" if path == "spend.csv" else f"{path}/passwd", "spend"))
        (place.package() / path).symlink_to(target)

    return make


def _linked_description(place: Place) -> None:
    place.send_spend(GOOD)
    (place.package() / "datapackage.json").rename(place.folder / "elsewhere.json")
    (place.package() / "datapackage.json").symlink_to(place.folder / "elsewhere.json")


def _linked_schema(place: Place) -> None:
    place.send_spend(GOOD, schema="schema.json")
    (place.folder / "schema.json").write_text('{"fields": []}')
    (place.package() / "schema.json").symlink_to(place.folder / "schema.json")


def _pipe(place: Place) -> None:
    place.send(COUNCIL, {}, resource("spend.csv", "spend"))
    os.mkfifo(place.package() / "spend.csv")


def _folder(place: Place) -> None:
    place.send(COUNCIL, {"spend.csv/inner.csv": GOOD}, resource("spend.csv", "spend"))


def _shared_schema(place: Place) -> None:
    schema = {"fields": [{"name": "payment_date", "pattern": "^(a+)+$"}]}
    files = {"spend.csv": GOOD, "schema.json": json.dumps(schema)}
    place.send(COUNCIL, files, resource("spend.csv", "spend", schema="schema.json"))


def _boundaries(place: Place) -> None:
    place.send(COUNCIL, {"b.geojson": SHAPES}, resource("b.geojson", "boundaries", format="geojson"))


BROKEN = (
    Broken(
        "no description",
        lambda place: (place.package() / "datapackage.json").unlink(),
        "file_missing",
        "datapackage.json is not in the package.",
    ),
    Broken(
        "bad JSON",
        _description('{"name": "council",\n "publisher": }'),
        "unreadable_json",
        "datapackage.json cannot be read: line 2, column 15: Expecting value.",
    ),
    Broken(
        "no object",
        _description("[]"),
        "property_wrong",
        "datapackage.json: In the description, its top level must be an object with the properties name, publisher and resources.",
    ),
    Broken(
        "an empty object",
        _description("{}"),
        "property_wrong",
        "datapackage.json: In the description, its top level must be an object that says its name and its publisher and its resources.",
    ),
    Broken(
        "a key twice",
        _description('{"name": "a", "publisher": "a", "name": "b"}'),
        "unreadable_json",
        "datapackage.json cannot be read: the key “name” stands twice in one object.",
    ),
    Broken(
        "nested 900 deep",
        _description('{"resources": ' + "[" * 900 + "]" * 900 + "}"),
        "unreadable_json",
        "datapackage.json cannot be read: it nests deeper than 20 levels.",
    ),
    Broken(
        "nested 100,000 deep",
        _description("[" * 100_000 + "]" * 100_000),
        "unreadable_json",
        "datapackage.json cannot be read: it nests too deep.",
    ),
    Broken(
        "more than 1 MB",
        _description('{"name": "' + "a" * 1_000_001 + '"}'),
        "unreadable_json",
        "datapackage.json cannot be read: it is longer than 1,000,000 bytes.",
    ),
    Broken(
        "not a value of JSON",
        _description('{"name": NaN}'),
        "unreadable_json",
        "datapackage.json cannot be read: NaN is not a value of JSON.",
    ),
    Broken(
        "half a character",
        _described(title="Spend \ud83d"),
        "unreadable_json",
        "datapackage.json cannot be read: it has half of a character, which cannot be written as UTF-8.",
    ),
    Broken(
        "5,000 resources",
        _described(*[resource(f"f{n}.csv", "spend") for n in range(5000)]),
        "property_wrong",
        "datapackage.json: In the description, resources must be a list of 1 to 1,000 files.",
    ),
    Broken(
        "an unknown property",
        _described(profile="tabular-data-package"),
        "property_not_allowed",
        "datapackage.json: “profile” is not a property that a description may have (in its top level).",
    ),
    Broken(
        "compression",
        _described(resource("spend.csv", "spend", compression="gz")),
        "property_not_allowed",
        "datapackage.json: “compression” is not a property that a description may have (in resources / 1).",
    ),
    Broken(
        "a file in an archive",
        _described(resource("spend.zip", "spend", innerpath="spend.csv")),
        "property_not_allowed",
        "datapackage.json: “innerpath” is not a property that a description may have (in resources / 1).",
    ),
    Broken(
        "an unknown word of reads",
        _spend(GOOD, schema={"fields": [{"name": "payment_date", "reads": ["guess"]}]}),
        "property_wrong",
        "datapackage.json: In the description, resources / 1 / schema / fields / 1 / reads / 1 must be a word of the vocabulary (padding, line_breaks, currency_sign, thousands, brackets_negative, trailing_minus, cr_dr, excel_serial, financial_year), redacted with its words, or dates with its patterns.",
    ),
    Broken(
        "another publisher",
        _description(
            '{"name": "a", "publisher": "thornshire-police", "resources": [{"name": "a", "path": "a.csv", "dataset": "spend"}]}'
        ),
        "publisher_is_not_the_folder",
        "datapackage.json: The description says that its publisher is “thornshire-police”, but the folder is called “wexmoor-council”.",
    ),
    Broken(
        "one name for two files",
        _described(resource("spend.csv", "spend"), resource("spend.csv", "spend")),
        "resource_named_twice",
        "datapackage.json: Two resources are called “spend”.",
    ),
    Broken("no period", _spend(GOOD, period="May 2024"), "not_a_period", "spend.csv: “May 2024” is not a period."),
    Broken(
        "an unknown dataset",
        _described(resource("spend.csv", "payments")),
        "unknown_dataset",
        "spend.csv: “payments” is not a dataset that publishers send.",
    ),
    Broken(
        "a dataset that the program makes",
        _described(resource("spend.csv", "conservation")),
        "unknown_dataset",
        "spend.csv: “conservation” is not a dataset that publishers send.",
    ),
    Broken(
        "a dataset of the partnership",
        _described(resource("spend.csv", "areas")),
        "dataset_of_another",
        "spend.csv: The dataset areas is not published by this agency.",
    ),
    Broken(
        "boundaries of the partnership",
        _boundaries,
        "dataset_of_another",
        "b.geojson: The dataset boundaries is not published by this agency.",
    ),
    Broken(
        "an encoding that runs code",
        _spend(GOOD, encoding="unicode_escape"),
        "unknown_encoding",
        "spend.csv: “unicode_escape” is not an encoding that can be read.",
    ),
    Broken(
        "a column that does not exist",
        _spend(GOOD, constants={"amount": "1"}),
        "unknown_column",
        "spend.csv: The dataset spend has no column “amount”.",
    ),
    Broken(
        "a column filled twice",
        _spend(GOOD, constants={"amount_gbp": "1"}),
        "column_filled_twice",
        "spend.csv: Two fields, or a field and a constant, fill the column amount_gbp.",
    ),
    Broken(
        "a header twice",
        _spend("payment_date,amount_gbp,amount_gbp\n"),
        "field_named_twice",
        "spend.csv: Two columns of the file are called “amount_gbp”, or it has a name that the program uses itself.",
    ),
    Broken(
        "no column for the date",
        _spend("amount_gbp,provider_name\n1.00,Calder Care\n"),
        "required_column_missing",
        "spend.csv: The file has no column for Date of payment (payment_date).",
    ),
    Broken(
        "a remote path",
        _described(resource("https://example.org/spend.csv", "spend", name="spend")),
        "unsafe_path",
        "https://example.org/spend.csv is an address, a link or a path that leads out of the package.",
    ),
    Broken(
        "a remote schema",
        _spend(GOOD, schema="https://example.org/schema.json"),
        "unsafe_path",
        "https://example.org/schema.json is an address, a link or a path that leads out of the package.",
    ),
    Broken(
        "a schema of its own that says more than it may",
        _shared_schema,
        "property_not_allowed",
        "schema.json: “pattern” is not a property that a description may have (in fields / 1).",
    ),
    Broken(
        "a link for a schema",
        _linked_schema,
        "unsafe_path",
        "schema.json is an address, a link or a path that leads out of the package.",
    ),
    Broken(
        "a link for a description",
        _linked_description,
        "unsafe_path",
        "datapackage.json is an address, a link or a path that leads out of the package.",
    ),
    Broken(
        "a missing file",
        _described(resource("Spend.csv", "spend", name="spend")),
        "file_missing",
        "Spend.csv is not in the package.",
    ),
    Broken(
        "a link to /etc/passwd",
        _linked("spend.csv", "/etc/passwd"),
        "unsafe_path",
        "spend.csv is an address, a link or a path that leads out of the package.",
    ),
    Broken(
        "a link to /dev/zero",
        _linked("spend.csv", "/dev/zero"),
        "unsafe_path",
        "spend.csv is an address, a link or a path that leads out of the package.",
    ),
    Broken(
        "a linked folder",
        _linked("files", "/etc"),
        "unsafe_path",
        "files/passwd is an address, a link or a path that leads out of the package.",
    ),
    Broken(
        "an absolute path",
        _described(resource("/etc/passwd", "spend", name="spend")),
        "unsafe_path",
        "/etc/passwd is an address, a link or a path that leads out of the package.",
    ),
    Broken(
        "a path upwards",
        _described(resource("../partnership/areas.csv", "spend")),
        "unsafe_path",
        "../partnership/areas.csv is an address, a link or a path that leads out of the package.",
    ),
    Broken(
        "a path through a hidden folder",
        _described(resource(".git/spend.csv", "spend")),
        "unsafe_path",
        ".git/spend.csv is an address, a link or a path that leads out of the package.",
    ),
    Broken(
        "a path with half a character",
        _described(resource("spend\udc80.csv", "spend", name="spend")),
        "unreadable_json",
        "datapackage.json cannot be read: it has half of a character, which cannot be written as UTF-8.",
    ),
    Broken("a pipe", _pipe, "not_a_regular_file", "spend.csv is not a regular file."),
    Broken("a folder in the place of a file", _folder, "not_a_regular_file", "spend.csv is not a regular file."),
    Broken(
        "windows-1252 undeclared",
        _spend((HEADER + ROWS[0] + "\n2024-05-02,1.00,Café\n").encode("cp1252")),
        "wrong_encoding",
        "spend.csv, line 3: the text is not utf-8, as described.",
    ),
    Broken(
        "UTF-16 undeclared",
        _spend(GOOD.encode("utf-16")),
        "wrong_encoding",
        "spend.csv, line 1: the text is not utf-8, as described.",
    ),
    Broken(
        "UTF-16 undeclared and unmarked",
        _spend(GOOD.encode("utf-16-le")),
        "nul_character",
        "spend.csv, line 1 has a NUL character, which text never has.",
    ),
    Broken(
        "a NUL",
        _spend(GOOD + "2024-05-03,1.00,Cal\0der\n"),
        "nul_character",
        "spend.csv, line 4 has a NUL character, which text never has.",
    ),
    Broken("an empty file", _spend(""), "header_missing", "spend.csv has no row 1, where its header should be."),
    Broken(
        "a header too far down",
        _spend(GOOD, dialect={"headerRows": [9]}),
        "header_missing",
        "spend.csv has no row 9, where its header should be.",
    ),
    Broken(
        "a header not as described",
        _spend(
            GOOD,
            schema={
                "fields": [
                    {"name": "payment_date"},
                    {"name": "Amount", "columnType": "amount_gbp"},
                    {"name": "provider_name"},
                ]
            },
        ),
        "wrong_header",
        "spend.csv, line 1: the header in B1 is “amount_gbp”, described is “Amount”.",
    ),
    Broken(
        "a column more than described",
        _spend(GOOD, schema={"fields": [{"name": "payment_date"}, {"name": "amount_gbp"}]}),
        "wrong_header",
        "spend.csv, line 1: the header in C1 is “provider_name”, described is “”.",
    ),
    Broken(
        "a column less than described",
        _spend(
            GOOD,
            schema={
                "fields": [
                    {"name": "payment_date"},
                    {"name": "amount_gbp"},
                    {"name": "provider_name"},
                    {"name": "department"},
                ]
            },
        ),
        "wrong_header",
        "spend.csv, line 1: the header in D1 is “”, described is “department”.",
    ),
    Broken(
        "1,001 columns",
        _spend(",".join(f"c{n}" for n in range(1001)) + "\n"),
        "too_many_columns",
        "spend.csv, line 1 has more than 1,000 columns.",
    ),
    Broken(
        "a line of more than a million characters",
        _spend(GOOD + "x" * 1_000_001),
        "line_too_long",
        "spend.csv, line 4 is longer than 1,000,000 characters.",
    ),
    Broken(
        "a cell of 200 kB",
        _spend(GOOD + f"2024-05-03,1.00,{'x' * 200_000}\n"),
        "cell_too_long",
        "spend.csv, line 4 has a cell of more than 131,072 characters.",
    ),
    Broken(
        "an unclosed quote",
        _spend(GOOD + '2024-05-03,1.00,"Calder Care\n2024-05-04,1.00,Calder Care\n'),
        "unclosed_quote",
        "spend.csv: a quote that opens in the row starting on line 4 is never closed.",
    ),
    Broken(
        "a stray quote",
        _spend(GOOD + '2024-05-03,1.00,"Calder" Care\n'),
        "stray_quote",
        "spend.csv, line 4: after a closing quote comes something other than a separator.",
    ),
    Broken(
        "CR described as LF",
        _spend(GOOD.replace("\n", "\r")),
        "wrong_line_ending",
        "spend.csv, line 1 has a lone carriage return where no line should end.",
    ),
    Broken(
        "one lone CR",
        _spend(GOOD + "2024-05-03,1.00,Calder\rCare\n"),
        "wrong_line_ending",
        "spend.csv, line 4 has a lone carriage return where no line should end.",
    ),
)
