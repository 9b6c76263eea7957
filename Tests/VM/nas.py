#!/usr/bin/env python3
"""In the machine of `make vm-test`: a disk that comes late, goes and comes back, as that of a NAS
does, while jobs run.

Usage: nas.py
"""

import os
import sys
import threading

from trial import Service, judge, must, need, run, until

FOLDER = "/srv/nas"
IMAGE = "/var/tmp/nas.ext4"
ENTRIES = {
    "nas": {"path": "/bin/cat", "read": [FOLDER], "requireMount": True},
    "writer": {"path": "/bin/cp", "write": [FOLDER], "requireMount": True},
    "beneath": {"path": "/bin/cat", "read": [FOLDER]},
    "other": {"path": "/bin/echo"},
}


def attach(text=None):
    must("mount", "-o", "loop", IMAGE, FOLDER)
    if text:
        with open(f"{FOLDER}/file", "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(FOLDER, 0o777)


def reads(service, text):
    job = service.post("nas", f"{FOLDER}/file")
    return job.get("stdout") == text and job


def late(service):
    job = service.post("nas", f"{FOLDER}/file")
    words = f"{job.get('text') or job.get('err')}"
    need(job.get("code") is None and FOLDER in words, job)
    need(service.post("other", "on")["stdout"] == "on\n", "another entry does not run")
    written = service.post("writer", "/bin/true", FOLDER)
    need(written.get("code") is None and not os.path.exists(f"{FOLDER}/true"), written)
    # The twin: without requireMount what lies beneath is read.
    beneath = service.post("beneath", f"{FOLDER}/file")
    need(beneath["stdout"] == "beneath", beneath)
    return f"without its disk an entry is told: {words.strip()[:160]}"


def comes(service):
    attach("first")
    until("a job that reads the disk", lambda: reads(service, "first"))
    written = service.post("writer", "/bin/true", FOLDER)
    need(written.get("code") == 0 and os.path.exists(f"{FOLDER}/true"), written)
    return "the disk comes late, and the entry heals by itself"


def goes_under_load(service):
    """Jobs of the entry run one after another while the disk is taken away."""
    over, seen = threading.Event(), []

    def load():
        while not over.is_set():
            seen.append(service.post("nas", f"{FOLDER}/file"))
    workers = [threading.Thread(target=load) for _ in range(3)]
    for worker in workers:
        worker.start()
    until("jobs under way", lambda: len(seen) > 5)
    tries = []
    until("the disk to be let go",
          lambda: tries.append(run("umount", FOLDER)) or tries[-1][0] == 0)
    until("a job that is told", lambda: "refused" in seen[-1] or seen[-1].get("err"))
    over.set()
    for worker in workers:
        worker.join()
    good = sum(job.get("stdout") == "first" for job in seen)
    told = sum("refused" in job or bool(job.get("err")) for job in seen)
    # A job whose file was opened beneath would have printed what lies there.
    need(good + told == len(seen), [job for job in seen if job.get("stdout") != "first"][:2])
    need(service.post("other", "on")["stdout"] == "on\n", "another entry does not run")
    return f"the disk goes at the {len(tries)}. try: {good} jobs read it, {told} were told, 0 else"


def comes_back(service):
    attach("second")
    until("a job that reads the disk again", lambda: reads(service, "second"))
    must("umount", FOLDER)
    return "the disk comes back with other content, and jobs see that"


def main():
    os.makedirs(FOLDER, exist_ok=True)
    with open(f"{FOLDER}/file", "w", encoding="ascii") as file:
        file.write("beneath")
    must("truncate", "-s", "16M", IMAGE)
    must("mkfs.ext4", "-q", IMAGE)
    with Service(9101, {"entries": ENTRIES}) as service:
        return judge("nas", [lambda fact=fact: fact(service)
                             for fact in [late, comes, goes_under_load, comes_back]])


if __name__ == "__main__":
    sys.exit(main())
