#!/usr/bin/env python3
"""In the machine of `make vm-test`: what `http-runner doctor` must say of it.

Usage: doctor.py
"""

import json
import subprocess
import sys

from machine import wanted

DELEGATED = ["--property", "Delegate=yes"]
CONFIG = "/run/http-runner-doctor.json5"
ABI = wanted()[1]
# Of Linux 6.1: Landlock 2, and no vm.memfd_noexec. Of 6.12: nothing. All else is enforced.
OTHERS = {} if ABI >= 6 else {
    "memfd": "missing", "landlock-network": "stand-in", "landlock-scopes": "stand-in"}
UNDELEGATED = {**OTHERS, "cgroup-limits": "stand-in"}
LAYERS = 23


def diagnose(properties, words=()):
    run = subprocess.run(
        ["systemd-run", "--quiet", "--pipe", "--wait", *properties, "http-runner", "doctor",
         "--json", *words], stdout=subprocess.PIPE, check=False)
    return run.returncode, json.loads(run.stdout)


def configuration(text):
    with open(CONFIG, "w", encoding="ascii") as file:
        file.write(text)
    return ["--config", CONFIG]


def rows(document):
    return {row["layer"]: row["state"] for row in document["entries"][0]["layers"]}


def judge(name, properties, others, words=(), refused=()):
    code, document = diagnose(properties, words)
    states = rows(document)
    found = {layer: state for layer, state in states.items() if state != "enforced"}
    refusals = [row["layer"] for row in document["entries"][0]["refusals"]]
    holds = (code == (78 if refused else 0)
             and document["verdict"] == ("refused" if refused else "honoured")
             and found == others and len(states) == LAYERS and refusals == list(refused)
             and document["host"]["landlockABI"] == ABI)
    print(f"doctor: {'holds' if holds else 'BROKEN'}: {name}: {code}, {document['verdict']}, "
          f"not enforced: {found}, refused: {refusals}", flush=True)
    return holds


def main():
    require = "{entries: {sh: {path: '/bin/sh', require: ['%s']}}}"
    verdicts = [
        judge("delegated", DELEGATED, OTHERS),
        judge("not delegated", [], UNDELEGATED),
        judge("limits required, delegated", DELEGATED, OTHERS,
              configuration(require % "cgroup-limits")),
        judge("limits required, not delegated", [], UNDELEGATED,
              configuration(require % "cgroup-limits"), ["cgroup-limits"]),
        judge("scopes required", DELEGATED, OTHERS,
              configuration(require % "landlock-scopes"),
              ["landlock-scopes"] if "landlock-scopes" in OTHERS else []),
    ]
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
