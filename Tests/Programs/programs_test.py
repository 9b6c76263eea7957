"""The list of programs agrees with their entries and with what is installed for them."""

import pathlib
import re
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))

import cases  # noqa: E402
import page  # noqa: E402
import programs  # noqa: E402


class ProgramsTest(unittest.TestCase):
    """Nothing runs here: `make programs` does that."""

    def test_every_entry_has_one_program_and_every_program_an_entry(self):
        names = [case.entry for case in cases.ALL]
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(set(names), set(programs.file_of_entries()["entries"]))
        self.assertGreaterEqual(len(names), 50)

    def test_what_a_program_needs_is_installed_for_it(self):
        packages = (HERE / "../../scripts/packages.txt").read_text(encoding="utf-8")
        debian = set(re.findall(r"^programs +(\S+)", packages, re.MULTILINE))
        pinned = (HERE / "requirements.txt").read_text(encoding="utf-8")
        python = set(re.findall(r"^([a-z0-9-]+)==", pinned, re.MULTILINE))
        for case in cases.ALL:
            self.assertIn(case.package, python if case.pypi else debian)

    def test_of_every_program_something_is_looked_at(self):
        for case in cases.ALL:
            self.assertTrue(case.prints or case.makes, case.entry)
            if case.makes:
                self.assertIn("{out}", " ".join(case.arguments), case.entry)

    def test_what_did_not_come_is_found(self):
        case = cases.case("a", "a", "a", "a", prints="^42\n$")
        programs.judge(case, HERE, b"42\n")
        with self.assertRaises(programs.Failed):
            programs.judge(case, HERE, b"43\n")
        made = cases.case("a", "a", "a", "a", makes="cases.py", magic=b'"""What')
        programs.judge(made, HERE, b"")
        made.magic = b"#!"
        with self.assertRaises(programs.Failed):
            programs.judge(made, HERE, b"")

    def test_a_row_that_failed_says_so(self):
        row = page.Row("a", "b 1", "c", "compute", fault="killed")
        text = page.section([row], [], [], "Debian")
        self.assertIn("**failed**", text)
        self.assertIn("0 of 1 programs", text)
        self.assertIn("- `a`: killed", text)

    def test_a_run_of_a_few_keeps_what_was_found_of_the_others(self):
        with tempfile.TemporaryDirectory() as folder:
            kept = pathlib.Path(folder) / "results.json"
            first = [page.Row(name, "b 1", "c", "compute", 1.0) for name in "xy"]
            page.joined(kept, first, [page.Size("s", "2", "1", "1", "")], [])
            again = page.joined(kept, [page.Row("y", "b 2", "c", "compute", 2.0)], [], [])
            self.assertEqual([row.package for row in again[0]], ["b 1", "b 2"])
            self.assertEqual([size.name for size in again[1]], ["s"])


if __name__ == "__main__":
    unittest.main()
