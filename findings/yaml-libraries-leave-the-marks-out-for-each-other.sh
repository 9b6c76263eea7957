#!/usr/bin/env bash
# Packages: PyYAML 6.0.3 (YAML 1.1) and ruamel.yaml 0.19.1 (YAML 1.2) for Python.
#
# Guess, written down first: a text that one library writes is a text for the other, for each sets
# quotation marks where a word could be a number or a truth value.
#
# Seen: each sets them for its own version of YAML alone. PyYAML writes the short digest "12e4567",
# the season "08" and the mode "0o17" bare, and a reader of 1.2 takes them for infinity, 8 and 15.
# ruamel.yaml writes "yes", "off" and the time limit "1:30" bare, and a reader of 1.1 takes them for
# True, False and 90. Of digests cut to seven digits one in some fifty is of that kind.
# Remedy: JSON between two programs, which both read; default_style='"' in PyYAML, and quotation
# marks by hand around each text of digits.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi PyYAML==6.0.3 ruamel.yaml==0.19.1
cat >try.py <<'PYTHON'
import io, ruamel.yaml, yaml
def write(value):
    file = io.StringIO()
    ruamel.yaml.YAML().dump(value, file)
    return file.getvalue()
def read(text):
    return ruamel.yaml.YAML(typ="safe").load(text)
seen = []
for text in "12e4567", "1e3", "08", "0o17", "yes", "off", "1:30", "007", "null":
    old, new = yaml.safe_dump({"key": text}), write({"key": text})
    assert yaml.safe_load(old)["key"] == read(new)["key"] == text
    seen.append((read(old)["key"], yaml.safe_load(new)["key"]))
    print(f"PyYAML writes {old.strip()!r:18} ruamel.yaml reads {seen[-1][0]!r:10}",
          f"ruamel.yaml writes {new.strip()!r:16} PyYAML reads {seen[-1][1]!r}")
raise SystemExit(seen != [(float("inf"), "12e4567"), (1000.0, "1e3"), (8, "08"), (15, "0o17"),
                          ("yes", True), ("off", False), ("1:30", 90), ("007", "007"),
                          ("null", "null")])
PYTHON
python3 try.py
