#!/usr/bin/env bash
# Packages: libheif-examples 1.15.1, gifsicle 1.93, zopfli 1.0.3, libavif-bin 0.11.1 of Debian 12.
#
# Guess, written down first: converters of pictures end with another code than 0 when the disk is
# full.
#
# Seen: heif-enc, gifsicle and zopflipng end with 0 and print nothing that says so; avifenc ends
# with 1. The file is cut at what there was room for. A gallery that replaces originals by smaller
# copies keeps the cut ones; zopflipng is run to replace.
# Remedy: decode the result once before it takes the place of the original.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian libheif-examples=1.15.1-1+deb12u1 gifsicle=1.93-2 zopfli=1.0.3-1 libavif-bin=0.11.1-1+deb12u1
picture a.png
python3 - <<'PYTHON'
import random
# A GIF of noise whose codes are all nine bits: each 254 pixels a clear code.
bits, count, data = 0, 0, bytearray()
random.seed(1)
for n in range(256 * 256):
    for code in ([256] if n % 250 == 0 else []) + [random.randrange(256)]:
        bits |= code << count
        count += 9
        while count >= 8:
            data.append(bits & 255)
            bits >>= 8
            count -= 8
bits |= 257 << count
data += bits.to_bytes(3, "little")
blocks = b"".join(bytes([len(data[i:i + 255])]) + data[i:i + 255] for i in range(0, len(data), 255))
with open("a.gif", "wb") as file:
    file.write(b"GIF87a\0\1\0\1\xf7\0\0" + bytes(n // 3 for n in range(768))
               + b",\0\0\0\0\0\1\0\1\0\x08" + blocks + b"\0;")
PYTHON

heif=$(code on_full_disk heif-enc a.png -o disk/a.heic)
gifsicle=$(code on_full_disk gifsicle a.gif -o disk/a.gif)
zopflipng=$(code on_full_disk zopflipng --iterations=1 a.png disk/a.png)
avifenc=$(code on_full_disk avifenc -s 10 a.png disk/a.avif)
echo "full disk: heif-enc exit $heif, gifsicle $gifsicle, zopflipng $zopflipng, avifenc $avifenc"
[ "$heif $gifsicle $zopflipng" = "0 0 0" ] && [ "$avifenc" != 0 ]
