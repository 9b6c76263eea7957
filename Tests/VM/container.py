#!/usr/bin/env python3
"""In the machine of `make vm-test`: the service inside of what containers are made of.

Usage: container.py

`idmap`: a root file system, user, mount, PID, IPC, UTS, network and cgroup namespaces of its own,
whose ids are 0 to 65535 and lie from 100000 on, as LXC makes them. `masked`: the machine's ids and
file system, with parts of /proc covered and /proc/sys read-only, as Docker has them.
"""

import ctypes
import json
import os
import subprocess
import sys

from trial import judge, need, run

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS = 0x20000, 0x2000000, 0x4000000
CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = (
    0x8000000, 0x10000000, 0x20000000, 0x40000000)
FIRST_ID, COUNT = 100000, 65536
ROOT = "/srv/container"
GROUP = "/sys/fs/cgroup/container"
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 32, 4096, 16384, 1 << 18
# open_tree, move_mount, mount_setattr of mount.h; the numbers are those of every architecture.
OPEN_TREE, MOVE_MOUNT, MOUNT_SETATTR = 428, 429, 442
OPEN_TREE_CLONE, MOVE_MOUNT_F_EMPTY_PATH, AT_EMPTY_PATH = 1, 4, 0x1000
MOUNT_ATTR_IDMAP = 0x100000


def call(name, result):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def syscall(name, number, *words):
    return call(name, LIBC.syscall(number, *words))


def mount(source, target, kind=None, flags=0, data=None):
    words = [text.encode() if text else None for text in [source, target, kind, data]]
    call(f"mount {target}", LIBC.mount(words[0], words[1], words[2], flags, words[3]))


def namespace_of_ids():
    """A user namespace with 65536 ids, as a descriptor."""
    ready, done = os.pipe()
    child = os.fork()
    if child == 0:
        call("unshare", LIBC.unshare(CLONE_NEWUSER))
        os.write(done, b"x")
        while True:
            LIBC.pause()
    os.read(ready, 1)
    for name in ["uid_map", "gid_map"]:
        with open(f"/proc/{child}/{name}", "w", encoding="ascii") as file:
            file.write(f"0 {FIRST_ID} {COUNT}")
    descriptor = os.open(f"/proc/{child}/ns/user", os.O_RDONLY)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return descriptor


def map_root(users):
    """The machine's root file system at ROOT, with the ids that the namespace has for them."""
    os.makedirs(ROOT, exist_ok=True)
    tree = syscall("open_tree", OPEN_TREE, -100, b"/", OPEN_TREE_CLONE)

    class Attributes(ctypes.Structure):
        """struct mount_attr"""
        _fields_ = [(name, ctypes.c_uint64) for name in ["set", "clear", "propagation", "users"]]
    wanted = Attributes(MOUNT_ATTR_IDMAP, 0, 0, users)
    syscall("mount_setattr", MOUNT_SETATTR, tree, b"", AT_EMPTY_PATH, ctypes.byref(wanted),
            ctypes.sizeof(wanted))
    syscall("move_mount", MOVE_MOUNT, tree, b"", -100, ROOT.encode(), MOVE_MOUNT_F_EMPTY_PATH)


def inside(users, words):
    """Becomes the command in the container."""
    with open(f"{GROUP}/cgroup.procs", "w", encoding="ascii") as file:
        file.write("0")
    mount(None, "/", flags=MS_REC | MS_PRIVATE)
    call("setns", LIBC.setns(users, CLONE_NEWUSER))
    os.setgroups([])
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)
    call("unshare", LIBC.unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS
                                 | CLONE_NEWNET | CLONE_NEWCGROUP))
    child = os.fork()
    if child:
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0xff)
    # Mounts that a namespace of fewer rights inherits are locked in their places; this one is not.
    mount(ROOT, ROOT, flags=MS_BIND | MS_REC)
    mount("proc", f"{ROOT}/proc", "proc")
    mount("sysfs", f"{ROOT}/sys", "sysfs")
    mount("cgroup2", f"{ROOT}/sys/fs/cgroup", "cgroup2")
    mount("/dev", f"{ROOT}/dev", flags=MS_BIND | MS_REC)
    for name in ["run", "tmp"]:
        mount("tmpfs", f"{ROOT}/{name}", "tmpfs")
    os.chdir(ROOT)
    call("pivot_root", LIBC.pivot_root(b".", b"mnt"))
    call("umount2", LIBC.umount2(b"/mnt", 2))
    os.chdir("/")
    os.execv(words[0], words)


def in_container(*words):
    """Exit code and output of a command in a container of this run's ids."""
    users = namespace_of_ids()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.dup2(writer, 1)
            os.dup2(writer, 2)
            call("unshare", LIBC.unshare(CLONE_NEWNS))
            mount(None, "/", flags=MS_REC | MS_PRIVATE)
            map_root(users)
            inside(users, list(words))
        except BaseException as problem:  # pylint: disable=broad-except
            os.write(2, f"container: {problem}\n".encode())
        os._exit(99)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8", errors="replace") as file:
        text = file.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), text


def make_group():
    os.makedirs(GROUP, exist_ok=True)
    with open("/sys/fs/cgroup/cgroup.subtree_control", "w", encoding="ascii") as file:
        file.write("+cpu +io +memory +pids")
    for name in ["", "/cgroup.procs", "/cgroup.subtree_control", "/cgroup.threads"]:
        os.chown(GROUP + name, FIRST_ID, FIRST_ID)


TOOL = "/usr/bin/http-runner"
WHO = "import os; print(os.getuid(), os.getgid(), open('/proc/self/uid_map').read().split()[2])"


def idmap_is_one():
    code, text = in_container("/usr/bin/python3", "-c", WHO)
    need(code == 0 and text.split() == ["0", "0", str(COUNT)], f"{code}: {text}")
    return f"a container of {COUNT} ids, root among them"


def idmap_runs():
    code, text = in_container(TOOL, "exec", "--id-range", "20000-20299", "--", "/usr/bin/python3",
                              "-c", WHO)
    last = text.strip().splitlines()[-1].split() if text.strip() else []
    need(code == 0 and last and 20000 <= int(last[0]) <= 20299, f"{code}: {text}")
    return f"a job inside has the id {last[0]} of the container"


def idmap_default_range():
    """The range that is the default lies above what the container has."""
    code, text = in_container(TOOL, "exec", "--", "/bin/true")
    need(code in {0, 78} and (code == 0 or "--id-range" in text), f"{code}: {text}")
    return f"without --id-range: {code}, {text.strip().splitlines()[-1][:200] if code else 'runs'}"


def idmap_doctor():
    path = "/srv/container.json5"
    with open(path, "w", encoding="ascii") as file:
        file.write('{service: {idRange: "20000-20299"}, entries: {sh: {path: "/bin/sh"}}}')
    code, text = in_container(TOOL, "doctor", "--json", "--config", path)
    start = text.find("{")
    need(start >= 0, f"{code}: {text}")
    document = json.loads(text[start:])
    states = {row["layer"]: row["state"] for row in document["entries"][0]["layers"]}
    others = {name: state for name, state in states.items() if state != "enforced"}
    need(code == 0 and document["verdict"] == "honoured", document["entries"][0]["refusals"])
    return f"doctor: {code}, {document['verdict']}, not enforced: {others}"


MASKED = ["/proc/acpi", "/proc/scsi", "/proc/asound", "/sys/firmware"]
EMPTIED = ["/proc/kcore", "/proc/keys", "/proc/timer_list"]
FROZEN = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]


def masked(*words, user=None):
    """A command where /proc is covered as Docker covers it."""
    def enter():
        call("unshare", LIBC.unshare(CLONE_NEWNS))
        mount(None, "/", flags=MS_REC | MS_PRIVATE)
        for path in filter(os.path.isdir, MASKED):
            mount("tmpfs", path, "tmpfs", MS_RDONLY)
        for path in filter(os.path.exists, EMPTIED):
            mount("/dev/null", path, flags=MS_BIND)
        for path in filter(os.path.exists, FROZEN):
            mount(path, path, flags=MS_BIND | MS_REC)
            mount(None, path, flags=MS_BIND | MS_REMOUNT | MS_RDONLY)
        if user:
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          stdin=subprocess.DEVNULL, preexec_fn=enter, check=False, cwd="/")
    return done.returncode, done.stdout


SEES = "import os; print(sorted(filter(str.isdigit, os.listdir('/proc'))))"


def masked_runs():
    code, text = masked(TOOL, "exec", "--", "/usr/bin/python3", "-c", SEES)
    need(code == 0 and text.strip().splitlines()[-1].count("'") <= 6, f"{code}: {text}")
    return f"as root a job has a /proc of its own: {text.strip().splitlines()[-1]}"


def masked_same_user():
    """The kernel mounts no /proc in a user namespace where the old one is covered in part."""
    folder = "/srv/same-user"
    os.makedirs(folder, exist_ok=True)
    os.chown(folder, 65534, 65534)
    words = [TOOL, "exec", "--same-user", "--work-folder", folder, "--", "/usr/bin/python3", "-c",
             SEES]
    code, text = masked(*words, user=65534)
    # The twin: with a whole /proc it runs, where the kernel lets users make namespaces.
    free = run("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", *words)
    need(free[0] == 0, f"with a whole /proc: {free}")
    need(code == 0 or (code in {71, 77, 78} and "proc" in text), f"{code}: {text}")
    return f"with --same-user: {code}, {text.strip().splitlines()[-1][:240]}"


def main():
    make_group()
    return judge("container", [idmap_is_one, idmap_runs, idmap_default_range, idmap_doctor,
                               masked_runs, masked_same_user])


if __name__ == "__main__":
    sys.exit(main())
