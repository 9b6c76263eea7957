#!/usr/bin/env bash
# Packages: imageio-ffmpeg 0.8.1, ffmpegcv 0.3.20 and moviepy 2.2.1 for Python; beside them mediapy
# 1.2.7 and av 18.1.0.
#
# Guess, written down first: a library that writes a film through a process of ffmpeg looks at its
# exit code, and raises where the disk was full.
#
# Seen: with imageio-ffmpeg's write_frames, ffmpegcv's VideoWriter and moviepy's write_videofile the
# last call returns as ever; ffmpeg ended with another code than 0, and the MP4 has no index, so
# that no player opens it. imageio-ffmpeg lets ffmpeg's own words through to standard error, the
# others not even that. mediapy raises RuntimeError, av (the libraries in the process) OSError.
# Remedy: open the result and count its frames before the sources are removed.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian ffmpeg=7:5.1.9-0+deb12u1
pypi imageio-ffmpeg==0.8.1 ffmpegcv==0.3.20 moviepy==2.2.1 mediapy==1.2.7 av==18.1.0 numpy==2.4.6
cat >write.py <<'PYTHON'
import sys, numpy
name, out = sys.argv[1], "disk/a.mp4"
noise = numpy.random.default_rng(1)
film = noise.integers(0, 255, (40, 240, 320, 3), dtype=numpy.uint8)
if name == "imageio-ffmpeg":
    import imageio_ffmpeg
    writer = imageio_ffmpeg.write_frames(out, (320, 240), fps=25)
    writer.send(None)
    for frame in film: writer.send(frame)
    writer.close()
elif name == "ffmpegcv":
    import ffmpegcv
    writer = ffmpegcv.VideoWriter(out, None, 25)
    for frame in film: writer.write(frame)
    writer.release()
elif name == "moviepy":
    import moviepy
    moviepy.ImageSequenceClip(list(film[:20]), fps=25).write_videofile(out, logger=None)
elif name == "mediapy":
    import mediapy
    mediapy.write_video(out, film, fps=25)
else:
    import av
    with av.open(out, "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for picture in film:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
PYTHON
mkdir disk
seen=
for name in imageio-ffmpeg ffmpegcv moviepy mediapy av; do
  row=$(unshare -rm sh -s "$name" <<'SHELL'
mount -t tmpfs -o size=200k none disk
timeout 60 python3 write.py "$1" >/dev/null 2>&1 </dev/null
echo "$? $(stat -c %s disk/a.mp4) $(ffprobe -v quiet disk/a.mp4 || echo unreadable)"
SHELL
  )
  echo "$name: $row"
  seen+="${row%% *} "
done
[ "$seen" = "0 0 0 1 1 " ]
