"""The comment at the head of an SQL file: YAML that says what the file is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import StandardError


def front_comment(path: Path) -> tuple[dict[str, Any], str]:
    """The YAML comment at the head of an SQL file, and the SQL below it."""
    head, closing, sql = path.read_text(encoding="utf-8").partition("*/")
    if not closing or not head.startswith("/*"):
        raise StandardError(f"{path.name} must begin with a comment /* … */ that says what it is.")
    return yaml.safe_load(head.removeprefix("/*")), sql.strip().rstrip(";")
