#!/usr/bin/env bash
# Package: PostgreSQL 15.18 of Debian 12 (psql).
#
# Guess, written down first: with ON_ERROR_STOP psql stops at the first failure and ends with 3; a
# program that the script calls, and that fails, is such a failure.
#
# Seen: \copy to and from a program stops. A failed \! goes on; so does a failed program between
# backquotes, whose variable is then the empty text; so does a program behind "\g |" or "\o |" that
# read all and then failed, as gzip does on a full disk. Also \encoding with a name that the client
# does not know, and \if with a word that is no truth value (taken for false), print "error" and go
# on. psql ends with 0 in each case, and the dump behind the pipe is cut.
# Remedy: \copy … to program in place of \o; programs called by the shell around psql, with
# pipefail.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

postgres
psql -q -c "create table films as select n, md5(n::text) from generate_series(1, 3000) n"
seen=
for script in '\! exit 3' '\set day `exit 3`' 'table films \g | cat >/dev/null; exit 3' \
  $'\\o | gzip >disk/films.gz\ntable films;\n\\o' '\encoding latin-17' \
  $'\\if later\nselect 1;\n\\endif' "\\copy films to program 'cat >/dev/null; exit 3'" \
  "\\copy films to program 'gzip >disk/films.gz'"; do
  printf '%s\n\\echo went on\n' "$script" >script.sql
  seen+="$(code on_full_disk psql -q -v ON_ERROR_STOP=1 -f script.sql) "
  echo "${seen: -2}${script//$'\n'/ \\n } … $(grep -c '^went on$' printed || true) time on"
done
[ "$seen" = "0 0 0 0 0 0 3 3 " ]
