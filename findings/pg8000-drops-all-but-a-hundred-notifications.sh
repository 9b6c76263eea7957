#!/usr/bin/env bash
# Packages: pg8000 1.31.6, psycopg2-binary and psycopg 3.3.9 for Python, PostgreSQL 15.18 of Debian
# 12.
#
# Guess, written down first: notifications that come while a client does something else are kept for
# it until it asks, as PostgreSQL and libpq keep them.
#
# Seen: of 250 notifications that came at once, pg8000's Connection.notifications has the last 100:
# it is a queue of that length, which drops the oldest in silence. psycopg2 and psycopg have all of
# them. A worker that is woken by the numbers of jobs loses the first ones of a batch.
# Remedy: look for work in the table at each notification; or connection.notifications =
# collections.deque() before LISTEN.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

postgres
pypi pg8000==1.31.6 psycopg2-binary==2.9.13 'psycopg[binary]==3.3.9'
cat >try.py <<'PYTHON'
import collections, os, pg8000.native, psycopg, psycopg2
def by_pg8000(longer):
    connection = pg8000.native.Connection(
        os.environ["PGUSER"], host=os.environ["PGHOST"], port=int(os.environ["PGPORT"]),
        database=os.environ["PGDATABASE"])
    if longer:
        connection.notifications = collections.deque()
    connection.run("listen jobs")
    return (lambda: connection.run("select 1"),
            lambda: [payload for _, _, payload in connection.notifications])
def by_psycopg2():
    connection = psycopg2.connect("")
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("listen jobs")
    return (lambda: cursor.execute("select 1"),
            lambda: [each.payload for each in connection.notifies])
def by_psycopg():
    connection = psycopg.connect(autocommit=True)
    connection.execute("listen jobs")
    return (lambda: connection.execute("select 1"),
            lambda: [each.payload for each in connection.notifies(timeout=0.5)])
listeners = [by_pg8000(False), by_pg8000(True), by_psycopg2(), by_psycopg()]
with psycopg.connect() as sender:
    for number in range(250):
        sender.execute("select pg_notify('jobs', %s)", [str(number)])
seen = []
for name, (ask, told) in zip(["pg8000", "pg8000 with a longer queue", "psycopg2", "psycopg"],
                             listeners):
    ask()
    payloads = told()
    seen.append((len(payloads), payloads[0]))
    print(f"{name}: {len(payloads)} of 250, from {payloads[0]} to {payloads[-1]}")
raise SystemExit(seen != [(100, "150"), (250, "0"), (250, "0"), (250, "0")])
PYTHON
python3 try.py
