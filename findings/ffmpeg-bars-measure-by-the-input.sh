#!/usr/bin/env bash
# Packages: ffpb 0.4.1, ffmpeg-progress-yield 1.1.4 for Python; ffmpeg 5.1.9 of Debian 12.
#
# Guess, written down first: a bar that is made for ffmpeg reaches 100 % when ffmpeg is done, and
# not before.
#
# Seen: both measure by the length of the input as ffmpeg prints it, and look at no argument. With
# -t 5 of 20 seconds ffpb ends at some 20 % with exit 0; with -stream_loop 2 ffmpeg-progress-yield
# says 100 from a third on, for two thirds of the time. A queue that shows it shows a stuck or a
# finished job.
# Remedy: the length of the output: -t, -to less -ss, the input times its loops; no bar where
# filters change it.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian ffmpeg=7:5.1.9-0+deb12u1
pypi ffpb==0.4.1 ffmpeg-progress-yield==1.1.4
ffmpeg -v error -f lavfi -i testsrc2=s=640x360:r=25:d=20 -c:v libx264 -preset ultrafast a.mp4
export PATH=$folder/python/bin:$PATH
status=$(code python3 -m ffpb -y -i a.mp4 -t 5 -c:v libx264 b.mp4)
last=$(tr '\r' '\n' <printed | grep -oE '[0-9]+%' | tail -n 1)
echo "ffpb, -t 5 of 20 s: exit $status, last $last"
cat >try.py <<'PYTHON'
import ffmpeg_progress_yield
command = ["ffmpeg", "-y", "-stream_loop", "2", "-i", "a.mp4", "-c:v", "libx264", "b.mp4"]
process = ffmpeg_progress_yield.FfmpegProgress(command)
seen = list(process.run_command_with_progress())
print("ffmpeg-progress-yield, three rounds:", *seen)
raise SystemExit(seen.count(100) < 3)
PYTHON
python3 try.py
[ "$status" = 0 ] && [ "${last%\%}" -lt 40 ]
