#!/usr/bin/env bash
# Packages: loudgain 0.6.8 of Debian 12 and r128gain 1.0.7 for Python.
#
# Guess, written down first: a scanner of loudness ends with another code than 0 for a missing file,
# and writes no gain for silence, whose loudness is minus infinity.
#
# Seen: r128gain ends with 0 when its only file is missing ("SKIPPED"), and has tagged nothing.
# loudgain writes REPLAYGAIN_TRACK_GAIN "inf dB" into a silent track, r128gain "52.00 dB": a player
# that obeys the second plays the first noise of the next track, or the hum of a pause, 400 times as
# loud.
# Remedy: look for "SKIPPED"; take tags above 30 dB away again.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian loudgain=0.6.8+ds-3+b1 flac=1.4.2+ds-2 ffmpeg=7:5.1.9-0+deb12u1
pypi r128gain==1.0.7
head -c 1000000 /dev/zero >silence
flac -s --force-raw-format --endian=little --sign=signed --channels=2 --bps=16 \
  --sample-rate=44100 silence -o one.flac
cp one.flac two.flac
missing=$(code python3 -m r128gain missing.flac)
grep -o 'loudness = .*' printed
# gain FILE: prints the gain in its tags.
gain() {
  metaflac --show-tag=REPLAYGAIN_TRACK_GAIN "$1" | cut -d = -f 2
}
loudgain=$(code loudgain -q -s i one.flac)
loudgain+=" $(gain one.flac)"
r128gain=$(code python3 -m r128gain two.flac)
r128gain+=" $(gain two.flac)"
echo "r128gain of a missing file: exit $missing; silence: loudgain exit $loudgain," \
  "r128gain exit $r128gain"
[ "$missing" = 0 ] && [ "$loudgain" = "0 inf dB" ] && [ "$r128gain" = "0 52.00 dB" ]
