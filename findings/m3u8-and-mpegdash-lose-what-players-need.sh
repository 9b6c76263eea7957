#!/usr/bin/env bash
# Packages: m3u8 6.0.0 and mpegdash 0.4.1 for Python, ffmpeg 5.1.9 of Debian 12.
#
# Guess, written down first: a playlist of HLS that m3u8 loads and dumps, and an MPD of ffmpeg that
# mpegdash reads and writes, say the same as before.
#
# Seen: m3u8 drops EXT-X-DEFINE and leaves {$base} in the addresses, which then lead nowhere; of a
# main playlist it drops SCORE, SUPPLEMENTAL-CODECS and NAME of a variant and SAMPLE-RATE of a
# sound, and every comment. mpegdash drops ServiceDescription, with its latency, and the place of
# the schema. Neither warns.
# Remedy: change lines of a playlist, and nodes of an MPD, in place.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian ffmpeg=7:5.1.9-0+deb12u1
pypi m3u8==6.0.0 mpegdash==0.4.1
ffmpeg -v error -f lavfi -i testsrc2=size=64x64:duration=2 -c:v mpeg4 -f dash film.mpd
cat >try.py <<'PYTHON'
import re, m3u8
from collections import Counter
from mpegdash.parser import MPEGDASHParser
from xml.etree import ElementTree
MEDIA = """#EXTM3U
#EXT-X-VERSION:8
#EXT-X-TARGETDURATION:10
#EXT-X-DEFINE:NAME="base",VALUE="films/1"
# made by the encoder
#EXTINF:9.009,First
{$base}/a.m4s
#EXT-X-ENDLIST
"""
MAIN = """#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",CHANNELS="2",SAMPLE-RATE=48000,URI="a.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1280000,CODECS="hvc1.2.20",SUPPLEMENTAL-CODECS="dvh1.8",SCORE=1.5,\
AUDIO="a",NAME="720p"
720.m3u8
"""
dumped = m3u8.loads(MEDIA).dumps()
print(dumped)
words = re.compile(r"#EXT-X-[A-Z]+|[A-Z-]+(?==)|#[ ].*")
lost = [sorted((Counter(words.findall(text))
                - Counter(words.findall(m3u8.loads(text).dumps()))).elements())
        for text in (MEDIA, MAIN)]
print("lost of the two playlists:", *lost, sep="\n  ")
MPEGDASHParser.write(MPEGDASHParser.parse("film.mpd"), "again.mpd")
def parts(name):
    return [each.tag.split("}")[1] for each in ElementTree.parse(name).iter()]
gone = [part for part in parts("film.mpd") if part not in parts("again.mpd")]
print("lost of the MPD:", *gone)
raise SystemExit(not (
    "{$base}/a.m4s" in dumped and gone == ["ServiceDescription"]
    and lost == [["# made by the encoder", "#EXT-X-DEFINE", "NAME", "VALUE"],
                 ["NAME", "SAMPLE-RATE", "SCORE", "SUPPLEMENTAL-CODECS"]]))
PYTHON
python3 try.py
