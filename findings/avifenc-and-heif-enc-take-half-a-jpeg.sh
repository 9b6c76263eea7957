#!/usr/bin/env bash
# Packages: libavif-bin 0.11.1, libheif-examples 1.15.1, webp 1.2.4, libjxl-tools 0.7.0 of Debian
# 12.
#
# Guess, written down first: an encoder refuses half a JPEG as it refuses half a PNG.
#
# Seen: avifenc and heif-enc print "Premature end of JPEG file", make a picture whose lower half is
# grey and end with 0; cwebp and cjxl refuse it. avifenc refuses half a PNG. A photo store that
# turns uploads into AVIF and deletes the JPEG keeps the half picture as a whole one.
# Remedy: take "Premature end" on standard error for a failure, or check with jpeginfo -c first.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian libavif-bin=0.11.1-1+deb12u1 libheif-examples=1.15.1-1+deb12u1 webp=1.2.4-0.2+deb12u1 \
  libjxl-tools=0.7.0-10+deb12u1 libjpeg-turbo-progs=1:2.1.5-2
python3 - <<'PYTHON'
import random
open("a.ppm", "wb").write(b"P6 640 480 255\n" + random.Random(1).randbytes(640 * 480 * 3))
PYTHON
cjpeg -outfile a.jpg a.ppm
picture a.png
half a.jpg half.jpg
half a.png half.png

avifenc=$(code avifenc -s 10 half.jpg out.avif)
head -n 1 printed
heif=$(code heif-enc half.jpg -o out.heic)
cwebp=$(code cwebp half.jpg -o out.webp)
cjxl=$(code cjxl half.jpg out.jxl)
png=$(code avifenc -s 10 half.png out.avif)
echo "half a JPEG: avifenc exit $avifenc, heif-enc $heif, cwebp $cwebp, cjxl $cjxl;" \
  "half a PNG: avifenc $png"
[ "$avifenc $heif" = "0 0" ] && [ "$cwebp" != 0 ] && [ "$cjxl" != 0 ] && [ "$png" != 0 ]
