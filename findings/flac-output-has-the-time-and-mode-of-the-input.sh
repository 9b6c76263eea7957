#!/usr/bin/env bash
# Package: flac 1.4.2 of Debian 12.
#
# Guess, written down first: the encoded file is of today and has the mode that the umask leaves, as
# with lame, opusenc, oggenc, wavpack and sox.
#
# Seen: the output carries the time of the last change and the mode of the input: a recording of
# 2001 with mode 0400 gives a FLAC of 2001 with mode 0400. Decoding does the same. What keeps
# results for a number of days by their time (find -mtime, tmpfiles.d) removes it at once; a watch
# for files newer than the last run, and an incremental copy by time, never see it; the group that
# should read the results cannot.
# Remedy: --no-preserve-modtime, or touch and chmod after it; keep by the time of the end of the
# job.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian flac=1.4.2+ds-2 lame=3.100-6
noise a.wav 2
chmod 400 a.wav
touch -d 2001-02-03 a.wav

flac -s a.wav -o a.flac
flac -s -d a.flac -o b.wav
lame --quiet a.wav a.mp3
stat -c '%n: mode %a, changed %.10y' a.flac b.wav a.mp3 | tee seen
[ "$(grep -c 'mode 400, changed 2001-02-03' seen)" = 2 ] && ! grep 'a.mp3.*2001' seen
