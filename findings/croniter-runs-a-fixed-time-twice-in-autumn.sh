#!/usr/bin/env bash
# Package: croniter 7.0.0 for Python.
#
# Guess, written down first: a job at a fixed time, "30 2 * * *", runs once in the night in which
# that time comes twice, as Debian's cron and the cronsim library have it.
#
# Seen: croniter gives 02:30 twice, an hour apart, for a fixed time just as for "*/30 * * * *". In
# spring it behaves as cron does (03:00 for 02:30). A nightly transcode, invoice or rotation runs
# twice in one night of the year; the second run meets the results of the first.
# Remedy: cronsim, which tells fixed times from wildcards; or drop a run less than a day after the
# last.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi croniter==7.0.0 cronsim==2.8
cat >try.py <<'PYTHON'
import datetime, itertools, zoneinfo
from croniter import croniter
from cronsim import CronSim
start = datetime.datetime(2027, 10, 30, 12, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))
iterator = croniter("30 2 * * *", start)
one = [iterator.get_next(datetime.datetime).isoformat() for _ in range(3)]
two = [time.isoformat() for time in itertools.islice(CronSim("30 2 * * *", start), 3)]
print("croniter", *one)
print("cronsim ", *two)
twice = ["2027-10-31T02:30:00+02:00", "2027-10-31T02:30:00+01:00"]
raise SystemExit(not (one[:2] == twice and two[1].startswith("2027-11-01")))
PYTHON
python3 try.py
