"""Keeps pages quick whatever visitors ask: who may work at once, how many wait, and when work is stopped.

What is asked of a table or in SQL of a visitor's own works on two threads of its own, pages on others. More than two
such requests wait; more than eight waiting, or one waiting too long, are told to come again. A request's queries end
when its time is over; a thread that does not look at the clock is interrupted.
"""

import asyncio
import gc
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.database import QueryInterrupted

FREE_THREADS = 2
PAGE_THREADS = 3
GIVES_WAY = 15
AT_ONCE_SECONDS = 0.02
WAITING = 8
WAITS_SECONDS = 1.5
QUERY_SECONDS = 1.1
REQUEST_SECONDS = 2.2
LOOKS_EVERY_SECONDS = 0.05
RETRY_AFTER = "5"
BUSY = "Many people are asking questions of their own just now. Pages still work; please ask again in a few seconds.\n"
CHEAP = {"_next", "_size", "_shape", "_labels", "_label", "_nl", "_dl", "_ttl", "_nocount", "_nofacet", "_nosuggest"}

Scope = dict[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]


@dataclass(eq=False)
class Allowance:
    """What a request may use: threads for free questions or for pages, until a moment."""

    is_free: bool = False
    until: float = float("inf")


ALLOWANCE: ContextVar[Allowance | None] = ContextVar("allowance", default=None)


@dataclass(eq=False)
class Job:
    """Work that a thread does with its connections until it is done or interrupted."""

    thread: int
    until: float
    is_over: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


class Threads(ThreadPoolExecutor):
    """Datasette's threads: those of pages, beside them a few for free questions, and one that looks at the clock."""

    def __init__(self) -> None:
        super().__init__(max_workers=PAGE_THREADS, thread_name_prefix="pages")
        self._free = ThreadPoolExecutor(FREE_THREADS, thread_name_prefix="free", initializer=_give_way)
        self._connections: dict[int, list[sqlite3.Connection]] = {}
        self._jobs: set[Job] = set()
        self._over = threading.Event()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        allowance = ALLOWANCE.get() or Allowance()
        if allowance.is_free:
            return self._free.submit(self._timed, allowance.until, work, *arguments, **named)
        return super().submit(self._timed, allowance.until, work, *arguments, **named)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 as its base
        self._over.set()
        self._free.shutdown(wait, cancel_futures=cancel_futures)
        super().shutdown(wait, cancel_futures=cancel_futures)

    def know(self, connection: sqlite3.Connection) -> None:
        """Remembers that the thread that asks uses this connection."""
        self._connections.setdefault(threading.get_ident(), []).append(connection)

    def _timed(self, until: float, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Does the work while there is time for it.

        In SQLite an interruption holds for a connection as long as one of its statements is unfinished, as that of an
        earlier query is until Python clears it away: who is interrupted at once is done again after that.
        """
        now = time.monotonic()
        if now >= until:
            raise QueryInterrupted(sqlite3.OperationalError("interrupted"), "", None)
        with self._watched(min(until, now + QUERY_SECONDS)):
            try:
                return work(*arguments, **named)
            except (QueryInterrupted, sqlite3.OperationalError) as error:
                is_stopped = isinstance(error, QueryInterrupted) or error.args == ("interrupted",)
                if not is_stopped or time.monotonic() - now >= AT_ONCE_SECONDS:
                    raise
            gc.collect()
            return work(*arguments, **named)

    @contextmanager
    def _watched(self, until: float) -> Iterator[None]:
        job = Job(threading.get_ident(), until)
        self._jobs.add(job)
        try:
            yield
        finally:
            with job.lock:
                job.is_over = True
            self._jobs.discard(job)

    def _watch(self) -> None:
        while not self._over.wait(LOOKS_EVERY_SECONDS):
            now = time.monotonic()
            for job in [job for job in self._jobs.copy() if now >= job.until]:
                self._interrupt(job)

    def _interrupt(self, job: Job) -> None:
        with job.lock:
            for connection in [] if job.is_over else self._connections.get(job.thread, ()):
                try:
                    connection.interrupt()
                except sqlite3.ProgrammingError:
                    self._connections[job.thread].remove(connection)


def _give_way() -> None:
    """Where a system knows the priority of a thread, as Linux does, that of free questions is low."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), GIVES_WAY)


@dataclass(eq=False)
class Lane:
    """So many at work at once, and so many waiting."""

    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(FREE_THREADS))
    waiting: int = 0

    async def enter(self) -> bool:
        """Waits for room; False where too many wait already, or it takes too long."""
        if self.waiting >= WAITING:
            return False
        self.waiting += 1
        try:
            await asyncio.wait_for(self.room.acquire(), WAITS_SECONDS)
        except TimeoutError:
            return False
        finally:
            self.waiting -= 1
        return True


@hookimpl
def startup(datasette: Datasette) -> None:
    """Puts the site's threads in the place of Datasette's."""
    if datasette.executor is not None:
        datasette.executor.shutdown(wait=False)
        datasette.executor = Threads()


@hookimpl
def prepare_connection(conn: sqlite3.Connection, datasette: Datasette) -> None:
    """Tells the watchdog whose connection this is."""
    if isinstance(datasette.executor, Threads):
        datasette.executor.know(conn)


@hookimpl(tryfirst=True)
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """The innermost layer: only what is not answered from a cache comes here."""

    def wrap(app: App) -> App:
        questions, streams = Lane(), Lane()

        async def serve(scope: Scope, receive: Any, send: Any) -> None:
            asked = asked_of_data(datasette, scope)
            if not asked:
                with _allowed(Allowance(until=time.monotonic() + REQUEST_SECONDS)):
                    await app(scope, receive, send)
            else:
                await _pass(app, (scope, receive, send), streams if "_stream" in asked else questions)

        return serve

    return wrap


def asked_of_data(datasette: Datasette, scope: Scope) -> set[str]:
    """What a request asks that may cost much: nothing for a page, or for the next rows of a table."""
    if scope["type"] != "http" or not scope.get("query_string"):
        return set()
    first = scope["path"].removeprefix(datasette.setting("base_url").rstrip("/")).split("/")[1:2]
    if first in (["static"], ["-"]):
        return set()
    names = {name for name, _ in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)}
    return names if names - CHEAP else set()


async def _pass(app: App, request: tuple[Scope, Any, Any], lane: Lane) -> None:
    scope, receive, send = request
    if not await lane.enter():
        await Response.text(BUSY, status=503, headers={"retry-after": RETRY_AFTER}).asgi_send(send)
        return
    leaving = Leaving(lane, send, is_early="_stream" not in scope["query_string"].decode("latin-1"))
    until = time.monotonic() + REQUEST_SECONDS if leaving.is_early else float("inf")
    try:
        with _allowed(Allowance(is_free=True, until=until)):
            await app(scope, receive, leaving.send)
    finally:
        leaving.leave()


@dataclass(eq=False)
class Leaving:
    """Makes room as soon as an answer begins, so that a slow reader holds nobody up; for a stream, when it ends."""

    lane: Lane
    sends: Any
    is_early: bool
    is_out: bool = False

    async def send(self, message: dict[str, Any]) -> None:
        if self.is_early:
            self.leave()
        await self.sends(message)

    def leave(self) -> None:
        if not self.is_out:
            self.is_out = True
            self.lane.room.release()


@contextmanager
def _allowed(allowance: Allowance) -> Iterator[None]:
    token = ALLOWANCE.set(allowance)
    try:
        yield
    finally:
        ALLOWANCE.reset(token)
