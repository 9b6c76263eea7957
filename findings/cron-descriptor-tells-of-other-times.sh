#!/usr/bin/env bash
# Packages: cron-descriptor 2.2.1 (the words beside cron lines of many dashboards) and cronsim 2.8
# for Python.
#
# Guess, written down first: the words say when cron runs: "*/40" at 0 and 40 past each hour, "*/90"
# at 0, and a day of the month together with a day of the week as either.
#
# Seen: "*/40 * * * *" is "Every 40 minutes" and "*/90 * * * *" is "Every 90 minutes", which runs
# each hour; "0 */5 * * *" is "Every 5 hours", though four hours lie between 20:00 and 00:00. "0 0
# 1,15 * 1-5" is "on day 1 and 15 of the month, Monday through Friday", where cron runs on each
# working day as well; and "0 0 */2 * 1" says "or", where cron takes the Mondays among the odd days
# only.
# Remedy: the next three times beside the words, or in their place.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi cron-descriptor==2.2.1 cronsim==2.8
cat >try.py <<'PYTHON'
from cron_descriptor import get_description
from cronsim import CronSim
from datetime import datetime
from itertools import islice
expected = {
    "*/40 * * * *": ("Every 40 minutes", "01 12:40, 01 13:00, 01 13:40"),
    "*/90 * * * *": ("Every 90 minutes", "01 13:00, 01 14:00, 01 15:00"),
    "0 */5 * * *": ("Every 5 hours", "01 15:00, 01 20:00, 02 00:00"),
    "0 0 1,15 * 1-5": ("At 12:00 AM, on day 1 and 15 of the month, Monday through Friday",
                       "04 00:00, 05 00:00, 06 00:00"),
    "0 0 */2 * 1": ("At 12:00 AM, every 2 days, or on Monday", "11 00:00, 25 00:00, 01 00:00")}
seen = {}
for cron in expected:
    times = islice(CronSim(cron, datetime(2027, 1, 1, 12)), 3)
    seen[cron] = get_description(cron), ", ".join(f"{time:%d %H:%M}" for time in times)
    print(f"{cron}: {seen[cron][0]}\n    {seen[cron][1]}")
raise SystemExit(seen != expected)
PYTHON
python3 try.py
