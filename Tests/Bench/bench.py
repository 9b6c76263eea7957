#!/usr/bin/env python3
"""What a confined job costs beside an unconfined one, measured in one run.

Launches:  launch-bench (our launcher) beside posix_spawn and bubblewrap, to reaped.
Layers:    the same launch with one layer left out after the other: what each of them costs.
Jobs:      http-runner beside server.js, a Node server that confines nothing, over HTTP.

All contenders of a part take turns in random order, round by round. Figures of different runs
must not be compared: machines drift by tens of percent, and only ratios of one run hold.
"""

import argparse
import os
import pathlib
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
TRUE = "/usr/bin/true"
COMPILER_FLAGS = ["-O2", "-D_GNU_SOURCE"]
CLIENT_COUNTS = [1, 8, 64]
START_SECONDS = 20
LAUNCH_BAR = 2.0  # times posix_spawn, to reaped, for TRUE
BUBBLEWRAP = (
    "--unshare-pid --unshare-net --unshare-ipc --unshare-uts --unshare-cgroup --ro-bind / / "
    "--proc /proc --dev /dev --tmpfs /tmp --die-with-parent --new-session --cap-drop ALL --"
).split()

# What is left out together, because one part is nothing without the other.
LAYERS = {
    "PID namespace": "pid-namespace",
    "mount namespace: tree, /proc, scratch": "mount-namespace,landlock-files,memfd",
    "network namespace, empty and shared": "network-namespace",
    "IPC namespace": "ipc-namespace",
    "UTS namespace": "uts-namespace",
    "cgroup namespace": "cgroup-namespace",
    "cgroup: born in it, emptied, billed": "cgroup",
    "session keyring": "keyring",
    "Landlock: files, ports, scopes": "landlock-files,landlock-network,landlock-scopes",
    "filter, beside one that allows all": "seccomp",
}
NAMESPACES = ["pid", "mount", "network", "ipc", "uts", "cgroup"]
DROPPABLE = ",".join([f"{name}-namespace" for name in NAMESPACES] + [
    "keyring", "memfd", "landlock-files", "landlock-network", "landlock-scopes", "seccomp"])
# As on a host without cgroups; each step is an exec.
WITHOUT_CGROUPS = ["unshare", "--mount", "sh", "-c", 'umount -a -t cgroup2 && exec "$@"', "sh"]


def run(command):
    """What `command` prints; ends the benchmark with the command's own words if it fails."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        words = " ".join(map(str, command))
        sys.exit(f"bench: {words}\nbench: ended with code {done.returncode}\n{done.stderr}")
    return done.stdout


def compile_c(name, folder, *flags, libraries=()):
    run(["gcc", *COMPILER_FLAGS, *flags, "-o", folder / name, HERE / f"{name}.c", *libraries])


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def table(head, rows):
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, *rows]:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  " + "   ".join(cells).rstrip())


# Launches


def launch_contenders(options, folder, program):
    """Name → command that prints one launch a line: nanoseconds to reaped."""
    count = str(options.launches)
    spawn = [folder / "spawn_bench", count]
    contenders = {"posix_spawn": [*spawn, program]}
    bubblewrap = shutil.which("bwrap")
    if bubblewrap:
        contenders["bubblewrap"] = [*spawn, bubblewrap, *BUBBLEWRAP, program]
    launcher = options.bin / "http-runner-launcher"
    contenders["http-runner"] = [options.bin / "launch-bench", launcher, program, count]
    return contenders


def measure_launches(options, folder, program):
    contenders = launch_contenders(options, folder, program)
    samples = {name: [] for name in contenders}
    ratios = {name: [] for name in contenders}
    for _ in range(options.rounds):
        medians = {}
        for name in random.sample(sorted(contenders), len(contenders)):
            lines = run(contenders[name]).splitlines()
            reaped_us = [int(line) / 1000 for line in lines]
            samples[name] += reaped_us
            medians[name] = statistics.median(reaped_us)
        for name, median in medians.items():
            ratios[name].append(median / medians["posix_spawn"])
    rows = []
    for name, reaped_us in samples.items():
        rows.append([
            name,
            f"{statistics.median(reaped_us):.0f}",
            f"{percentile(reaped_us, 0.99):.0f}",
            f"{statistics.median(ratios[name]):.2f}",
        ])
    print(f"\nLaunches of {program}: {options.rounds} rounds of {options.launches}, µs")
    table(["", "to reaped", "p99", "× posix_spawn"], rows)
    return statistics.median(ratios["http-runner"])


def bench_launches(options, folder):
    compile_c("spawn_bench", folder)
    compile_c("tiny", folder, "-static", "-nostdlib")
    measure_launches(options, folder, folder / "tiny")
    ratio = measure_launches(options, folder, TRUE)
    print(f"\n  bar: at most {LAUNCH_BAR:.1f} × posix_spawn to reaped for {TRUE}: {ratio:.2f}"
          f" {'met' if ratio <= LAUNCH_BAR else 'MISSED'}")
    print("  bubblewrap confines otherwise: namespaces and mounts, but here no filter, no limits.")
    return ratio <= LAUNCH_BAR


# Layers


def reaped(command):
    """The median of the launches that `command` prints, to reaped, in µs."""
    return statistics.median(int(line) / 1000 for line in run(command).splitlines())


def layer_contenders(options, folder):
    launch = [
        options.bin / "launch-bench", options.bin / "http-runner-launcher", TRUE,
        str(options.launches)]
    contenders = {"all": launch, "diagnose": [*launch, "+diagnose"], "rest": [*launch, DROPPABLE]}
    contenders["posix_spawn"] = [folder / "spawn_bench", str(options.launches), TRUE]
    for name, words in LAYERS.items():
        contenders[name] = [*WITHOUT_CGROUPS, *launch] if words == "cgroup" else [*launch, words]
    return contenders


def bench_layers(options, folder):
    compile_c("spawn_bench", folder)
    contenders = layer_contenders(options, folder)
    rounds = []
    for _ in range(options.rounds):
        names = random.sample(sorted(contenders), len(contenders))
        rounds.append({name: reaped(contenders[name]) for name in names})

    def cost(more, less):
        return statistics.median(one[more] - one[less] for one in rounds)

    def row(name, microseconds):
        return [name, f"{microseconds:.0f}", f"{100 * microseconds / spawn:.0f} %"]

    spawn = statistics.median(one["posix_spawn"] for one in rounds)
    whole = statistics.median(one["all"] for one in rounds)
    print(f"\nLayers of a launch of {TRUE}: {options.rounds} rounds of {options.launches}, µs to "
          "reaped,\npaired within each round; what costs less than the noise may show a minus")
    rows = [row(name, cost("all", name)) for name in LAYERS]
    rows.append(row("all that policy can leave out, and the filter", cost("all", "rest")))
    rows.append(row("ids, capabilities, limits, launcher and pipes", cost("rest", "posix_spawn")))
    rows.append(row("posix_spawn", spawn))
    rows.append(row("everything on", whole))
    rows.append(row("+ refusals watched (diagnose)", cost("diagnose", "all")))
    table(["", "µs", "of posix_spawn"], rows)
    return True


# Jobs over HTTP


class Server:
    """A server that was started for this run: its port, and its end."""

    def __init__(self, name, command, folder, port_pattern):
        self.name = name
        self.log = folder / f"{name}.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.port = self.wait_for_port(re.compile(port_pattern, re.MULTILINE))

    def wait_for_port(self, pattern):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            found = pattern.search(self.log.read_text())
            if found:
                return found.group(1)
            time.sleep(0.02)
        self.stop()
        sys.exit(f"bench: {self.name} did not listen:\n{self.log.read_text()}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=START_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024


def start_servers(options, folder):
    servers = [Server(
        "http-runner", [options.bin / "http-runner", "-p", "0", "-w", TRUE], folder,
        r"listening on http://127\.0\.0\.1:(\d+)$")]
    node = shutil.which("node")
    if node:
        try:
            servers.append(Server("node", [node, HERE / "server.js", TRUE], folder, r"^(\d+)$"))
        except BaseException:
            servers[0].stop()
            raise
    return servers


def measure_jobs(options, folder, servers):
    samples = {}
    pairs = [(server, count) for server in servers for count in CLIENT_COUNTS]
    for _ in range(options.rounds):
        for server, count in random.sample(pairs, len(pairs)):
            words = run([
                folder / "job_load", server.port, str(count), str(options.seconds), TRUE]).split()
            ended, seconds, median, last = map(float, words)
            samples.setdefault((server.name, count), []).append((ended / seconds, median, last))
    return {
        key: [statistics.median(column) for column in zip(*rounds)]
        for key, rounds in samples.items()
    }


def bench_jobs(options, folder):
    compile_c("job_load", folder)
    servers = start_servers(options, folder)
    try:
        measured = measure_jobs(options, folder, servers)
        resident = {server.name: server.resident_mib() for server in servers}
    finally:
        for server in servers:
            server.stop()
    print(f"\nJobs of {TRUE} over HTTP: {options.rounds} rounds of {options.seconds} s")
    rows, met = [], True
    for count in CLIENT_COUNTS:
        for server in servers:
            rate, median, last = measured[server.name, count]
            beside = measured.get(("node", count))
            ratio = rate / beside[0] if beside else None
            if server.name == "http-runner" and ratio is not None:
                met = met and ratio > 1
            rows.append([
                f"{count} client{'s' if count > 1 else ''}, {server.name}", f"{rate:.0f}",
                f"{median:.1f}", f"{last:.1f}", f"{ratio:.2f}" if ratio else "",
                f"{resident[server.name]:.0f}"])
    table(["", "jobs/s", "p50 ms", "p99 ms", "× node", "peak MiB"], rows)
    if len(servers) < 2:
        print("\n  node is not installed, so there is nothing to compare with: apt install nodejs")
        return False
    print(f"\n  bar: more jobs a second than node at every number of clients:"
          f" {'met' if met else 'MISSED'}")
    return met


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of the programs")
    parser.add_argument("--only", choices=["launches", "layers", "jobs"], help="one part alone")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--launches", type=int, default=200, help="of each contender in a round")
    parser.add_argument("--seconds", type=float, default=2, help="of each load in a round")
    parser.add_argument("--strict", action="store_true", help="end with code 1 if a bar is missed")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("bench: the launcher needs root: become root, or run 'make bench' with sudo")
    # Not below /tmp: what the launcher runs may lie in no folder that others can write.
    with tempfile.TemporaryDirectory(prefix="http-runner-bench.", dir="/var/lib") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        parts = {"launches": bench_launches, "layers": bench_layers, "jobs": bench_jobs}
        met = [parts[part](options, folder) for part in parts if options.only in (None, part)]
    print("\nOnly ratios within this run mean anything; its figures fit no other run's.")
    sys.exit(0 if all(met) or not options.strict else 1)


if __name__ == "__main__":
    main()
