#!/usr/bin/env bash
# Package: tempora 5.13.0 for Python; beside it pytimeparse2 1.7.1 and humanfriendly 10.0.
#
# Guess, written down first: a parser of durations takes "1,5h", "-5m" and "1:30" as others do, or
# refuses.
#
# Seen: "1,5h", an hour and a half where the comma divides, is five hours and a second (18001 s).
# "-5m" is plus five minutes. "1:30" is an hour and a half, where pytimeparse2 says a minute and a
# half. The others refuse the first. A time limit or a window written by hand is off by hours, and
# nothing is said.
# Remedy: refuse what does not match a pattern of one's own before it is given to the parser.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi tempora==5.13.0 pytimeparse2==1.7.1 humanfriendly==10.0
cat >try.py <<'PYTHON'
import humanfriendly, pytimeparse2, tempora
def read(parse, text):
    try:
        return parse(text)
    except Exception:
        return None
seen = []
for text in ("1,5h", "-5m", "1:30"):
    seen.append((read(lambda text: int(tempora.parse_timedelta(text).total_seconds()), text),
                 read(pytimeparse2.parse, text), read(humanfriendly.parse_timespan, text)))
    print(text, "tempora {}, pytimeparse2 {}, humanfriendly {}".format(*seen[-1]))
raise SystemExit(seen != [(18001, None, None), (300, -300, None), (5400, 90, None)])
PYTHON
python3 try.py
