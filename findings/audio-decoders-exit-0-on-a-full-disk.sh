#!/usr/bin/env bash
# Packages: sox 14.4.2, opus-tools 0.2, lame 3.100, flac 1.4.2 of Debian 12.
#
# Guess, written down first: who decodes to a full disk ends with another code than 0.
#
# Seen: sox prints "FAIL … error writing output file: No space left on device" and ends with 0.
# opusdec and lame --decode end with 0 in silence; flac -d with 1, and removes the part. The WAV
# files keep a header that promises the whole length, and players show it.
# Remedy: compare the size of a WAV file with what its header says; with sox, take "FAIL" on
# standard error for a failure.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian sox=14.4.2+git20190427-3.5 opus-tools=0.2-1+b1 lame=3.100-6 flac=1.4.2+ds-2
noise a.wav 3
opusenc --quiet a.wav a.opus
lame --quiet a.wav a.mp3
flac -s a.wav -o a.flac

sox=$(code on_full_disk sox a.wav disk/a.wav)
cat printed
opusdec=$(code on_full_disk opusdec --quiet a.opus disk/a.wav)
lame=$(code on_full_disk lame --quiet --decode a.mp3 disk/a.wav)
flac=$(code on_full_disk flac -s -d a.flac -o disk/a.wav)
echo "on a full disk: sox exit $sox, opusdec $opusdec, lame --decode $lame, flac -d $flac"
[ "$sox $opusdec $lame" = "0 0 0" ] && [ "$flac" != 0 ]
