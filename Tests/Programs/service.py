"""http-runner as a service, for as long as the `with` lasts, and its jobs."""

import json
import random
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request

PATIENCE_SECONDS = 600
RUNNING = 4


def ids(count):
    """Ids that neither the default nor the suite has. Of two runs at one time each has its own, for
    the kernel counts processes by id."""
    first = 1879300000 + 1000 * random.randrange(500)
    return f"{first}-{first + count - 1}"


class Failed(Exception):
    """A program did not do its work; the text says what was seen."""


class Service:
    """The service over a configuration, as text."""

    def __init__(self, binaries, place, configuration):
        path, self.log_path = place.folder / "config.json5", place.folder / "log"
        path.write_text(configuration, encoding="utf-8")
        path.chmod(0o600)
        with open(self.log_path, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [f"{binaries}/http-runner", "--config", str(path), "--port", "0", "--state", "none",
                 "--id-range", ids(64), "--running", str(RUNNING), "--output-per-stream", "64M",
                 "--work-folder", str(place.folder / "work")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.url = self.address()

    def address(self):
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            text = self.log_path.read_text(encoding="utf-8")
            if found := re.search(r"http://(127\.0\.0\.1:\d+)", text):
                return f"http://{found[1]}"
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise SystemExit(f"programs: FAILED: the service does not listen:\n{text}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE_SECONDS)

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(f"{self.url}{path}", data, timeout=120) as reply:
                return reply.read()
        except urllib.error.HTTPError as error:
            raise Failed(f"{error.code} {error.read().decode(errors='replace')}") from error

    def run(self, entry, words):
        """A job's document at its end, and its standard output."""
        job = json.loads(self.ask("/?wait=50", {"command": entry, "args": words}))
        while "err" not in job:
            job = json.loads(self.ask(f"/{job['id']}?wait=50"))
        return job, self.ask(f"/{job['id']}/stdout")


def said(job):
    """How a job ended, with the last of what it printed."""
    tail = (job["stderr"] or job["stdout"]).strip().replace("\n", " / ")[-300:]
    end = job["err"] or job.get("signalName") or job["code"]
    return f"{job['outcome']} {end} {job.get('limitsMet') or ''}: {tail}"
