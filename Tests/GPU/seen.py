#!/usr/bin/env python3
"""In a job: what libdrm finds of graphics hardware, and what there is beneath /sys at all.

Prints the devices of drmGetDevices2 (xf86drm.h), how opening the render node ends, the names in
/dev/dri, and every file and link of /sys but those of processors, memory nodes and cgroups.
"""

import ctypes
import errno
import os

NODE = "/dev/dri/renderD128"


class Bus(ctypes.Structure):
    _fields_ = [("domain", ctypes.c_uint16), ("bus", ctypes.c_uint8), ("slot", ctypes.c_uint8),
                ("function", ctypes.c_uint8)]


class Info(ctypes.Structure):
    _fields_ = [("vendor", ctypes.c_uint16), ("device", ctypes.c_uint16),
                ("subvendor", ctypes.c_uint16), ("subdevice", ctypes.c_uint16),
                ("revision", ctypes.c_uint8)]


class Device(ctypes.Structure):
    _fields_ = [("nodes", ctypes.POINTER(ctypes.c_char_p)), ("available", ctypes.c_int),
                ("bus_type", ctypes.c_int), ("bus", ctypes.POINTER(Bus)),
                ("info", ctypes.POINTER(Info))]


def devices():
    drm = ctypes.CDLL("libdrm.so.2")
    found = (ctypes.POINTER(Device) * 8)()
    for index in range(drm.drmGetDevices2(1, found, 8)):
        device = found[index].contents
        bus, info = device.bus[0], device.info[0]
        nodes = [device.nodes[kind].decode() for kind in range(3) if device.available >> kind & 1]
        yield (f"{bus.domain:04x}:{bus.bus:02x}:{bus.slot:02x}.{bus.function} "
               f"{info.vendor:04x}:{info.device:04x} {info.subvendor:04x}:{info.subdevice:04x} "
               f"{info.revision} {' '.join(nodes)}")


def opened():
    try:
        os.close(os.open(NODE, os.O_RDWR))
    except OSError as error:
        return errno.errorcode[error.errno]
    return "opens"


def shown():
    hidden = ("/sys/devices/system/cpu", "/sys/devices/system/node", "/sys/fs/cgroup")
    for folder, folders, files in os.walk("/sys"):
        folders[:] = [name for name in folders if f"{folder}/{name}" not in hidden]
        links = [name for name in folders if os.path.islink(f"{folder}/{name}")]
        yield from (f"{folder}/{name}" for name in files + links)


for device in devices():
    print("device:", device)
print("open:", opened())
print("dri:", *sorted(os.listdir("/dev/dri") if os.path.isdir("/dev/dri") else []))
for path in sorted(shown()):
    print("sys:", path)
