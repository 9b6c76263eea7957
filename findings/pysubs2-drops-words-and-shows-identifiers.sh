#!/usr/bin/env bash
# Package: pysubs2 1.8.1 for Python; beside it srt 3.5.3 and webvtt-py 0.6.0.
#
# Guess, written down first: to move subtitles by two seconds and save them in the format that they
# came in changes times and nothing else.
#
# Seen: pysubs2 keeps all as SubStation Alpha inside. What stands in braces or angle brackets goes
# for markup and is gone after SRT to SRT: "{sighs} Is a < b > c?" comes out as "Is a  c?". Of
# WebVTT it takes the identifier of a cue (each cue may have one) for the last line of the cue
# before, so viewers read "scene-2"; settings, notes and styles are gone. No warning.
# Remedy: srt and webvtt-py for a change of times within one format; ffmpeg -itsoffset.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi pysubs2==1.8.1 srt==3.5.3 webvtt-py==0.6.0
cat >try.py <<'PYTHON'
import datetime, pysubs2, srt, webvtt
film = "1\n00:00:10,000 --> 00:00:12,000\n{sighs} Is a < b > c?\n\n"
moved = pysubs2.SSAFile.from_string(film, format_="srt")
moved.shift(s=2)
print("pysubs2 srt:", moved.to_string("srt").splitlines()[2])
cues = list(srt.parse(film))
cues[0].start += datetime.timedelta(seconds=2)
print("srt:", cues[0].content)
film = ("WEBVTT\n\nscene-1\n00:10.000 --> 00:12.000 line:0\nFirst words.\n\n"
        "scene-2\n00:13.000 --> 00:14.000\nMore words.\n")
lines = pysubs2.SSAFile.from_string(film, format_="vtt").to_string("vtt").split("\n\n")[1]
print("pysubs2 vtt:", lines.splitlines()[1:])
cue = webvtt.from_string(film)[0]
print("webvtt-py:", cue.lines, cue.identifier)
PYTHON
python3 try.py | tee seen
grep -q '^pysubs2 srt: Is a  c?$' seen && grep -q "^srt: {sighs} Is a < b > c?$" seen &&
  grep -q "^pysubs2 vtt: .*'First words.', 'scene-2'\]$" seen &&
  grep -q "^webvtt-py: \['First words.'\] scene-1$" seen
