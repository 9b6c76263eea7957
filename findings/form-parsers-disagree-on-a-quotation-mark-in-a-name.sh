#!/usr/bin/env bash
# Packages: python-multipart 0.0.34, django 5.2.19, tornado 6.6.1, multipart 2.0.1, werkzeug 3.1.9
# for Python; forms of httpx 0.28.1.
#
# Guess, written down first: a file name comes back as it was sent, whichever of the well-kept
# encoders and parsers are used.
#
# Seen: a quotation mark is sent as %22, as the HTML standard has it, and "%22" as itself.
# python-multipart (FastAPI, Starlette), django and tornado leave both: 'Live 12" mix.flac' becomes
# 'Live 12%22 mix.flac'. multipart and werkzeug (Flask) decode both: '50%22.mkv' becomes '50".mkv'.
# No parser can be right, for two names have one form; and two services that pass a file on disagree
# on what it is called.
# Remedy: do not take the name for the key of a file: a name of one's own, sent in a field or in the
# address.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi python-multipart==0.0.34 django==5.2.19 tornado==6.6.1 multipart==2.0.1 werkzeug==3.1.9 \
  httpx==0.28.1
cat >try.py <<'PYTHON'
import io
import httpx, multipart, tornado.httputil
from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import MultiPartParser
from python_multipart import parse_form
from werkzeug.formparser import parse_form_data
settings.configure()
def environment(kind, body):
    return {"REQUEST_METHOD": "POST", "CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body)}
def names(kind, body):
    found = []
    parse_form({"Content-Type": kind.encode()}, io.BytesIO(body), None,
               lambda file: found.append(file.file_name.decode()))
    header = {"CONTENT_TYPE": kind, "CONTENT_LENGTH": len(body)}
    parser = MultiPartParser(header, io.BytesIO(body), [MemoryFileUploadHandler()])
    found.append(parser.parse()[1]["file"].name)
    files = {}
    tornado.httputil.parse_body_arguments(kind, body, {}, files)
    found.append(files["file"][0].filename)
    found.append(multipart.parse_form_data(environment(kind, body))[1]["file"].filename)
    found.append(parse_form_data(environment(kind, body))[2]["file"].filename)
    return found
seen = {}
for name in ('12" mix.flac', "50%22.mkv"):
    request = httpx.Request("POST", "http://localhost/", files={"file": (name, b"x")})
    seen[name] = names(request.headers["content-type"], request.read())
    print(name, "->", *seen[name], sep="  ")
kept, decoded = seen['12" mix.flac'], seen["50%22.mkv"]
raise SystemExit(not (kept == ["12%22 mix.flac"] * 3 + ['12" mix.flac'] * 2
                      and decoded == ["50%22.mkv"] * 3 + ['50".mkv'] * 2))
PYTHON
python3 try.py
