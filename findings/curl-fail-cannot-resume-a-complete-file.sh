#!/usr/bin/env bash
# Packages: curl 7.88.1, wget 1.21.3, lftp 4.9.2 of Debian 12; httpie 3.2.4 for Python.
#
# Guess, written down first: to resume a file that is complete already is success: the server says
# 416 with "Content-Range: bytes */200000", and there is nothing left to fetch.
#
# Seen: wget and lftp end with 0, curl -C - too; but with --fail, as scripts have it, curl ends with
# 22, and httpie --continue with 4. The loop "until curl -f -C - -O …; do sleep 5; done", which is
# there to survive broken connections, never ends when the file was complete at the start or the
# last byte came before the break.
# Remedy: ask for the length first (HEAD) and compare, or take 22 with %{http_code} 416 for done.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian curl=7.88.1-10+deb12u15 wget=1.21.3-1+deb12u1 lftp=4.9.2-2+b1
pypi httpie==3.2.4
cat >server.py <<'PYTHON'
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        if self.headers.get("Range") == "bytes=200000-":
            self.send_response(416)
            self.send_header("Content-Range", "bytes */200000")
            self.send_header("Content-Length", "0")
        else:
            self.send_response(500)
            self.send_header("Content-Length", "0")
        self.end_headers()
PYTHON
serve
head -c 200000 /dev/zero >whole
wget=$(code wget -q -c -O whole "$url")
lftp=$(code lftp -c "get -c $url -o whole")
curl=$(code curl -s -C - -o whole "$url")
fail=$(code curl -s --fail -C - -o whole "$url")
httpie=$(code python3 -m httpie --ignore-stdin --download --continue --output whole GET "$url")
echo "complete file resumed: wget exit $wget, lftp $lftp, curl $curl,"\
  "curl --fail $fail, httpie $httpie"
[ "$wget $lftp $curl $fail $httpie" = "0 0 0 22 4" ]
