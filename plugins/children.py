"""Runs `community-budget` as a child process with limits on time, memory, the size of files and, where it can be, no network.

Other plugins say `await datasette.children.run(arguments, place, work)`.
"""

import asyncio
import logging
import os
import shutil
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from datasette import hookimpl
from datasette.app import Datasette

PROGRAM = "community-budget"
LOG = logging.getLogger(f"{PROGRAM}.children")
SECONDS = 30
PROCESSOR_SECONDS = 20
LIMITS = 'ulimit -S -t {processor}; ulimit -H -t {at_most}; ulimit -v 2097152; ulimit -f 524288; ulimit -c 0; exec "$@"'
"""2 GiB of memory, files of 256 MiB (blocks of 512 bytes), no core: what the shell's ulimit sets, all children have."""
THRIFT = {
    "POLARS_MAX_THREADS": "1", "RAYON_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2",
    "ARROW_DEFAULT_MEMORY_POOL": "system", "_RJEM_MALLOC_CONF": "narenas:2",
}  # fmt: skip
"""Libraries that reserve memory by the processor would not start within the limit on memory."""
OUT_OF_TIME = {-signal.SIGXCPU, 128 + signal.SIGXCPU}


@hookimpl
def startup(datasette: Datasette) -> None:
    """Gives other plugins the way to run the program."""
    datasette.children = Children()


@dataclass
class Children:
    """Runs the program; how a child is cut off from the network is found out the first time."""

    seconds: float = SECONDS
    processor: int = PROCESSOR_SECONDS
    isolation: list[str] | None = None

    async def run(self, arguments: list[str], place: Path, work: Path) -> int:
        """The exit status of the program, run in `place`, with `work` for what it writes on the way.

        Raises `TimeoutError` where it took too long; everything that it started has then ended.
        """
        if self.isolation is None:
            self.isolation = await _isolation()
        program = Path(sys.executable).with_name(PROGRAM)
        limits = LIMITS.format(processor=self.processor, at_most=self.processor + 2)
        command = [*self.isolation, "sh", "-c", limits, "sh", os.fspath(program), *arguments]
        given = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "TMPDIR": str(work), "HOME": str(work)}
        none = asyncio.subprocess.DEVNULL
        child = await asyncio.create_subprocess_exec(
            *command, cwd=place, env=THRIFT | given, start_new_session=True, stdin=none, stdout=none, stderr=none
        )
        status = await _ended(child, self.seconds)
        if status in OUT_OF_TIME:
            raise TimeoutError
        return status


async def _ended(child: asyncio.subprocess.Process, seconds: float) -> int:
    try:
        return await asyncio.wait_for(child.wait(), seconds)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()


async def _isolation() -> list[str]:
    """How to start a child without a network; empty where this system does not allow it, which is logged."""
    unshare = shutil.which("unshare")
    command = [unshare, "--map-root-user", "--net"] if unshare else []
    if command:
        nothing = asyncio.subprocess.DEVNULL
        child = await asyncio.create_subprocess_exec(*command, "true", stdout=nothing, stderr=nothing)
        if await child.wait() == 0:
            return command
    LOG.warning("Checks run without being cut off from the network: this system does not allow unshare.")
    return []
