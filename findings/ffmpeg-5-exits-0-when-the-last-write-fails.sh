#!/usr/bin/env bash
# Packages: ffmpeg 5.1.9 of Debian 12; ffmpeg 9.0.2 as imageio-ffmpeg 0.8.1 ships it.
#
# Guess, written down first: both end with a code other than 0 when the output cannot be written
# whole.
#
# Seen: with 5.1.9 it depends on which write fails. The flush at the close of the file is printed
# ("Error closing file … No space left on device") and not counted. Matroska and WebM write a
# cluster of up to five seconds at that time, MP4 and MOV the last buffer and the index, so that
# short files and the ends of long ones are lost with exit 0. 9.0.2 ends with 228 for all.
# Remedy: count "Error closing file" on standard error as a failure, or look at the result.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian ffmpeg=7:5.1.9-0+deb12u1
pypi imageio-ffmpeg==0.8.1
new=$(find python/imageio_ffmpeg/binaries -name 'ffmpeg-*' -type f)

try() {
  code on_full_disk "$1" -nostdin -v error -f lavfi -i testsrc2=s=320x240:d=4 -pix_fmt yuv420p \
    -c:v libx264 "disk/film.$2"
}
: >codes
for name in mp4 mkv mov; do
  old=$(try ffmpeg "$name")
  cp printed said
  echo "$name: 5.1.9 exit $old, 9.0.2 exit $(try "$new" "$name"); $(tail -n 1 said)" | tee -a codes
done
[ "$(grep -c '5.1.9 exit 0, 9.0.2 exit 228; Error closing file' codes)" = 3 ]
