#!/usr/bin/env bash
# Packages: x265 3.5, svt-av1 1.4.1, aom-tools 3.6.0, vpx-tools 1.12.0 of Debian 12.
#
# Guess, written down first: an encoder whose disk is full says so and ends with a code other than
# 0, as x264 does.
#
# Seen: x265, SvtAv1EncApp and vpxenc end with 0 and say nothing; so does aomenc with --ivf and
# --obu, but not with WebM. What they leave is as long as there was room. A queue that goes by the
# exit code then deletes the source of a film whose end is missing.
# Remedy: compare the number of frames of the result with that of the source before it is published;
# write where there is room for the whole (fallocate, a quota) or pipe the stream into a muxer that
# tells a failed write.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian x265=3.5-2+b1 svt-av1=1.4.1+dfsg-1 aom-tools=3.6.0-1+deb12u3 vpx-tools=1.12.0-1+deb12u5
film film.y4m 60

try() {
  local status
  status=$(code on_full_disk "$@")
  echo "$1: exit $status"
}
try x265 film.y4m -o disk/film.hevc | tee codes
try SvtAv1EncApp --preset 10 -i film.y4m -b disk/film.ivf | tee -a codes
try aomenc --rt --cpu-used=8 --ivf -o disk/film.ivf film.y4m | tee -a codes
try vpxenc --rt --cpu-used=8 --ivf -o disk/film.ivf film.y4m | tee -a codes
[ "$(grep -c 'exit 0$' codes)" = 4 ]
