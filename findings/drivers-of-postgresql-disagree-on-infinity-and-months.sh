#!/usr/bin/env bash
# Packages: psycopg 3.3.9, psycopg2 2.9.13, asyncpg 0.32.0, pg8000 1.31.6 and psqlpy 0.13.1 for
# Python, PostgreSQL 15.18 of Debian 12.
#
# Guess, written down first: a due time of 'infinity' is datetime.max in asyncpg, pg8000 and psqlpy,
# and an error in both psycopg; an interval of 13 months is 395 days in each; an array with a NULL
# is a list with a None.
#
# Seen: 'infinity'::timestamptz is an error in psycopg 3 and psqlpy, the last instant of 9999 in UTC
# in psycopg2, the same without a zone in asyncpg (comparing it with a time that has a zone raises
# TypeError), and the word in pg8000. 13 months are 395 days, but 390 in psqlpy (a year is 360 days)
# and an object of its own, no timedelta, in pg8000, though one day is a timedelta there. psqlpy
# raises for an array with a NULL and for the numeric NaN.
# Remedy: NULL for "never"; durations as seconds in an integer.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

postgres
pypi 'psycopg[binary]==3.3.9' psycopg2-binary==2.9.13 asyncpg==0.32.0 pg8000==1.31.6 psqlpy==0.13.1
cat >try.py <<'PYTHON'
import asyncio, os, asyncpg, pg8000.native, psqlpy, psycopg, psycopg2
from datetime import datetime, timedelta, timezone
def by_psycopg2(query):
    cursor = psycopg2.connect("").cursor()
    cursor.execute(query)
    return cursor.fetchone()[0]
async def by_asyncpg(query):
    connection = await asyncpg.connect()
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()
async def by_psqlpy(query):
    port = os.environ["PGPORT"]
    connection = await psqlpy.connect(dsn=f"postgresql://films@127.0.0.1:{port}/postgres")
    return await connection.fetch_val(query)
def by_pg8000(query):
    return pg8000.native.Connection("films", port=int(os.environ["PGPORT"]),
                                    database="postgres", host="127.0.0.1").run(query)[0][0]
drivers = (lambda query: psycopg.connect("").execute(query).fetchone()[0], by_psycopg2,
           lambda query: asyncio.run(by_asyncpg(query)), by_pg8000,
           lambda query: asyncio.run(by_psqlpy(query)))
def ask(driver, query):
    try:
        return driver(query)
    except Exception as error:
        return type(error).__name__
seen = {}
for value in ("'infinity'::timestamptz", "'13 months'::interval", "'1 day'::interval",
              "'{1,NULL}'::int[]", "'NaN'::numeric"):
    seen[value] = [ask(driver, f"select {value}") for driver in drivers]
    print(value, *seen[value], sep="\n    ")
infinity, months, day, array, number = seen.values()
raise SystemExit(not (
    infinity == ["DataError", datetime.max.replace(tzinfo=timezone.utc), datetime.max, "infinity",
                 "RustToPyValueMappingError"]
    and months[:3] + months[4:] == [timedelta(days) for days in (395, 395, 395, 390)]
    and not isinstance(months[3], timedelta) and day == [timedelta(1)] * 5
    and array == [[1, None]] * 4 + ["RustToPyValueMappingError"]
    and number[4] == "RustToPyValueMappingError" and all(each.is_nan() for each in number[:4])))
PYTHON
PGTZ=UTC python3 -W ignore try.py
