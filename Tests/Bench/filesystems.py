#!/usr/bin/env python3
"""Results on every file system that this machine can make: what appears, by which primitive.

Each is made in an image on a loop device, or over a folder by FUSE, and an entry may write to it. A
job writes half a megabyte to a result there; a second one to the same name is refused; and one that
is no success leaves nothing.
What is not here, of the kernel or of the tools, is said and left out. Runs as root:

    filesystems.py --bin FOLDER [--folder FOLDER] [NAME...]
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.request

from bench import Server, table

IMAGE_BYTES = 400 << 20
BYTES = 500_000
TEE = "/usr/bin/tee"
OWNER = "uid=65534,gid=65534"
# Name → tool that makes it with its options, options of mount(8).
IMAGES = {
    "ext4": (["mkfs.ext4", "-q"], ""),
    "xfs": (["mkfs.xfs", "-q"], ""),
    "btrfs": (["mkfs.btrfs", "-q"], ""),
    "vfat": (["mkfs.vfat"], OWNER),
    "exfat": (["mkfs.exfat"], OWNER),
    "ntfs3": (["mkntfs", "-Q", "-q", "-F"], OWNER),
}
# Name → tool that mounts it, its words before and after the folders.
OVERLAYS = {
    "mergerfs": ["mergerfs", "-o", "allow_other,minfreespace=1M", "{under}", "{mount}"],
    "bindfs": ["bindfs", "{under}", "{mount}"],
    "ntfs-3g": ["ntfs-3g", "-o", "allow_other", "{device}", "{mount}"],
    "exfat-fuse": ["mount.exfat-fuse", "-o", "allow_other", "{device}", "{mount}"],
}
OVERLAY_IMAGES = {"ntfs-3g": "ntfs3", "exfat-fuse": "exfat"}


class Missing(Exception):
    pass


def must(words):
    words = [str(word) for word in words]
    if not shutil.which(words[0]):
        raise Missing(f"no {words[0]}")
    done = subprocess.run(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True)
    if done.returncode != 0:
        raise Missing(f"{words[0]}: {done.stdout.strip().splitlines()[-1:]}")
    return done.stdout


def image(name, folder):
    path = folder / f"{name}.img"
    with path.open("wb") as file:
        file.truncate(IMAGE_BYTES)
    must([*IMAGES[name][0], path])
    return path


def mount(name, folder, devices):
    """Mounts file system `name` beneath `folder`."""
    place = folder / "mounts" / name
    place.mkdir(parents=True)
    if name == "tmpfs":
        must(["mount", "-t", "tmpfs", "tmpfs", place])
    elif name in IMAGES:
        known = pathlib.Path("/proc/filesystems").read_text().split()
        if name not in known and subprocess.run(["modprobe", name], capture_output=True).returncode:
            raise Missing("not in this kernel")
        options = ",".join(filter(None, ["loop", IMAGES[name][1]]))
        must(["mount", "-t", name, "-o", options, image(name, folder), place])
    else:
        under = folder / "under" / name
        under.mkdir(parents=True)
        under.chmod(0o777)
        words = OVERLAYS[name]
        if not shutil.which(words[0]):
            raise Missing(f"no {words[0]}")
        device = ""
        if name in OVERLAY_IMAGES:
            path = image(OVERLAY_IMAGES[name], folder)
            device = must(["losetup", "--find", "--show", path]).strip()
            devices.append(device)
        must([word.format(under=under, mount=place, device=device) for word in words])
    try:
        place.chmod(0o777)
    except OSError:
        pass  # Modes that the mount gives.
    return place


class Service(Server):
    def __init__(self, options, folder, places):
        config = folder / "config.json5"
        entry = {
            "path": TEE, "write": [str(place) for place in places],
            "arguments": {"allow": ["{output:write}"]}}
        config.write_text(json.dumps({"entries": {
            "copy": entry,
            # tee(1) ends with 0, which is no success of this one.
            "fail": {**entry, "success": {"codes": [7]}},
        }}))
        super().__init__(
            "service",
            [options.bin / "http-runner", "-p", "0", "--config", config, "--state", "none",
             "--work-folder", folder / "work", "--id-range",
             f"{options.first_id}-{options.first_id + 271}"],
            folder, r"listening on http://127\.0\.0\.1:(\d+)$")
        self.url = f"http://127.0.0.1:{self.port}"

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + path, body and json.dumps(body).encode(), method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.loads(answer.read() or b"null")

    def job(self, command, target, stdin):
        id = self.ask("POST", "/", {
            "command": command, "args": [str(target)], "stdin": stdin})["id"]
        while True:
            job = self.ask("GET", f"/{id}?wait=50&output=0")
            if job["status"] == "finished":
                return job


def trial(service, place):
    """What results do there: a word for each fact, and what the job said."""
    target, other = place / "result.bin", place / "failed.bin"
    made = service.job("copy", target, "x" * BYTES)
    again = service.job("copy", target, "y" * 10)
    failed = service.job("fail", other, "z" * 10)
    names = [name for name in os.listdir(place) if name != "lost+found"]
    facts = {
        "whole": bool(made.get("succeeded")) and target.is_file()
        and target.read_bytes() == b"x" * BYTES,
        "a taken name is refused": not again.get("succeeded"),
        "what fails leaves nothing": not failed.get("succeeded") and names == ["result.bin"],
    }
    said = (made.get("results") or [made])[0]
    return facts, said.get("message") or said.get("outcome", "")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("/var/lib"))
    parser.add_argument("--first-id", type=int, default=1879048192)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    names = options.names or ["tmpfs", *IMAGES, *OVERLAYS]
    rows, failures = [], 0
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="filesystems-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        (folder / "work").mkdir()
        (folder / "mounts").mkdir()
        places, devices, service = {}, [], None
        try:
            for name in names:
                try:
                    places[name] = mount(name, folder, devices)
                except Missing as why:
                    rows.append([name, "left out", str(why)])
            service = Service(options, folder, places.values())
            for name, place in places.items():
                facts, message = trial(service, place)
                wrong = [fact for fact, holds in facts.items() if not holds]
                failures += bool(wrong)
                rows.append([name, "WRONG: " + ", ".join(wrong) if wrong else "so", message])
        finally:
            if service:
                service.stop()
            for place in places.values():
                subprocess.run(["umount", place], check=False)
            for device in devices:
                subprocess.run(["losetup", "--detach", device], check=False)
    print("Results: whole, a taken name refused, nothing else left")
    table(["", "", ""], rows)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
