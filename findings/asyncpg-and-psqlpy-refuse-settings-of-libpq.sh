#!/usr/bin/env bash
# Packages: asyncpg 0.32.0, psqlpy 0.13.1 and psycopg 3.3.9 for Python, PostgreSQL 15.18 of Debian
# 12.
#
# Guess, written down first: a URL of libpq, as providers of databases give it, connects with each
# driver: what a driver does not know, it passes over.
#
# Seen: asyncpg sends each parameter that it does not know to the server as a setting, and the
# server refuses the connection: connect_timeout, channel_binding, keepalives, gssencmode,
# require_auth, load_balance_hosts. psqlpy takes those but gssencmode and require_auth, and refuses
# passfile and client_encoding, which asyncpg takes.
# Remedy: a URL without parameters; time-outs and TLS by the driver's own arguments.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

postgres
pypi asyncpg==0.32.0 psqlpy==0.13.1 'psycopg[binary]==3.3.9'
cat >try.py <<'PYTHON'
import asyncio, os, asyncpg, psqlpy, psycopg
base = f"postgresql://films@127.0.0.1:{os.environ['PGPORT']}/postgres?"
async def by_asyncpg(url):
    await (await asyncpg.connect(url)).close()
async def by_psqlpy(url):
    (await psqlpy.connect(dsn=url)).close()
def connects(connect, url):
    try:
        connect(url)
        return True
    except Exception as error:
        print("   ", f"{type(error).__name__}: {error}"[:100])
        return False
seen = {}
for parameter in ("application_name=films", "sslmode=prefer", "target_session_attrs=read-write",
                  "connect_timeout=5", "channel_binding=prefer", "keepalives_idle=30",
                  "load_balance_hosts=random", "gssencmode=disable", "require_auth=none",
                  "client_encoding=UTF8", "passfile=/dev/null"):
    url = base + parameter
    seen[parameter.split("=")[0]] = (
        connects(lambda url: psycopg.connect(url).close(), url),
        connects(lambda url: asyncio.run(by_asyncpg(url)), url),
        connects(lambda url: asyncio.run(by_psqlpy(url)), url))
    print(f"{parameter}: psycopg, asyncpg, psqlpy:", *seen[parameter.split("=")[0]])
both, first, second, neither = ((True, a, b) for a, b in (
    (True, True), (True, False), (False, True), (False, False)))
raise SystemExit(seen != {
    "application_name": both, "sslmode": both, "target_session_attrs": both,
    "connect_timeout": second, "channel_binding": second, "keepalives_idle": second,
    "load_balance_hosts": second, "gssencmode": neither, "require_auth": neither,
    "client_encoding": first, "passfile": first})
PYTHON
python3 -W ignore try.py 2>/dev/null
