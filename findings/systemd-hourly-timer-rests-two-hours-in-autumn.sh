#!/usr/bin/env bash
# Package: systemd 252 of Debian 12 (systemd-analyze calendar, which computes as timers do).
#
# Guess, written down first: a timer for each half hour runs at each half hour, also in the night
# that has an hour twice: 02:30 in summer time and 02:30 in winter time.
#
# Seen: after 02:30 of the first pass comes 03:30: two hours in which a timer "each half hour" or
# "each hour" in a named zone does not run. A check of heartbeats with 90 minutes of patience gives
# an alarm, a watch folder lies still, a key that is renewed each hour runs out.
# Remedy: OnUnitActiveSec= or a calendar in UTC for whatever means "each so many minutes".
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian systemd=252.39-1~deb12u2

TZ=UTC systemd-analyze calendar --base-time='2027-10-30 23:45:00 UTC' --iterations=3 \
  '*-*-* *:30 Europe/Berlin' | grep -oE '[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} UTC' |
  paste -sd, | tee seen
grep -qx '2027-10-31 00:30:00 UTC,2027-10-31 02:30:00 UTC,2027-10-31 03:30:00 UTC' seen
