#!/usr/bin/env bash
# Package: cron-converter 2.0.2 for Python.
#
# Guess, written down first: a schedule gives instants that grow; times that do not exist are left
# out or moved.
#
# Seen: over the change to summer time "*/30 * * * *" gives 02:00+01:00 and 02:30+01:00, which do
# not exist, and then 03:00+02:00 and 03:30+02:00: the same two instants again. As instants they go
# backwards by an hour: a loop that sleeps until the next one runs four jobs where two are due, two
# of them at once. In autumn the second pass of the hour is left out.
# Remedy: convert to UTC and drop what is not later than the last, or use another library.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi cron-converter==2.0.2
cat >try.py <<'PYTHON'
import datetime, zoneinfo
from cron_converter import Cron
zone = zoneinfo.ZoneInfo("Europe/Berlin")
schedule = Cron("*/30 * * * *").schedule(datetime.datetime(2027, 3, 28, 1, 45, tzinfo=zone))
times = [schedule.next() for _ in range(4)]
stamps = [time.timestamp() for time in times]
for time, stamp in zip(times, stamps):
    print(time.isoformat(), "is", datetime.datetime.fromtimestamp(stamp, datetime.timezone.utc))
raise SystemExit(not (stamps[:2] == stamps[2:] and len(set(stamps)) == 2))
PYTHON
python3 try.py
