#!/usr/bin/env bash
# Packages: mp3gain 1.6.2 and flac 1.4.2 of Debian 12.
#
# Guess, written down first: mp3gain refuses a file that is no MP3, as it refuses an MP4.
#
# Seen: it takes any bytes that look like the head of a frame for one. In the FLAC file of noise
# below it finds some, changes the bytes there, appends a tag and ends with 0; the file cannot be
# decoded any more. Of other noise it says "is an MPEG Layer II file" and ends with 1. So
# "mp3gain -r *" in a folder of mixed music damages some of what is no MP3, without a copy.
# Remedy: choose by content (file --mime-type), not by folder; loudgain, which writes tags only.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian mp3gain=1.6.2-2 flac=1.4.2+ds-2
python3 - <<'PYTHON'
import array, random, wave
source = random.Random(2)
with wave.open("a.wav", "wb") as file:
    file.setparams((2, 2, 44100, 0, "NONE", ""))
    file.writeframes(array.array("h", [source.randint(-3000, 3000) for _ in range(882000)]))
PYTHON
flac -s a.wav -o a.flac
cp a.flac before.flac
before=$(code flac -t -s a.flac)
gain=$(code mp3gain -q -r -c a.flac)
after=$(code flac -t -s a.flac)
changed=$({ cmp -l before.flac a.flac 2>/dev/null || true; } | wc -l)
echo "mp3gain exit $gain; flac -t $before before, $after after; $changed bytes changed"
[ "$gain" = 0 ] && [ "$before" = 0 ] && [ "$after" != 0 ]
