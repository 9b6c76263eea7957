#!/usr/bin/env bash
# Package: sqlite3 3.40.1 of Debian 12 (the shell).
#
# Guess, written down first: ".restore" of a file that does not exist is an error and leaves the
# database as it is; ".clone", ".dump" and ".archive" onto a full disk end with another code than 0.
#
# Seen: ".restore copy.db" with a name that is wrong makes an empty file of that name, puts its
# nothing in the place of the database, and ends with 0: all tables are gone. ".clone" onto a full
# disk ends with 0, and the copy has no table; .dump by .output and .archive leave a part with 0.
# ".backup" and "vacuum into" end with another code there.
# Remedy: test that the file is there before .restore; ".backup" or "vacuum into" for copies.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian sqlite3=3.40.1-2+deb12u2
mkdir disk
head -c 300000 /dev/zero | tr '\0' a >text
sqlite3 kept.db "create table films(name)" "insert into films values (readfile('text'))" >/dev/null
cp kept.db used.db
before=$(sqlite3 used.db "select count(*) from films")
restore=$(code sqlite3 used.db ".restore copy.db")
after=$(sqlite3 used.db "select count(*) from sqlite_schema")
echo ".restore of a missing file: exit $restore, $before film before, $after tables after"
seen=
for command in ".clone disk/a.db" ".archive -c -f disk/a.zip text" ".backup disk/b.db" \
  "vacuum into 'disk/c.db'"; do
  exited=$(code on_full_disk sqlite3 kept.db "$command")
  echo "$command: exit $exited"
  seen+="$exited "
done
clone='sqlite3 kept.db ".clone disk/a.db" && sqlite3 disk/a.db "select count(*) from films"'
code on_full_disk sh -c "$clone" >/dev/null
rows=$(tail -n 1 printed)
echo "the clone: $rows; with room: $(sh -c "$clone" | tail -n 1) row"
dump='sqlite3 kept.db ".output disk/a" .dump; echo $? $(stat -c %s disk/a)'
dump=$(code on_full_disk sh -c "$dump")
echo ".dump: exit and bytes of 300,000: $(tail -n 1 printed)"
[ "$restore $before $after" = "0 1 0" ] && [[ $seen =~ ^0\ 0\ [1-9][0-9]*\ [1-9][0-9]*\ $ ]] &&
  [ "$dump" = 0 ] && [ "$(tail -n 1 printed)" = "0 16384" ] && [[ $rows == *"no such table"* ]]
