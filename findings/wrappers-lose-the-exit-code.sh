#!/usr/bin/env bash
# Packages: cpulimit 2.8, daemon 0.8, faketime 0.9.10 and busybox 1.35 of Debian 12.
#
# Guess, written down first: a wrapper that starts a program and waits for it ends with the
# program's exit code, and with 128 and the number of the signal where a signal ended it, as the
# shell, timeout, nice, flock, dumb-init, tini and strace do.
#
# Seen: "cpulimit -f -l 50 -- COMMAND" and "daemon -f -- COMMAND" end with 0 whatever COMMAND ended
# with, so each failure counts as a success. For a program that a signal ended faketime ends with 1,
# and "busybox time" with the bare number: 9, which is also an exit code. No manual page says so.
# Remedy: a limit of processor time by cgroup or nice in place of cpulimit; where a wrapper must be,
# judge by the result and not by the code.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian cpulimit=2.8-1 daemon=0.8-1+b1 faketime=0.9.10-2.1 libfaketime=0.9.10-2.1 \
  busybox=1:1.35.0-4+deb12u1+b1

# ends WRAPPER…: prints the codes for a program that ends with 3 and for one that KILL ends.
ends() {
  echo "$(code "$@" sh -c 'sleep 1; exit 3') $(code "$@" sh -c 'sleep 1; kill -KILL $$')"
}
cpulimit=$(ends cpulimit -f -l 50 --)
daemon=$(ends daemon -f --)
faketime=$(ends faketime '2026-01-01 00:00:00')
busybox=$(ends busybox time)
timeout=$(ends timeout 10)
echo "exit 3 and signal 9: cpulimit $cpulimit, daemon $daemon, faketime $faketime," \
  "busybox time $busybox; timeout $timeout"
[ "$cpulimit $daemon" = "0 0 0 0" ] && [ "$faketime" = "3 1" ] && [ "$busybox" = "3 9" ] &&
  [ "$timeout" = "3 137" ]
