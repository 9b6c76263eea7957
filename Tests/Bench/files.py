#!/usr/bin/env python3
"""Files of a job beside the same files of nginx: PUT by its WebDAV module, GET by sendfile(2).

Both keep them on one file system, and curl is the client of both. They take turns round by round.
Figures of different runs must not be compared: only ratios of one run hold. Beside the wall clock
stands the processor time of each server, which neighbours and disks move less, and of the service
the most memory that it ever had.

    files.py --bin FOLDER [--bytes N] [--rounds N] [--folder FOLDER] [--digest]
"""

import argparse
import base64
import hashlib
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from bench import Server, table

RATE_BAR = 0.7  # times the rate of nginx
RESIDENT_MIB_BAR = 48
NGINX = """
worker_processes 1;
user root;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  sendfile on;
  client_max_body_size 0;
  client_body_temp_path {folder}/incoming;
  server {{
    listen 127.0.0.1:{port};
    root {folder}/served;
    location / {{ dav_methods PUT; }}
  }}
}}
"""


def cpu_seconds(process):
    """Of a process and those that it has started."""
    total = 0
    ticks = os.sysconf("SC_CLK_TCK")
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if process in (int(stat.parent.name), int(fields[1])):
            total += (int(fields[11]) + int(fields[12])) / ticks
    return total


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Service(Server):
    """The service with one entry that takes a file and gives it back."""

    def __init__(self, options, folder):
        home = folder / "service"
        (home / "work").mkdir(parents=True)
        config = home / "config.json5"
        config.write_text(
            "{entries: {keep: {path: '/bin/mv', files: {in: '64G', out: ['*.out'], kept: '64G'}}}}")
        super().__init__(
            "service",
            [options.bin / "http-runner", "-p", "0", "--config", config, "--state", home / "state",
             "--work-folder", home / "work", "--id-range",
             f"{options.first_id}-{options.first_id + 271}"],
            folder, r"listening on http://127\.0\.0\.1:(\d+)$")
        self.url = f"http://127.0.0.1:{self.port}"

    def ask(self, method, path, body=None):
        request = urllib.request.Request(self.url + path, body, method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.loads(answer.read() or b"null")

    def hold(self):
        body = b'{"command":"keep","args":["a.in","a.out"]}'
        self.job = self.ask("POST", "/?hold=1", body)["id"]
        return f"{self.url}/{self.job}/files/a.in"

    def keep(self):
        self.ask("POST", f"/{self.job}/start", b"")
        while self.ask("GET", f"/{self.job}?wait=50")["status"] != "finished":
            pass
        return f"{self.url}/{self.job}/files/a.out"

    def forget(self):
        self.ask("DELETE", f"/{self.job}")


class Nginx(Server):
    def __init__(self, folder):
        home = folder / "nginx"
        (home / "served").mkdir(parents=True)
        (home / "incoming").mkdir()
        port = free_port()
        (home / "nginx.conf").write_text(NGINX.format(folder=home, port=port))
        self.served = home / "served"
        self.url = f"http://127.0.0.1:{port}"
        with open(folder / "nginx.log", "wb") as log:
            self.process = subprocess.Popen(
                ["nginx", "-p", home, "-c", home / "nginx.conf"], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log)
        for _ in range(200):
            if subprocess.run(["curl", "-s", "-o", "/dev/null", self.url]).returncode == 0:
                return
            time.sleep(0.05)
        sys.exit("files: nginx did not listen: " + (folder / "nginx.log").read_text())


def timed(server, words):
    """Seconds on the wall and of the server's processor of one run of curl."""
    before, begin = cpu_seconds(server.process.pid), time.perf_counter()
    done = subprocess.run(
        ["curl", "-sS", "-f", "-H", "Expect:"] + words, capture_output=True, text=True)
    wall = time.perf_counter() - begin
    if done.returncode != 0:
        sys.exit(f"files: curl {' '.join(map(str, words))}: {done.stderr}")
    return wall, cpu_seconds(server.process.pid) - before


def round_of(service, nginx, source, digest):
    """Wall and processor times of the four transfers of one round."""
    os.sync()
    fields = ["-H", f"Content-Digest: sha-256=:{digest}:"] if digest else []
    times = {}
    times["PUT", "service"] = timed(
        service, fields + ["-o", "/dev/null", "-T", source, service.hold()])
    os.sync()
    times["PUT", "nginx"] = timed(
        nginx, ["-o", "/dev/null", "-T", source, f"{nginx.url}/a.bin"])
    os.sync()
    kept = service.keep()
    for name, server, url in [
        ("service", service, kept), ("nginx", nginx, f"{nginx.url}/a.bin")]:
        times["GET", name] = timed(server, ["-o", "/dev/null", url])
    service.forget()
    (nginx.served / "a.bin").unlink()
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--bytes", type=int, default=4 << 30)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("/var/lib"))
    parser.add_argument("--first-id", type=int, default=1879048192)
    parser.add_argument("--digest", action="store_true", help="send and check a SHA-256")
    options = parser.parse_args()
    if not shutil.which("nginx"):
        sys.exit("files: nginx is missing (Debian's nginx-core)")
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="bench-files-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        source = folder / "source"
        block, left = os.urandom(1 << 20), options.bytes
        hash = hashlib.sha256()
        with source.open("wb") as file:
            while left > 0:
                piece = block[:left]
                file.write(piece)
                hash.update(piece)
                left -= len(piece)
        digest = base64.b64encode(hash.digest()).decode() if options.digest else None
        service, nginx = Service(options, folder), None
        try:
            nginx = Nginx(folder)
            rounds = [round_of(service, nginx, source, digest) for _ in range(options.rounds)]
            resident = service.resident_mib()
        finally:
            service.stop()
            if nginx:
                nginx.stop()
    failures = report(options, rounds, resident)
    sys.exit(1 if failures else 0)


def report(options, rounds, resident):
    failures = 0
    lines = []
    for kind in ["PUT", "GET"]:
        rates = {
            name: [options.bytes / 1e6 / times[kind, name][0] for times in rounds]
            for name in ["service", "nginx"]}
        cpu = {
            name: statistics.median(times[kind, name][1] for times in rounds)
            for name in ["service", "nginx"]}
        ratio = statistics.median(
            own / other for own, other in zip(rates["service"], rates["nginx"]))
        failures += ratio < RATE_BAR
        lines.append([
            kind, f"{statistics.median(rates['service']):.0f}",
            f"{statistics.median(rates['nginx']):.0f}", f"{ratio:.2f}", f"{cpu['service']:.2f}",
            f"{cpu['nginx']:.2f}"])
    table(["", "service MB/s", "nginx MB/s", "ratio", "service CPU s", "nginx CPU s"], lines)
    print(f"most memory of the service: {resident:.0f} MiB (bar {RESIDENT_MIB_BAR})")
    return failures + (resident > RESIDENT_MIB_BAR)


if __name__ == "__main__":
    main()
