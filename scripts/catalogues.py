#!/usr/bin/env python3
"""Builds the DocC catalogue of each target, and fails on a warning of it.

Usage: scripts/catalogues.py        after a build for debugging; environment: SWIFT
A catalogue is Sources/…/Documentation.docc; its page has the name of the target. Symbols of Swift
come from the built modules, package access included, those of C from the headers. The pages are in
.build/catalogues, one archive a target, for `docc preview` or any web server.
A parameter without words of its own is no warning here: its name says what it is, or it has some.
"""
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / ".build" / "catalogues"
BUILT = ROOT / ".build" / "debug"
TOOLS = pathlib.Path(os.path.realpath(shutil.which(os.environ.get("SWIFT", "swift")))).parent
LET_PASS = "is missing documentation"


def fail(message):
    sys.exit(f"catalogues: FAILED: {message}")


def run(*words):
    result = subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT)
    if result.returncode:
        fail(f"{words[0].name} ended with {result.returncode}:\n{result.stdout}{result.stderr}")
    return result.stdout


def headers(folder):
    """Headers of a target of C, and the folder that they are found by; none for one of Swift."""
    place = folder / "include" if (folder / "include").is_dir() else folder
    return place, sorted(place.glob("*.h"))


def target():
    return json.loads(run(TOOLS / "swiftc", "-print-target-info"))["target"]["triple"]


def extract_swift(name, graphs, triple):
    words = ["-I", BUILT / "Modules"]
    for folder in sorted((ROOT / "Sources").glob("C*")):
        words += ["-I", headers(folder)[0]]
    for maps in sorted(BUILT.glob("*.build/module.modulemap")):
        words += ["-Xcc", f"-fmodule-map-file={maps}"]
    run(TOOLS / "swift-symbolgraph-extract", "-module-name", name, *words, "-target", triple,
        "-minimum-access-level", "package", "-skip-synthesized-members", "-skip-inherited-docs",
        "-output-dir", graphs)


def extract_c(name, files, graphs):
    run(TOOLS / "clang", "-extract-api", "-x", "c-header", f"--product-name={name}",
        "-o", graphs / f"{name}.symbols.json", *files)


def convert(catalogue, triple):
    """Builds one catalogue; answers with the diagnostics that count."""
    name = next(catalogue.glob("*.md")).stem
    graphs = OUT / "symbols" / name
    graphs.mkdir(parents=True)
    _, files = headers(catalogue.parent)
    if files:
        extract_c(name, files, graphs)
    else:
        extract_swift(name, graphs, triple)
    diagnostics = graphs / "diagnostics.txt"
    run(TOOLS / "docc", "convert", catalogue, "--additional-symbol-graph-dir", graphs,
        "--output-dir", OUT / f"{name}.doccarchive", "--fallback-display-name", name,
        "--fallback-bundle-identifier", f"http-runner.{name}",
        "--diagnostics-file", diagnostics)
    if not diagnostics.exists():
        return []
    found = json.loads(diagnostics.read_text(encoding="utf-8"))["diagnostics"]
    return [f"{one.get('source', name)}: {one['summary']}" for one in found
            if not one["summary"].endswith(LET_PASS)]


def main():
    catalogues = sorted((ROOT / "Sources").rglob("Documentation.docc"))
    if not catalogues:
        fail("no Sources/…/Documentation.docc is there")
    if not (BUILT / "Modules").is_dir():
        fail("nothing is built; type: swift build --build-tests")
    shutil.rmtree(OUT, ignore_errors=True)
    triple = target()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [line for lines in pool.map(lambda one: convert(one, triple), catalogues)
                 for line in lines]
    if found:
        fail("DocC warns:\n" + "\n".join(found))
    print(f"catalogues: {len(catalogues)} targets; .build/catalogues", file=sys.stderr)


if __name__ == "__main__":
    main()
