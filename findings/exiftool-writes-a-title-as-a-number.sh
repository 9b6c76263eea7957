#!/usr/bin/env bash
# Package: libimage-exiftool-perl 12.57 of Debian 12; beside it jq 1.6.
#
# Guess, written down first: what is a text in the picture is a text in the JSON of "exiftool
# -json".
#
# Seen: each value goes by its look: the title "1.10" is the number 1.10, which a reader of JSON
# makes 1.1; "1e5" is 100000; "true" is a truth value; of the subjects "12" and "b" one is a number
# and one a text. "007", "0x1F" and what has more than fifteen digits are texts. A schema that asks
# for a text refuses the picture whose title is a year, and a version or a number of a part cannot
# be had back.
# Remedy: -struct does not help; "exiftool -X" or -csv, which have texts alone, or a reader that
# keeps numbers as they are written (Python's parse_float=str and parse_int=str).
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian libimage-exiftool-perl=12.57+dfsg-1 jq=1.6-2.1+deb12u3
export PERL5LIB=$folder/root/usr/share/perl5
picture a.png
seen=
for title in 1.10 2026 1e5 true 007 0x1F; do
  exiftool -q -overwrite_original -Title="$title" a.png
  written=$(exiftool -json -Title a.png | sed -n 's/.*"Title": *\(.*\)/\1/p' | tr -d '}]')
  read=$(exiftool -json -Title a.png | jq -c '.[0].Title')
  echo "the title $title is written as $written and read as $read"
  seen+="$written $read, "
done
exiftool -q -overwrite_original -Subject=12 -Subject=b a.png
subjects=$(exiftool -json -Subject a.png | jq -c '.[0].Subject')
echo "the subjects 12 and b: $subjects"
[ "$seen" = '1.10 1.1, 2026 2026, 1e5 100000, true true, "007" "007", "0x1F" "0x1F", ' ] &&
  [ "$subjects" = '[12,"b"]' ] && exiftool -X -Title a.png | grep -q '>0x1F<'
