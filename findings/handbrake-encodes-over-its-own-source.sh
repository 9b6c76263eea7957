#!/usr/bin/env bash
# Packages: handbrake-cli 1.6.1, mkvtoolnix 74.0.0, poppler-utils 22.12.0, qpdf 11.3.0 of Debian 12.
#
# Guess, written down first: HandBrakeCLI and pdftocairo refuse an output that is the input, as
# mkvmerge, ffmpeg and qpdf do.
#
# Seen: HandBrakeCLI reads what its buffers have taken before it creates the output over the source,
# encodes that, prints "Encode done!" and ends with 0: some frames are left of the film. pdftocairo
# -pdf leaves an empty document and ends with 0. mkvmerge and qpdf refuse and change nothing.
# Remedy: a temporary name beside the target and a rename after success; the source read-only.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian handbrake-cli=1.6.1+ds1-1 mkvtoolnix=74.0.0-1+deb12u1 x264=2:0.164.3095+gitbaee400-3 \
  poppler-utils=22.12.0-2+deb12u3 qpdf=11.3.0-1+deb12u1 libtiff-tools=4.5.0-6+deb12u4
film a.y4m 200
x264 --quiet --preset ultrafast --qp 10 -o film.264 a.y4m >/dev/null 2>&1
mkvmerge -q -o film.mkv film.264
python3 -c 'pixels = bytes(n * n % 251 for n in range(256 * 256 * 3))
open("a.ppm", "wb").write(b"P6 256 256 255\n" + pixels)'
ppm2tiff a.ppm a.tiff
tiff2pdf -o a.pdf a.tiff

: >seen
try() {
  local file=$1 exit before
  shift
  cp "$file" "copy-$file"
  before=$(stat -c %s "$file")
  exit=$(code "$@")
  echo "$1: exit $exit, $before bytes became $(stat -c %s "copy-$file")" | tee -a seen
}
try film.mkv mkvmerge -q -o copy-film.mkv copy-film.mkv
try film.mkv HandBrakeCLI -i copy-film.mkv -o copy-film.mkv -e x264
try a.pdf qpdf copy-a.pdf copy-a.pdf
try a.pdf pdftocairo -pdf copy-a.pdf copy-a.pdf
lost() { awk -v who="$1:" '$1 == who { exit !($3 == "0," && $7 < $4 / 4) }' seen; }
kept() { awk -v who="$1:" '$1 == who { exit !($3 != "0," && $7 == $4) }' seen; }
lost HandBrakeCLI && lost pdftocairo && kept mkvmerge && kept qpdf
