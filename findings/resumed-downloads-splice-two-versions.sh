#!/usr/bin/env bash
# Packages: aria2 1.36.0, lftp 4.9.2 of Debian 12; httpie 3.2.4 for Python.
#
# Guess, written down first: a downloader that resumes a file notices that the one on the server is
# another by now: it asks with If-Range, or compares the ETag or Last-Modified of the answer with
# what it kept (aria2 keeps a control file). Of wget and curl it is known that they do not.
#
# Seen: aria2c, lftp and httpie ask for the rest with Range alone, compare nothing, and end with 0:
# the file is the first half of the old version and the second of the new one. aria2c even has the
# new ETag in hand, for it begins with a request for the whole. Results that are made again under
# the same name (a transcode with other options of the same length, a nightly archive) come out
# spliced.
# Remedy: a name or an address of its own for each version; a digest that is checked after each
# download.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian aria2=1.36.0-1 lftp=4.9.2-2+b1
pypi httpie==3.2.4
cat >server.py <<'PYTHON'
import http.server, re
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = b"B" * 200000
        match = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if match and self.headers.get("If-Range") in (None, '"B"'):
            start = int(match[1])
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-199999/200000")
            body = body[start:]
        else:
            self.send_response(200)
        self.send_header("ETag", '"B"')
        self.send_header("Last-Modified", "Mon, 08 Jan 2024 00:00:00 GMT")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True
PYTHON
serve
try() {
  printf 'A%.0s' $(seq 100000) >part
  touch -d 2024-01-01T00:00:00Z part
  local name=$1 status
  shift
  status=$(code "$@")
  echo "$name: exit $status, $(tr -cd A <part | wc -c) bytes of the old version," \
    "$(tr -cd B <part | wc -c) of the new" | tee -a seen
}
try aria2c aria2c -q -c -o part "$url"
try lftp lftp -c "get -c $url -o part"
try httpie python3 -m httpie --ignore-stdin --download --continue --output part GET "$url"
spliced='exit 0, (98304|100000) bytes of the old version, 10[01][0-9]+ of the new'
[ "$(grep -cE "$spliced" seen)" = 3 ]
