"""Serve the current release: Datasette as a child process, with the site's plugins, templates and questions."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import yaml

from pipeline.errors import ServeError
from pipeline.site import Site

LARGEST_FILE = 128 * 1024 * 1024
"""No file that the server writes grows larger, such as one that SQLite sorts in: two free questions at once, 256 MB."""
OURS = "COMMUNITY_BUDGET_"
INHERITED = {"PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV", "PYTHONPATH"}


def serve(site: Site, host: str, port: int) -> None:
    """Runs until it is interrupted or told to end.

    Raises `ServeError` where there is no release, the port is taken, or the server ends by itself.
    """
    if site.releases.current() is None:
        raise ServeError("There is no release to serve: run community-budget publish first.")
    _refuse_taken(host, port)
    with tempfile.TemporaryDirectory() as working:
        folder = Path(working)
        child = subprocess.Popen(_command(site, folder, host, port), env=_environment(site, folder))
        _limit(child)
        print(f"Serving the site on http://{host}:{port}/ (Ctrl-C ends it)", flush=True)  # noqa: T201 what the user waits for
        status = _wait(child)
    if status not in {0, -signal.SIGTERM, -signal.SIGINT}:
        raise ServeError(f"The server ended by itself with status {status}; its own message stands above.")


def _command(site: Site, folder: Path, host: str, port: int) -> list[str]:
    return [
        sys.executable, "-m", "datasette", "serve", "--host", host, "--port", str(port),
        "--plugins-dir", str(site.laid_out("plugins", folder)),
        "--template-dir", str(site.laid_out("templates", folder)),
        "--static", f"static:{site.laid_out('static', folder)}",
        "--metadata", str(site.laid_out("metadata.yml", folder)),
        *_settings(site.laid_out("settings.yml", folder)),
    ]  # fmt: skip


def _settings(path: Path) -> Iterator[str]:
    for name, value in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        yield from ("--setting", name, str(value))


def _environment(site: Site, folder: Path) -> dict[str, str]:
    """What the server knows of its surroundings: no secret of the machine is among it."""
    temporary = folder / "temporary"
    temporary.mkdir()
    inherited = {name: value for name, value in os.environ.items() if name in INHERITED or name.startswith(OURS)}
    return (
        {"COMMUNITY_BUDGET_LOG": "paths"}
        | inherited
        | {
            "SQLITE_TMPDIR": str(temporary),
            "TMPDIR": str(temporary),
            "COMMUNITY_BUDGET_RELEASES": str(site.releases.folder.resolve()),
            "COMMUNITY_BUDGET_QUESTIONS": str(site.laid_out("questions", folder)),
        }
    )


def _limit(child: subprocess.Popen[bytes]) -> None:
    """Caps the files that the server writes, where the system can do so to a child."""
    if hasattr(resource, "prlimit"):
        resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))


def _refuse_taken(host: str, port: int) -> None:
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        raise ServeError(f"Cannot listen on {host}:{port} ({error.strerror}); choose another with --port.") from error


def _wait(child: subprocess.Popen[bytes]) -> int:
    """The child's exit status; a request to end is passed on to it."""

    def pass_on(_number: int, _frame: FrameType | None) -> None:
        child.terminate()

    signal.signal(signal.SIGTERM, pass_on)
    signal.signal(signal.SIGINT, pass_on)
    return child.wait()
