#!/usr/bin/env bash
# Packages: WeasyPrint 70.0 and Pillow 13.0.0 for Python.
#
# Guess, written down first: the import of a maker of PDF changes nothing for what else uses Pillow
# in the process, and half a picture goes on raising "image file is truncated".
#
# Seen: "import weasyprint" sets ImageFile.LOAD_TRUNCATED_IMAGES of Pillow to True. From then on
# each Image.open(…).load() of the process takes half a JPEG or PNG and fills the rest with grey or
# black: a test of uploads, and a thumbnail, in a service that also makes a report passes what it
# refused before. Whether it does depends on the order of imports and requests.
# Remedy: set ImageFile.LOAD_TRUNCATED_IMAGES to False after the import; WeasyPrint in a process of
# its own.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian libpango-1.0-0 libpangoft2-1.0-0
pypi weasyprint==70.0 pillow==13.0.0
picture a.png
python3 -c 'from PIL import Image; Image.open("a.png").save("a.jpg", quality=90)'
half a.png half.png
half a.jpg half.jpg
cat >try.py <<'PYTHON'
from PIL import Image
def takes(name):
    try:
        Image.open(name).load()
        return True
    except OSError as error:
        print(f"{name}: {error}")
        return False
before = takes("half.jpg"), takes("half.png")
import weasyprint
after = takes("half.jpg"), takes("half.png")
print("half.jpg and half.png taken before the import:", *before)
print("half.jpg and half.png taken after the import:", *after)
raise SystemExit((before, after) != ((False, False), (True, True)))
PYTHON
python3 -W ignore try.py
