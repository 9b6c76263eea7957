#!/usr/bin/env bash
# Packages: requests 2.34.2 with Retry of urllib3 2.8.0 for Python.
#
# Guess, written down first: a PUT whose body is a generator cannot be repeated, and after a 503 the
# caller gets an error that says so, as for a redirect (UnrewindableBodyError).
#
# Seen: it is repeated with an empty body, and 200 is returned. The server has stored an empty file,
# and the caller takes the upload for done. A file object is sought back and repeated whole.
# Remedy: no retries for a body that is a generator, or a digest or length in a header that the
# server checks (Content-Digest of RFC 9530).
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi requests==2.34.2 urllib3==2.8.0
cat >server.py <<'PYTHON'
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    attempts = 0
    def do_PUT(self):
        length = 0
        while size := int(self.rfile.readline(), 16):
            length += len(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        with open("lengths", "a") as file: print(length, file=file)
        Handler.attempts += 1
        self.send_response(503 if Handler.attempts == 1 else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()
PYTHON
serve
cat >try.py <<'PYTHON'
import requests, sys, urllib3
session = requests.Session()
retries = urllib3.Retry(total=2, status_forcelist=[503])
session.mount("http://", requests.adapters.HTTPAdapter(max_retries=retries))
print(session.put(sys.argv[1], data=(b"x" * 1000 for _ in range(2))).status_code)
PYTHON
answer=$(timeout 60 python3 try.py "$url") || untried "$answer"
echo "answer $answer; bytes of each attempt: $(paste -sd' ' lengths)"
[ "$answer $(paste -sd' ' lengths)" = '200 2000 0' ]
