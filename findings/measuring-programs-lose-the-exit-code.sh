#!/usr/bin/env bash
# Packages: psrecord 1.4, memory-profiler 0.61.0 (mprof) and py-spy 0.4.3 for Python; multitime 1.4,
# strace 6.1 and valgrind 3.19.0 of Debian 12.
#
# Guess, written down first: what starts a program to measure it ends with the code of that program,
# as time, strace and valgrind do.
#
# Seen: psrecord, mprof run and py-spy record end with 0 for a program that ended with 3, and so
# does multitime, which writes "Error when attempting to run" and its table. A failed encoding is
# measured and taken for a good one.
# Remedy: a script as the program that writes its exit code into a file.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian multitime=1.4-2 strace=6.1-0.1 valgrind=1:3.19.0-1
pypi psrecord==1.4 memory-profiler==0.61.0 py-spy==0.4.3
printf '#!/bin/sh\nsleep 0.5\nexit 3\n' >encode
printf 'import time\ntime.sleep(0.5)\nraise SystemExit(3)\n' >encode.py
chmod +x encode
export PATH=$folder/python/bin:$PATH VALGRIND_LIB=$folder/root/usr/libexec/valgrind
seen=
for command in "psrecord ./encode --log psrecord.log" "mprof run ./encode" \
  "py-spy record -o profile.svg -- $(python3 -c 'import sys; print(sys.executable)') encode.py" \
  "multitime ./encode" "strace -o trace ./encode" "valgrind -q ./encode"; do
  read -ra words <<<"$command"
  exited=$(code "${words[@]}")
  echo "${words[0]}: exit $exited"
  seen+="$exited "
done
[ "$seen" = "0 0 0 0 3 3 " ]
