#!/usr/bin/env bash
# Package: systemd-journal-remote 252 of Debian 12 and its journalctl.
#
# Guess, written down first: MESSAGE in "journalctl -o json" is a text, as it is on the screen.
#
# Seen: a line with a colour, with the carriage returns of a bar of progress, or with one byte that
# is not UTF-8 is a list of numbers; one of more than 4096 bytes is null, without --all; a field
# that an entry has twice is a list of texts. So a filter like jq 'select(.MESSAGE | test("error"))'
# breaks off at the first coloured line. "-o short" shows "[12B blob data]" for the bar and the
# byte, but the text of the coloured line.
# Remedy: --all, and a reader that takes a text, null, a list of numbers and a list of texts; no
# colour in services (NO_COLOR, --no-progress).
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian systemd-journal-remote=252.39-1~deb12u2 systemd=252.39-1~deb12u2
python3 - <<'PYTHON'
import struct
LINES = (b"plain", b"\x1b[31merror\x1b[0m", b"10%\r20%\r30%", b"K\xe4se", b"x" * 4097,
         b"two\nlines")
def field(name, value):
    if all(byte >= 32 for byte in value):
        return name + b"=" + value + b"\n"
    return name + b"\n" + struct.pack("<Q", len(value)) + value + b"\n"
with open("entries", "wb") as file:
    for number, line in enumerate(LINES):
        file.write(b"__REALTIME_TIMESTAMP=%d\n" % (1790000000000000 + number)
                   + b"__MONOTONIC_TIMESTAMP=%d\n" % (1000 + number)
                   + b"_BOOT_ID=%032d\n" % 1 + b"SYSLOG_IDENTIFIER=job\n"
                   + b"TAG=a\nTAG=b\n" + field(b"MESSAGE", line) + b"\n")
PYTHON
root/lib/systemd/systemd-journal-remote --output=a.journal entries >log 2>&1 ||
  untried "$(tail -n 1 log)"
journalctl --file a.journal -o json >short.json
journalctl --file a.journal -o json --all >long.json
journalctl --file a.journal -o short >screen
cut -c1-60 screen
python3 - <<'PYTHON'
import json
def kinds(name):
    return [type(json.loads(line)["MESSAGE"]).__name__ for line in open(name)]
short, long = kinds("short.json"), kinds("long.json")
print("MESSAGE:", *short, "; with --all:", *long)
screen = open("screen").read()
tags = json.loads(open("short.json").readline())["TAG"]
raise SystemExit(short != ["str", "list", "list", "list", "NoneType", "str"]
                 or long != ["str", "list", "list", "list", "str", "str"]
                 or tags != ["a", "b"] or screen.count("blob data") != 2
                 or "error" not in screen)
PYTHON
