#!/usr/bin/env bash
# Packages: mkvtoolnix 74.0.0 and mediainfo 23.04 of Debian 12.
#
# Guess, written down first: a name is bytes. A job of cron, a container or "env -i", where no LANG
# is set, writes to the name that it is given, and one that cannot be understood is refused.
#
# Seen: without a locale of UTF-8 mkvmerge and mkvextract cut a name before its first letter that is
# not of ASCII, and end with 0: "Das Äffchen.mkv" and "Das Ärgernis.mkv" are both written to "Das ",
# and the second takes the place of the first. So is a name in an option file, which is JSON. A name
# to read is cut likewise: "Käse.wav" is not found, or "K" is taken for it. mediainfo prints an
# empty line for such a name and ends with 0.
# Remedy: LC_ALL=C.UTF-8 for each such command.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian mkvtoolnix=74.0.0-1+deb12u1 mediainfo=23.04-1
unset LANG LC_CTYPE LC_ALL
noise a.wav 1
cp a.wav Käse.wav
ape=$(code mkvmerge -q -o 'Das Äffchen.mkv' a.wav)
trouble=$(code mkvmerge -q -o 'Das Ärgernis.mkv' a.wav)
echo '["-q", "-o", "Zürich.mkv", "a.wav"]' >options.json
listed=$(code mkvmerge @options.json)
track=$(code mkvextract 'Das ' tracks 0:Töne.wav)
echo "exit codes: mkvmerge $ape $trouble, with an option file $listed, mkvextract $track; written:"
ls -bp | grep -Ev '/|log$|^(a|K.*|options|printed)(\.|$)'
reads=$(code mkvmerge -q -o b.mkv Käse.wav)
cat printed
shows=$(code mediainfo Käse.wav)
lines=$(grep -c . printed || true)
echo "of Käse.wav: mkvmerge ends with $reads, mediainfo with $shows and $lines lines"
LC_ALL=C.UTF-8 mkvmerge -q -o Öl.mkv Käse.wav
[ "$ape $trouble $listed $track $reads $shows $lines" = "0 0 0 0 2 0 0" ] && [ -s 'Das ' ] &&
  [ -s Z ] && [ -s T ] && [ -s Öl.mkv ] && [ ! -e 'Das Äffchen.mkv' ] &&
  [ ! -e 'Das Ärgernis.mkv' ] && [ ! -e Zürich.mkv ]
