#!/usr/bin/env bash
# Packages: arrow 1.4.0, msgspec 0.23.0, pendulum 3.3.0, ciso8601 2.4.1, iso8601 2.1.0, dateutil
# 4.0.0 and pydantic 2.14.4 for Python.
#
# Guess, written down first: nine digits of a second, as Go, Rust and the journal write them, are
# cut to the six that Python keeps; small "t" and "z", which RFC 3339 allows, are read; a time
# without an offset is refused or stays without one.
#
# Seen: arrow and msgspec round: 23:59:59.9999999 of Sunday is midnight of Monday, a second and a
# day that the event was not in; the others cut. "2026-11-29t20:31:32z" is refused by Python's own
# fromisoformat, arrow, pendulum and iso8601. A time without an offset is UTC for arrow, pendulum
# and iso8601, in silence, and without a zone for the others, msgspec among them.
# Remedy: one parser for both ends; times cut to microseconds and written with "T" and "Z".
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi arrow==1.4.0 msgspec==0.23.0 pendulum==3.3.0 ciso8601==2.4.1 iso8601==2.1.0 \
  python-dateutil==4.0.0 pydantic==2.14.4
cat >try.py <<'PYTHON'
import datetime, json
import arrow, ciso8601, dateutil.parser, iso8601, msgspec, pendulum, pydantic
readers = {
    "fromisoformat": datetime.datetime.fromisoformat,
    "arrow": lambda text: arrow.get(text).datetime,
    "msgspec": lambda text: msgspec.json.decode(json.dumps(text), type=datetime.datetime),
    "pendulum": pendulum.parse,
    "ciso8601": ciso8601.parse_datetime,
    "iso8601": iso8601.parse_date,
    "dateutil": dateutil.parser.isoparse,
    "pydantic": pydantic.TypeAdapter(datetime.datetime).validate_python,
}
NANOSECONDS, SMALL, BARE = "2026-11-29T23:59:59.999999999Z", "2026-11-29t20:31:32z", \
    "2026-11-29T20:31:32"
seen = {}
for name, read in readers.items():
    for text in NANOSECONDS, SMALL, BARE:
        try:
            seen[name, text] = str(read(text))
        except ValueError as error:
            seen[name, text] = "refused"
        print(f"{name:14} {text:31} {seen[name, text]}")
def those(text, value):
    return [name for name in readers if seen[name, text].endswith(value)]
raise SystemExit(
    those(NANOSECONDS, "30 00:00:00+00:00") != ["arrow", "msgspec"]
    or len(those(NANOSECONDS, "29 23:59:59.999999+00:00")) != 6
    or those(SMALL, "refused") != ["fromisoformat", "arrow", "pendulum", "iso8601"]
    or those(BARE, "+00:00") != ["arrow", "pendulum", "iso8601"]
    or len(those(BARE, "20:31:32")) != 5)
PYTHON
python3 try.py
