#!/usr/bin/env bash
# Packages: id3v2 0.1.12, jhead 3.06 and exiv2 0.27.6 of Debian 12; beside them exiftool 12.57 and
# vorbiscomment 1.4.2.
#
# Guess, written down first: a program that changes the tags of a file makes the new file first and
# then puts it in the place of the old one; on a full disk it ends with another code than 0, and the
# file is as it was.
#
# Seen: id3v2 and jhead leave a file of 0 bytes, exiv2 one without its end, and all three end with
# 0; jhead says "Modified". (AtomicParsley --overWrite 20210715 does as the first two.) The only
# copy of a recording or a photograph is lost. exiftool and vorbiscomment end with 1 and leave the
# file as it was.
# Remedy: change a copy on a disk with room, look at it, and rename it into place; or exiftool.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian id3v2=0.1.12+dfsg-7 jhead=1:3.06.0.1-6 exiv2=0.27.6-1 \
  libimage-exiftool-perl=12.57+dfsg-1 vorbis-tools=1.4.2-1+b1 lame=3.100-6 \
  libjpeg-turbo-progs=1:2.1.5-2
export PERL5LIB=$folder/root/usr/share/perl5
noise a.wav 1
lame --quiet a.wav a.mp3
oggenc -Q a.wav -o a.ogg
python3 - <<'PYTHON'
import random
with open("a.ppm", "wb") as file:
    file.write(b"P6 320 240 255\n" + random.Random(1).randbytes(230400))
PYTHON
cjpeg -outfile a.jpg a.ppm

# changed FILE COMMAND…: runs it where disk holds the file and has no room left. Prints the exit
# code and the length of the file after it.
changed() {
  unshare -rm bash -s "$@" <<'SHELL'
mount -t tmpfs -o size=1m none disk
cp "$1" disk
head -c 2M /dev/zero >disk/rest 2>/dev/null
name=$1 status=0
"${@:2}" >/dev/null 2>&1 </dev/null || status=$?
echo "$status $(stat -c %s "disk/$name") $(cmp -s "$name" "disk/$name" && echo same)"
SHELL
}
mkdir disk
title=$(head -c 6000 /dev/zero | tr '\0' x)
id3v2=$(changed a.mp3 id3v2 --song "$title" disk/a.mp3)
jhead=$(changed a.jpg jhead -mkexif disk/a.jpg)
exiv2=$(changed a.jpg exiv2 -M"set Exif.Image.Artist $title" disk/a.jpg)
exiftool=$(changed a.jpg exiftool -q -overwrite_original "-Artist=$title" disk/a.jpg)
vorbis=$(changed a.ogg vorbiscomment -w -t "TITLE=$title" disk/a.ogg)
size=$(stat -c %s a.jpg)
echo "exit code and length: id3v2 $id3v2; jhead $jhead; exiv2 $exiv2 of $size and 6000 more"
echo "beside them: exiftool $exiftool; vorbiscomment $vorbis"
[ "$id3v2" = "0 0 " ] && [ "$jhead" = "0 0 " ] && [[ $exiv2 =~ ^0\ ([0-9]+)\ $ ]] &&
  [ "${BASH_REMATCH[1]}" -lt $((size + 6000)) ] && [[ $exiftool == 1*same ]] &&
  [[ $vorbis == 1*same ]]
