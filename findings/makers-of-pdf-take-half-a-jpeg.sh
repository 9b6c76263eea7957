#!/usr/bin/env bash
# Packages: img2pdf 0.6.3, fpdf2 2.8.9, reportlab 5.1.0, PyMuPDF 2.0 and WeasyPrint 70.0 for Python.
#
# Guess, written down first: each refuses half a JPEG, as each refuses half a PNG.
#
# Seen: all five put the half picture into the PDF without an exception, img2pdf with exit code 0: a
# JPEG goes in as it is, and only its head is read. A reader of the PDF shows grey, or says that the
# file is damaged. All but WeasyPrint, which takes it too, raise for half a PNG, whose pixels they
# have to read.
# Remedy: decode first (Pillow: Image.open(file).load()), for a JPEG is what arrives half.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian libpango-1.0-0 libpangoft2-1.0-0
pypi img2pdf==0.6.3 fpdf2==2.8.9 reportlab==5.1.0 pymupdf==2.0 weasyprint==70.0 pillow==13.0.0
picture a.png
python3 -c 'from PIL import Image; Image.open("a.png").save("a.jpg", quality=90)'
half a.png half.png
half a.jpg half.jpg
cat >img2pdf.maker <<'PYTHON'
import img2pdf
make = img2pdf.convert
PYTHON
cat >fpdf2.maker <<'PYTHON'
import fpdf
def make(name):
    document = fpdf.FPDF()
    document.add_page()
    document.image(name)
    return document.output()
PYTHON
cat >reportlab.maker <<'PYTHON'
import io
from reportlab.pdfgen.canvas import Canvas
def make(name):
    canvas = Canvas(io.BytesIO())
    canvas.drawImage(name, 0, 0)
    return canvas.getpdfdata()
PYTHON
cat >pymupdf.maker <<'PYTHON'
import pymupdf
def make(name):
    document = pymupdf.open()
    page = document.new_page()
    page.insert_image(page.rect, filename=name)
    return document.tobytes()
PYTHON
cat >weasyprint.maker <<'PYTHON'
import weasyprint
def make(name):
    return weasyprint.HTML(string=f'<img src="{name}">', base_url=".").write_pdf()
PYTHON
cat >pillow.maker <<'PYTHON'
from PIL import Image
make = lambda name: Image.open(name).load() and b""
PYTHON
cat >try.py <<'PYTHON'
import runpy, sys
try:
    size = len(runpy.run_path(f"{sys.argv[1]}.maker")["make"](sys.argv[2]))
    print(f"{sys.argv[1]}: {sys.argv[2]} taken, {size} bytes")
except Exception as error:
    print(f"{sys.argv[1]}: {sys.argv[2]} refused, {type(error).__name__}")
PYTHON
for maker in img2pdf fpdf2 reportlab pymupdf weasyprint pillow; do
  for name in half.jpg half.png; do
    python3 -W ignore try.py "$maker" "$name" 2>log || { tail -n 3 log; exit 1; }
  done
done | tee seen
exited=$(code python3 -m img2pdf half.jpg -o half.pdf)
echo "img2pdf half.jpg: exit $exited"
taken=$(sed -n 's/: \(.*\) taken.*/ \1/p' seen | paste -sd,)
[ "$exited $taken" = "0 img2pdf half.jpg,fpdf2 half.jpg,reportlab half.jpg,pymupdf half.jpg,\
weasyprint half.jpg,weasyprint half.png" ]
