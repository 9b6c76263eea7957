#!/usr/bin/env python3
"""What the store costs when it is large, held against bars.

Submissions:  jobs accepted a second from 64 clients, each durable before its 202, in turns with
              what SQLite alone writes on the same disk; memory of 100,000 jobs that wait, and of
              the next start with them.
Reading:      a job and the first page of the list, by every filter, with a million ended jobs
              stored beside the same with a hundred; the start with a million.

Only ratios of one run hold. The bar of submissions is for a disk on which SQLite alone writes what
it wrote where the bar was set, and falls in proportion on a slower one.
"""

import argparse
import json
import os
import pathlib
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from bench import HERE, Server, compile_c, run, table
from fill_store import fill

CLIENTS = 64
SUBMISSIONS_BAR = 5_000  # a second
RAW_ROWS_THEN = 72_000  # SQLite alone, a second, 32 a commit, where that bar was set
WAITING_JOBS = 100_000
WAITING_MIB_BAR = 150
READING_BAR = 2.0  # times the same with FEW_JOBS
FEW_JOBS = 100
START_SECONDS_BAR = 2.0
READS = 2_000
PAGES = 200
# Each finds at least a page of jobs in both stores.
PAGE_QUERIES = [
    "", "?status=finished", "?status=queued", "?status=running", "?command=/usr/bin/true",
    "?label=kind:even", "?status=finished&command=/usr/bin/true",
    "?status=queued&command=/usr/bin/true", "?status=finished&label=kind:even", "?label=kind:none",
]


class Service(Server):
    """The service over a folder that it may find again, and how long it took to listen."""

    # Two services at one time may not share a range of ids.
    ids = {}

    def __init__(self, options, folder, name, *words):
        (folder / name / "work").mkdir(parents=True, exist_ok=True)
        first = 1879048192 + 272 * self.ids.setdefault(name, len(self.ids))
        began = time.monotonic()
        super().__init__(name, [
            options.bin / "http-runner", "-p", "0", "--state", folder / name / "state",
            "--id-range", f"{first}-{first + 271}",
            "--work-folder", folder / name / "work",
            "-w", "/usr/bin/sleep,/usr/bin/true,/usr/bin/echo", "-n", "1000000",
            *words], folder, r"listening on http://127\.0\.0\.1:(\d+)$")
        self.seconds = time.monotonic() - began

    def ask(self, target, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{target}", data)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return [int(re.search(rf"{key}:\s+(\d+)", status).group(1)) / 1024
                for key in ("VmRSS", "VmHWM")]

    def kill(self):
        self.process.kill()
        self.process.wait()


def bar(words, is_met):
    print(f"  bar: {words}: {'met' if is_met else 'MISSED'}")
    return is_met


# Submissions


def raw_rows(options, folder):
    file = folder / "raw.db"
    words = run([folder / "sqlite_rows", file, str(options.seconds)]).split()
    for end in ("", "-wal", "-shm"):
        pathlib.Path(f"{file}{end}").unlink(missing_ok=True)
    return [float(word) for word in words]


def bench_submissions(options, folder):
    words = ("--running", "1", "--queued", str(2 * WAITING_JOBS))
    service = Service(options, folder, "waiting", *words)
    rows, rates = [], []
    try:
        service.ask("/", {"command": "/usr/bin/sleep", "args": "100000"})
        each = WAITING_JOBS // options.rounds
        for _ in range(options.rounds):
            rows.append(raw_rows(options, folder))
            done = run([folder / "submit_load", service.port, str(CLIENTS), str(each),
                        "/usr/bin/true"]).split()
            rates.append((float(done[0]) / float(done[1]), float(done[2]), float(done[3])))
        now, most = service.resident_mib()
    finally:
        service.kill()
    again = Service(options, folder, "waiting", *words)
    try:
        now_again, most_again = again.resident_mib()
        queued = "100000 wait" in again.log.read_text()
    finally:
        again.kill()
    one, some, many = (statistics.median(column) for column in zip(*rows))
    rate, median, last = (statistics.median(column) for column in zip(*rates))
    print(f"\nSubmissions from {CLIENTS} clients: {options.rounds} rounds of {each}")
    table(["", "a second"], [
        ["SQLite alone, 1 a commit", f"{one:.0f}"], ["SQLite alone, 32 a commit", f"{some:.0f}"],
        ["SQLite alone, 256 a commit", f"{many:.0f}"],
        [f"http-runner, 202s (p50 {median:.1f} ms, p99 {last:.1f} ms)", f"{rate:.0f}"]])
    wanted = SUBMISSIONS_BAR * min(1, some / RAW_ROWS_THEN)
    print(f"  {rate / some:.2f} x SQLite alone at 32 a commit\n"
          f"  resident with {WAITING_JOBS} waiting: {now:.0f} MiB, {most:.0f} at the most; after a"
          f" start with them, {again.seconds:.2f} s: {now_again:.0f} and {most_again:.0f}")
    return all([
        bar(f"at least {wanted:.0f} a second", rate >= wanted),
        bar(f"less than {WAITING_MIB_BAR} MiB, always",
            max(most, most_again) < WAITING_MIB_BAR),
        bar("all of them wait after kill -9 and a start", queued)])


# Reading


def make_few(options, folder, name):
    """A store of a hundred ended jobs, half of each of two commands and labels."""
    service = Service(options, folder, name, "--running", "4")
    try:
        ids = [service.ask("/", {
            "command": ["/usr/bin/true", "/usr/bin/echo"][number % 2], "args": f"job {number}",
            "labels": {"kind": ["even", "odd"][number % 2]}})["id"] for number in range(FEW_JOBS)]
        for name in ids:
            while service.ask(f"/{name}?wait=10")["status"] != "finished":
                pass
    finally:
        service.stop()
    return ids


def ratio(folder, few, many, targets):
    text = "".join(f"{one} {other}\n" for one, other in targets)
    done = subprocess.run([folder / "paired_get", few.port, many.port], input=text,
                          capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"scale: {done.stderr}")
    return [float(word) for word in done.stdout.split()]


def some_ids(folder, count):
    database = sqlite3.connect(f"file:{folder}/jobs.db?mode=ro", uri=True)
    (last,) = database.execute("SELECT max(rowid) FROM job").fetchone()
    rows = [random.randint(1, last) for _ in range(count)]
    return [database.execute("SELECT lower(hex(id)) FROM job WHERE rowid = ?", (row,))
            .fetchone()[0] for row in rows]


def bench_reading(options, folder):
    ids = make_few(options, folder, "few")
    make_few(options, folder, "many")
    fill(folder / "many" / "state", options.jobs)
    starts = []
    for _ in range(options.rounds):
        service = Service(options, folder, "many")
        starts.append(service.seconds)
        service.kill()
    few = Service(options, folder, "few")
    try:
        many = Service(options, folder, "many")
        try:
            pairs = [(f"/{random.choice(ids)}", f"/{other}")
                     for other in some_ids(folder / "many" / "state", READS)]
            measured = {"/<id>": ratio(folder, few, many, pairs)}
            for query in PAGE_QUERIES:
                target = f"/jobs{query}"
                measured[target] = ratio(folder, few, many, [(target, target)] * PAGES)
        finally:
            many.stop()
    finally:
        few.stop()
    print(f"\nReading with {FEW_JOBS} and with {options.jobs} ended jobs stored, µs, medians")
    table(["GET", f"{FEW_JOBS}", f"{options.jobs}", "ratio"], [
        [target, f"{one:.0f}", f"{other:.0f}", f"{times:.2f}"]
        for target, (one, other, times) in measured.items()])
    worst = max(times for _, _, times in measured.values())
    start = statistics.median(starts)
    return all([
        bar(f"each at most {READING_BAR:.1f} x: {worst:.2f}", worst <= READING_BAR),
        bar(f"a start with them in less than {START_SECONDS_BAR:.0f} s: {start:.2f}",
            start < START_SECONDS_BAR)])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of the programs")
    parser.add_argument("--only", choices=["submissions", "reading"], help="one part alone")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.3, help="of each raw figure in a round")
    parser.add_argument("--jobs", type=int, default=1_000_000, help="ended ones in the large store")
    parser.add_argument("--strict", action="store_true", help="end with code 1 if a bar is missed")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("scale: the launcher needs root: become root, or run 'make scale' with sudo")
    with tempfile.TemporaryDirectory(prefix="http-runner-scale.", dir="/var/lib") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        compile_c("submit_load", folder)
        compile_c("paired_get", folder)
        compile_c("sqlite_rows", folder, libraries=["-lsqlite3"])
        parts = {"submissions": bench_submissions, "reading": bench_reading}
        met = [parts[part](options, folder) for part in parts if options.only in (None, part)]
    sys.exit(0 if all(met) or not options.strict else 1)


if __name__ == "__main__":
    main()
