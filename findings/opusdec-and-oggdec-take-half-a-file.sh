#!/usr/bin/env bash
# Packages: opus-tools 0.2, vorbis-tools 1.4.2 of Debian 12.
#
# Guess, written down first: opusdec and oggdec, whose streams mark their end, tell a file that
# stops before it by their exit code.
#
# Seen: both decode what is there, print nothing and end with 0. opusinfo and ogginfo of the same
# packages end with 1 for the same files: "EOS not set". (flac -d, by contrast, ends with 1.)
# opusenc does likewise with half a WAV file, although its header says how long it is.
# Remedy: run opusinfo or ogginfo first, and take 1 for "not whole".
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian opus-tools=0.2-1+b1 vorbis-tools=1.4.2-1+b1
noise a.wav 10
opusenc --quiet a.wav a.opus
oggenc -Q a.wav -o a.ogg
for file in a.opus a.ogg a.wav; do half "$file" "half-$file"; done

opusdec=$(code opusdec --quiet half-a.opus out.wav)
oggdec=$(code oggdec -Q half-a.ogg -o out.wav)
opusenc=$(code opusenc --quiet half-a.wav out.opus)
opusinfo=$(code opusinfo half-a.opus)
ogginfo=$(code ogginfo half-a.ogg)
echo "half a file: opusdec exit $opusdec, oggdec $oggdec, opusenc of WAV $opusenc;" \
  "opusinfo $opusinfo, ogginfo $ogginfo"
[ "$opusdec $oggdec $opusenc" = "0 0 0" ] && [ "$opusinfo $ogginfo" = "1 1" ]
