#!/usr/bin/env bash
# Package: runit 2.1.2 of Debian 12 (svlogd); beside it multilog of daemontools 0.76 and ts of
# moreutils 0.67.
#
# Guess, written down first: a program that keeps a log from its standard input keeps the last words
# also where no line feed follows them when the input ends.
#
# Seen: svlogd drops what follows the last line feed and ends with 0; a log of one such line is an
# empty file. It is what a program says that is killed, aborts or prints its error with printf: the
# words one looks for. multilog and ts keep them.
# Remedy: awk 1 between the program and svlogd, which ends each line; or multilog.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian runit=2.1.2-54 daemontools=1:0.76-8.1 moreutils=0.67-1
words='started\nfatal: no key'
mkdir sv alone ended
svlogd=0 multilog=0
printf "$words" | svlogd sv || svlogd=$?
printf 'fatal: no key' | svlogd alone
printf "$words" | awk 1 | svlogd ended
printf "$words" | multilog ./multi || multilog=$?
printf "$words" | PERL5LIB=root/usr/share/perl5 ts %s >ts.log
echo "svlogd exit $svlogd: $(grep -c fatal sv/current || true) of 1 last lines, a log of" \
  "$(stat -c %s alone/current) bytes alone, behind awk 1 $(grep -c fatal ended/current);" \
  "multilog exit $multilog: $(grep -c fatal multi/current), ts $(grep -c fatal ts.log)"
[ "$svlogd" = 0 ] && ! grep -q fatal sv/current && grep -q started sv/current &&
  [ ! -s alone/current ] && grep -q fatal ended/current && grep -q fatal multi/current &&
  grep -q fatal ts.log
