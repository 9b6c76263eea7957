#!/usr/bin/env python3
"""In the machine of `make vm-test` with a kernel that has vgem: what a job with `gpu` finds of a
render node of the kernel's own, and what it sees of /sys.

Usage: gpu.py
"""

import json
import os
import sys

from trial import Service, judge, must, need, run, until

NODE = "/dev/dri/renderD128"
# Asks the driver, and reads what says which device it is.
PROBE = """
import fcntl, os, struct
node = "/dev/dri/renderD128"
fd = os.open(node, os.O_RDWR)
# DRM_IOCTL_VERSION of drm.h: three numbers, and lengths with places of name, date and text.
name = bytearray(64)
place = (__import__("ctypes").c_char * 64).from_buffer(name)
request = bytearray(struct.pack("iiiiQQQQQQ", 0, 0, 0, 0, 64, __import__("ctypes").addressof(place),
                                0, 0, 0, 0))
fcntl.ioctl(fd, 0xC0406400, request)
print("driver", bytes(name).split(b"\\0")[0].decode())
status = os.fstat(fd)
char = f"/sys/dev/char/{os.major(status.st_rdev)}:{os.minor(status.st_rdev)}"
print("uevent", open(f"{char}/uevent").read().split())
print("bus", os.path.basename(os.readlink(f"{char}/device/subsystem")))
print("nodes", *sorted(os.listdir(f"{char}/device/drm")))
"""
SHOWN = """
import os
for folder, folders, files in os.walk("/sys"):
    folders[:] = [name for name in folders if f"{folder}/{name}" not in
                  ("/sys/devices/system/cpu", "/sys/devices/system/node", "/sys/fs/cgroup")]
    for name in files + folders:
        path = f"{folder}/{name}"
        if os.path.islink(path) or os.path.isfile(path): print(path)
"""
PYTHON = "/usr/bin/python3"
DRM = "/usr/bin/drmdevice"
ENTRIES = {"with": {"path": PYTHON, "gpu": "vaapi"}, "without": {"path": PYTHON},
           "node": {"path": PYTHON, "devices": [NODE]}, "drm": {"path": DRM, "gpu": "vaapi"},
           "drm-node": {"path": DRM, "devices": [NODE]}}


def refused():
    """Before the module is there. The file is another one: a refusal is not repeated."""
    path = "/run/refused.json5"
    with open(path, "w", encoding="ascii") as file:
        json.dump({"entries": ENTRIES}, file)
    code, text = run("http-runner", "check", path)
    need(code == 78 and "render node" in text, f"{code}: {text}")
    code, text = run("http-runner", "doctor", "--gpu")
    need(code == 78 and "Load the driver" in text, f"{code}: {text}")
    return "without a driver the entry is refused, and doctor says what to do"


def load():
    must("modprobe", "vgem")
    until(f"a node {NODE}", lambda: os.path.exists(NODE))
    return f"vgem has made {NODE}: {os.path.realpath('/sys/class/drm/renderD128')}"


def doctor():
    code, text = run("http-runner", "doctor", "--gpu", "--json")
    found = json.loads(text)["kinds"][0]
    need(found["devices"] == [NODE] and "opens" in found["rows"][0]["detail"], text)
    # A GPU that is none has no driver for video.
    need(code == 78 and "advice" in found["rows"][1], text)
    return f"doctor says: {found['rows'][0]['detail']}"


def asks(service):
    job = service.post("with", "-c", PROBE)
    need(job.get("code") == 0 and "driver vgem" in job["stdout"], job)
    need("DEVNAME=dri/renderD128" in job["stdout"], job)
    return f"a job with gpu has of the driver: {job['stdout'].split()}"


def libdrm(service):
    """libdrm's own tool, by the path of libva and Mesa (drmGetDevices2, drmGetDevice2)."""
    job = service.post("drm")
    need(job.get("code") == 0 and f"nodes[2] {NODE}" in job["stdout"], job)
    twin = service.post("drm-node")
    need(NODE not in twin["stdout"], twin)
    return "libdrm finds the device, and with the node alone it does not"


def twins(service):
    job = service.post("without", "-c", PROBE)
    need(job.get("code") != 0 and "FileNotFoundError" in job["stderr"], job)
    job = service.post("node", "-c", PROBE)
    need("driver vgem" in job["stdout"] and "FileNotFoundError" in job["stderr"], job)
    return "without gpu there is no node, and with the node alone nothing of /sys"


def shown(service):
    paths = service.post("with", "-c", SHOWN)["stdout"].split()
    device = os.path.realpath("/sys/class/drm/renderD128/device")
    links = {"/sys/class/drm/renderD128", "/sys/dev/char/226:128"}
    need(links <= set(paths), paths)
    others = [path for path in paths if path not in links and not path.startswith(device + "/")]
    need(not others and not any("card" in path or "power" in path for path in paths), paths)
    need(service.post("without", "-c", SHOWN)["stdout"] == "", "the twin sees files of /sys")
    count = sum(len(files) for _, _, files in os.walk(device))
    return f"a job sees {len(paths)} files and links; the device's folder has {count} files"


def main():
    if broken := judge("gpu", [refused, load, doctor]):
        return broken
    with Service(9471, {"entries": ENTRIES}) as service:
        facts = (asks, libdrm, twins, shown)
        return judge("gpu", [lambda fact=fact: fact(service) for fact in facts])


if __name__ == "__main__":
    sys.exit(main())
