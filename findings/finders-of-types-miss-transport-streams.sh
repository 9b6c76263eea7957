#!/usr/bin/env bash
# Packages: filetype 1.2.0, puremagic 1.30, fleep 1.0.1 and python-magic 0.4.27 for Python with
# libmagic 5.44, and ffmpeg 5.1.9, of Debian 12.
#
# Guess, written down first: each tells video from sound and knows the usual containers by their
# bytes: MPEG-TS, Matroska, WebM, MP4, QuickTime, Ogg, MP3.
#
# Seen: none knows a transport stream (a segment of HLS): libmagic says application/octet-stream,
# filetype and fleep nothing, and puremagic application/x-typescript, by the name. filetype says
# audio/ogg of a film in Ogg, and fleep gives .webm for Matroska. Matroska with sound alone is
# video/x-matroska, and MP4 with sound alone video/mp4 for all. A list of allowed types refuses the
# first and lets the others through under a wrong name.
# Remedy: ffprobe, which reads the streams.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian ffmpeg=7:5.1.9-0+deb12u1 libmagic1=1:5.44-3 libmagic-mgc=1:5.44-3
pypi filetype==1.2.0 puremagic==1.30 fleep==1.0.1 python-magic==0.4.27
for name in film.ts film.mkv film.webm film.mp4 film.mov film.ogv; do
  codec=mpeg4
  case $name in *.ts) codec=mpeg2video ;; *.webm) codec=libvpx ;; *.ogv) codec=libtheora ;; esac
  ffmpeg -v error -f lavfi -i testsrc2=size=64x64:duration=1 -c:v "$codec" "$name"
done
for name in sound.mka sound.mp4; do
  ffmpeg -v error -f lavfi -i sine=duration=1 -c:a aac "$name"
done
cat >try.py <<'PYTHON'
import sys, filetype, fleep, magic, puremagic
seen = {}
for name in sys.argv[1:]:
    kind = filetype.guess(name)
    with open(name, "rb") as file:
        endings = fleep.get(file.read(128)).extension
    found = puremagic.magic_file(name)
    seen[name] = (magic.from_file(name, mime=True), kind and kind.mime, ",".join(endings),
                  found[0].mime_type if found else None)
    print(f"{name}: libmagic {seen[name][0]}, filetype {seen[name][1]}, fleep {seen[name][2]},",
          f"puremagic {seen[name][3]}")
matroska = "video/x-matroska"
raise SystemExit(not (
    seen["film.ts"] == ("application/octet-stream", None, "", "application/x-typescript")
    and seen["film.ogv"][:2] == ("video/ogg", "audio/ogg")
    and seen["film.mkv"] == seen["sound.mka"] == (matroska, matroska, "webm", matroska)
    and seen["film.mp4"] == seen["sound.mp4"] == ("video/mp4", "video/mp4", "mp4", "video/mp4")
    and seen["film.webm"] == ("video/webm", "video/webm", "webm", "video/webm")
    and seen["film.mov"][:3] == ("video/quicktime", "video/quicktime", "mov")))
PYTHON
MAGIC=$folder/root/usr/share/misc/magic.mgc python3 try.py film.ts film.mkv film.webm film.mp4 \
  film.mov film.ogv sound.mka sound.mp4
