#!/usr/bin/env bash
# Package: ffmpeg 5.1.9 of Debian 12; beside it ffmpeg 9.0.2 (imageio-ffmpeg 0.8.1 for Python) and
# mkvtoolnix 74.0.0.
#
# Guess, written down first: what WebVTT has beside its cues (STYLE, REGION, NOTE) may be lost on
# the way, the cues are not.
#
# Seen: a file with a block of STYLE or REGION, as editors and services of captions write it, has no
# cue at all for ffmpeg 5.1: it makes a WebVTT file of a head alone, or a film whose track of
# subtitles shows nothing, and ends with 0. Only SRT, where the first cue is missing, is an error.
# NOTE is passed over. ffmpeg 9.0 and mkvmerge take the cues of each.
# Remedy: mkvmerge, or the blocks cut out before (sed '/^STYLE/,/^$/d'); count the cues of what
# comes out.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian ffmpeg=7:5.1.9-0+deb12u1 mkvtoolnix=74.0.0-1+deb12u1
pypi imageio-ffmpeg==0.8.1
new=$(find python/imageio_ffmpeg/binaries -name 'ffmpeg-*' -type f)
cues=$'00:00:01.000 --> 00:00:02.000\nHello\n\n00:00:03.000 --> 00:00:04.000\nWorld\n'
# count FILE: prints the number of cues in it.
count() {
  grep -c -e '-->' "$1" || true
}
seen=
for block in $'NOTE by hand' $'STYLE\n::cue(b) { color: red }' $'REGION\nid:top\nwidth:40%'; do
  printf 'WEBVTT\n\n%s\n\n%s' "$block" "$cues" >in.vtt
  ended=$(code ffmpeg -v error -y -i in.vtt out.vtt)
  "$new" -v error -y -i in.vtt new.vtt
  LC_ALL=C.UTF-8 mkvmerge -q -o out.mkv in.vtt
  LC_ALL=C.UTF-8 mkvextract -q out.mkv tracks 0:kept.vtt
  echo "${block%%[ $'\n']*}: ffmpeg 5.1.9 ends with $ended, $(count out.vtt) cues of 2; ffmpeg" \
    "9.0.2 has $(count new.vtt), mkvmerge $(count kept.vtt)"
  seen+="$ended $(count out.vtt) $(count new.vtt) $(count kept.vtt), "
done
[ "$seen" = "0 2 2 2, 0 0 2 2, 0 0 2 2, " ]
