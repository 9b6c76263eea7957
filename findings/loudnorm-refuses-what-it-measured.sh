#!/usr/bin/env bash
# Package: ffmpeg 5.1.9 of Debian 12.
#
# Guess, written down first: the second pass of loudnorm takes each number that its first pass
# printed with print_format=json; that is what they are for.
#
# Seen: a silent track (a commentary that is empty, a pause) is measured as "-inf", and a very loud
# one as more than 0 LUFS ("1.18"): the second pass allows -99 to 0, and refuses the whole command:
# "Value -inf for parameter 'measured_I' out of range". So a batch of two passes stops at such a
# track, though the first pass ended with 0. In JSON the numbers are texts. One pass alone takes
# both.
# Remedy: leave silence alone when input_i is "-inf", and give measured_I=0 for what is above.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian ffmpeg=7:5.1.9-0+deb12u1
noise loud.wav 1
python3 - <<'PYTHON'
import array, wave
with wave.open("loud.wav") as loud:
    parameters, frames = loud.getparams(), array.array("h", loud.readframes(44100))
for name, factor in ("soft.wav", 0.05), ("silent.wav", 0):
    with wave.open(name, "wb") as file:
        file.setparams(parameters)
        file.writeframes(array.array("h", [int(each * factor) for each in frames]))
PYTHON
cat >passes.py <<'PYTHON'
import json, subprocess
TARGET = "loudnorm=I=-16:TP=-1.5:LRA=11"
def run(name, filters):
    return subprocess.run(["ffmpeg", "-hide_banner", "-i", name, "-af", filters, "-f", "null", "-"],
                          capture_output=True, text=True)
codes = []
for name in "soft.wav", "silent.wav", "loud.wav":
    first = run(name, TARGET + ":print_format=json")
    said = json.loads(first.stderr[first.stderr.rindex("{"):first.stderr.rindex("}") + 1])
    second = run(name, TARGET + ":linear=true" + "".join(
        f":{key}={said[value]}" for key, value in (
            ("measured_I", "input_i"), ("measured_TP", "input_tp"), ("measured_LRA", "input_lra"),
            ("measured_thresh", "input_thresh"), ("offset", "target_offset"))))
    codes.append((said["input_i"], first.returncode, second.returncode))
    print(f"{name}: measured {said['input_i']}, the second pass ends with {second.returncode}",
          *[line for line in second.stderr.splitlines() if "out of range [" in line])
(soft, *ended), (silent, *refused), (loud, *too) = codes
raise SystemExit(not (ended == [0, 0] and silent == "-inf" and float(loud) > 0
                      and refused == too == [0, 1]))
PYTHON
python3 passes.py
