#!/usr/bin/env bash
# Package: httpx-retries 0.6.0 for Python, with httpx 0.28.1.
#
# Guess, written down first: a PUT of an open file that is answered with 503 is repeated with the
# whole file, as urllib3 does by seeking back; PUT is among the methods that are repeated by
# default.
#
# Seen: the second attempt has the length of the file and no bytes, and raises LocalProtocolError
# ("Too little data for declared Content-Length"); with a generator it raises StreamConsumed. The
# caller never sees the 503 or its Retry-After. bytes are repeated.
# Remedy: bytes, or a loop of one's own that opens the file anew for each attempt.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi httpx-retries==0.6.0 httpx==0.28.1
cat >server.py <<'PYTHON'
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_PUT(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(503)
        self.send_header("Retry-After", "1")
        self.send_header("Content-Length", "0")
        self.end_headers()
PYTHON
serve
head -c 100000 /dev/urandom >upload
cat >try.py <<'PYTHON'
import httpx, httpx_retries, sys
transport = httpx_retries.RetryTransport(retry=httpx_retries.Retry(total=1))
with httpx.Client(transport=transport) as client:
    bytes_answer = client.put(sys.argv[1], content=open("upload", "rb").read()).status_code
    try:
        file_answer = client.put(sys.argv[1], content=open("upload", "rb")).status_code
    except Exception as error:
        file_answer = type(error).__name__
print("bytes:", bytes_answer, "file:", file_answer)
raise SystemExit((bytes_answer, file_answer) != (503, "LocalProtocolError"))
PYTHON
timeout 60 python3 try.py "$url"
