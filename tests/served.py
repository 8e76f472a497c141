"""The site as `serve` serves it: the project's own plugins, templates, stylesheet, metadata and settings."""

import os
from pathlib import Path
from typing import Any

import yaml
from datasette.app import Datasette

ROOT = Path(__file__).parent.parent


def make_site(over: dict[str, Any] | None = None, **metadata: Any) -> Datasette:
    """A site before its first request; releases and questions are those that the environment names.

    `over` stands over the settings.
    """
    said = yaml.safe_load((ROOT / "metadata.yml").read_text(encoding="utf-8"))
    settings = yaml.safe_load((ROOT / "settings.yml").read_text(encoding="utf-8"))
    return Datasette(
        plugins_dir=os.fspath(ROOT / "plugins"),
        template_dir=os.fspath(ROOT / "templates"),
        static_mounts=[("static", os.fspath(ROOT / "static"))],
        metadata=said | metadata,
        settings={name: value == "on" if value in ("on", "off") else value for name, value in settings.items()}
        | (over or {}),
    )


def close(site: Datasette) -> None:
    """Gives back the files and threads of a site."""
    for database in site.databases.values():
        database.close()
    site.executor.shutdown()
