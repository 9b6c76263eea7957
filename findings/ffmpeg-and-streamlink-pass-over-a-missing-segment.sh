#!/usr/bin/env bash
# Packages: ffmpeg 5.1.9 of Debian 12, ffmpeg 9.0.2 of imageio-ffmpeg 0.8.1 and streamlink 8.6.3.
#
# Guess, written down first: a playlist of HLS whose third segment is missing (404, or no such file)
# ends ffmpeg -i list.m3u8 -c copy and streamlink with another code than 0.
#
# Seen: both end with 0. ffmpeg skips the segment and writes a file whose head says the whole
# duration, while two of twelve seconds of frames are not there; with "-v error" it says no word of
# it. streamlink logs an error, writes the rest and ends with 0.
# Remedy: ffmpeg -xerror, which ends with another code; a count of the frames against the playlist.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian ffmpeg=7:5.1.9-0+deb12u1
pypi imageio-ffmpeg==0.8.1 streamlink==8.6.3
newer=$(python3 -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
mkdir films
ffmpeg -v error -f lavfi -i testsrc2=size=160x120:rate=25:duration=12 -c:v mpeg2video -g 50 \
  -f hls -hls_time 2 -hls_list_size 0 films/list.m3u8
rm films/list2.ts
cat >server.py <<'PYTHON'
import functools, http.server
class Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *arguments):
        super().__init__(*arguments, directory="films")
PYTHON
serve
# frames FILE: prints how many frames of film it has.
frames() {
  ffprobe -v error -count_packets -select_streams v -show_entries stream=nb_read_packets \
    -of csv=p=0 "$1" | head -n 1 | tr -d ,
}
seen=
# see NAME FILE COMMAND…: notes the exit code and the frames.
see() {
  local exited
  exited=$(code "${@:3}")
  echo "$1: exit $exited, $(frames "$2") of 300 frames"
  seen+="$exited $(frames "$2"), "
}
see "ffmpeg, 404" a.mkv ffmpeg -v error -i "${url}list.m3u8" -c copy a.mkv
see "ffmpeg, no such file" b.mkv ffmpeg -v error -i films/list.m3u8 -c copy b.mkv
see "ffmpeg 9.0.2, 404" c.mkv \
  "$newer" -v error -i "${url}list.m3u8" -c copy c.mkv
see "streamlink, 404" d.ts python3 -m streamlink -o d.ts "${url}list.m3u8" best
exited=$(code ffmpeg -v error -xerror -i "${url}list.m3u8" -c copy e.mkv)
echo "ffmpeg -xerror: exit $exited"
length=$(ffprobe -v error -show_entries format=duration -of csv=p=0 a.mkv)
echo "duration in the head: $length"
[ "$seen" = "0 250, 0 250, 0 250, 0 250, " ] && [ "$exited" != 0 ] && [[ $length = 12.* ]]
