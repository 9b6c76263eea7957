#!/usr/bin/env python3
"""In the machine of `make vm-test`: runtimes size themselves by the cgroup of their job, without a
variable or an affinity that says so.

Usage: sizing.py
"""

import re
import sys

from machine import wanted
from trial import Service, judge, need

MEMORY = 512 << 20
BOUNDS = {"memory": "512M", "cpus": 1, "limits": {"data": "4G"}}
JAVA, NODE = "/usr/bin/java", "/usr/bin/node"
ENTRIES = {
    "java": {"path": JAVA, **BOUNDS}, "free-java": {"path": JAVA, "limits": {"data": "4G"}},
    "node": {"path": NODE, **BOUNDS}, "free-node": {"path": NODE, "limits": {"data": "4G"}},
}
# libuv reads cgroup v2 from 1.45 on; Debian 12 has 1.44.
NODE_READS = wanted()[2] != "252"


def said(service, entry, *words):
    job = service.post(entry, *words)
    need(job.get("code") == 0, job)
    return job["stdout"] + job["stderr"]


def java(service):
    words = ["-Xshare:auto", "-XshowSettings:system", "-XX:+PrintFlagsFinal", "-version"]

    def look(entry):
        text = said(service, entry, *words)
        heap = int(re.search(r" MaxHeapSize +:?= +(\d+)", text).group(1))
        count = re.search(r"Effective CPU Count: +(\d+)", text)
        return heap, count and int(count.group(1))
    heap, count = look("java")
    free_heap, free_count = look("free-java")
    need(heap <= MEMORY // 2 and count == 1, f"{heap}, {count}")
    need(free_heap > MEMORY // 2, f"without bounds {free_heap}, {free_count}")
    return (f"Java's heap is {heap >> 20} MiB of 512 on {count} processor; without, "
            f"{free_heap >> 20} MiB on {free_count}")


def node(service):
    # Node 18 says `undefined` where it finds no bound.
    ask = ("const os = require('os'); console.log(process.constrainedMemory ? "
           "process.constrainedMemory() || 0 : 0, os.availableParallelism "
           "? os.availableParallelism() : os.cpus().length)")

    def look(entry):
        return [int(word) for word in said(service, entry, "-e", ask).split()[:2]]
    memory, count = look("node")
    free_memory, free_count = look("free-node")
    if NODE_READS:
        need(memory == MEMORY and count == 1, f"{memory}, {count}")
        need(free_memory != MEMORY, f"without bounds {free_memory}, {free_count}")
    return f"Node has {memory} bytes, {count} processors; without, {free_memory}, {free_count}"


def main():
    with Service(9120, {"entries": ENTRIES}) as service:
        return judge("sizing", [lambda fact=fact: fact(service) for fact in [java, node]])


if __name__ == "__main__":
    sys.exit(main())
