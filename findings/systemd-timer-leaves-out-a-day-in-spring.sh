#!/usr/bin/env bash
# Package: systemd 252 of Debian 12 (systemd-analyze calendar, which computes as timers do).
#
# Guess, written down first: OnCalendar at a time that the change to summer time leaves out runs
# once on that day, some time later, as Debian's cron has it.
#
# Seen: the day is left out. "*-*-* 02:30 Europe/Berlin" goes from the 27th to the 29th of March
# 2027. In Cairo, where midnight itself is left out, "*-*-* 00:00", which is "daily", has no 30th of
# April.  The nightly backup, the submission of the night's queue, the closing of a window does not
# happen, and nothing says so.
# Remedy: times in UTC, or outside 00:00 to 03:59; or two of them and a job that may run twice.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian systemd=252.39-1~deb12u2

days() {
  TZ=UTC systemd-analyze calendar --base-time="$1" --iterations=3 "$2" |
    grep -oE '[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} UTC' | paste -sd, | tee -a seen
}
days '2027-03-27 00:00:00 UTC' '*-*-* 02:30 Europe/Berlin'
days '2027-04-28 12:00:00 UTC' '*-*-* 00:00 Africa/Cairo'
grep -q '2027-03-27 01:30:00 UTC,2027-03-29 00:30:00 UTC' seen &&
  grep -q '2027-04-28 22:00:00 UTC,2027-04-30 21:00:00 UTC' seen
