#!/usr/bin/env python3
"""What it costs to look on: the way of a line to a terminal, jobs that are watched, progress.

Terminal:  from write(2) of a job to the terminal of `http-runner run`, beside the same program on
           a terminal of its own, which shows what the machine adds.
Watched:   a client that submits jobs and waits for them, with and without 200 other jobs that
           print progress and are followed by a client each.
Progress:  ffmpeg at more than 1,000 frames a second, with a reader of its progress and without one:
           what the service uses for it, and the instructions that a report of progress takes the
           job by callgrind, which no other load of the machine changes as it does times.

Contenders take turns round by round; only ratios of one run hold.

    watched.py --bin FOLDER [--rounds N] [--watched N]
"""

import argparse
import json
import os
import pathlib
import pty
import re
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import tty
import urllib.request

from bench import TRUE, Server, compile_c, percentile, run, table

TERMINAL_BAR_MS = 20  # p99, from the job's write to the terminal
WATCHED_BAR = 1.5  # times the p99 without watched jobs
PROGRESS_BAR = 0.01  # of the instructions of a job, and of a core for the service
REPORTS_A_SECOND = 2  # of ffmpeg, by default (-stats_period)
LINES, LINE_MS = 200, 15
FFMPEG = "/usr/bin/ffmpeg"
FRAMES, COUNTED_FRAMES = 10_000, 300


def encode(frames):
    return (f"-nostdin -v error -nostats -f lavfi -i testsrc2=s=128x72:r=25:d={frames / 25} "
            "-c:v mpeg4 -f null -").split()


class Service(Server):
    def __init__(self, options, folder):
        home = folder / "service"
        (home / "work").mkdir(parents=True)
        config = home / "config.json5"
        config.write_text(json.dumps({"entries": {
            "ticker": {"path": str(folder / "ticker"), "progress": "percent"},
            "true": {"path": TRUE},
            "plain": {"path": FFMPEG},
            "read": {"path": FFMPEG, "progress": "ffmpeg"},
        }}))
        jobs = options.watched + 16
        super().__init__(
            "service",
            [options.bin / "http-runner", "-p", "0", "--config", config, "--state", home / "state",
             "--work-folder", home / "work", "--running", str(jobs), "--id-range",
             f"{options.first_id}-{options.first_id + jobs + 271}"],
            folder, r"listening on http://127\.0\.0\.1:(\d+)$")
        self.url = f"http://127.0.0.1:{self.port}"

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + path, body and json.dumps(body).encode(), method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.loads(answer.read() or b"null")

    def submit(self, command, words):
        return self.ask("POST", "/", {"command": command, "args": words})["id"]


def delays(command):
    """Milliseconds from each stamp of `command` to the moment at which a terminal has it."""
    near, far = pty.openpty()
    tty.setraw(far)
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=far, stderr=subprocess.DEVNULL)
    os.close(far)
    found, rest = [], b""
    while True:
        try:
            piece = os.read(near, 65536)
        except OSError:
            break
        now = time.monotonic_ns()
        *lines, rest = (rest + piece).split(b"\n")
        found += [(now - int(line)) / 1e6 for line in lines if line.strip().isdigit()]
    os.close(near)
    if process.wait() != 0 or len(found) < LINES:
        sys.exit(f"watched: {command}: code {process.returncode}, {len(found)} lines")
    return found[1:]  # the first one waits for the start of the client's transfer


def terminal(options, folder, service):
    words = ["stamps", str(LINES), str(LINE_MS)]
    contenders = {
        "terminal alone": [folder / "ticker", *words],
        "http-runner run": [options.bin / "http-runner", "run", "--server", service.url,
                            "--no-stdin", "ticker", "--", *words],
    }
    samples = {name: [] for name in contenders}
    for _ in range(options.rounds):
        for name, command in contenders.items():
            samples[name] += delays(command)
    print(f"\nA line on its way to a terminal: {options.rounds} rounds of {LINES}, ms")
    table(["", "median", "p99", "most"], [
        [name, f"{statistics.median(ms):.2f}", f"{percentile(ms, 0.99):.2f}", f"{max(ms):.2f}"]
        for name, ms in samples.items()])
    alone, own = (percentile(samples[name], 0.99) for name in contenders)
    return verdict("ms at p99, beyond the terminal alone", own - alone, TERMINAL_BAR_MS)


class Watchers:
    """Jobs that print progress ten times a second, each followed by a client."""

    def __init__(self, service, count):
        self.service, self.bytes = service, 0
        self.ids = [service.submit("ticker", ["percent", "100000", "100"]) for _ in range(count)]
        self.selector, self.isOver = selectors.DefaultSelector(), False
        for id in self.ids:
            link = socket.create_connection(("127.0.0.1", int(service.port)))
            link.sendall(f"GET /{id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            link.setblocking(False)
            self.selector.register(link, selectors.EVENT_READ)
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()
        time.sleep(2)

    def read(self):
        while not self.isOver:
            for key, _ in self.selector.select(0.2):
                self.bytes += len(key.fileobj.recv(65536))
            time.sleep(0.02)

    def stop(self):
        self.isOver = True
        self.thread.join()
        for id in self.ids:
            self.service.ask("POST", f"/{id}/cancel")
        while self.service.ask("GET", "/queue")["running"] > 0:
            time.sleep(0.05)
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()


def watched(options, folder, service):
    def last():
        words = run([folder / "job_load", service.port, "1", "5", "true"]).split()
        return float(words[3])  # p99

    without, beside, received = [], [], 0
    for _ in range(options.rounds):
        without.append(last())
        watchers = Watchers(service, options.watched)
        beside.append(last())
        received += watchers.bytes
        watchers.stop()
    ratio = statistics.median(other / own for own, other in zip(without, beside))
    print(f"\nA working client beside {options.watched} jobs that are watched, p99 in ms")
    table(["", "p99"], [
        ["without", f"{statistics.median(without):.2f}"],
        [f"with ({received / 1e6:.1f} MB of events)", f"{statistics.median(beside):.2f}"]])
    return verdict("times the p99 without", ratio, WATCHED_BAR)


def seconds(service, command):
    """Wall clock and processor time of one encode."""
    id = service.submit(command, encode(FRAMES))
    while True:
        job = service.ask("GET", f"/{id}?wait=50&output=0")
        if job["status"] == "finished":
            break
    if job.get("code") != 0:
        sys.exit(f"watched: {json.dumps(job)}")
    usage = job["usage"]
    return usage["wall"] / 1e6, (usage["user"] + usage["system"]) / 1e6


def service_seconds(service):
    fields = pathlib.Path(f"/proc/{service.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def progress(options, folder, service):
    samples = {"plain": [], "read": []}
    for _ in range(2 * options.rounds):
        for name, found in samples.items():
            before = service_seconds(service)
            wall, cpu = seconds(service, name)
            found.append((wall, cpu, (service_seconds(service) - before) / wall))
    middle = {
        name: [statistics.median(column) for column in zip(*found)]
        for name, found in samples.items()}
    print(f"\nffmpeg, {FRAMES:,} frames, with a reader of its progress and without one")
    table(["", "frames/s", "wall s", "CPU s", "service, share of a core"], [
        [name, f"{FRAMES / wall:.0f}", f"{wall:.3f}", f"{cpu:.3f}", f"{share:.4f}"]
        for name, (wall, cpu, share) in middle.items()])
    share = middle["read"][2] - middle["plain"][2]
    met = verdict("more of a core for the service", share, PROGRESS_BAR)
    if not shutil.which("valgrind"):
        print("\n  valgrind is not installed: what a report takes the job is not counted")
        return met
    plain, _ = instructions([])
    # One with nearly each frame, so that what it takes stands out.
    told, reports = instructions(["-progress", "pipe:3", "-stats_period", "0.0001"])
    report, frame = (told - plain) / reports, plain / COUNTED_FRAMES
    print(f"\n  instructions: {frame:,.0f} for a frame, {report:,.0f} for a report of progress")
    rate = FRAMES / middle["plain"][0]
    return verdict("more instructions of the job", REPORTS_A_SECOND * report / (frame * rate),
                   PROGRESS_BAR) and met


def instructions(words):
    """Instructions of an encode, and the reports of its progress."""
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", FFMPEG, *words,
               *encode(COUNTED_FRAMES)]
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as found:
        # ffmpeg writes its progress to descriptor 3, as in a job.
        subprocess.run(["sh", "-c", f'exec "$@" 3>&{told.fileno()}', "sh", *command], check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=found,
                       pass_fds=[told.fileno()])
        told.seek(0)
        found.seek(0)
        count = re.search(rb"Collected : (\d+)", found.read())
        return int(count.group(1)), told.read().count(b"progress=")


def verdict(what, found, bar):
    print(f"\n  bar: at most {bar} {what}: {found:.4g} {'met' if found <= bar else 'MISSED'}")
    return found <= bar


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--watched", type=int, default=200)
    parser.add_argument("--first-id", type=int, default=1879048192)
    parser.add_argument("parts", nargs="*", help="of terminal, watched, progress; all by default")
    options = parser.parse_args()
    parts = {"terminal": terminal, "watched": watched, "progress": progress}
    if not shutil.which(FFMPEG):
        del parts["progress"]
    with tempfile.TemporaryDirectory(dir="/var/lib", prefix="bench-watched-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        compile_c("ticker", folder)
        compile_c("job_load", folder)
        service = Service(options, folder)
        try:
            met = [
                part(options, folder, service) for name, part in parts.items()
                if not options.parts or name in options.parts]
        finally:
            service.stop()
    sys.exit(0 if all(met) else 1)


if __name__ == "__main__":
    main()
