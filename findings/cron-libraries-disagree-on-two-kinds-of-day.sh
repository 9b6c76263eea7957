#!/usr/bin/env bash
# Packages: croniter 7.0.0, cronsim 2.8, crontab 1.0.5, cron-converter 2.0.2, pycron 3.3.0 and
# APScheduler 3.11.3 for Python.
#
# Guess, written down first: "0 0 13 * 5" is each 13th and each Friday, as crontab(5) says, and "0 0
# */10 * 5" the Fridays among days 1, 11, 21 and 31, as cron does, in each of them but APScheduler,
# which documents that all fields have to match; 7 is Sunday.
#
# Seen: crontab and cron-converter ask for both, so "0 0 13 * 5" runs on Friday the 13th alone, once
# in 2027. croniter takes either for "*/10" too, and runs on 22 days of a quarter in place of none.
# pycron never runs for day 7 and leaves Sunday out of 5-7. APScheduler counts the days of
# from_crontab from Monday as 0, so 5 is Saturday. cron-converter takes "5/7" as day 5 alone, pycron
# as never, the others as 5, 12, 19 and 26. Only cronsim does as cron does.
# Remedy: one of the two fields as "*"; days of the week by name.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi croniter==7.0.0 cronsim==2.8 crontab==1.0.5 cron-converter==2.0.2 pycron==3.3.0 \
  apscheduler==3.11.3
cat >try.py <<'PYTHON'
import cron_converter, crontab, cronsim, croniter, pycron
from apscheduler.triggers.cron import CronTrigger
from datetime import datetime, timedelta, timezone
start, end = datetime(2027, 1, 1, 12), datetime(2027, 4, 1)
def by_crontab(time, cron):
    return time + timedelta(seconds=crontab.CronTab(cron).next(time, default_utc=False))
def by_apscheduler(time, cron):
    trigger = CronTrigger.from_crontab(cron, timezone="UTC")
    time = time.replace(tzinfo=timezone.utc) + timedelta(seconds=1)
    return trigger.get_next_fire_time(None, time).replace(tzinfo=None)
def by_pycron(time, cron):
    while time < end:
        time = time.replace(hour=0) + timedelta(days=1)
        if pycron.is_now(cron, time):
            return time
    return time
libraries = {
    "cronsim": lambda time, cron: next(cronsim.CronSim(cron, time)),
    "croniter": lambda time, cron: croniter.croniter(cron, time).get_next(datetime),
    "crontab": by_crontab,
    "cron-converter": lambda time, cron: cron_converter.Cron(cron).schedule(time).next(),
    "pycron": by_pycron,
    "apscheduler": by_apscheduler}
def days(next_time, cron):
    time, found = start, []
    try:
        while (time := next_time(time, cron)) < end:
            found.append(time.strftime("%a %m-%d"))
    except ValueError as error:
        return [type(error).__name__]
    return found
seen = {}
for cron in ("0 0 13 * 5", "0 0 */10 * 5", "0 0 * * 7", "0 0 * * 5-7", "0 0 * * 5", "0 0 5/7 * *"):
    seen[cron] = {name: days(next_time, cron) for name, next_time in libraries.items()}
    print(cron)
    for name, found in seen[cron].items():
        print(f"  {name}: {len(found)},", ", ".join(found[:3]))
def counts(cron):
    return [len(found) for found in seen[cron].values()]
raise SystemExit(not (
    counts("0 0 13 * 5") == [15, 15, 0, 0, 15, 2] and counts("0 0 */10 * 5") == [0, 22, 0, 0, 0, 0]
    and counts("0 0 * * 7")[:5] == [13, 13, 13, 13, 0]
    and seen["0 0 * * 7"]["apscheduler"] == ["ValueError"]
    and counts("0 0 * * 5-7")[:5] == [38, 38, 38, 38, 25]
    and all(name.startswith("Sat") for name in seen["0 0 * * 5"]["apscheduler"])
    and counts("0 0 5/7 * *") == [12, 12, 12, 3, 0, 12]))
PYTHON
python3 -W ignore try.py
