#!/usr/bin/env bash
# Packages: sox 14.4.2, opus-tools 0.2, speex 1.2.1, lame 3.100, vorbis-tools 1.4.2 of Debian 12.
#
# Guess, written down first: an encoder that is given one name as input and output refuses, as lame
# and oggenc do.
#
# Seen: sox, opusenc and speexenc open the output first, which empties the input, and then end with
# 0: the recording is lost and a well-formed file of no length stands in its place. A rule that
# fills both names from one pattern ("normalize in place", a result with the source's extension)
# does this to a whole collection before anybody listens.
# Remedy: a temporary name for the output, and a rename at the end; grant the source for reading
# only.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian sox=14.4.2+git20190427-3.5 opus-tools=0.2-1+b1 speex=1.2.1-2 lame=3.100-6 \
  vorbis-tools=1.4.2-1+b1
: >seen
try() {
  noise a.wav 2
  local before exit
  before=$(stat -c %s a.wav)
  exit=$(code "$@")
  echo "$1: exit $exit, $before bytes became $(stat -c %s a.wav)" | tee -a seen
}
try sox a.wav a.wav
try opusenc --quiet a.wav a.wav
try speexenc a.wav a.wav
try lame --quiet a.wav a.wav
try oggenc -Q a.wav -o a.wav
[ "$(grep -cE 'exit 0, 352844 bytes became [0-9]{1,4}$' seen)" = 3 ] &&
  [ "$(grep -cE 'exit [1-9][0-9]*, 352844 bytes became 352844$' seen)" = 2 ]
