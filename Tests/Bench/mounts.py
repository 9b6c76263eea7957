#!/usr/bin/env python3
"""What a launch costs on a host with 20 mounts more and with 500, in turn.

    mounts.py --bin .build/release [--rounds 10] [--launches 200]

Everything is mounted in a mount namespace of this script's own, which goes with it. In each round
the same program is launched with few mounts and with many, and the order changes from round to
round, so that whatever else the machine does meets both. Printed are microseconds from the request
to exec: the median of all launches, and the median of the ratios of the rounds.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile

CASES = {"no host path": [], "one path of read": ["+read={shared}"]}
COUNTS = (20, 500)


def launches(arguments, words):
    command = [f"{arguments.bin}/launch-bench", f"{arguments.bin}/http-runner-launcher",
               "/bin/true", str(arguments.launches)]
    run = subprocess.run(command + words, stdout=subprocess.PIPE, text=True, check=True)
    lines = [line.split() for line in run.stdout.splitlines()]
    return [int(line[0]) / 1000 for line in lines[len(lines) // 10:]]


class Mounts:
    """So many mounts of small file systems in a folder."""

    def __init__(self, folder, count):
        self.paths = [f"{folder}/{number}" for number in range(count)]
        for path in self.paths:
            os.mkdir(path)
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", path], check=True)

    def remove(self):
        for path in self.paths:
            subprocess.run(["umount", path], check=True)
            os.rmdir(path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--launches", type=int, default=200)
    arguments = parser.parse_args()
    if os.environ.get("BENCH_INSIDE") != "1":
        os.environ["BENCH_INSIDE"] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable]
                  + sys.argv)
    with tempfile.TemporaryDirectory(prefix="bench-mounts-", dir="/srv") as folder:
        os.chmod(folder, 0o755)
        shared = f"{folder}/shared"
        os.mkdir(shared)
        for name, words in CASES.items():
            words = [word.format(shared=shared) for word in words]
            times = {count: [] for count in COUNTS}
            ratios = []
            for number in range(arguments.rounds):
                medians = {}
                for count in COUNTS if number % 2 == 0 else reversed(COUNTS):
                    mounts = Mounts(folder, count)
                    found = launches(arguments, words)
                    mounts.remove()
                    times[count] += found
                    medians[count] = statistics.median(found)
                ratios.append(medians[COUNTS[1]] / medians[COUNTS[0]])
            few, many = (statistics.median(times[count]) for count in COUNTS)
            print(f"{name}: {COUNTS[0]} mounts {few:.0f} us, {COUNTS[1]} mounts {many:.0f} us, "
                  f"ratio {statistics.median(ratios):.3f}")


main()
