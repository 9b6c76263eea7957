#!/usr/bin/env bash
# Package: APScheduler 3.11.3 for Python.
#
# Guess, written down first: a time that the change to summer time leaves out is treated alike
# wherever in the day it lies.
#
# Seen: "30 2 * * *" in Berlin runs (at 03:30 summer time) on the day whose 02:30 does not exist; "0
# 0 * * *" in Cairo does not run at all on the day whose midnight does not exist: the trigger goes
# from the 29th of April 2027 to the 1st of May. So does every daily job at 00:xx in a zone that
# changes at midnight (Cairo, Beirut, Santiago, Havana).
# Remedy: a time zone of UTC for the trigger, or an hour that exists on each day.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi apscheduler==3.11.3
cat >try.py <<'PYTHON'
import datetime, warnings, zoneinfo
warnings.simplefilter("ignore")
from apscheduler.triggers.cron import CronTrigger
def days(expression, zone, month, day):
    trigger = CronTrigger.from_crontab(expression, timezone=zone)
    now = datetime.datetime(2027, month, day, 12, tzinfo=zoneinfo.ZoneInfo(zone))
    last, found = None, []
    for _ in range(3):
        last = trigger.get_next_fire_time(last, now)
        now = datetime.datetime.fromtimestamp(last.timestamp() + 1, now.tzinfo)
        found.append(datetime.datetime.fromtimestamp(last.timestamp(), now.tzinfo))
    print(zone, expression, *(time.isoformat() for time in found))
    return [time.day for time in found]
berlin = days("30 2 * * *", "Europe/Berlin", 3, 26)
cairo = days("0 0 * * *", "Africa/Cairo", 4, 28)
raise SystemExit(not (berlin == [27, 28, 29] and cairo == [29, 1, 2]))
PYTHON
python3 try.py
