#!/usr/bin/env bash
# Packages: asyncpg 0.32.0, psqlpy 0.13.1 and psycopg 3.3.9 for Python, PostgreSQL 15.18 of Debian
# 12.
#
# Guess, written down first: what is given to add_listener and add_callback as a channel's name is
# what NOTIFY of that name reaches, or the call raises.
#
# Seen: asyncpg puts the name between quotation marks: add_listener("Jobs") never hears NOTIFY Jobs,
# which folds its name to "jobs". psqlpy puts none: its LISTEN Jobs is for "jobs", and the callback,
# kept under "Jobs", is called for neither. A name of more than 63 bytes is cut by the server, which
# says so in a notice: asyncpg waits for the whole name for ever, and psqlpy's listener hears
# nothing of its other channels either. Nothing is raised, and what listens looks like what has
# nothing to do.
# Remedy: names of channels in small letters, digits and underscores, of 63 at most.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

postgres
pypi asyncpg==0.32.0 psqlpy==0.13.1 'psycopg[binary]==3.3.9'
cat >try.py <<'PYTHON'
import asyncio, os, asyncpg, psqlpy, psycopg
LONG = "j" * 70
heard = {"asyncpg": [], "psqlpy": [], "psqlpy with a long name": []}
async def by_asyncpg():
    connection = await asyncpg.connect()
    for name in "done", "Jobs", LONG:
        await connection.add_listener(name, lambda *told: heard["asyncpg"].append(told[3]))
    return connection
async def by_psqlpy(key, names):
    url = "postgres://{PGUSER}@{PGHOST}:{PGPORT}/{PGDATABASE}".format(**os.environ)
    listener = psqlpy.ConnectionPool(dsn=url, max_db_pool_size=2).listener()
    async def called(connection, payload, channel, pid):
        heard[key].append(payload)
    for name in names:
        await listener.add_callback(name, called)
    await listener.startup()
    listener.listen()
    return listener
async def main():
    sender = await psycopg.AsyncConnection.connect(autocommit=True)
    kept = [await by_asyncpg(), await by_psqlpy("psqlpy", ["done", "Jobs"]),
            await by_psqlpy("psqlpy with a long name", ["done", LONG])]
    for _ in range(100):
        await sender.execute("notify done, 'ready'")
        await asyncio.sleep(0.1)
        if heard["asyncpg"] and heard["psqlpy"]:
            break
    for name in "Jobs", '"Jobs"', LONG, "done":
        await sender.execute(f"notify {name}, '{name[:6]}'")
    await asyncio.sleep(3)
    print('sent: Jobs, "Jobs", a name of 70 letters, done; heard:')
    seen = {key: [each for each in told if each != "ready"] for key, told in heard.items()}
    for key, told in seen.items():
        print(f"{key}: {told}")
    return seen != {"asyncpg": ['"Jobs"', "done"], "psqlpy": ["done"],
                    "psqlpy with a long name": []}
os._exit(asyncio.run(main()))
PYTHON
timeout 60 python3 -uW ignore try.py
