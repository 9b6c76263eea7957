#!/usr/bin/env python3
"""Runs ordinary programs as jobs and writes what came of them into docs/programs.md.

Usage: programs.py --bin FOLDER --environment FOLDER [--page FILE] [--only NAME,NAME] [--no-trace]
  --bin          http-runner and http-runner-launcher
  --environment  a Python virtual environment with Tests/Programs/requirements.txt
  --only         entries, or `sizing` or `films`
  --page         the page whose part for this Debian release is written anew; none by default.
                 What earlier runs found is kept in results.json beside the environment

Each program of cases.py runs as a job of the service under its entry of entries.json5, and once
more by `http-runner trace`, which proposes an entry by itself and tries it. Then runtimes are asked
for the size of their machine, and real films go through the entry of docs/configuration.md. The
code is 1 if a program did not do its work under its entry, or not the same under the one that trace
proposed.
"""

import argparse
import glob
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import cases
import films
import inputs
import page
import service
import sizing
from service import Failed

HERE = pathlib.Path(__file__).parent
TRACE_SECONDS = 600
# `trace` and `exec` take the number for 256 jobs.
TOOL_IDS = service.ids(272)


def say(text):
    print(f"programs: {text}", file=sys.stderr, flush=True)


class Place:
    """The folders of a run: what programs read, what they write, the virtual environment."""

    def __init__(self, folder, environment):
        self.folder = pathlib.Path(folder)
        self.media, self.out = self.folder / "media", self.folder / "out"
        for path in [self.folder, self.media, self.out, self.folder / "work"]:
            path.mkdir(exist_ok=True)
            path.chmod(0o755)
        self.environment = pathlib.Path(environment).resolve()
        self.site = glob.glob(f"{self.environment}/lib/python3*/site-packages")[0]

    def results(self, name):
        """A new folder that any job may write to."""
        path = self.out / name
        path.mkdir()
        path.chmod(0o777)
        return path

    def words(self, words, results):
        words = words.split() if isinstance(words, str) else words
        names = {"{in}": self.media, "{out}": results, "{site}": self.site}
        for name, value in names.items():
            words = [word.replace(name, str(value)) for word in words]
        return words

    def executable(self, case, path):
        """The program, which releases and environments have in different places."""
        pattern = (case.path or path).replace("{site}", self.site)
        found = sorted(glob.glob(pattern.replace("{venv}", str(self.environment))))
        if not found:
            raise Failed(f"there is no {pattern}")
        return os.path.realpath(found[-1]) if case.path else found[-1]


def file_of_entries():
    """entries.json5 as it is."""
    text = (HERE / "entries.json5").read_text(encoding="utf-8")
    text = re.sub(r'("(?:[^"\\]|\\.)*")|//[^\n]*', lambda match: match[1] or "", text)
    text = re.sub(r'([{,]\s*)(\w+)\s*:', r'\1"\2":', text)
    return json.loads(re.sub(r",(\s*[}\]])", r"\1", text))


def entries(place, chosen):
    """entries.json5 with the folders of this run and paths of this system, and what is not here."""
    document = file_of_entries()
    document["defaults"].update(read=[str(place.media)], write=[str(place.out)])
    rows, faults = {}, {}
    for case in chosen:
        row = document["entries"][case.entry]
        path, fault = tried(lambda: place.executable(case, row["path"]))
        if fault:
            faults[case.entry] = fault
            continue
        rows[case.entry] = {**row, "path": path}
        if case.pypi:
            rows[case.entry]["read"] = [str(place.media), str(place.environment)]
    document["entries"] = rows
    return document, faults


def judge(case, results, stdout, runs=1):
    # Of several runs what they printed stands in a row, so that no anchor holds.
    pattern = case.prints if runs == 1 else case.prints.strip("^$")
    if case.prints and len(re.findall(pattern, stdout.decode("latin-1"))) < runs:
        raise Failed(f"it printed {stdout[-200:]!r}")
    if case.makes:
        path = results / case.makes
        if not path.is_file():
            raise Failed(f"{case.makes} was not made; there is {sorted(os.listdir(results))}")
        found = path.read_bytes()[case.offset:case.offset + max(len(case.magic), 1)]
        if not found.startswith(case.magic) or not found:
            raise Failed(f"{case.makes} begins with {found!r}")


def run_entry(server, place, case):
    """Runs the program under its entry; seconds that its last job took."""
    results = place.results(f"{case.entry}.entry")
    for words in case.before:
        job, _ = server.run(case.entry, place.words(words, results))
        if job["code"] != 0:
            raise Failed(f"{words}: {service.said(job)}")
    job, stdout = server.run(case.entry, place.words(case.arguments, results))
    if job["outcome"] != "exited" or job["code"] != 0:
        raise Failed(service.said(job))
    judge(case, results, stdout)
    return job["usage"]["wall"] / 1e6  # microseconds


def run_trace(binaries, place, case, row):
    """The profile of the entry that trace proposes; it has tried the entry."""
    results = place.results(f"{case.entry}.trace")
    policy = place.folder / f"{case.entry}.json5"
    user = ["--user", row["user"]] if "user" in row else []
    done = subprocess.run(
        [f"{binaries}/http-runner", "trace", "--output", str(policy), *user, "--id-range", TOOL_IDS,
         "--work-folder", str(place.folder / "work"), "--", row["path"],
         *place.words(case.arguments, results)],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=TRACE_SECONDS, check=False)
    log = done.stderr.decode(errors="replace").strip()
    text = policy.read_text() if policy.is_file() else ""
    profile = re.search(r'profile: "(\w+)"', text)
    if done.returncode != 0 or not profile or "Warning: the first run" in text:
        raise Failed(f"trace ended with {done.returncode}: {log[-600:]}")
    judge(case, results, done.stdout, runs=2)
    return profile[1]


def tried(work):
    """What came of it, and the words of its failure."""
    try:
        return work(), ""
    except (Failed, subprocess.TimeoutExpired, OSError) as problem:
        return None, str(problem)


def run_one(arguments, place, case, entry, server):
    seconds, fault = tried(lambda: run_entry(server, place, case))
    row = page.Row(case.entry, page.package(case, place.site), case.work,
                   entry.get("profile", "standard"), seconds, fault)
    if not arguments.no_trace and not case.untraced:
        row.traced, row.trace_fault = tried(lambda: run_trace(arguments.bin, place, case, entry))
    return row


def run_all(arguments, place, chosen):
    document, faults = entries(place, chosen)
    rows = []
    with service.Service(arguments.bin, place, json.dumps(document)) as server:
        for case in chosen:
            if case.entry in faults:
                row = page.Row(case.entry, case.package, case.work, fault=faults[case.entry])
            else:
                row = run_one(arguments, place, case, document["entries"][case.entry], server)
            say(row.line())
            rows.append(row)
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--environment", required=True)
    parser.add_argument("--page")
    parser.add_argument("--only")
    parser.add_argument("--no-trace", action="store_true")
    parser.add_argument("--keep", action="store_true", help="keep the folder of the run")
    arguments = parser.parse_args()
    names = arguments.only.split(",") if arguments.only else []

    def wants(name):
        return not names or name in names
    chosen = [case for case in cases.ALL if wants(case.entry)]
    # Not in /tmp: each job has one of its own.
    folder = tempfile.mkdtemp(prefix="http-runner-programs.", dir="/var/lib")
    try:
        place = Place(folder, arguments.environment)
        inputs.make(place.media, {case.entry for case in chosen})
        rows = run_all(arguments, place, chosen) if chosen else []
        sizes = sizing.run(arguments.bin, place, TOOL_IDS) if wants("sizing") else []
        shown = films.run(arguments.bin, place) if wants("films") else []
        if arguments.page:
            order = {case.entry: index for index, case in enumerate(cases.ALL)}
            page.write(pathlib.Path(arguments.page), place.environment.parent / "results.json",
                       order, [rows, sizes, shown], place)
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)
    broken = [row for row in rows if row.fault or row.trace_fault]
    broken += [row for row in sizes + shown if row.fault]
    say(f"{len(rows)} programs, {sum(not row.fault for row in rows)} did their work, "
        f"{len(broken)} rows are not as they should be")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
