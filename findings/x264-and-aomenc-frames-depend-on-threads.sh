#!/usr/bin/env bash
# Packages: x264 0.164, aom-tools 3.6.0, x265 3.5, rav1e 0.5.1 of Debian 12.
#
# Guess, written down first: the number of threads changes the time, not the stream; each of these
# encoders calls itself deterministic.
#
# Seen: x264 and aomenc (--threads 1 and 2) write other frames for another number of threads, not
# only another comment; twice with the same number is the same. x265 and rav1e keep the stream. The
# default is the number of processors that the program sees, so that the same job on two machines,
# or under two limits of processors, gives two files, and a digest tells them apart though nothing
# is wrong.
# Remedy: name the number of threads in the command where results are compared.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian x264=2:0.164.3095+gitbaee400-3 aom-tools=3.6.0-1+deb12u3 x265=3.5-2+b1 rav1e=0.5.1-6 \
  ffmpeg=7:5.1.9-0+deb12u1
ffmpeg -v error -f lavfi -i testsrc2=s=320x240:r=25:d=4 -pix_fmt yuv420p a.y4m
: >seen
try() {
  local name=$1
  shift
  for run in 1 1 2; do
    eval "$*" >/dev/null 2>&1 </dev/null || untried "$name"
    [ "$run" = 2 ] || { [ ! -f "out-1" ] || mv out-1 before; }
    mv out "out-$run"
  done
  cmp -s before out-1 || untried "$name differs by itself"
  if cmp -s out-1 out-2; then echo "$name: the same"; else
    echo "$name: $(cmp -l out-1 out-2 2>/dev/null | wc -l) bytes differ"
  fi | tee -a seen
  rm -f before out-1 out-2
}
try x264 'x264 --quiet --threads $run --muxer raw -o out a.y4m'
try aomenc 'aomenc --rt --cpu-used=8 -q --ivf --threads=$run -o out a.y4m'
try x265 'x265 --log-level error --no-info --pools $run -o out a.y4m'
try rav1e 'rav1e -s 10 -y --threads $run a.y4m -o out.ivf && mv out.ivf out'
grep -qE '^x264: [0-9]{4,} bytes' seen && grep -qE '^aomenc: [0-9]{4,} bytes' seen &&
  [ "$(grep -c ': the same' seen)" = 2 ]
