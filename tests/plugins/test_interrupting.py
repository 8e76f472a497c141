"""A query that is stopped does not stop the one after it."""

import gc

import pytest
from datasette.database import QueryInterrupted


async def leave_unfinished(database):
    """A statement of the connection stays unfinished, held by what only Python's collector clears away."""

    def leave(connection):
        held = [connection.execute("SELECT 1 UNION ALL SELECT 2")]
        held.append(held)
        held[0].fetchone()
        connection.interrupt()

    await database.execute_fn(leave)


async def test_what_is_asked_after_an_interrupted_query_is_answered(site):
    await site.client.get("/")
    database = site.releases.read.database
    gc.disable()
    try:
        for _ in range(10):  # every thread is met
            await leave_unfinished(database)
            assert (await database.execute("SELECT 1")).single_value() == 1
    finally:
        gc.enable()


async def test_a_query_that_takes_too_long_is_not_done_twice(site):
    await site.client.get("/")
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(QueryInterrupted):
        await site.releases.read.database.execute(endless, custom_time_limit=100)
