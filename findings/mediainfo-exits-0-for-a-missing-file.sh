#!/usr/bin/env bash
# Packages: mediainfo 23.04, libjxl-tools 0.7.0, gifsicle 1.93 of Debian 12; mkvtoolnix 74.0.0.
#
# Guess, written down first: a program that is asked about a file ends with another code than 0 when
# the file is not there, and jxlinfo and gifsicle --info do when it stops in the middle.
#
# Seen: mediainfo ends with 0 for a file that does not exist (it prints an empty line) and for one
# that is half there, where it prints "IsTruncated: Yes" among the rest. jxlinfo describes half a
# JPEG XL with 0, gifsicle --info half a GIF with 0. As check before an original is deleted they all
# say yes.
# Remedy: read mediainfo's --Output=JSON: "media": null, or IsTruncated, is a no; decode pictures
# (djxl ends with 1) rather than asking for their header.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian mediainfo=23.04-1 libjxl-tools=0.7.0-10+deb12u1 gifsicle=1.93-2 mkvtoolnix=74.0.0-1+deb12u1 \
  flac=1.4.2+ds-2
noise a.wav 5
mkvmerge -q -o a.mka a.wav
picture a.png
cjxl a.png a.jxl >/dev/null 2>&1
half a.mka half.mka
half a.jxl half.jxl

missing=$(code mediainfo there-is-none.mkv)
truncated=$(code mediainfo --Full half.mka)
grep IsTruncated printed || true
jxlinfo=$(code jxlinfo half.jxl)
djxl=$(code djxl half.jxl out.png)
echo "mediainfo: missing file exit $missing, half a file $truncated;" \
  "half a JPEG XL: jxlinfo $jxlinfo, djxl $djxl"
[ "$missing $truncated $jxlinfo" = "0 0 0" ] && [ "$djxl" != 0 ]
