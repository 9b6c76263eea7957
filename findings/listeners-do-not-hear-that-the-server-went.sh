#!/usr/bin/env bash
# Packages: asyncpg 0.32.0, psqlpy 0.13.1 and psycopg 3.3.9 for Python, PostgreSQL 15.18 of Debian
# 12.
#
# Guess, written down first: what waits for notifications hears of the end of its connection, as
# when the server restarts: by an exception where it waits, or it connects anew.
#
# Seen: psycopg's notifies() raises. With asyncpg no callback and no exception comes: a program that
# only listens waits for ever, and reconnects never. psqlpy's listener neither raises nor connects
# anew, and says is_started. A notification sent afterwards reaches neither; a worker that is fed by
# LISTEN looks idle while its table fills.
# Remedy: asyncpg's add_termination_listener; a query of the table each minute beside LISTEN.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

postgres
pypi asyncpg==0.32.0 psqlpy==0.13.1 'psycopg[binary]==3.3.9'
cat >try.py <<'PYTHON'
import asyncio, os, asyncpg, psqlpy, psycopg
heard, failures = {"psycopg": [], "asyncpg": [], "psqlpy": []}, []
async def by_psycopg():
    connection = await psycopg.AsyncConnection.connect(autocommit=True)
    await connection.execute("listen jobs")
    async for notification in connection.notifies():
        heard["psycopg"].append(notification.payload)
async def by_asyncpg():
    connection = await asyncpg.connect()
    await connection.add_listener("jobs", lambda *told: heard["asyncpg"].append(told[3]))
    await asyncio.Event().wait()
async def main():
    asyncio.get_running_loop().set_exception_handler(lambda loop, what: failures.append(what))
    url = "postgres://{PGUSER}@{PGHOST}:{PGPORT}/{PGDATABASE}".format(**os.environ)
    pool = psqlpy.ConnectionPool(dsn=url, max_db_pool_size=2)
    listener = pool.listener()
    async def called(connection, payload, channel, pid):
        heard["psqlpy"].append(payload)
    await listener.add_callback("jobs", called)
    await listener.startup()
    listener.listen()
    waiting = [asyncio.create_task(by_psycopg()), asyncio.create_task(by_asyncpg())]
    sender = await psycopg.AsyncConnection.connect(autocommit=True)
    for _ in range(100):
        await sender.execute("notify jobs, 'before'")
        await asyncio.sleep(0.1)
        if all(heard.values()):
            break
    ended = await sender.execute("""select count(pg_terminate_backend(pid)) from pg_stat_activity
                                    where query ilike 'listen%'""")
    print("connections ended:", (await ended.fetchone())[0])
    await asyncio.wait(waiting, timeout=2)
    await sender.execute("notify jobs, 'behind'")
    await asyncio.sleep(2)
    raised = [task.done() and type(task.exception()).__name__ for task in waiting]
    behind = [name for name, told in heard.items() if "behind" in told]
    print("psycopg raised", raised[0], "- asyncpg raised", raised[1], "- psqlpy is_started",
          listener.is_started, "- heard a later notification:", behind,
          "- errors given to the loop:", failures)
    return not (all(heard.values()) and raised[0] and not raised[1] and listener.is_started
                and not behind and not failures)
outcome = asyncio.run(main())
os._exit(outcome)
PYTHON
timeout 60 python3 -u try.py
