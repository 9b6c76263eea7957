#!/usr/bin/env python3
"""Makes a store of a few ended jobs one of many: its rows are repeated under new ids.

The rows that are repeated were written by the program itself, so this knows nothing of what they
hold: only how the tables of a job hang together. The service that owns the store must not run.

    fill_store.py FOLDER JOBS
"""

import pathlib
import sqlite3
import sys

STEP = 100_000  # rows of one statement


def columns(database, table, changed):
    """Names of a table's columns, and what a repeated row has in each."""
    names = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    return ", ".join(names), ", ".join(changed.get(name, f"old.{name}") for name in names)


def repeat(database, table, changed, first, count, pattern, key):
    """Rows `first`... of `table`: each is one of the first `pattern` rows again."""
    names, values = columns(database, table, changed)
    database.execute(
        f"""
        WITH RECURSIVE new (n) AS (
          SELECT :first UNION ALL SELECT n + 1 FROM new WHERE n + 1 < :first + :count)
        INSERT INTO {table} ({names}) SELECT {values}
        FROM new JOIN {table} AS old ON old.{key} = 1 + (new.n - 1) % :pattern
        """, {"first": first, "count": count, "pattern": pattern})


ROW_ID, RETENTION, COUNTERS = "sequence", "retention", "counters"
EARLIER = "place", "kept", "tally"  # the names up to schema version 3


def fill(folder, jobs):
    database = sqlite3.connect(pathlib.Path(folder) / "jobs.db", isolation_level=None)
    database.execute("PRAGMA synchronous = OFF")
    database.execute("PRAGMA cache_size = -200000")
    known = {row[1] for row in database.execute("PRAGMA table_info(job)")}
    key, retention, counters = (ROW_ID, RETENTION, COUNTERS) if ROW_ID in known else EARLIER
    (pattern,) = database.execute(f"SELECT max({key}) FROM job").fetchone()
    ended = database.execute(f"SELECT count(*), min({key}) FROM job WHERE state = 2").fetchone()
    if pattern is None or ended != (pattern, 1):
        sys.exit("fill_store: the store must hold ended jobs alone, with no gap between them")
    database.execute("BEGIN IMMEDIATE")
    for first in range(pattern + 1, jobs + 1, STEP):
        count = min(STEP, jobs + 1 - first)
        later = f"(new.n - old.{key}) * 1000"  # a job each millisecond
        repeat(database, "job", {
            key: "new.n", "id": "randomblob(20)", "key": "NULL",
            **{name: f"old.{name} + {later}" for name in ("created", "started", "finished")},
        }, first, count, pattern, key)
        repeat(database, "ending", {
            key: "new.n", "finished": f"old.finished + {later}"}, first, count, pattern, key)
        repeat(database, "label", {key: "new.n"}, first, count, pattern, key)
    database.execute(f"""
        INSERT INTO {retention} SELECT finished, {key}, stdoutKept + stderrKept FROM ending
        WHERE {key} > ?""", (pattern,))
    database.execute(f"""
        UPDATE {counters} SET ended = (SELECT count(*) FROM {retention}),
          bytes = (SELECT sum(bytes) FROM {retention})""")
    database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdigit():
        sys.exit("usage: fill_store.py FOLDER JOBS")
    fill(sys.argv[1], int(sys.argv[2]))
