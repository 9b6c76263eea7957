#!/usr/bin/env python3
"""What the dashboard costs its reader and the service, held against bars.

Paint:   Chromium's own paint timing of the page and of the login, from the last byte of the
         document on; and what no other load of the machine changes: how many requests block the
         paint, how many scripts come before the first list, and all bytes.
Scroll:  each request for a page of 100,000 ended jobs while the list is scrolled to its end, by
         the browser's resource timing and by a client beside it.
Log:     an output of 1 GB: until its end is drawn, then its start and places in between; and the
         memory of the browser's process for the page while that goes on.
Pages:   50 pages' streams and reads: a working client beside them and without, in turns, and the
         memory of the service for each of 50 more.

Times want an idle machine, or one that lets this go first (chrt -r 10 of util-linux). Figures of
different runs must not be compared: only counts and ratios of one run hold.
"""

import argparse
import json
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from bench import HERE, Server, percentile, table
from dashboard_scripts import DRAWN, PAINT, PLACES, SCROLL
from fill_store import fill

sys.path.append(str(HERE.parent / "Clients"))
from chromium import chromium, until  # noqa: E402

PAINT_MS_BAR, BYTES_BAR, BLOCKING_BAR, WAVES_BAR = 150, 200_000, 1, 2
JOBS, FEW_JOBS, SCROLL_MS_BAR = 100_000, 100, 50
LOG_BYTES, LOG_MS_BAR, LOG_MIB_BAR = 1_000_000_000, 100, 64
PAGES, PAGES_RATIO_BAR, PAGE_KIB_BAR = 50, 1.5, 64
MORE_PAGES = 4  # times as many, for the memory of each
REQUESTS = 1_000  # of a working client in a round
FIRST_ID = 1879060000


class Service(Server):
    """The service over a folder that it may find again."""

    def __init__(self, options, folder, name, *words):
        (folder / name / "work").mkdir(parents=True, exist_ok=True)
        super().__init__(name, [
            options.bin / "http-runner", "-p", "0", "--state", folder / name / "state",
            "--id-range", f"{FIRST_ID}-{FIRST_ID + 271}", "--work-folder", folder / name / "work",
            "-w", "/bin/sh,/bin/true,/bin/sleep", "-n", "1000000", *words], folder,
            r"listening on http://127\.0\.0\.1:(\d+)$")
        self.base = f"http://127.0.0.1:{self.port}"

    def ask(self, target, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + target, data)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def resident_kib(self):
        return kib(self.process.pid, "VmRSS")


def kib(pid, key):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"{key}:\s+(\d+)", status).group(1))


def bar(measured, name, value, limit, unit=""):
    """Notes a figure and its bar."""
    is_met = value <= limit
    measured.append({"name": name, "value": round(value, 3), "bar": limit, "unit": unit,
                     "isMet": is_met})


# Paint


def waves(resources):
    """Trips one behind the other before the first read of jobs: each begins after the end of one
    that began in the wave before."""
    scripts = [one for one in resources if one["name"].startswith("/ui/")
               and not one["name"].endswith((".svg", "/worker.js"))]
    first = min((one["start"] for one in resources if one["name"] == "/jobs"), default=1e9)
    scripts = sorted((one for one in scripts if one["start"] < first), key=lambda one: one["start"])
    count, end = 0, -1
    for one in scripts:
        if one["start"] >= end:
            count += 1
            end = one["end"]
    return count


def bench_paint(options, folder, measured):
    tokens = folder / "tokens.json"
    subprocess.run([options.bin / "http-runner", "token", "add", "page", "--tokens", tokens],
                   check=True, stdout=subprocess.DEVNULL)
    for name, words in [("page", ()), ("login", ("--tokens", tokens))]:
        service = Service(options, folder, f"paint-{name}", *words)
        try:
            with chromium(folder / f"paint-{name}") as browser:
                found = []
                for _ in range(options.loads):
                    browser.go("about:blank")
                    browser.cdp("Network.clearBrowserCache")
                    browser.go(service.base + "/")
                    found.append(browser.run(PAINT))
                # The frame of the page is there before any script is.
                browser.cdp("Network.enable")
                browser.cdp("Network.setBlockedURLs", urls=["*.js"])
                browser.go("about:blank")
                browser.go(service.base + "/")
                alone = browser.run(PAINT)
        finally:
            service.stop()
        blocking = [sum(one["blocking"] == "blocking" for one in load["resources"])
                    for load in found]
        sizes = [load["bytes"] + sum(one["bytes"] for one in load["resources"]
                                     if one["name"].startswith("/ui/")) for load in found]
        paint = statistics.median(load["painted"] - load["document"] for load in found)
        bar(measured, f"{name}: first paint after the document", paint, PAINT_MS_BAR, "ms")
        bar(measured, f"{name}: requests that block the paint", max(blocking), BLOCKING_BAR)
        bar(measured, f"{name}: trips of scripts before the first list",
            statistics.median(waves(load["resources"]) for load in found), WAVES_BAR)
        bar(measured, f"{name}: bytes in all", max(sizes), BYTES_BAR, "B")
        bar(measured, f"{name}: not painted without scripts", float(alone["painted"] is None), 0)


# Scroll


def bench_scroll(options, folder, measured):
    name = "scroll"
    service = Service(options, folder, name)
    try:
        for number in range(FEW_JOBS):
            service.ask("/", {"command": "/bin/sh", "args": ["-c", f"exit {number % 3}"]})
        until("the ends of jobs", lambda: not service.ask("/jobs?status=running")["jobs"]
              and not service.ask("/jobs?status=queued")["jobs"])
    finally:
        service.stop()
    fill(folder / name / "state", JOBS)
    service = Service(options, folder, name)
    try:
        with chromium(folder / name) as browser:
            browser.go(service.base + "/#/finished")
            until("the list", lambda: browser.run(
                "return document.querySelectorAll('.row').length > 0;"))
            found, rows = {"rows": 0}, -1
            while rows < found["rows"] < JOBS or rows < 0:
                rows = found["rows"]
                found = browser.run(SCROLL, JOBS)
        times, after = [], ""
        while after is not None and len(times) < 2 * JOBS // 200:
            began = time.perf_counter()
            page = service.ask(f"/jobs?status=finished&limit=200{after}")
            times.append(1e3 * (time.perf_counter() - began))
            after = page["next"] and f"&after={page['next']}"
    finally:
        service.stop()
    asked = [one for _, one in found["times"]]
    print(f"  {found['rows']} jobs in {len(asked)} requests; p50 {percentile(asked, 0.5):.1f} ms, "
          f"p99 {percentile(asked, 0.99):.1f} ms; {found['elements']} rows in the page")
    bar(measured, "scroll: jobs that were not reached", JOBS - found["rows"], 0)
    bar(measured, "scroll: slowest request of the browser", max(asked), SCROLL_MS_BAR, "ms")
    bar(measured, "scroll: p99 of the same by a client", percentile(times, 0.99), SCROLL_MS_BAR,
        "ms")
    bar(measured, "scroll: rows in the page", found["elements"], 100)


# Log


def page_process(driver):
    """The process of the page: the largest of the renderers below the driver."""
    parents, renderers = {}, []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            pid = int(folder.name)
            parents[pid] = int((folder / "stat").read_text().rsplit(")")[1].split()[1])
            # A process that was forked ready has its words as one.
            if b"--type=renderer" in (folder / "cmdline").read_bytes():
                renderers.append(pid)
        except OSError:
            continue

    def is_below(pid):
        while pid and pid != driver:
            pid = parents.get(pid, 0)
        return pid == driver

    return max((kib(pid, "VmRSS"), pid) for pid in renderers if is_below(pid))[1]


class Watch:
    """The highest resident memory of a process while this lasts."""

    def __init__(self, pid):
        self.pid, self.peak = pid, 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)

    def look(self):
        while not self.over.is_set():
            # Anonymous memory: pages of the program's file are not the page's.
            self.peak = max(self.peak, kib(self.pid, "RssAnon"))
            time.sleep(0.005)

    def __enter__(self):
        self.before = kib(self.pid, "RssAnon")
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def bench_log(options, folder, measured):
    service = Service(options, folder, "log", "--output-per-stream", "1200M", "--keep-bytes", "4G")
    line = "a line of a log that is long enough to be one, and is written again and again"
    count = LOG_BYTES // (len(line) + 1)
    script = f"echo the first line; yes '{line}' | head -n {count}; echo the last line"
    try:
        job = service.ask("/", {"command": "/bin/sh", "args": ["-c", script]})["id"]
        until("the end of the log", lambda: service.ask(f"/{job}?output=0")["status"] == "finished")
        with chromium(folder / "log") as browser:
            times = []
            browser.go(service.base + "/#/finished")
            until("the list", lambda: browser.run(
                "return document.querySelectorAll('.row').length > 0;"))
            with Watch(page_process(browser.driver)) as watch:
                for _ in range(options.loads):
                    browser.run("location.hash = '#/finished';"
                                "await new Promise((done) => setTimeout(done, 300));")
                    times.append(browser.run(DRAWN, f"#/job/{job}", "the last line"))
                first = browser.run(DRAWN, "Start", "the first line")
                browser.run(PLACES)
                last = browser.run(DRAWN, "End", "the last line")
    finally:
        service.stop()
    print(f"  opened in {', '.join(f'{one:.0f}' for one in times)} ms; its start in {first:.0f} ms,"
          f" its end again in {last:.0f} ms; {watch.before >> 10} MiB before, "
          f"{watch.peak >> 10} at most")
    bar(measured, "log: until its end is drawn, median", statistics.median(times), LOG_MS_BAR, "ms")
    bar(measured, "log: memory of the page for it", (watch.peak - watch.before) / 1024,
        LOG_MIB_BAR, "MiB")


# Pages


class Page(threading.Thread):
    """What one page of another browser has open: the stream of changes, and reads now and then."""

    def __init__(self, service):
        super().__init__(daemon=True)
        self.stream = socket.create_connection(("127.0.0.1", int(service.port)))
        self.stream.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n"
                            b"Accept: text/event-stream\r\n\r\n")
        self.count = len(self.stream.recv(65536))
        self.start()

    def run(self):
        try:
            while piece := self.stream.recv(65536):
                self.count += len(piece)
        except ConnectionResetError:
            pass  # The service has closed it.

    def close(self):
        self.stream.shutdown(socket.SHUT_RDWR)
        self.join()
        self.stream.close()


def work(service):
    """Milliseconds of each request of a client that reads, and submits every tenth time."""
    body = b'{"command":"/bin/true"}'
    submission = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s" % (
        len(body), body)
    reading = b"GET /queue HTTP/1.1\r\nHost: localhost\r\n\r\n"
    times = []
    with socket.create_connection(("127.0.0.1", int(service.port))) as client:
        for number in range(REQUESTS):
            began = time.perf_counter()
            client.sendall(reading if number % 10 else submission)
            answer = b""
            while b"\r\n\r\n" not in answer:
                answer += client.recv(65536)
            head, rest = answer.split(b"\r\n\r\n", 1)
            length = int(re.search(rb"Content-Length: (\d+)", head).group(1))
            while len(rest) < length:
                rest += client.recv(65536)
            times.append(1e3 * (time.perf_counter() - began))
    return times


def bench_pages(options, folder, measured):
    service = Service(options, folder, "pages", "--http-connections-per-address", "400")
    ratios, quiet, beside, costs = [], [], [], []
    try:
        work(service)
        # What a page that is closed held is used again: only ones beside it cost anything.
        kept = [Page(service) for _ in range(PAGES)]
        for _ in range(MORE_PAGES):
            before = service.resident_kib()
            more = [Page(service) for _ in range(PAGES)]
            work(service)
            costs.append((service.resident_kib() - before) / PAGES)
            kept += more
        for page in kept:
            page.close()
        for _ in range(options.rounds):
            alone = work(service)
            pages = [Page(service) for _ in range(PAGES)]
            loaded = work(service)
            if not all(page.count for page in pages):
                sys.exit("dashboard: a page was told nothing")
            for page in pages:
                page.close()
            ratios.append(percentile(loaded, 0.99) / percentile(alone, 0.99))
            quiet += alone
            beside += loaded
    finally:
        service.stop()
    print(f"  p99 {percentile(quiet, 0.99):.2f} ms alone, {percentile(beside, 0.99):.2f} ms beside "
          f"{PAGES} pages; KiB each: {', '.join(f'{one:.1f}' for one in costs)}")
    bar(measured, f"pages: p99 beside {PAGES} of them, median of rounds",
        statistics.median(ratios), PAGES_RATIO_BAR, "x")
    bar(measured, "pages: memory of the service for each, median", statistics.median(costs),
        PAGE_KIB_BAR, "KiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--loads", type=int, default=9)
    parser.add_argument("--json", type=pathlib.Path, help="where the figures go as JSON")
    parser.add_argument("parts", nargs="*", default=[],
                        help="paint, scroll, log, pages; all of them by default")
    options = parser.parse_args()
    parts = {"paint": bench_paint, "scroll": bench_scroll, "log": bench_log, "pages": bench_pages}
    measured = []
    with tempfile.TemporaryDirectory(prefix="http-runner-bench.", dir="/var/lib") as folder:
        pathlib.Path(folder).chmod(0o755)
        for name in options.parts or parts:
            print(f"{name}:", flush=True)
            parts[name](options, pathlib.Path(folder), measured)
    table(["", "measured", "bar", ""], [
        [one["name"], f"{one['value']:g} {one['unit']}".strip(), f"{one['bar']:g}",
         "met" if one["isMet"] else "MISSED"] for one in measured])
    text = json.dumps({"format": 1, "measured": measured}, indent=1)
    if options.json:
        options.json.write_text(text + "\n")
    else:
        print(text)
    sys.exit(0 if all(one["isMet"] for one in measured) else 1)


if __name__ == "__main__":
    main()
