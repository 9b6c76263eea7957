#!/usr/bin/env bash
# Package: jo 1.9 of Debian 12.
#
# Guess, written down first: jo makes a number of what is a JSON number (1, 2.5, 1e3), and a string
# of the rest: 007, 0x10 and +5 are no JSON numbers.
#
# Seen: whatever strtod takes is a number: 007 becomes 7, 0x10 16, +5 and " 5" 5, 5. and 1.0 5 and
# 1, 1.10 1.1; twenty digits lose the last ones; an empty value is null. A film called 007, a
# commit, a version, a serial number or an argument of a program that is put together with jo
# arrives as another one, or is refused by an API that wants strings.
# Remedy: jo -- -s name=value, with -s before each word, or jq --arg.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian jo=1.9-1

jo title=007 commit=0x10 version=1.10 id=12345678901234567890123 name= | tee seen
jo -- -s title=007 -s commit=0x10 -s version=1.10 -s name= | tee -a seen
grep -qxF '{"title":7,"commit":16,"version":1.1,"id":1.234567890123457e+22,"name":null}' seen &&
  grep -qxF '{"title":"007","commit":"0x10","version":"1.10","name":""}' seen
