#!/usr/bin/env bash
# Package: webvtt-py 0.6.0 for Python; beside it pycaption 2.3.14.
#
# Guess, written down first: a converter between SRT, whose text is plain, and WebVTT, whose text
# has &amp; and &lt;, writes and reads these.
#
# Seen: webvtt-py takes the text over as it is. "R&amp;B" of WebVTT is "R&amp;B" on the screen of a
# player of SRT; "x <y> z" of SRT is a tag in WebVTT, and a browser shows "x  z". It also reads
# "00:00:03,5" as 3.005 seconds. pycaption writes and reads the entities.
# Remedy: html.unescape before save_as_srt, html.escape after from_srt; or pycaption.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi webvtt-py==0.6.0 pycaption==2.3.14
cat >try.py <<'PYTHON'
import pycaption, webvtt
as_webvtt = "WEBVTT\n\n00:01.000 --> 00:02.000\nR&amp;B\n"
as_srt = "1\n00:00:01,000 --> 00:00:03,500\nx <y> z & Co\n\n"
webvtt.from_string(as_webvtt).save_as_srt("a.srt")
print("webvtt-py, to SRT:", open("a.srt").read().splitlines()[2])
open("b.srt", "w").write(as_srt)
print("webvtt-py, to WebVTT:", webvtt.from_srt("b.srt").content.splitlines()[3])
made = pycaption.SRTWriter().write(pycaption.WebVTTReader().read(as_webvtt))
print("pycaption, to SRT:", made.splitlines()[2])
made = pycaption.WebVTTWriter().write(pycaption.SRTReader().read(as_srt))
print("pycaption, to WebVTT:", made.splitlines()[3])
open("c.srt", "w").write(as_srt.replace(",500", ",5"))
print("webvtt-py, 00:00:03,5:", webvtt.from_srt("c.srt")[0].end)
PYTHON
python3 try.py | tee seen
grep -q '^webvtt-py, to SRT: R&amp;B$' seen &&
  grep -q '^webvtt-py, to WebVTT: x <y> z & Co$' seen &&
  grep -q '^pycaption, to SRT: R&B$' seen && grep -q '03.005$' seen &&
  grep -q '^pycaption, to WebVTT: x &lt;y' seen
