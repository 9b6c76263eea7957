#!/usr/bin/env bash
# Package: mkvtoolnix 74.0.0 of Debian 12.
#
# Guess, written down first: mkvmerge ends with 1 (warnings) when a source stops in the middle, as
# it does for other flaws.
#
# Seen: half a Matroska file, half a FLAC and half an Opus file are taken with exit 0, nothing is
# printed, and "warnings" of mkvmerge -J is empty. An upload that broke off, or a download that was
# still going on, becomes a well-formed film of half the length, which no check sees afterwards.
# Remedy: compare the durations that the header of the source promises (mkvmerge -J, flac -t) with
# that of the result.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian mkvtoolnix=74.0.0-1+deb12u1 flac=1.4.2+ds-2 opus-tools=0.2-1+b1
noise a.wav 20
flac -s a.wav -o a.flac
opusenc --quiet a.wav a.opus
mkvmerge -q -o a.mka a.flac

: >codes
for file in a.flac a.opus a.mka; do
  half "$file" "half-$file"
  echo "half of $file: exit $(code mkvmerge -o out.mka "half-$file")," \
    "$(grep -ci warning printed || true) warnings" | tee -a codes
done
mkvmerge -J half-a.mka | grep '"warnings"' | tee -a codes
flac=$(code flac -t -s half-a.flac)
echo "flac -t of its half: exit $flac"
[ "$(grep -c 'exit 0, 0 warnings' codes)" = 3 ] && grep -q '"warnings": \[\]' codes &&
  [ "$flac" != 0 ]
