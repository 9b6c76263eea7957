#!/usr/bin/env bash
# Package: restic 0.14.0 of Debian 12.
#
# Guess, written down first: a backup of two folders one of which is missing, and a restore of a
# path that is in no snapshot, end with another code than 0.
#
# Seen: restic ends with 0 in both: it saves the one folder and says "does not exist, skipping"; it
# restores nothing and says nothing. "restic ls", "restic find" and "restic forget" of what does not
# exist end with 0 too; only "restic dump" fails, and a backup of which no folder is there. A disk
# that was not mounted is missed on the day of the restore, and a typing error in --include looks
# like a success.
# Remedy: test that each folder is there before, and count the files after; "restic ls --json" tells
# what would come.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian restic=0.14.0-1+b5
export HOME=$folder RESTIC_PASSWORD=word RESTIC_REPOSITORY=$folder/kept
mkdir films
echo film >films/a.mkv
restic -q init >/dev/null
backup=$(code restic -q backup films photographs)
cat printed
restore=$(code restic -q restore latest --target out --include /films/b.mkv)
files=$({ find out -type f 2>/dev/null || true; } | wc -l)
list=$(code restic -q ls latest /films/b.mkv)
forget=$(code restic -q forget 12345678)
dump=$(code restic -q dump latest /films/b.mkv)
none=$(code restic -q backup photographs)
echo "exit codes: backup with a missing folder $backup, restore of a missing file $restore" \
  "($files files), ls $list, forget $forget; dump $dump, backup of a missing folder alone $none"
[ "$backup $restore $list $forget" = "0 0 0 0" ] && [ "$files" = 0 ] && [ "$dump" != 0 ] &&
  [ "$none" != 0 ]
