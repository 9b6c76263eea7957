#!/usr/bin/env python3
"""Joins the results of `swift test` with the promises of docs/promises.md.

Usage: scripts/report.py filter NUMBER...
           prints, one a line, the regular expressions that match the tests of these promises
       scripts/report.py merge FOLDER [--promises NUMBER... | --every-promise | --at-least-one]
           writes FOLDER/junit.xml and FOLDER/report.json from FOLDER/parts/*.xml, in the order of
           their names; fails if a test failed, if one of the given promises (or of all) has a test
           that did not run, or, with --at-least-one, if no test ran at all
A promise is named by its number: 17, 017 or P-017.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as XML

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "promises.md"
FORMAT = 1
LINK = re.compile(r"`([^`]+)` \(\[[^]]*\]\(\.\./(Tests/[^)]+)\)\)")


def fail(message):
    sys.exit(f"report: FAILED: {message}")


def promises():
    """Number -> {"promise", "tests": [(target, test name)]}, in the order of the page."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = re.match(r"\| (P-\d{3}) \| (.*?) \|", line)
        if cells:
            tests = [(path.split("/")[1], name) for name, path in LINK.findall(line)]
            found[cells[1]] = {"promise": cells[2], "tests": tests}
    if not found:
        fail(f"{PAGE} has no promise; type: make docs")
    return found


def number(text):
    digits = re.fullmatch(r"(?:P-)?(\d{1,3})", text)
    name = f"P-{int(digits[1]):03}" if digits else text
    if name not in promises():
        fail(f"there is no promise {text}: docs/promises.md has the numbers")
    return name


def pattern(target, name):
    """What `swift test --filter` finds this test by, and no other."""
    escaped = re.sub(r"([][.^$*+?(){}|\\])", r"\\\1", name)
    return rf"^{target}\..*[/.]`?{escaped}`?\("


def legal(text):
    """XML without the characters that XML 1.0 has no way to write; Swift Testing writes them."""
    def judged(match):
        code = int(match[1])
        return match[0] if code >= 32 or code in (9, 10, 13) else "\N{REPLACEMENT CHARACTER}"
    return re.sub(r"[\0-\x08\x0b\x0c\x0e-\x1f]", "\N{REPLACEMENT CHARACTER}",
                  re.sub(r"&#(\d+);", judged, text))


def read(path):
    """The test cases of one part, as dictionaries."""
    cases = []
    for case in XML.fromstring(legal(path.read_text(encoding="utf-8")).encode()).iter("testcase"):
        name = re.match(r"`([^`]*)`|([^(]*)", case.get("name"))
        name = name[1] or name[2]
        cases.append({
            "part": re.sub(r"^\d+-", "", path.stem),
            "class": case.get("classname"),
            "target": case.get("classname").split(".")[0],
            "name": name,
            "seconds": float(case.get("time") or 0),
            "failures": [f.get("message") or f.text or "" for f in case.findall("failure")],
            "isSkipped": case.find("skipped") is not None,
        })
    return cases


def write_junit(path, cases):
    root = XML.Element("testsuites")
    for part in dict.fromkeys(case["part"] for case in cases):
        mine = [case for case in cases if case["part"] == part]
        suite = XML.SubElement(
            root, "testsuite", name=part, tests=str(len(mine)), errors="0",
            failures=str(sum(bool(case["failures"]) for case in mine)),
            skipped=str(sum(case["isSkipped"] for case in mine)),
            time=f"{sum(case['seconds'] for case in mine):.3f}")
        for case in mine:
            element = XML.SubElement(
                suite, "testcase", classname=case["class"], name=case["name"],
                time=f"{case['seconds']:.3f}")
            if case["promises"]:
                properties = XML.SubElement(element, "properties")
                for promise in case["promises"]:
                    XML.SubElement(properties, "property", name="promise", value=promise)
            for failure in case["failures"]:
                XML.SubElement(element, "failure", message=failure)
            if case["isSkipped"]:
                XML.SubElement(element, "skipped")
    XML.indent(root)
    XML.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def verdict(tests, results):
    ran = [result for test in tests for result in results.get(test, [])]
    if any(result["failures"] for result in ran):
        return "failed"
    missing = any(test not in results for test in tests)
    return "not-run" if missing or not tests else "passed"


def commit():
    run = subprocess.run(["git", "-C", ROOT, "rev-parse", "HEAD"], capture_output=True, text=True,
                         check=False)
    return run.stdout.strip() or None


def merge(folder, wanted, at_least_one):
    table = promises()
    parts = sorted((folder / "parts").glob("*.xml"))
    cases = [case for part in parts for case in read(part)]
    owners = {}
    for promise, row in table.items():
        for test in row["tests"]:
            owners.setdefault(test, []).append(promise)
    results = {}
    for case in cases:
        key = (case["target"], case["name"])
        case["promises"] = owners.get(key, [])
        if not case["isSkipped"]:
            results.setdefault(key, []).append(case)
    verdicts = {name: verdict(row["tests"], results) for name, row in table.items()}
    write_junit(folder / "junit.xml", cases)
    report = {
        "format": FORMAT, "commit": commit(), "tests": len(cases),
        "failed": sum(bool(case["failures"]) for case in cases),
        "seconds": round(sum(case["seconds"] for case in cases), 3),
        "promises": [{"number": name, "promise": table[name]["promise"], "result": result}
                     for name, result in verdicts.items()],
        "results": [{"part": case["part"], "class": case["class"], "name": case["name"],
                     "seconds": round(case["seconds"], 3), "promises": case["promises"],
                     "failures": case["failures"]} for case in cases],
    }
    text = json.dumps(report, ensure_ascii=False, indent=1)
    (folder / "report.json").write_text(text + "\n", encoding="utf-8")
    held = sum(result == "passed" for result in verdicts.values())
    print(f"report: {report['tests']} tests, {report['failed']} failed; {held} of {len(verdicts)}"
          f" promises shown; {folder}/report.json, junit.xml", file=sys.stderr)
    judge(cases, {name: verdicts[name] for name in wanted}, table, results, at_least_one)


def judge(cases, wanted, table, results, at_least_one):
    if at_least_one and not cases:
        fail("nothing matched: no test ran. `swift test list` has the names.")
    for name, result in wanted.items():
        gone = [test for test in table[name]["tests"] if test not in results]
        if gone:
            fail(f"{name}: did not run: " + "; ".join(f"{test[1]} ({test[0]})" for test in gone))
        if result != "passed":
            fail(f"{name} {result}")
    broken = [case["name"] for case in cases if case["failures"]]
    if broken:
        fail("; ".join(broken))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("filter")
    one.add_argument("numbers", nargs="+")
    two = commands.add_parser("merge")
    two.add_argument("folder", type=pathlib.Path)
    two.add_argument("--promises", nargs="*", default=[])
    two.add_argument("--every-promise", action="store_true")
    two.add_argument("--at-least-one", action="store_true")
    words = parser.parse_args()
    if words.command == "filter":
        table = promises()
        tests = [test for name in map(number, words.numbers) for test in table[name]["tests"]]
        print("\n".join(dict.fromkeys(pattern(*test) for test in tests)))
    else:
        wanted = promises() if words.every_promise else map(number, words.promises)
        merge(words.folder, list(wanted), words.at_least_one)


if __name__ == "__main__":
    main()
