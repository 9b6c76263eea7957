#!/usr/bin/env bash
# Packages: qpdf 11.3.0, poppler-utils 22.12.0 of Debian 12.
#
# Guess, written down first: qpdf ends with 2 when it cannot write, pdftocairo with another code
# than 0: both document codes for errors of the output.
#
# Seen: qpdf ends with 0 and prints nothing; pdftocairo prints "cairo error: error while writing to
# output stream" and ends with 0. What is left is a PDF without its end: with no cross-reference
# table.
# Remedy: qpdf --check of the result; it is cheap and told this file.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian qpdf=11.3.0-1+deb12u1 poppler-utils=22.12.0-2+deb12u3 libtiff-tools=4.5.0-6+deb12u4
python3 - <<'PYTHON'
import random
pixels = random.Random(1).randbytes(256 * 256)
open("a.pgm", "wb").write(b"P5 256 256 255\n" + pixels)
PYTHON
ppm2tiff a.pgm a.tiff && tiff2pdf -o a.pdf a.tiff
on_full_disk sh -c 'qpdf a.pdf disk/b.pdf; echo "qpdf: exit $?"; cp disk/b.pdf b.pdf' 2>&1 |
  tee said
on_full_disk sh -c 'pdftocairo -pdf a.pdf disk/c.pdf; echo "pdftocairo: exit $?"' 2>&1 |
  tee -a said
check=$(code qpdf --check b.pdf)
echo "qpdf --check of that: exit $check; $(stat -c %s a.pdf) bytes became $(stat -c %s b.pdf)"
[ "$(grep -c ': exit 0$' said)" = 2 ] && [ "$check" != 0 ]
