#!/usr/bin/env bash
# Packages: asyncpg 0.32.0 and psycopg 3.3.9 (libpq 18) for Python, PostgreSQL 15.18 of Debian 12.
#
# Guess, written down first: asyncpg finds the same password in a password file as libpq, escapes \:
# and \\ as well, for its documentation names passfile and PGPASSFILE.
#
# Seen: asyncpg takes the fifth field as it stands: for a password with a colon or a backslash,
# which has to be escaped in the file, one of the two programs can log in and the other cannot. It
# also cuts blanks at the end of the line, which belong to the password. Words on a line that is no
# entry, which libpq passes over, raise ValueError.
# Remedy: passwords of letters and digits, or PGPASSWORD.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

postgres
pypi asyncpg==0.32.0 'psycopg[binary]==3.3.9'
psql -q -c 'create role guest login'
printf 'host all guest 127.0.0.1/32 scram-sha-256\nhost all films 127.0.0.1/32 trust\n' \
  >data/pg_hba.conf
psql -q -c 'select pg_reload_conf()' >/dev/null
cat >try.py <<'PYTHON'
import asyncio, os, asyncpg, psycopg
from psycopg import sql
os.environ["PGPASSFILE"] = os.path.abspath("passwords")
async def connect():
    await (await asyncpg.connect(user="guest")).close()
seen = {}
for name, password, line in (
        ("plain", "abc", "*:*:*:*:abc"), ("escaped colon", "a:b", r"*:*:*:*:a\:b"),
        ("bare colon", "a:b", "*:*:*:*:a:b"), ("escaped backslash", r"a\b", r"*:*:*:*:a\\b"),
        ("bare backslash", r"a\b", r"*:*:*:*:a\b"), ("blank at the end", "ab ", "*:*:*:*:ab "),
        ("other words", "abc", "films\n*:*:*:*:abc")):
    with psycopg.connect(autocommit=True) as connection:
        connection.execute(sql.SQL("alter role guest password {}").format(password))
    with open("passwords", "w") as file:
        file.write(line + "\n")
    os.chmod("passwords", 0o600)
    try:
        psycopg.connect(user="guest").close()
        libpq = "in"
    except psycopg.OperationalError:
        libpq = "refused"
    try:
        asyncio.run(connect())
        other = "in"
    except (asyncpg.InvalidPasswordError, ValueError) as error:
        other = "refused" if isinstance(error, asyncpg.PostgresError) else type(error).__name__
    seen[name] = libpq, other
    print(f"{name}: libpq {libpq}, asyncpg {other}")
raise SystemExit(seen != {
    "plain": ("in", "in"), "escaped colon": ("in", "refused"), "bare colon": ("refused", "in"),
    "escaped backslash": ("in", "refused"), "bare backslash": ("refused", "in"),
    "blank at the end": ("in", "refused"), "other words": ("in", "ValueError")})
PYTHON
python3 try.py
