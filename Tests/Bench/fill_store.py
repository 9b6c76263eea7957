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


def repeat(database, table, changed, first, count, pattern):
    """Rows `first`... of `table`: each is one of the first `pattern` rows again."""
    names, values = columns(database, table, changed)
    database.execute(
        f"""
        WITH RECURSIVE new (place) AS (
          SELECT :first UNION ALL SELECT place + 1 FROM new WHERE place + 1 < :first + :count)
        INSERT INTO {table} ({names}) SELECT {values}
        FROM new JOIN {table} AS old ON old.place = 1 + (new.place - 1) % :pattern
        """, {"first": first, "count": count, "pattern": pattern})


def fill(folder, jobs):
    database = sqlite3.connect(pathlib.Path(folder) / "jobs.db", isolation_level=None)
    database.execute("PRAGMA synchronous = OFF")
    database.execute("PRAGMA cache_size = -200000")
    (pattern,) = database.execute("SELECT max(place) FROM job").fetchone()
    ended = database.execute("SELECT count(*), min(place) FROM job WHERE state = 2").fetchone()
    if pattern is None or ended != (pattern, 1):
        sys.exit("fill_store: the store must hold ended jobs alone, with no gap between them")
    database.execute("BEGIN IMMEDIATE")
    for first in range(pattern + 1, jobs + 1, STEP):
        count = min(STEP, jobs + 1 - first)
        later = "(new.place - old.place) * 1000"  # a job each millisecond
        repeat(database, "job", {
            "place": "new.place", "id": "randomblob(20)", "key": "NULL",
            **{name: f"old.{name} + {later}" for name in ("created", "started", "finished")},
        }, first, count, pattern)
        repeat(database, "ending", {
            "place": "new.place", "finished": f"old.finished + {later}"}, first, count, pattern)
        repeat(database, "label", {"place": "new.place"}, first, count, pattern)
    database.execute("""
        INSERT INTO kept SELECT finished, place, stdoutKept + stderrKept FROM ending
        WHERE place > ?""", (pattern,))
    database.execute("""
        UPDATE tally SET ended = (SELECT count(*) FROM kept),
          bytes = (SELECT sum(bytes) FROM kept)""")
    database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdigit():
        sys.exit("usage: fill_store.py FOLDER JOBS")
    fill(sys.argv[1], int(sys.argv[2]))
