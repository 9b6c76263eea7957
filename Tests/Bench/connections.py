#!/usr/bin/env python3
"""What connections that do nothing, or nothing good, cost, held against bars.

Memory:   what one idle connection costs the listening process in resident memory: plain and over
          TLS, one that never asked and one that asked once, which is what browsers, proxies and
          pools of clients keep.
Latency:  a client that works, on a kept connection and on new ones: quiet, and beside idle
          connections, half-open, slow and garbage handshakes, and clients that renegotiate.
Speed:    jobs and reads with a token, and over TLS on kept connections, beside the same without.

Quiet and loaded take turns round by round. Figures of different runs must not be compared: only
ratios of one run hold.
"""

import argparse
import json
import multiprocessing
import os
import pathlib
import random
import re
import resource
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time

from bench import Server, percentile, table

PLAIN_IDLE, TLS_IDLE, HALF_OPEN = 10_000, 1_000, 1_000
PLAIN_KIB_BAR, TLS_KIB_BAR = 24.0, 64.0  # of an idle connection
IDLE_BAR, HOSTILE_BAR = 2.0, 3.0  # times the quiet p99
TOKEN_JOB_BAR, TLS_JOB_BAR, TOKEN_READ_BAR = 1.05, 1.15, 1 / 0.9  # times without, wall time
JOBS, READS = 100, 2_000  # of a turn
KEPT_REQUESTS, NEW_CONNECTIONS = 2_000, 200
# The first bytes of a ClientHello of 512 bytes, of which the rest never comes.
BEGUN = bytes([0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3])


class Service(Server):
    """A service with one listener, and a job of which it is asked."""

    started = 0

    def __init__(self, options, folder, name, *, tls=False, token=None):
        home = folder / name
        (home / "work").mkdir(parents=True)
        words = [
            options.bin / "http-runner", "-p", "0", "--state", home / "state", "--id-range",
            self.own_ids(options), "--work-folder", home / "work", "-w", "/usr/bin/true",
            "--http-connections", "30000", "--http-connections-per-address", "30000",
            "--http-idle", "3600", "--http-header-time", "3600", "-n", "100000"]
        if tls:
            words += ["--tls-certificate", folder / "tls/server.pem",
                      "--tls-key", folder / "tls/server-key.pem"]
        self.credential = b""
        if token:
            words += ["--tokens", folder / "tokens.json"]
            self.credential = b"Authorization: Bearer %s\r\n" % token
        super().__init__(name, words, folder, r"listening on https?://127\.0\.0\.1:(\d+)$")
        self.port = int(self.port)
        self.context = None
        if tls:
            self.context = ssl.create_default_context(cafile=folder / "tls/ca.pem")
        try:
            self.request = self.make_request()
        except BaseException:
            self.stop()
            raise

    @classmethod
    def own_ids(cls, options):
        """Two services at one time may not share a range."""
        cls.started += 1
        first = options.first_id + 300 * (cls.started % 4)
        return f"{first}-{first + 271}"

    def connect(self):
        plain = socket.create_connection(("127.0.0.1", self.port))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return plain

    def client(self):
        plain = self.connect()
        return self.context.wrap_socket(plain, server_hostname="localhost") \
            if self.context else plain

    def make_request(self):
        body = b'{"command":"/usr/bin/true"}'
        self.submission = (
            b"POST /?wait=20 HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %d\r\n\r\n%s"
            % (self.credential, len(body), body))
        with self.client() as client:
            job = json.loads(ask(client, self.submission))["id"]
        return b"GET /%s HTTP/1.1\r\nHost: localhost\r\n%s\r\n" % (job.encode(), self.credential)

    def resident_kib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")")[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ask(client, request):
    """The body of the answer to one request on a kept connection; it has a Content-Length."""
    client.sendall(request)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += received(client)
    head, body = answer.split(b"\r\n\r\n", 1)
    if not head.startswith(b"HTTP/1.1 200"):
        sys.exit(f"connections: {head.decode()}")
    length = int(re.search(rb"Content-Length: (\d+)", head).group(1))
    while len(body) < length:
        body += received(client)
    return body


def received(client):
    piece = client.recv(65536)
    if not piece:
        sys.exit("connections: the service closed a connection of a working client")
    return piece


# Memory


def hold(service, count, asks):
    held = []
    for _ in range(count):
        client = service.client()
        if asks:
            ask(client, service.request)
        held.append(client)
    return held


def bench_memory(options, folder):
    rows, met = [], []
    for tls, count, bar in ((False, options.idle, PLAIN_KIB_BAR), (True, TLS_IDLE, TLS_KIB_BAR)):
        for asks in (False, True):
            name = f"{count} {'TLS' if tls else 'plain'}, {'after a request' if asks else 'silent'}"
            service = Service(options, folder, name.replace(" ", "-").replace(",", ""), tls=tls)
            try:
                # What the first connections make once is none of the rest's.
                warm = hold(service, 100, asks)
                before = service.resident_kib()
                held = hold(service, count, asks)
                ask(warm[0], service.request)
                each = (service.resident_kib() - before) / count
                for client in held + warm:
                    client.close()
            finally:
                service.stop()
            rows.append([name, f"{each:.1f}", f"{bar:.0f}"])
            met.append(each < bar)
    print("\nResident memory of an idle connection, KiB")
    table(["", "each", "bar"], rows)
    return met


# Latency


def measure(service):
    """Microseconds of each request on one kept connection, and of each on a new one."""
    kept, new = [], []
    with service.client() as client:
        for _ in range(KEPT_REQUESTS):
            began = time.perf_counter()
            ask(client, service.request)
            kept.append(1e6 * (time.perf_counter() - began))
    for _ in range(NEW_CONNECTIONS):
        began = time.perf_counter()
        with service.client() as client:
            ask(client, service.request)
        new.append(1e6 * (time.perf_counter() - began))
    return kept, new


def idle(service, count):
    clients = hold(service, count, True)
    while clients:
        yield
        time.sleep(0.1)


def half_open(service):
    held = [service.connect() for _ in range(HALF_OPEN)]
    for one in held:
        one.sendall(BEGUN)
    yield
    while True:
        time.sleep(1)
        yield


def slow(service):
    """Handshakes that come byte by byte: each connection gets one now and then."""
    held = [[service.connect(), 0] for _ in range(HALF_OPEN)]
    hello = BEGUN + bytes(500)
    yield
    while True:
        for pair in held:
            pair[0].sendall(hello[pair[1] % 400:][:1])
            pair[1] += 1
            time.sleep(0.001)
            yield


def garbage(service):
    yield
    while True:
        with service.connect() as one:
            one.sendall(random.randbytes(random.choice([1, 5, 600])))
        time.sleep(0.002)
        yield


def renegotiation(service):
    """Clients of TLS 1.2 that ask for another handshake as soon as they have one."""
    words = ["openssl", "s_client", "-connect", f"127.0.0.1:{service.port}", "-tls1_2"]
    yield
    while True:
        client = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        try:
            client.communicate(b"R\n" * 20, timeout=2)
        except subprocess.TimeoutExpired:
            client.kill()
            client.wait()
        time.sleep(0.02)
        yield


def run_load(steps, ready, over):
    """Runs in a process of its own beside the one that measures."""
    for _ in steps:
        ready.set()
        if over.is_set():
            break


def measure_beside(service, steps):
    ready, over = multiprocessing.Event(), multiprocessing.Event()
    process = multiprocessing.Process(target=run_load, args=(steps, ready, over))
    process.start()
    while not ready.wait(1):
        if not process.is_alive():
            sys.exit("connections: the load ended before it began")
    try:
        samples = measure(service)
    finally:
        over.set()
        process.join()
    if process.exitcode != 0:
        sys.exit("connections: the load ended while it was measured")
    return samples


def loads(options):
    """Name, whether over TLS, bar, and the steps of the load."""
    return [
        (f"{options.idle} idle, plain", False, IDLE_BAR, lambda s: idle(s, options.idle)),
        (f"{TLS_IDLE} idle, TLS", True, IDLE_BAR, lambda s: idle(s, TLS_IDLE)),
        (f"{HALF_OPEN} half-open handshakes", True, HOSTILE_BAR, half_open),
        (f"{HALF_OPEN} slow handshakes", True, HOSTILE_BAR, slow),
        ("garbage handshakes", True, HOSTILE_BAR, garbage),
        ("renegotiation", True, HOSTILE_BAR, renegotiation),
    ]


def bench_latency(options, folder):
    rows, met = [], []
    for name, tls, bar, steps in loads(options):
        if options.load and options.load not in name:
            continue
        service = Service(options, folder, re.sub(r"\W+", "-", name), tls=tls)
        quiet, loaded, ratios = ([], []), ([], []), ([], [])
        try:
            for _ in range(options.rounds):
                alone, beside = measure(service), measure_beside(service, steps(service))
                for kind in (0, 1):
                    quiet[kind].extend(alone[kind])
                    loaded[kind].extend(beside[kind])
                    ratios[kind].append(
                        percentile(beside[kind], 0.99) / percentile(alone[kind], 0.99))
        finally:
            service.stop()
        for kind, word in enumerate(("kept", "new")):
            ratio = statistics.median(ratios[kind])
            rows.append([
                f"{name}: {word} connection",
                *(f"{percentile(samples[kind], part):.0f}"
                  for part in (0.5, 0.99) for samples in (quiet, loaded)),
                f"{ratio:.2f}", f"{bar:.0f}"])
            met.append(ratio < bar)
    print(f"\nOne request in µs over {options.rounds} rounds; the ratio is the rounds' median")
    table(["", "quiet p50", "loaded p50", "quiet p99", "loaded p99", "p99 ratio", "bar"], rows)
    return met


# Speed


def turn(service, request, count):
    """Wall time of each request on a kept connection, and processor time of the service, in µs."""
    with service.client() as client:
        ask(client, request)
        cpu, began = service.cpu_seconds(), time.perf_counter()
        for _ in range(count):
            ask(client, request)
        wall = time.perf_counter() - began
        return 1e6 * wall / count, 1e6 * (service.cpu_seconds() - cpu) / count


def bench_speed(options, folder):
    made = subprocess.run(
        [options.bin / "http-runner", "token", "add", "bench", "--tokens", folder / "tokens.json"],
        check=True, stdout=subprocess.PIPE)
    token = made.stdout.strip()
    services = {}
    try:
        for name, words in (("without", {}), ("token", {"token": token}),
                            ("token over TLS", {"token": token, "tls": True})):
            services[name] = Service(options, folder, f"speed-{name}".replace(" ", "-"), **words)
        turns = [(name, kind) for name in services for kind in ("job", "read")]
        figures = {key: [] for key in turns}
        for _ in range(3 * options.rounds):
            for name, kind in random.sample(turns, len(turns)):
                service = services[name]
                request, count = {"job": (service.submission, JOBS),
                                  "read": (service.request, READS)}[kind]
                figures[name, kind].append(turn(service, request, count))
    finally:
        for service in services.values():
            service.stop()
    rows, met = [], []
    bars = {("token", "job"): TOKEN_JOB_BAR, ("token over TLS", "job"): TLS_JOB_BAR,
            ("token", "read"): TOKEN_READ_BAR}
    for (name, kind), samples in figures.items():
        ratios = [statistics.median(own[part] / other[part] for own, other in zip(
            samples, figures["without", kind])) for part in (0, 1)]
        bar = bars.get((name, kind))
        rows.append([f"{kind}, {name}", *(f"{statistics.median(column):.0f}"
                                          for column in zip(*samples)),
                     *(f"{ratio:.2f}" for ratio in ratios), f"{bar:.2f}" if bar else ""])
        if bar:
            met.append(ratios[0] < bar)
    print("\nOne request on a kept connection, µs: wall time, and processor time of the service")
    table(["", "wall", "processor", "wall ratio", "processor ratio", "bar of wall"], rows)
    return met


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of the programs")
    parser.add_argument("--only", choices=["memory", "latency", "speed"], help="one part alone")
    parser.add_argument("--load", help="of the loads, those with this in their name")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--first-id", type=int, default=1879100000, help="of the services")
    parser.add_argument("--strict", action="store_true", help="end with code 1 if a bar is missed")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("connections: the launcher needs root: become root, or run make with sudo")
    # The service takes three descriptors for two connections (DescriptorBudget).
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    options.idle = min(PLAIN_IDLE, (hard - 4_000) * 2 // 3)
    if options.idle < PLAIN_IDLE:
        print(f"The hard limit on open files is {hard}: {options.idle} idle connections"
              f" in place of {PLAIN_IDLE}.")
    with tempfile.TemporaryDirectory(prefix="http-runner-bench.", dir="/var/lib") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        subprocess.run([options.bin / "http-runner", "certificate", "--out", folder / "tls",
                        "localhost", "127.0.0.1"], check=True, stdout=subprocess.DEVNULL)
        parts = {"memory": bench_memory, "latency": bench_latency, "speed": bench_speed}
        met = [part(options, folder) for word, part in parts.items()
               if options.only in (None, word)]
    missed = sum(met, []).count(False)
    print(f"\nbars: {missed} missed" if missed else "\nbars: all met")
    sys.exit(1 if missed and options.strict else 0)


if __name__ == "__main__":
    main()
