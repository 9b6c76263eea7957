#!/usr/bin/env bash
# Packages: optipng 0.7.7, pngquant 2.17.0, vorbis-tools 1.4.2, mp3gain 1.6.2, qpdf 11.3.0,
# jpegoptim 1.4.7, flac 1.4.2 of Debian 12.
#
# Guess, written down first: a program that works "in place" on a symbolic link changes the file
# that the link names.
#
# Seen: jpegoptim and metaflac do. optipng, pngquant, vorbiscomment, mp3gain and qpdf
# --replace-input put a new file in the place of the link: the file that it named stays as large,
# untagged or loud as it was, and takes its space besides the new one. In a library of links (media
# servers, git-annex, a download that goes on seeding) the link is gone.
# Remedy: resolve the name first (readlink -f), or write to another name and rename by oneself.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian optipng=0.7.7-2+b1 pngquant=2.17.0-1 vorbis-tools=1.4.2-1+b1 mp3gain=1.6.2-2 \
  qpdf=11.3.0-1+deb12u1 jpegoptim=1.4.7-1 flac=1.4.2+ds-2 lame=3.100-6 \
  libjpeg-turbo-progs=1:2.1.5-2 libtiff-tools=4.5.0-6+deb12u4
noise a.wav 5
flac -s a.wav -o a.flac
lame --quiet a.wav a.mp3
oggenc -Q a.wav -o a.ogg
picture a.png
python3 -c 'print("P3 64 64 255", *[n * 7 % 256 for n in range(64 * 64 * 3)])' >a.ppm
cjpeg -quality 95 -outfile a.jpg a.ppm
ppm2tiff <(python3 -c 'import sys; sys.stdout.buffer.write(b"P6 8 8 255\n" + bytes(192))') a.tiff
tiff2pdf -o a.pdf a.tiff

: >seen
try() {
  local type=$1
  shift
  ln -sf "$folder/a.$type" "link.$type"
  "$@" "link.$type" >/dev/null 2>&1 || untried "$*"
  echo "$1: $(stat -c %F "link.$type")" | tee -a seen
}
try png optipng -o1 -force
try png pngquant --force --ext .png
try ogg vorbiscomment -w -t TITLE=a
try mp3 mp3gain -r
try pdf qpdf --replace-input
try jpg jpegoptim -m50
try flac metaflac --set-tag=TITLE=a
[ "$(grep -c 'regular file' seen)" = 5 ] && [ "$(grep -c 'symbolic link' seen)" = 2 ]
