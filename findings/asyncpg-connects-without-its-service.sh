#!/usr/bin/env bash
# Packages: asyncpg 0.32.0 and psycopg 3.3.9 (libpq 18) for Python, PostgreSQL 15.18 of Debian 12.
#
# Guess, written down first: asyncpg, which says that it reads service files, reads them as libpq
# does: PGSERVICE and service= name a section, and a section that is missing is an error.
#
# Seen: asyncpg with the name of a service that is in no file connects to the defaults: another
# server or another database, without a word. PGSERVICE has no effect. Of
# "postgresql:///?service=x", libpq takes the database of the service and asyncpg that of the user's
# name; without the slashes of the path both take the service's. A section's application_name and
# options have no effect.
# Remedy: host, database and user by arguments; a query of current_database() at the start.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

postgres
pypi asyncpg==0.32.0 'psycopg[binary]==3.3.9'
psql -q -c 'create database store' -c 'create database films'
cat >services <<TEXT
[store]
host=127.0.0.1
port=$PGPORT
user=films
dbname=store
application_name=jobs
options=-c statement_timeout=5s
TEXT
unset PGDATABASE
cat >try.py <<'PYTHON'
import asyncio, os, asyncpg, psycopg
os.environ["PGSERVICEFILE"] = os.path.abspath("services")
QUERY = """select current_database(), current_setting('application_name'),
                  current_setting('statement_timeout')"""
def by_libpq(url):
    with psycopg.connect(url) as connection:
        return connection.execute(QUERY).fetchone()
async def connect(url):
    connection = await asyncpg.connect(url)
    row = await connection.fetchrow(QUERY)
    await connection.close()
    return tuple(row)
seen = []
for url, service in (("postgresql://?service=store", None), ("postgresql:///?service=store", None),
                     ("postgresql://?service=stroe", None), ("postgresql://", "store")):
    if service:
        os.environ["PGSERVICE"] = service
    for name, ask in (("libpq", by_libpq), ("asyncpg", lambda url: asyncio.run(connect(url)))):
        try:
            seen.append(ask(url))
        except Exception as error:
            seen.append(type(error).__name__)
        print(url, "PGSERVICE=store" if service else "", f"{name}:", seen[-1])
store, films = ("store", "jobs", "5s"), ("films", "", "0")
raise SystemExit(seen != [store, ("store", "", "0"), store, films, "OperationalError", films,
                          store, films])
PYTHON
python3 try.py
