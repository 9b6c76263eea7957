"""What the trials in the machine of `make vm-test` share: a service of their own, and its jobs."""

import concurrent.futures
import json
import subprocess
import time
import urllib.error
import urllib.request

PATIENCE_SECONDS = 180


class Broken(Exception):
    """A fact does not hold; the text says what was seen."""


def need(holds, text):
    if not holds:
        raise Broken(text)


def until(what, look):
    """What `look` answers, once that is true."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (answer := look()):
        need(time.monotonic() < end, f"after {PATIENCE_SECONDS} s there is still not: {what}")
        time.sleep(0.2)
    return answer


def run(*words, **options):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          stdin=subprocess.DEVNULL, check=False, **options)
    return done.returncode, done.stdout


def must(*words):
    code, text = run(*words)
    need(code == 0, f"{' '.join(words)}: {code}: {text}")
    return text


class Service:
    """http-runner in a unit of its own, with a configuration file, until the `with` ends."""

    def __init__(self, port, config, properties=()):
        self.url, self.unit = f"http://127.0.0.1:{port}", f"trial-{port}"
        path = f"/run/{self.unit}.json5"
        # The client is emulated as well, and slow.
        service = {"port": port, "state": "none", "workFolder": f"/var/lib/{self.unit}",
                   "http": {"headerTime": PATIENCE_SECONDS, "bodyTime": PATIENCE_SECONDS}}
        service.update(config.pop("service", {}))
        with open(path, "w", encoding="ascii") as file:
            json.dump({"service": service, **config}, file)
        options = [word for text in ["Delegate=yes", *properties] for word in ["--property", text]]
        must("systemd-run", "--quiet", "--unit", self.unit, *options, "/usr/bin/http-runner",
             "--config", path)

    def __enter__(self):
        until(f"a service on {self.url}", self.listens)
        return self

    def __exit__(self, *_):
        run("systemctl", "stop", self.unit)

    def listens(self):
        need(self.is_active(), f"the service ended: {self.log()}")
        try:
            return self.ask("/queue") is not None
        except OSError:
            return False

    def is_active(self):
        return run("systemctl", "is-active", self.unit)[1].strip() in {"active", "activating"}

    def log(self):
        return run("journalctl", "--no-pager", "--output", "cat", "--unit", self.unit)[1][-4000:]

    def said(self, word):
        """The last line of its log that holds the word."""
        lines = run("journalctl", "--no-pager", "--output", "cat", "--unit", self.unit)[1]
        return next((line for line in reversed(lines.splitlines()) if word in line), "says nothing")

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"{self.url}{path}", data, timeout=PATIENCE_SECONDS) as reply:
            return json.load(reply)

    def post(self, entry, *words):
        """The job's document at its end, or the status and text that refuse it."""
        try:
            job = self.ask("/", {"command": entry, "args": list(words)})
        except urllib.error.HTTPError as error:
            return {"refused": error.code, "text": error.read().decode()}
        return until("the end of a job",
                     lambda: (found := self.ask(f"/{job['id']}")).get("outcome") and found)

    def many(self, count, at_once, entry, *words):
        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            return list(pool.map(lambda _: self.post(entry, *words), range(count)))


def judge(name, facts):
    """Prints each fact as a line; the exit code."""
    broken = 0
    for fact in facts:
        try:
            print(f"{name}: holds: {fact()}", flush=True)
        except (Broken, OSError, KeyError, ValueError) as problem:
            broken += 1
            print(f"{name}: BROKEN: {type(problem).__name__}: {problem}", flush=True)
    return 1 if broken else 0
