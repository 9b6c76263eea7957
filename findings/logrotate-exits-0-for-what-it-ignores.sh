#!/usr/bin/env bash
# Package: logrotate 3.21.0 of Debian 12.
#
# Guess, written down first: what logrotate calls an error makes it end with another code than 0, so
# that its timer shows a failure.
#
# Seen: a configuration that the group may write (mode 664, what git and umask 002 make) is ignored
# whole: "error: Ignoring …", and 0. A line that it does not know, as "maxfiles 7" of another
# program, is "unknown option -- ignoring line", and 0: no "rotate" is left, whose default is 0, so
# that the log is deleted in place of being rotated. For a log that is missing it ends with 1.
# Remedy: "install -m 644"; "logrotate -d FILE 2>&1 | grep error" before a file is put in place.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian logrotate=3.21.0-1
mkdir -m 755 logs
# configure LINE…: writes a configuration for the log, and the log.
configure() {
  printf '%s\n' "$folder/logs/a.log {" daily "$@" '}' >a.conf
  chmod 644 a.conf
  rm -f logs/*
  seq 500 >logs/a.log
}
# rotate: rotates by force, prints the exit code and the logs that there are.
rotate() {
  echo "$(code logrotate -f -s "$folder/state" "$folder/a.conf") $(ls logs | paste -sd,)"
}
configure 'rotate 7'
good=$(rotate)
configure 'rotate 7'
chmod 664 a.conf
group=$(rotate)
grep error printed
configure 'maxfiles 7'
unknown=$(rotate)
grep error printed
configure 'rotate 7'
rm logs/a.log
missing=$(rotate)
echo "exit code and logs: a good file $good, writable by its group $group, with an unknown line" \
  "$unknown; with a missing log $missing"
[ "$good|$group|$unknown|$missing" = "0 a.log.1|0 a.log|0 |1 " ]
