#!/usr/bin/env python3
"""In the machine of `make vm-test`: the packaged units as an operator uses them. Socket activation,
credentials, the watchdog, renewed certificates under load, a stop that waits for a job, and an
upgrade of the package beside one.

Usage: unit.py SECONDS    how long the job runs that a stop waits for
"""

import http.client
import json
import os
import shutil
import signal
import ssl
import sys
import threading
import time

from client import ADDRESS, Client, PORT
from trial import PATIENCE_SECONDS, judge, must, need, run, until

UNIT, SOCKET, RESTART = "http-runner.service", "http-runner.socket", "http-runner-restart.service"
DROP_IN = f"/etc/systemd/system/{UNIT}.d/trial.conf"
CONFIG = "/etc/http-runner/config.json5"
TLS = "/etc/http-runner/tls"
CREDENTIALS = "/etc/credstore"
JOB_SECONDS = 20
ENTRIES = {"sh": {"path": "/bin/sh", "wallClock": "1h"},
           "slow": {"path": "/bin/sh", "grace": "25s"},
           "held": {"path": "/bin/sh", "read": ["/srv/held"], "wallClock": "1h"}}


def ask(path, body=None):
    client = Client()
    try:
        return client.ask(path, body)
    finally:
        client.close()


def serves():
    try:
        return ask("/healthz")[0] == 200
    except OSError:
        return False


def show(name, unit=UNIT):
    return must("systemctl", "show", "--value", f"--property={name}", unit).strip()


def log():
    return run("journalctl", "--no-pager", "--output", "cat", "--unit", UNIT)[1][-3000:]


def log_of_start():
    """Lines of the service since its present start, without those of systemd."""
    return run("journalctl", "--no-pager", "--output", "cat",
               f"_SYSTEMD_INVOCATION_ID={show('InvocationID')}")[1]


def configure(service=None, unit=""):
    """Writes configuration and drop-in; neither unit runs then."""
    stop()
    with open(CONFIG, "w", encoding="ascii") as file:
        json.dump({"service": service or {}, "entries": ENTRIES}, file)
    os.makedirs(os.path.dirname(DROP_IN), exist_ok=True)
    with open(DROP_IN, "w", encoding="ascii") as file:
        file.write(f"[Service]\n{unit}\n")
    must("systemctl", "daemon-reload")


def start():
    code, text = run("systemctl", "start", UNIT)
    need(code == 0, f"{text} {log()}")
    until("the service to serve", serves)


def stop():
    run("systemctl", "stop", SOCKET)
    must("systemctl", "stop", UNIT)
    run("systemctl", "reset-failed", UNIT)


def activation():
    configure()
    must("systemctl", "start", SOCKET)
    need(show("ActiveState") == "inactive", "the service runs before anyone asked")
    first = ask("/", {"command": "sh", "args": ["-c", "echo on"]})
    need(first[0] == 202, first)
    before = show("InvocationID")
    over, codes = threading.Event(), []

    def load():
        while not over.is_set():
            try:
                codes.append(ask("/healthz")[0])
            except ConnectionRefusedError:
                codes.append("refused")
            except (OSError, http.client.HTTPException):
                # It was accepted by the service that ends, which closed it.
                codes.append("closed")
    workers = [threading.Thread(target=load) for _ in range(3)]
    for worker in workers:
        worker.start()
    until("requests under way", lambda: len(codes) > 5)
    must("systemctl", "restart", UNIT)
    count = len(codes)
    until("requests after the restart", lambda: codes[count:].count(200) > 5)
    over.set()
    for worker in workers:
        worker.join()
    need("refused" not in codes, f"{codes.count('refused')} of {len(codes)} refused")
    need(show("InvocationID") != before, "it was not restarted")
    must("systemctl", "stop", UNIT)
    need(ask("/healthz")[0] == 200, "a connection does not start the service")
    return (f"the first request starts the service; of {len(codes)} requests over a restart "
            f"{codes.count(503)} got 503, {codes.count('closed')} were closed, 0 refused")


def no_activation():
    configure()
    need(not serves(), "something serves before the start")
    start()
    need(ask("/healthz")[0] == 200, "it does not serve")
    return "without the socket unit the service opens the same place itself"


def make_credentials():
    must("http-runner", "certificate", "--out", TLS, ADDRESS)
    token = must("http-runner", "token", "add", "trial", "--may", "submit,read,operate",
                 "--tokens", "/etc/http-runner/tokens.json")
    return next(word for word in token.split() if word.startswith("hrun_"))


def credentials():
    token = make_credentials()
    names = {"tls-certificate": f"{TLS}/server.pem", "tls-key": f"{TLS}/server-key.pem",
             "tokens": "/etc/http-runner/tokens.json"}
    os.makedirs(CREDENTIALS, mode=0o700, exist_ok=True)
    for name, path in names.items():
        shutil.copy(path, f"{CREDENTIALS}/http-runner.{name}")
        os.chmod(f"{CREDENTIALS}/http-runner.{name}", 0o600)
        os.remove(path)
    configure({"listen": [f"{ADDRESS}:{PORT}"],
               "tlsCertificate": "credential:http-runner.tls-certificate",
               "tlsKey": "credential:http-runner.tls-key",
               "tokens": "credential:http-runner.tokens"})
    must("http-runner", "check", CONFIG)
    must("systemctl", "start", UNIT)
    known, stranger = Client(token, f"{TLS}/ca.pem"), Client(None, f"{TLS}/ca.pem")
    statuses = []
    for round_ in range(2):
        statuses += [known.ask("/jobs")[0], stranger.ask("/jobs")[0]]
        if round_ == 0:
            must("systemctl", "reload", UNIT)
            until("the reload", lambda: "reloaded:" in log_of_start())
    need(statuses == [200, 401] * 2, statuses)
    # The twin: a credential that is not there stops the start.
    os.rename(f"{CREDENTIALS}/http-runner.tokens", f"{CREDENTIALS}/away")
    stop()
    code, _ = run("systemctl", "start", UNIT)
    need(code != 0 and show("ExecMainStatus") == "78", f"{code}: {show('ExecMainStatus')}: {log()}")
    need("http-runner.tokens" in log(), log())
    shutil.rmtree(CREDENTIALS)
    run("systemctl", "reset-failed", UNIT)
    return "key, certificate and tokens are credentials, over a reload too; a missing one is told"


def watchdog():
    seconds = 15
    configure(unit=f"WatchdogSec={seconds}")
    start()
    before = show("InvocationID")
    client = Client()
    for _ in range(6):
        client.job(f"end=$(($(date +%s)+{2 * seconds})); "
                   "while [ $(date +%s) -lt $end ]; do :; done")
    asked, end = 0, time.monotonic() + 2 * seconds
    while time.monotonic() < end:
        asked += client.ask("/jobs")[0] == 200
    need(asked, "no request was served")
    need(show("InvocationID") == before, f"a busy service was restarted: {log()}")
    os.kill(int(show("MainPID")), signal.SIGSTOP)
    until("another process", lambda: show("ActiveState") == "active"
          and show("InvocationID") != before and serves())
    need("watchdog" in run("journalctl", "--no-pager", "--unit", UNIT)[1].lower(), log())
    return f"busy for {2 * seconds} s ({asked} requests) it stays; stopped it is restarted"


def renewal():
    token = make_token()
    configure({"listen": [f"{ADDRESS}:{PORT}"], "tlsCertificate": f"{TLS}/server.pem",
               "tlsKey": f"{TLS}/server-key.pem", "tokens": "/etc/http-runner/tokens.json"})
    must("http-runner", "certificate", "--out", TLS, ADDRESS)
    must("systemctl", "start", UNIT)
    clients = [Client(token, f"{TLS}/ca.pem") for _ in range(4)]
    over, problems, count = threading.Event(), [], [0] * len(clients)

    def load(index):
        try:
            while not over.is_set():
                status = clients[index].ask("/jobs")[0]
                need(status == 200, status)
                count[index] += 1
        except Exception as problem:  # pylint: disable=broad-except
            problems.append(f"{type(problem).__name__}: {problem}")
    workers = [threading.Thread(target=load, args=[index]) for index in range(len(clients))]
    for worker in workers:
        worker.start()
    until("each client to be served", lambda: problems or min(count) > 2)
    seen = {fingerprint()}
    for _ in range(3):
        must("http-runner", "certificate", "--out", TLS)
        must("systemctl", "reload", UNIT)
        until("the renewed certificate", lambda: problems or fingerprint() not in seen)
        seen.add(fingerprint())
    done = list(count)
    until("requests after the last renewal", lambda: problems or all(
        now > before for now, before in zip(count, done)))
    over.set()
    for worker in workers:
        worker.join()
    need(not problems, problems)
    connects = sum(client.connects for client in clients)
    need(connects == len(clients), f"{connects} connections of {len(clients)} clients")
    return (f"{len(seen)} certificates one after another, {sum(count)} requests on {connects} "
            "connections, 0 dropped")


def make_token():
    if not os.path.exists("/etc/http-runner/tokens.json"):
        return make_credentials()
    text = must("http-runner", "token", "rotate", "trial", "--tokens",
                "/etc/http-runner/tokens.json")
    return next(word for word in text.split() if word.startswith("hrun_"))


def fingerprint():
    return ssl.get_server_certificate((ADDRESS, PORT), timeout=PATIENCE_SECONDS)


def drained_stop():
    seconds = JOB_SECONDS
    configure({"drainTime": "1h"}, unit=f"TimeoutStopSec={seconds // 3}")
    start()
    client = Client()
    job = client.job(f"sleep {seconds}; echo whole")
    until("the job to run", lambda: client.ask(f"/{job}")[1].get("startedAt"))
    client.close()
    begun = time.monotonic()
    must("systemctl", "stop", UNIT)
    took = time.monotonic() - begun
    need(took > seconds // 3, f"the stop took {took:.0f} s: there was nothing to wait for")
    need(show("Result") == "success", f"{show('Result')}: {log()}")
    start()
    document = Client().end(job)
    need(document["code"] == 0 and document["stdout"] == "whole\n", document)
    return f"a stop waits for a job of {seconds} s: {took:.0f} s, with {seconds // 3} s by default"


def long_grace():
    """A job that needs its grace, longer than systemd waits by default."""
    configure(unit="TimeoutStopSec=8s")
    start()
    client = Client()
    job = client.job("trap 'sleep 15; echo whole; exit 0' TERM; echo on; "
                     "while :; do sleep 0.2; done", "slow")
    until("the job to wait", lambda: client.ask(f"/{job}")[1].get("stdout") == "on\n")
    client.close()
    must("systemctl", "stop", UNIT)
    need(show("Result") == "success", f"{show('Result')}: {log()}")
    start()
    document = Client().end(job)
    need(document["stdout"] == "on\nwhole\n" and document["outcome"] == "interrupted", document)
    return "a stop waits for the grace of a job, longer than systemd does by default"


def newer_package():
    """The package once more, under a higher version."""
    folder, version = "/run/newer", must("dpkg-query", "-Wf", "${Version}", "http-runner") + "+1"
    shutil.rmtree(folder, ignore_errors=True)
    must("dpkg-deb", "-R", "/vm-test/http-runner.deb", folder)
    control = f"{folder}/DEBIAN/control"
    with open(control, encoding="utf-8") as file:
        lines = [f"Version: {version}\n" if line.startswith("Version:") else line for line in file]
    with open(control, "w", encoding="utf-8") as file:
        file.writelines(lines)
    # Without compression: a compressor is emulated too.
    must("dpkg-deb", "-Znone", "-b", folder, f"{folder}.deb")
    return f"{folder}.deb", version


def upgrade():
    package, version = newer_package()
    configure({"running": 1})
    start()
    before = show("InvocationID")
    client = Client()
    job = client.job("until [ -e /srv/held/go ]; do sleep 0.2; done; echo whole", "held")
    waiting = client.job("echo later")
    until("the job to run", lambda: client.ask(f"/{job}")[1].get("startedAt"))
    said = must("dpkg", "-i", "--force-confold", package)
    need("after its last running job" in said, said)
    need(must("dpkg-query", "-Wf", "${Version}", "http-runner") == version, "not installed")
    until("the drain", lambda: show("StatusText").startswith("draining"))
    need(show("InvocationID") == before, "the upgrade ended the service")
    refused = client.ask("/", {"command": "sh", "args": ["-c", "true"]})
    need(refused[0] == 503, refused)
    need(client.ask(f"/{job}")[1].get("outcome") is None, "the job has ended already")
    # A second upgrade meanwhile changes nothing.
    must("dpkg", "-i", "--force-confold", package)
    with open("/srv/held/go", "w", encoding="ascii"):
        pass
    until("the restart", lambda: show("InvocationID") != before and serves())
    document, later = Client().end(job), Client().end(waiting)
    need(document["code"] == 0 and document["stdout"] == "whole\n", document)
    need(later["code"] == 0 and later["stdout"] == "later\n", later)
    until("the end of the restart unit", lambda: show("ActiveState", RESTART) == "inactive")
    return f"to {version} beside a running job: it ends whole, and the next one runs then"


def stop_during_upgrade():
    configure()
    start()
    client = Client()
    job = client.job("sleep 1000")
    until("the job to run", lambda: client.ask(f"/{job}")[1].get("startedAt"))
    client.close()
    must("systemctl", "start", RESTART)
    until("the drain", lambda: show("StatusText").startswith("draining"))
    must("systemctl", "stop", UNIT)
    need(show("ActiveState", RESTART) == "inactive", "the restart unit goes on")
    need(show("ActiveState") == "inactive", "the service runs again")
    return "a stop during the drain of an upgrade is a stop"


def main():
    global JOB_SECONDS  # pylint: disable=global-statement
    JOB_SECONDS = int(sys.argv[1])
    os.mkdir("/srv/held")
    try:
        return judge("unit", [activation, no_activation, credentials, watchdog, renewal,
                              drained_stop, long_grace, upgrade, stop_during_upgrade])
    finally:
        stop()
        os.remove(DROP_IN)
        run("systemctl", "daemon-reload")


if __name__ == "__main__":
    sys.exit(main())
