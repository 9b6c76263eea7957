#!/usr/bin/env python3
"""In the machine of `make vm-test`: jobs of the installed service run into the limits of their
cgroup, and jobs of the same program without the limit do not.

Usage: limits.py URL    the service, with the entries `small` (memory 64M), `few` (processes 16),
                        `slow` (cpus 0.2), `held` (cpuWeight 50, swap 32M, and 2M a second to the
                        disk of /srv/disk) and `free`, all of python3

Each fact is one line; the code is 1 if one does not hold.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
import uuid

URL = sys.argv[1]
PATIENCE_SECONDS = 120
MEBIBYTE = 1 << 20

HOG = "x = b'x' * (256 << 20)"
# The memory is taken by a child, and the parent would have gone on.
PARENT = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {HOG!r}])\nprint('on')"
# What is written to the private folders is memory of the job.
WRITER = "file = open('file', 'wb')\nfor _ in range(62): file.write(b'x' * (1 << 20))"
# Makes 40 processes, says how many there came to be, and stays.
FORKS = """
import os, time
made = 0
try:
    for made in range(40):
        if os.fork() == 0:
            time.sleep(600)
            os._exit(0)
    made = 40
except OSError as error:
    print(error.errno)
print("made", made, flush=True)
time.sleep(600)
"""
BOMB = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
SPIN = """
import time
end = time.process_time() + 0.4
while time.process_time() < end: pass
print("spun", flush=True)
time.sleep(600)
"""

# Eight MiB to the disk, each of them waited for.
SLOW_WRITER = """
import os, time
start = time.monotonic()
file = os.open("/srv/disk/" + str(os.getuid()), os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
for _ in range(8):
    os.write(file, b"x" * (1 << 20))
    os.fdatasync(file)
print(time.monotonic() - start)
"""


class Broken(Exception):
    pass


def need(holds, text):
    if not holds:
        raise Broken(text)


def ask(path="", body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(f"{URL}/{path}", data, timeout=PATIENCE_SECONDS) as reply:
        return json.load(reply)


def until(what, look):
    end = time.monotonic() + PATIENCE_SECONDS
    while not (answer := look()):
        need(time.monotonic() < end, f"after {PATIENCE_SECONDS} s there is still not: {what}")
        time.sleep(0.05)
    return answer


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read().strip()


class Job:
    """One job; its last argument, which the program does not read, tells its processes."""

    def __init__(self, entry, program, **demands):
        self.mark = uuid.uuid4().hex
        words = ["-c", program, self.mark]
        self.number = ask("", {"command": entry, "args": words, **demands})["id"]

    def document(self):
        return ask(self.number)

    def ended(self):
        return until("the end of a job", lambda: (job := self.document()).get("outcome") and job)

    def printed(self, word):
        return until(f"'{word}' on stdout", lambda: word in (text := self.document()["stdout"])
                     and text)

    def processes(self):
        found = []
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    if self.mark.encode() in file.read():
                        found.append(int(name))
            except OSError:
                pass  # It has ended meanwhile.
        return found

    def group(self):
        first = until("a process of the job", self.processes)[0]
        return "/sys/fs/cgroup" + read(f"/proc/{first}/cgroup").partition("::")[2]

    def kill(self):
        os.kill(min(self.processes()), signal.SIGKILL)
        return self.ended()


def number(group, file, key):
    return int(dict(line.split() for line in read(f"{group}/{file}").splitlines())[key])


def forks_inside(group):
    """Whether a process of root's, which no rlimit bounds, may fork in the cgroup."""
    def enter():
        with open(f"{group}/cgroup.procs", "w", encoding="ascii") as file:
            file.write("0")
    code = subprocess.run(["/bin/sh", "-c", "true & wait"], preexec_fn=enter, check=False,
                          stderr=subprocess.DEVNULL).returncode
    return code == 0


def memory(program):
    job = Job("small", program).ended()
    need(job["outcome"] == "memory" and job["code"] is None, job)
    need(job["err"]["code"] == "ENOMEM" and job["stdout"] == "", job)
    usage = job["usage"]
    need(usage["of"] == "job" and 56 * MEBIBYTE <= usage["peakMemory"] <= 64 * MEBIBYTE, usage)
    need("cgroup-limits" in job["enforced"], job["enforced"])
    free = Job("free", program).ended()
    need(free["outcome"] == "exited" and free["code"] == 0, free)
    return f"memory.max ends a job whole, at {usage['peakMemory']} bytes; without, it ends with 0"


def memory_files():
    job = Job("small", "input()", timeout=1)
    group = job.group()
    found = {name: read(f"{group}/{name}")
             for name in ["memory.max", "memory.oom.group", "memory.swap.max"]
             if os.path.exists(f"{group}/{name}")}
    need(found.get("memory.max") == f"{64 * MEBIBYTE}" and found.get("memory.oom.group") == "1",
         found)
    need(found.get("memory.swap.max", "0") == "0", found)
    job.ended()
    return f"{found}"


VIEW = """
import os
here = "/sys/fs/cgroup"
for name in ["memory.max", "pids.max", "cpu.max"]:
    print(name, open(f"{here}/{name}").read().strip())
for change in [lambda: open(f"{here}/memory.max", "w"), lambda: os.mkdir(f"{here}/child")]:
    try:
        change()
        print("changed")
    except OSError as error:
        print(error.errno)
print(sorted(name for name in os.listdir(here) if os.path.isdir(f"{here}/{name}")))
"""


def view():
    seen = {entry: Job(entry, VIEW).ended()["stdout"].splitlines()
            for entry in ["small", "few", "slow", "free"]}
    need(seen["small"][0] == f"memory.max {64 * MEBIBYTE}", seen)
    need(seen["few"][1] == "pids.max 16", seen)
    need(seen["slow"][2] == "cpu.max 20000 100000", seen)
    need(seen["free"][2] == "cpu.max max 100000" and seen["free"][0] != seen["small"][0], seen)
    # EROFS, and no child of its own.
    need(all(lines[3:] == ["30", "30", "[]"] for lines in seen.values()), seen)
    return "a job sees memory.max, pids.max and cpu.max of its own cgroup, and changes nothing"


def processes():
    job = Job("few", FORKS)
    said = job.printed("made").split()
    group = job.group()
    found = {name: read(f"{group}/{name}") for name in ["pids.max", "pids.current"]}
    need(found == {"pids.max": "16", "pids.current": "16"}, found)
    need(said == ["11", "made", "15"], said)
    need(not forks_inside(group), "root forks in a cgroup that is full")
    refused = number(group, "pids.events", "max")
    need(refused > 0, f"pids.events: {refused}")
    # Root's shell was one more than there is room for: who enters is not counted against pids.max.
    end = job.kill()
    need(16 <= end["usage"]["peakProcesses"] <= 17, end["usage"])
    need(not job.processes(), "a process outlived its job")
    free = Job("free", FORKS)
    said = free.printed("made").split()
    group = free.group()
    need(said == ["made", "40"] and forks_inside(group), said)
    need(number(group, "pids.events", "max") == 0, "the twin was refused a process")
    free.kill()
    return f"pids.max stops a job at 16 processes, and root {refused} times; without, it has 41"


def bomb():
    job = Job("few", BOMB, timeout=5)
    until("the bomb to be at its limit", lambda: read(f"{job.group()}/pids.current") == "16")
    other = Job("free", "print('here')").ended()
    need(other["stdout"] == "here\n", other)
    end = job.ended()
    need(end["outcome"] == "timeout" and end["usage"]["peakProcesses"] == 16, end)
    need(not job.processes(), "a process of the bomb is left")
    return "a fork bomb has 16 processes, another job runs beside it, and it ends whole"


def processor():
    job = Job("slow", SPIN)
    job.printed("spun")
    group = job.group()
    throttled, bound = number(group, "cpu.stat", "nr_throttled"), read(f"{group}/cpu.max")
    usage = job.kill()["usage"]
    need(throttled > 0 and bound == "20000 100000", f"{throttled} with {bound}")
    need(usage["wall"] >= 4 * (usage["user"] + usage["system"]), usage)
    free = Job("free", SPIN)
    free.printed("spun")
    group = free.group()
    unbound = number(group, "cpu.stat", "nr_throttled"), read(f"{group}/cpu.max")
    free.kill()
    need(unbound == (0, "max 100000"), unbound)
    return f"cpu.max {bound} throttles a job {throttled} times; without, never"


def weight():
    job = Job("held", "input()", timeout=1)
    group = job.group()
    found = {name: read(f"{group}/{name}")
             for name in ["cpu.weight", "memory.swap.max", "io.max"]
             if os.path.exists(f"{group}/{name}")}
    need(found.get("cpu.weight") == "50", found)
    need(found.get("memory.swap.max", f"{32 * MEBIBYTE}") == f"{32 * MEBIBYTE}", found)
    disk = read("/sys/block/vda/dev")
    need(found.get("io.max") == f"{disk} rbps=max wbps={2 * MEBIBYTE} riops=1000 wiops=max", found)
    job.ended()
    return f"{found}"


def disk():
    seconds = []
    for entry in ["held", "free"]:
        job = Job(entry, SLOW_WRITER).ended()
        need(job["outcome"] == "exited" and job["code"] == 0, job)
        seconds.append(float(job["stdout"]))
    need(seconds[0] >= 2.5 and seconds[1] < seconds[0] / 2, seconds)
    return f"io.max: 8 MiB at 2 MiB a second take {seconds[0]:.1f} s; without, {seconds[1]:.1f} s"


def main():
    facts = [
        memory_files, lambda: memory(HOG), lambda: memory(PARENT), lambda: memory(WRITER),
        view, processes, bomb, processor, weight, disk,
    ]
    broken = 0
    for fact in facts:
        try:
            print(f"limits: holds: {fact()}", flush=True)
        except (Broken, OSError, KeyError, ValueError) as problem:
            broken += 1
            print(f"limits: BROKEN: {type(problem).__name__}: {problem}", flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
