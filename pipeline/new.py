"""A fresh site: the partnership's package with empty tables, and a page of what the site says of itself."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from pipeline.standard import Dataset, Standard

PARTNERSHIP = "partnership"
METADATA = """\
# What the site says of itself; everything else comes with the program.
title: Our Community Budget
description: What the public agencies of our place agree to do together, what they spend on it, and what came of it.
"""


def write_site(folder: Path, standard: Standard) -> None:
    """Writes the site. Its package has a file for each dataset that the partnership alone may send, headers and no rows."""
    package = folder / "datapackages" / PARTNERSHIP
    package.mkdir(parents=True)
    datasets = [dataset for dataset in standard.sent if dataset.owner == "P"]
    (package / "datapackage.json").write_text(_descriptor(datasets) + "\n", encoding="utf-8")
    for dataset in datasets:
        with (package / f"{dataset.name}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerow(column.name for column in dataset.columns)
    (folder / "metadata.yml").write_text(METADATA, encoding="utf-8")


def _descriptor(datasets: list[Dataset]) -> str:
    resources = [{"name": dataset.name, "path": f"{dataset.name}.csv", "dataset": dataset.name} for dataset in datasets]
    descriptor = {"name": PARTNERSHIP, "title": "The partnership", "publisher": PARTNERSHIP, "resources": resources}
    return json.dumps(descriptor, indent=2)
