#!/usr/bin/env bash
# Packages: libavif-bin 0.11.1 (avifenc, avifdec), libheif-examples 1.15.1 (heif-enc, heif-convert)
# of Debian 12; beside them libjxl-tools 0.7.0.
#
# Guess, written down first: a photograph of a telephone held upright (a JPEG of 64 by 32 with EXIF
# orientation 6, to be shown as 32 by 64) is still upright after a conversion to AVIF or HEIC and
# back.
#
# Seen: avifenc says the turn in the container, and avifdec looks at neither that nor the EXIF: its
# PNG and JPEG lie on their side and say nothing. heif-convert of the same AVIF turns the pixels and
# keeps orientation 6, so that a viewer turns them again. heif-enc leaves the turn to the EXIF data
# alone, which a reader of HEIF is to disregard. cjxl and djxl turn once.
# Remedy: turn the pixels first and set the orientation to 1 (exiftran -a, vips autorot), or check
# width and height of the result.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian libavif-bin=0.11.1-1+deb12u1 libheif-examples=1.15.1-1+deb12u1 \
  libjxl-tools=0.7.0-10+deb12u1 libimage-exiftool-perl=12.57+dfsg-1 \
  libjpeg-turbo-progs=1:2.1.5-2
export PERL5LIB=$folder/root/usr/share/perl5
head -c 6144 /dev/zero | tr '\0' A | cat <(printf 'P6 64 32 255\n') - >a.ppm
cjpeg -outfile a.jpg a.ppm
exiftool -q -overwrite_original -n -Orientation=6 a.jpg

# shape FILE: its width and height, and its orientation where it has one.
shape() {
  exiftool -n -s3 -ImageWidth -ImageHeight -Orientation "$1" | paste -sd ' '
}
avifenc -s 10 a.jpg a.avif >/dev/null 2>&1
avifdec a.avif avif.png >/dev/null 2>&1
avifdec a.avif avif.jpg >/dev/null 2>&1
heif-convert a.avif heif.jpg >/dev/null 2>&1
heif-enc a.jpg -o a.heic >/dev/null 2>&1
cjxl -q 90 --lossless_jpeg=0 a.jpg a.jxl >/dev/null 2>&1
djxl a.jxl jxl.png >/dev/null 2>&1
turn=$(exiftool -n -s3 -Rotation a.heic)
echo "$(shape a.jpg) became: avifdec $(shape avif.png) and $(shape avif.jpg), heif-convert" \
  "$(shape heif.jpg), HEIC $(shape a.heic) with turn ${turn:-none}, djxl $(shape jxl.png)"
[ "$(shape avif.png)" = "64 32" ] && [ "$(shape avif.jpg)" = "64 32" ] &&
  [ "$(shape heif.jpg)" = "32 64 6" ] && [ -z "$turn" ] && [ "$(shape jxl.png)" = "32 64" ]
