#!/usr/bin/env python3
"""In the machine of `make vm-test`: the service where the hard limit on open files is low.

Usage: small.py
"""

import sys

from trial import Service, judge, need

JOBS = 60


def limit(count):
    entries = {"sh": {"path": "/bin/sh"}}
    properties = [f"LimitNOFILE={count}"]
    with Service(9110, {"entries": entries}, properties) as service:
        jobs = service.many(JOBS, 30, "sh", "-c", "sleep 1; echo on")
        good = [job for job in jobs if job.get("stdout") == "on\n" and job["code"] == 0]
        need(len(good) == JOBS, [job for job in jobs if job not in good][:2])
        need(service.is_active(), service.log())
        said = service.said("open files")
    return f"{count} open files: {JOBS} jobs of {JOBS}; {said}"


def main():
    return judge("small", [lambda count=count: limit(count) for count in [256, 512, 1024]])


if __name__ == "__main__":
    sys.exit(main())
