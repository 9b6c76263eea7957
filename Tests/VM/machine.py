#!/usr/bin/env python3
"""What the machine of `make vm-test` must be, so that its suite shows something.

Usage: machine.py CGROUP    the folder of a cgroup whose controllers are delegated to the caller
       machine.py --own     the cgroup of this process

Each fact is one line; the code is 1 if one is missing. Limits are not only looked for: a program
runs into each of them, and the same program without the limit does not.
"""

import ctypes
import os
import subprocess
import sys

# What each Debian release comes with: kernel, Landlock ABI, systemd.
RELEASES = {"bookworm": ("6.1.", 2, "252"), "trixie": ("6.12.", 6, "257")}

CONTROLLERS = {"cpu", "io", "memory", "pids"}
# landlock_create_ruleset(2) with this flag, and nothing else, answers the ABI.
LANDLOCK_CREATE_RULESET, LANDLOCK_VERSION_FLAG = 444, 1

HOG = "x = b'x' * (96 << 20)"
FORK = "import os\nfor _ in range(8):\n if os.fork() == 0: import time; time.sleep(1); os._exit(0)"
SPIN = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass"


class Missing(Exception):
    pass


def need(holds, text):
    if not holds:
        raise Missing(text)
    return text


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read().strip()


def wanted():
    rows = dict(line.split("=", 1) for line in read("/etc/os-release").splitlines() if "=" in line)
    return RELEASES[rows["VERSION_CODENAME"].strip('"')]


def kernel():
    release = os.uname().release
    start = wanted()[0]
    return need(release.startswith(start), f"kernel {release}, and {start}x is wanted")


def init():
    name = read("/proc/1/comm")
    said = subprocess.run(["systemctl", "--version"], stdout=subprocess.PIPE, text=True,
                          check=True).stdout
    version = wanted()[2]
    return need(name == "systemd" and said.split()[1] == version,
                f"process 1 is {name} {said.split()[1]}, and systemd {version} is wanted")


def hierarchy():
    mounts = [line.split() for line in read("/proc/self/mounts").splitlines()]
    places = [fields[1] for fields in mounts if fields[2].startswith("cgroup")]
    kinds = {fields[2] for fields in mounts if fields[1] in places}
    return need(places == ["/sys/fs/cgroup"] and kinds == {"cgroup2"},
                f"control groups: {sorted(kinds)} at {places}")


def apparmor():
    state = read("/sys/module/apparmor/parameters/enabled")
    names = read("/sys/kernel/security/lsm")
    profiles = len(read("/sys/kernel/security/apparmor/profiles").splitlines())
    return need(state == "Y" and "apparmor" in names.split(",") and profiles > 0,
                f"AppArmor enabled: {state}, {profiles} profiles; security modules: {names}")


def landlock():
    abi = ctypes.CDLL(None, use_errno=True).syscall(
        LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), LANDLOCK_VERSION_FLAG)
    return need(abi == wanted()[1], f"Landlock ABI {abi}, and {wanted()[1]} is wanted")


class Group:
    """A cgroup below the delegated one, for one program."""

    def __init__(self, parent, limits):
        self.path = os.path.join(parent, f"machine.{os.getpid()}")
        self.limits = limits

    def __enter__(self):
        os.mkdir(self.path)
        for name, value in self.limits.items():
            with open(os.path.join(self.path, name), "w", encoding="ascii") as file:
                file.write(value)
        return self

    def __exit__(self, *_):
        with open(os.path.join(self.path, "cgroup.kill"), "w", encoding="ascii") as file:
            file.write("1")
        while "populated 1" in read(os.path.join(self.path, "cgroup.events")):
            pass
        os.rmdir(self.path)

    def run(self, program):
        def enter():
            with open(os.path.join(self.path, "cgroup.procs"), "w", encoding="ascii") as file:
                file.write("0")
        return subprocess.run([sys.executable, "-c", program], preexec_fn=enter,
                              stderr=subprocess.DEVNULL, check=False).returncode

    def number(self, file, key):
        rows = dict(line.split() for line in read(os.path.join(self.path, file)).splitlines())
        return int(rows[key])


def delegation(parent):
    here = set(read(os.path.join(parent, "cgroup.controllers")).split())
    handed_on = set(read(os.path.join(parent, "cgroup.subtree_control")).split())
    return need(CONTROLLERS <= here and CONTROLLERS <= handed_on,
                f"controllers of {parent}: {sorted(here)}, handed on: {sorted(handed_on)}")


def limit(parent, limits, program, file, key, killed):
    with Group(parent, limits) as group:
        code = group.run(program)
        count = group.number(file, key)
    with Group(parent, {}) as group:
        free_code = group.run(program)
        free_count = group.number(file, key)
    bites = count > 0 and (code == -9) == killed
    return need(bites and free_code == 0 and free_count == 0,
                f"with {limits} a program ends with {code} and {key} of {file} is {count}; "
                f"without, with {free_code} and {free_count}")


def main(argument):
    parent = argument
    if argument == "--own":
        parent = "/sys/fs/cgroup" + read("/proc/self/cgroup").partition("::")[2]
    facts = [
        kernel, init, hierarchy, apparmor, landlock, lambda: delegation(parent),
        lambda: limit(parent, {"memory.max": "48M", "memory.swap.max": "0"}, HOG,
                      "memory.events", "oom_kill", True),
        lambda: limit(parent, {"pids.max": "4"}, FORK, "pids.events", "max", False),
        lambda: limit(parent, {"cpu.max": "20000 100000"}, SPIN,
                      "cpu.stat", "nr_throttled", False),
    ]
    missing = 0
    for fact in facts:
        try:
            print(f"machine: there: {fact()}", flush=True)
        except (Missing, OSError) as problem:
            missing += 1
            print(f"machine: missing: {problem}", flush=True)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
