"""What scripts/report.py makes of results, and when it fails. Run by `make check`."""
import contextlib
import importlib.util
import io
import json
import pathlib
import tempfile
import unittest
import xml.etree.ElementTree as XML

ROOT = pathlib.Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("report", ROOT / "scripts" / "report.py")
report = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(report)

PAGE = """\
| number | promise | mechanism | tests | twins |
| --- | --- | --- | --- | --- |
| P-001 | One | a | `it (holds) [so]` ([ATests](../Tests/ATests/ATests.swift)) | inside |
| P-002 | Two | b | `it (holds) [so]` ([ATests](../Tests/ATests/ATests.swift)) | \
`plain` ([ATests](../Tests/ATests/ATests.swift)) |
"""
HOLDS = '<testcase classname="ATests.Outer.Inner" name="`it (holds) [so]`(_:)" time="0.5"/>'
PLAIN = '<testcase classname="ATests.Inner" name="plain()" time="0.25"/>'
BROKEN = ('<testcase classname="ATests.Inner" name="plain()" time="0">'
          '<failure message="a &#27; b"/></testcase>')


class ReportTests(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        (self.folder / "parts").mkdir()
        page = self.folder / "promises.md"
        page.write_text(PAGE, encoding="utf-8")
        self.addCleanup(setattr, report, "PAGE", report.PAGE)
        report.PAGE = page

    def merge(self, *cases, wanted=(), at_least_one=False):
        text = "<testsuites><testsuite>" + "".join(cases) + "</testsuite></testsuites>"
        (self.folder / "parts" / "1-some.xml").write_text(text, encoding="utf-8")
        with contextlib.redirect_stderr(io.StringIO()):
            report.merge(self.folder, list(wanted), at_least_one)
        return json.loads((self.folder / "report.json").read_text(encoding="utf-8"))

    def test_results_have_their_promises(self):
        found = self.merge(HOLDS, PLAIN, wanted=["P-001", "P-002"])
        self.assertEqual([one["result"] for one in found["promises"]], ["passed", "passed"])
        self.assertEqual(found["results"][0]["promises"], ["P-001", "P-002"])
        tree = XML.parse(self.folder / "junit.xml")
        values = [one.get("value") for one in tree.iter("property")]
        self.assertEqual(values, ["P-001", "P-002", "P-002"])

    def test_a_promise_with_a_test_that_did_not_run_fails(self):
        with self.assertRaisesRegex(SystemExit, "P-002: did not run: plain"):
            self.merge(HOLDS, wanted=["P-002"])
        self.assertEqual(self.merge(HOLDS)["promises"][1]["result"], "not-run")

    def test_a_failure_fails_and_is_readable(self):
        with self.assertRaisesRegex(SystemExit, "plain"):
            self.merge(HOLDS, BROKEN)
        found = json.loads((self.folder / "report.json").read_text(encoding="utf-8"))
        self.assertEqual(found["failed"], 1)
        self.assertEqual([one["result"] for one in found["promises"]], ["passed", "failed"])

    def test_nothing_that_ran_fails(self):
        with self.assertRaisesRegex(SystemExit, "nothing matched"):
            self.merge(at_least_one=True)

    def test_numbers_and_patterns(self):
        for text in ["1", "001", "P-001"]:
            self.assertEqual(report.number(text), "P-001")
        for text in ["3", "P-0", "one", ""]:
            self.assertRaises(SystemExit, report.number, text)
        self.assertEqual(
            report.pattern("ATests", "it (holds) [so]"),
            r"^ATests\..*[/.]`?it \(holds\) \[so\]`?\(")


if __name__ == "__main__":
    unittest.main()
