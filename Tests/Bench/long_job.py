#!/usr/bin/env python3
"""What reading one long job costs: GET and callback of a job with 16 MiB of mixed output.

Two builds take turns in one run, because machines drift by tens of percent and only the ratio
holds. Run it as the user who may start the service, each build's programs in a folder of its own:

    long_job.py --before FOLDER --after FOLDER [--state none]
"""

import argparse
import http.client
import json
import os
import pathlib
import queue
import re
import signal
import socketserver
import statistics
import subprocess
import tempfile
import threading
import time

PERL = "/usr/bin/perl"
# Log lines, text of several alphabets, bytes that are no text, and plain words: 64 KiB, 256 times.
OUTPUT = r"""
binmode STDOUT; srand(7); my $b = "";
while (length($b) < 65536) {
  my $kind = int(rand(4));
  if ($kind == 0) {
    $b .= sprintf("frame=%d \"x\"\tfps=%d\r\n", int(rand(100000)), int(rand(100)));
  } elsif ($kind == 1) {
    $b .= "gr\xc3\xb6\xc3\x9fe \xe2\x9c\x93 \xf0\x9f\x8e\xac \xd0\x9f\xd1\x80\xd0\xb8\n";
  } elsif ($kind == 2) {
    $b .= pack("C*", map { int(rand(256)) } 1 .. 16);
  } else {
    $b .= "plain words of a program without anything special in it, ";
  }
}
print substr($b, 0, 65536) for 1 .. 256;
"""
START_SECONDS = 20
JOB_SECONDS = 60
PAUSE_SECONDS = 0.3  # until what a callback leaves to keep is kept


class Receiver(socketserver.ThreadingTCPServer):
    """Reads each callback to its end and says when that was."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.ends = queue.Queue()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.rfile.readline()
            left = int(http.client.parse_headers(self.rfile)["Content-Length"])
            while left > 0 and (piece := self.rfile.read1(min(left, 1 << 20))):
                left -= len(piece)
            self.server.ends.put(time.perf_counter())
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


class Service:
    # Two services at one time may not share a range of ids.
    started = 0

    def __init__(self, programs, folder, state):
        folder.mkdir(mode=0o755)
        first = 1879048192 + 272 * Service.started
        Service.started += 1
        state = state or str(folder / "state")
        self.log = folder / "log"
        command = [programs / "http-runner", "-p", "0", "-w", PERL, "--state", state,
                   "--work-folder", folder / "work",
                   "--id-range", f"{first}-{first + 271}"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log)
        self.port = self.wait_for(START_SECONDS, self.listening)

    def listening(self):
        found = re.search(r"listening on http://\S+:(\d+)", self.log.read_text())
        if self.process.poll() is not None:
            raise SystemExit(f"long_job: the service ended:\n{self.log.read_text()}")
        return found and int(found[1])

    @staticmethod
    def wait_for(seconds, ask):
        deadline = time.monotonic() + seconds
        while not (found := ask()):
            if time.monotonic() > deadline:
                raise SystemExit("long_job: it took too long")
            time.sleep(0.05)
        return found

    def ask(self, method, target, body=None):
        """Seconds to the last byte, and the body."""
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request(method, target, body)
        answer = connection.getresponse()
        text = answer.read()
        spent = time.perf_counter() - began
        connection.close()
        if answer.status >= 300:
            raise SystemExit(f"long_job: {method} {target}: {answer.status} {text[:300]}")
        return spent, text

    def submit(self, callback):
        job = {"command": PERL, "args": ["-e", OUTPUT], "callback": callback}
        found = json.loads(self.ask("POST", "/", json.dumps(job))[1])["id"]
        self.wait_for(JOB_SECONDS, lambda: b'"finished"' in self.ask("GET", "/jobs")[1])
        return found

    def redeliver(self, job, receiver):
        began = time.perf_counter()
        self.ask("POST", f"/{job}/redeliver")
        spent = receiver.ends.get(timeout=JOB_SECONDS) - began
        time.sleep(PAUSE_SECONDS)
        return spent

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=START_SECONDS)


def report(what, samples):
    medians = {name: statistics.median(values) for name, values in samples.items()}
    ratio = statistics.median(a / b for a, b in zip(samples["before"], samples["after"]))
    print(f"{what}: before {medians['before']:.3f} s, after {medians['after']:.3f} s, "
          f"{ratio:.1f} times as fast")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--before", type=pathlib.Path, required=True)
    parser.add_argument("--after", type=pathlib.Path, required=True)
    parser.add_argument("--state", choices=["none"])
    parser.add_argument("--rounds", type=int, default=8)
    options = parser.parse_args()
    receiver = Receiver()
    callback = f"http://127.0.0.1:{receiver.server_address[1]}/"
    reads, deliveries = ({"before": [], "after": []} for _ in range(2))
    with tempfile.TemporaryDirectory(prefix="long-job-", dir="/var/lib") as folder:
        os.chmod(folder, 0o755)  # the service gives root up
        services = {}
        try:
            for name in reads:
                programs = getattr(options, name)
                services[name] = Service(programs, pathlib.Path(folder) / name, options.state)
            jobs = {name: service.submit(callback) for name, service in services.items()}
            for _ in services:
                receiver.ends.get(timeout=JOB_SECONDS)
            time.sleep(PAUSE_SECONDS)
            for turn in range(options.rounds):
                for name in list(services)[:: 1 if turn % 2 else -1]:
                    reads[name].append(services[name].ask("GET", f"/{jobs[name]}")[0])
                    deliveries[name].append(services[name].redeliver(jobs[name], receiver))
        finally:
            for service in services.values():
                service.stop()
    report("GET", reads)
    report("callback", deliveries)


if __name__ == "__main__":
    main()
