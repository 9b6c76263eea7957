#!/usr/bin/env bash
# Packages: requests 2.34.2, httpx 0.28.1; werkzeug 3.1.9, streaming-form-data 2.1.0, multipart
# 2.0.1, django 5.2.19, python-multipart 0.0.34 for Python.
#
# Guess, written down first: a backslash in the name of an uploaded file survives; it is a character
# like others on Linux.
#
# Seen: requests (and curl and browsers) send it bare, httpx doubles it. werkzeug and
# streaming-form-data read "a\b.mkv" of requests as an escape: "ab.mkv". django keeps what is behind
# it: "b.mkv". multipart reads that of httpx as "a\\b.mkv". Only python-multipart gives the name
# that was sent, for both. Two files of one upload, "a\b" and "ab", become one.
# Remedy: refuse names with a backslash before they are sent; names of one's own.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi requests==2.34.2 httpx==0.28.1 werkzeug==3.1.9 streaming-form-data==2.1.0 multipart==2.0.1 \
  django==5.2.19 python-multipart==0.0.34
cat >try.py <<'PYTHON'
import io
import httpx, multipart, requests
from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import MultiPartParser
from python_multipart import parse_form
from streaming_form_data import StreamingFormDataParser
from streaming_form_data.targets import ValueTarget
from werkzeug.formparser import parse_form_data
settings.configure()
def names(kind, body):
    def environment():
        return {"REQUEST_METHOD": "POST", "CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body)),
                "wsgi.input": io.BytesIO(body)}
    found = {"werkzeug": parse_form_data(environment())[2]["file"].filename,
             "multipart": multipart.parse_form_data(environment())[1]["file"].filename}
    target = ValueTarget()
    streaming = StreamingFormDataParser({"Content-Type": kind})
    streaming.register("file", target)
    streaming.data_received(body)
    found["streaming-form-data"] = target.multipart_filename
    header = {"CONTENT_TYPE": kind, "CONTENT_LENGTH": len(body)}
    parser = MultiPartParser(header, io.BytesIO(body), [MemoryFileUploadHandler()])
    found["django"] = parser.parse()[1]["file"].name
    parse_form({"Content-Type": kind.encode()}, io.BytesIO(body), None,
               lambda file: found.update({"python-multipart": file.file_name.decode()}))
    return found
one = requests.Request("POST", "http://localhost/", files={"file": ("a\\b.mkv", b"x")}).prepare()
bare = names(one.headers["Content-Type"], one.body)
two = httpx.Request("POST", "http://localhost/", files={"file": ("a\\b.mkv", b"x")})
doubled = names(two.headers["content-type"], two.read())
print("requests:", bare)
print("httpx:   ", doubled)
raise SystemExit(not (bare["werkzeug"] == bare["streaming-form-data"] == "ab.mkv"
                      and bare["django"] == "b.mkv" and doubled["multipart"] == "a\\\\b.mkv"
                      and bare["python-multipart"] == doubled["python-multipart"] == "a\\b.mkv"))
PYTHON
python3 try.py
