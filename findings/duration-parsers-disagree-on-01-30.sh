#!/usr/bin/env bash
# Packages: pydantic 2.14.4, Django 5.2.19, pytimeparse 1.1.10, pendulum 3.3.0, isodate 0.7.2,
# aniso8601 10.0.1, msgspec 0.23.0 and whenever 0.11.0 for Python.
#
# Guess, written down first: "01:30" and "1:30" are 90 seconds where they are taken; what is ISO
# 8601 (PT1.5H, -PT1H, P1W, P1M) is the same length of time in each, or an error.
#
# Seen: "01:30" is 90 minutes for pydantic, 90 seconds for Django and pytimeparse, and half past one
# today for pendulum; pydantic refuses "1:30" and "90", and Django takes both as 90 seconds. "PT",
# which has no number, is 0 for Django, pendulum and isodate. P1W is None for Django, an error for
# msgspec and a week for the others; -PT1H an error for pendulum and aniso8601; PT1.5H one for
# whenever; P1M 30 days for pydantic, pendulum and aniso8601.
# Remedy: seconds as a number; where text has to be, PT and whole numbers only.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi pydantic==2.14.4 django==5.2.19 pytimeparse==1.1.10 pendulum==3.3.0 isodate==0.7.2 \
  aniso8601==10.0.1 msgspec==0.23.0 whenever==0.11.0
cat >try.py <<'PYTHON'
import aniso8601, isodate, msgspec, pendulum, pydantic, pytimeparse, whenever
from datetime import timedelta
from django.utils.dateparse import parse_duration
parsers = {
    "pydantic": pydantic.TypeAdapter(timedelta).validate_python, "django": parse_duration,
    "pytimeparse": pytimeparse.parse, "pendulum": pendulum.parse,
    "isodate": isodate.parse_duration, "aniso8601": aniso8601.parse_duration,
    "msgspec": lambda text: msgspec.convert(text, timedelta, strict=False),
    "whenever": whenever.ItemizedDelta.parse_iso}
def parse(parser, text):
    try:
        value = parser(text)
    except Exception:
        return "error"
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    return value if value is None or isinstance(value, int) else type(value).__name__
seen = {}
for text in ("01:30", "1:30", "90", "PT", "P1W", "-PT1H", "PT1.5H", "P1M"):
    seen[text] = [parse(parser, text) for parser in parsers.values()]
    print(f"{text}:", ", ".join(f"{name} {value}" for name, value in zip(parsers, seen[text])))
other = ["error"] * 4
raise SystemExit(seen != {
    "01:30": [5400, 90, 90, "DateTime"] + other, "1:30": ["error", 90, 90, "DateTime"] + other,
    "90": ["error", 90, None, "error", "error", "error", 90, "error"],
    "PT": ["error", 0, None, 0, 0, "error", "error", "error"],
    "P1W": [604800, None, None, 604800, 604800, 604800, "error", "ItemizedDelta"],
    "-PT1H": [-3600, -3600, None, "error", -3600, "error", -3600, "ItemizedDelta"],
    "PT1.5H": [5400, 5400, None, 5400, 5400, 5400, 5400, "error"],
    "P1M": [2592000, None, None, 2592000, "Duration", 2592000, "error", "ItemizedDelta"]})
PYTHON
python3 try.py
