#!/usr/bin/env bash
# Packages: opus-tools 0.2, vorbis-tools 1.4.2, sox 14.4.2, lame 3.100, flac 1.4.2 of Debian 12.
#
# Guess, written down first: the same input and options twice give the same bytes.
#
# Seen: opusenc and oggenc number each stream at random, so that every page of the file differs; sox
# dithers with other noise in each run as soon as an effect touches the samples (vol, rate). lame
# and flac repeat themselves. Deduplication by hash stores each run anew, a digest cannot show that
# a repeated job made the same result, and a cache by content is never hit.
# Remedy: opusenc --serial N, oggenc -s N, sox -R.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian opus-tools=0.2-1+b1 vorbis-tools=1.4.2-1+b1 sox=14.4.2+git20190427-3.5 lame=3.100-6 \
  flac=1.4.2+ds-2
noise a.wav 3
: >seen
try() {
  local name=$1
  shift
  "$@" one >/dev/null 2>&1
  sleep 1.1
  "$@" two >/dev/null 2>&1
  cmp -s one two && echo "$name: the same" | tee -a seen || echo "$name: other bytes" | tee -a seen
}
try opusenc opusenc --quiet a.wav
try oggenc oggenc -Q a.wav -o
try 'sox vol' sh -c 'sox a.wav -t wav "$0" vol 0.5'
try 'sox -R vol' sh -c 'sox -R a.wav -t wav "$0" vol 0.5'
try 'opusenc --serial' opusenc --quiet --serial 7 a.wav
try flac flac -s -f a.wav -o
try lame lame --quiet a.wav
for name in opusenc oggenc 'sox vol'; do grep -q "^$name: other bytes" seen || exit 1; done
for name in flac lame 'sox -R vol' 'opusenc --serial'; do
  grep -q "^$name: the same" seen || exit 1
done
