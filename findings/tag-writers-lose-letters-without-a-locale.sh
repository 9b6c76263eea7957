#!/usr/bin/env bash
# Packages: vorbis-tools 1.4.2, flac 1.4.2, lame 3.100, mkvtoolnix 74.0.0, opus-tools 0.2 and ffmpeg
# 5.1.9 of Debian 12.
#
# Guess, written down first: a title in UTF-8 given as an argument is in the file as it was given,
# for the tags of these formats are UTF-8; a program that cannot take it ends with another code than
# 0.
#
# Seen: without a locale of UTF-8 (cron, a container, "env -i") flac, metaflac, oggenc and
# vorbiscomment write a sign "#" for each byte: "Käse" is "K##se". lame and mkvmerge write what
# stands before the letter: "K". All of them end with 0, and the letters cannot be had back from the
# file. opusenc and ffmpeg write the title.
# Remedy: LC_ALL=C.UTF-8; or tags from a file with --no-utf8-convert, --utf8 and --raw.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian vorbis-tools=1.4.2-1+b1 flac=1.4.2+ds-2 lame=3.100-6 mkvtoolnix=74.0.0-1+deb12u1 \
  opus-tools=0.2-1+b1 ffmpeg=7:5.1.9-0+deb12u1
unset LANG LC_CTYPE LC_ALL
noise a.wav 1
title=Käse
oggenc -Q a.wav -o oggenc.ogg -t "$title"
oggenc -Q a.wav -o vorbiscomment.ogg
vorbiscomment -w -t "TITLE=$title" vorbiscomment.ogg
flac -s -T "TITLE=$title" a.wav -o flac.flac
flac -s a.wav -o metaflac.flac
metaflac --set-tag="TITLE=$title" metaflac.flac
lame --quiet --tt "$title" a.wav lame.mp3
mkvmerge -q --title "$title" -o mkvmerge.mkv a.wav
opusenc --quiet --title "$title" a.wav opusenc.opus
ffmpeg -v error -i a.wav -metadata title="$title" ffmpeg.flac
seen=
for file in oggenc.ogg vorbiscomment.ogg flac.flac metaflac.flac lame.mp3 mkvmerge.mkv \
  opusenc.opus ffmpeg.flac; do
  read -r kept < <(ffprobe -v error -of default=nk=1:nw=1 \
    -show_entries format_tags=title:stream_tags=title "$file")
  echo "${file%.*}: $kept"
  seen+="$kept "
done
[ "$seen" = "K##se K##se K##se K##se K K Käse Käse " ]
