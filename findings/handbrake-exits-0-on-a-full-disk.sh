#!/usr/bin/env bash
# Package: handbrake-cli 1.6.1 of Debian 12.
#
# Guess, written down first: HandBrakeCLI ends with 4, its code for an encode that failed, when the
# disk is full.
#
# Seen: Matroska ends with 0 and "Encode done!", the file cut at what there was room for. With MP4
# it is 0 or 4: 4 only where the write that fails is not one of the last.
# Remedy: look at the length of the result (ffprobe, mkvmerge -J) before the source is touched; the
# exit code and "Encode done!" prove nothing.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian handbrake-cli=1.6.1+ds1-1
film film.y4m 100

mp4=$(code on_full_disk HandBrakeCLI -i film.y4m -o disk/film.mp4 -e x264 -q 5)
mkv=$(code on_full_disk HandBrakeCLI -i film.y4m -o disk/film.mkv -e x264 -q 5)
echo "HandBrakeCLI on a full disk: MP4 exit $mp4, Matroska exit $mkv"
tr '\r' '\n' <printed | grep 'Encode done'
[ "$mkv" = 0 ]
