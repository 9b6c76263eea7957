#!/usr/bin/env bash
# Package: postgresql-client-15 15.18 of Debian 12 (pg_restore, pg_dump).
#
# Guess, written down first: pg_restore -t, -n, -I, -T or -P of a name that is not in the archive
# ends with another code than 0, as "pg_dump -t" does; -t takes what pg_dump's -t takes.
#
# Seen: pg_restore ends with 0, restores nothing and says nothing. So it does for "-t public.films"
# and "-t 'fil*'", which pg_dump takes: pg_restore compares the bare name. "-t films -t actors"
# restores films and ends with 0 where there are no actors; so does that of pg_dump.
# Remedy: --strict-names, which makes each of them an error; -n public -t films.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

postgres
psql -q -c 'create table films as select 1 as id' -c 'create table other as select 2 as id' \
  -c 'create index first on films(id)'
pg_dump -Fc -f films.dump
same=yes
# expect CODE TABLES COMMAND…: checks the exit code, that it says no word, and the tables it gives.
expect() {
  local status=0 tables
  "${@:3}" >out 2>errors || status=$?
  tables=$(grep -c '^COPY' out || true)
  echo "${*:3}: exit $status, $tables tables, $(wc -l <errors) lines of errors"
  [ "$status $tables" = "$1 $2" ] && { [ "$status" != 0 ] || [ ! -s errors ]; } || same=no
}
expect 0 1 pg_restore -f - -t films films.dump
for option in "-t gone" "-t public.films" "-t fil*" "-n gone" "-I gone" "-T gone" "-P gone()"; do
  read -r letter name <<<"$option"
  expect 0 0 pg_restore -f - "$letter" "$name" films.dump
done
expect 0 1 pg_restore -f - -t films -t actors films.dump
expect 1 0 pg_restore -f - --strict-names -t gone films.dump
expect 1 0 pg_dump -t gone
expect 0 1 pg_dump -t public.films
expect 0 1 pg_dump -t 'fil*'
expect 0 1 pg_dump -t films -t actors
[ "$same" = yes ]
