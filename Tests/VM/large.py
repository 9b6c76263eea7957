#!/usr/bin/env python3
"""In the machine of `make vm-test` with 64 processors: defaults that grow with the machine, and
jobs that get a part of it.

Usage: large.py
"""

import os
import re
import sys

from trial import Service, judge, need

COUNT = 64
PER_PROCESSOR = 32
FFMPEG, JAVA, PYTHON = "/usr/bin/ffmpeg", "/usr/bin/java", "/usr/bin/python3"
ENTRIES = {
    "python": {"path": PYTHON}, "few": {"path": PYTHON, "limits": {"processes": 256}},
    "part": {"path": PYTHON, "processors": [3, 62, 63]},
    "ffmpeg": {"path": FFMPEG}, "data": {"path": FFMPEG, "limits": {"data": "4G"}},
    "java": {"path": JAVA}, "java-part": {"path": JAVA, "cpus": 2, "memory": "512M"},
}
# x264 takes three threads for every two processors, and opens all of them before the first picture.
ENCODE = ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=3840x2160", "-frames:v", "1",
          "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-f", "null", "-"]
SIZE = """
import os, resource
print(os.cpu_count(), len(os.sched_getaffinity(0)), resource.getrlimit(resource.RLIMIT_NPROC)[0])
print(open("/sys/devices/system/cpu/online").read().strip())
"""
# Starts threads that stay, and says how many there were.
THREADS = """
import threading
over, made = threading.Event(), 0
try:
    for made in range(64 * 6):
        threading.Thread(target=over.wait, daemon=True).start()
    made += 1
except RuntimeError:
    pass
over.set()
print(made)
"""


def ends(service, entry, *words):
    job = service.post(entry, *words)
    need(job.get("code") == 0, job)
    return job["stdout"] + job["stderr"]


def machine(service):
    need(os.cpu_count() == COUNT, f"{os.cpu_count()} processors, and {COUNT} are wanted")
    said = ends(service, "python", "-c", SIZE).split()
    need(said == [f"{COUNT}", f"{COUNT}", f"{PER_PROCESSOR * COUNT}", f"0-{COUNT - 1}"], said)
    return f"a job has all {COUNT} processors, and {said[2]} processes by default"


def part(service):
    said = ends(service, "part", "-c", SIZE).split()
    need(said[1] == "3" and said[3] == "3,62-63", said)
    return f"with three processors it has {said[1]}: {said[3]}"


def threads(service):
    wanted = 6 * COUNT
    made = int(ends(service, "python", "-c", THREADS))
    need(made == wanted, f"{made} threads of {wanted}")
    # The twin: the default of a small machine.
    few = int(ends(service, "few", "-c", THREADS))
    need(few < 256, f"{few} threads within 256 processes")
    return f"six threads for each processor fit by default; within 256 processes {few} do"


def encode(service):
    ends(service, "ffmpeg", *ENCODE)
    # The twin: a bound on addresses that was the default once.
    job = service.post("data", *ENCODE)
    need(job.get("code") not in {0, None} and "malloc" in job["stderr"], job)
    return f"4K x264 opens for {COUNT} processors by default; within 4G of data it does not"


def java(service):
    counts = []
    for entry in ["java", "java-part"]:
        text = ends(service, entry, "-Xshare:auto", "-XshowSettings:system", "-version")
        found = re.search(r"Effective CPU Count: +(\d+)", text)
        counts.append(int(found.group(1)) if found else None)
    need(counts == [COUNT, 2], counts)
    return f"Java has {counts[0]} processors, and {counts[1]} of its cgroup"


def many(service):
    jobs = service.many(3 * COUNT, COUNT, "python", "-c", "print('on')")
    good = [job for job in jobs if job.get("stdout") == "on\n" and job["code"] == 0]
    need(len(good) == len(jobs), [job for job in jobs if job not in good][:2])
    need(service.is_active(), service.log())
    return f"{len(good)} jobs, {COUNT} at one time"


def main():
    with Service(9130, {"entries": ENTRIES}) as service:
        return judge("large", [lambda fact=fact: fact(service)
                               for fact in [machine, part, threads, encode, java, many]])


if __name__ == "__main__":
    sys.exit(main())
