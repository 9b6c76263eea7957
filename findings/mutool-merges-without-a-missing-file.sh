#!/usr/bin/env bash
# Package: mupdf-tools 1.21.1 of Debian 12; beside it qpdf 11.3.0 and pdfunite of poppler 22.12.
#
# Guess, written down first: "mutool merge" of a file and of one that is missing ends with another
# code than 0 and makes nothing; pages 5 to 9 of a document of three are an error.
#
# Seen: mutool merge writes the PDF without the missing file and ends with 0; only a line on
# standard error tells. Pages 5 to 9 of three give the last page, with 0, in merge, clean, convert
# and draw: a form that was to be sent without its page 3 is sent as page 3. qpdf and pdfunite end
# with another code and make nothing.
# Remedy: qpdf --empty --pages; or count the pages of the result.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian mupdf-tools=1.21.1+ds2-1+deb12u1 qpdf=11.3.0-1+deb12u1 poppler-utils=22.12.0-2+deb12u3
python3 - <<'PYTHON'
pages = [f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {100 + n} 100] >>" for n in range(3)]
objects = ["<< /Type /Catalog /Pages 2 0 R >>",
           "<< /Type /Pages /Count 3 /Kids [3 0 R 4 0 R 5 0 R] >>", *pages]
text, places = "%PDF-1.4\n", []
for number, thing in enumerate(objects, 1):
    places.append(f"{len(text):010} 00000 n \n")
    text += f"{number} 0 obj\n{thing}\nendobj\n"
text += (f"xref\n0 6\n0000000000 65535 f \n{''.join(places)}trailer\n<< /Size 6 /Root 1 0 R >>\n"
         f"startxref\n{len(text)}\n%%EOF\n")
open("a.pdf", "w").write(text)
PYTHON
merge="$(code mutool merge -o merged.pdf a.pdf missing.pdf a.pdf) $(qpdf --show-npages merged.pdf)"
range="$(code mutool merge -o range.pdf a.pdf 5-9) $(qpdf --show-npages range.pdf)"
width=$(pdfinfo range.pdf | sed -n 's/^Page size: *\([0-9]*\).*/\1/p')
unite=$(code pdfunite a.pdf missing.pdf a.pdf united.pdf)
qpdf=$(code qpdf a.pdf --pages . 5-9 -- ranged.pdf)
echo "mutool merge with a missing file: exit and pages $merge; pages 5-9 of 3: $range, of width" \
  "$width (page 3 has 102); pdfunite exit $unite, qpdf $qpdf"
[ "$merge" = "0 6" ] && [ "$range" = "0 1" ] && [ "$width" = 102 ] && [ "$unite" != 0 ] &&
  [ "$qpdf" != 0 ]
