#!/usr/bin/env bash
# Packages: libwww-perl 6.68, axel 2.17.11 of Debian 12; beside them curl 7.88.1.
#
# Guess, written down first: a download that ends before the length that was announced ends with
# another code than 0.
#
# Seen: lwp-download prints "48.8 KB of 97.7 KB received" and ends with 0; lwp-request prints what
# came and ends with 0; axel leaves the half file, removes its own .st file that would let it
# resume, and ends with 0. curl ends with 18, and so do wget, aria2c and httpie with codes of
# theirs.
# Remedy: curl or wget; with LWP in a program, look at the header Client-Aborted and at
# Content-Length.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian libwww-perl=6.68-1 axel=2.17.11-3 curl=7.88.1-10+deb12u15
cat >server.py <<'PYTHON'
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.wfile.write(b"x" * 50000)
PYTHON
serve
export PERL5LIB=$folder/root/usr/share/perl5

lwp=$(code lwp-download "${url}a" lwp)
grep -o '[0-9.]* KB of .* received' printed
request=$(code lwp-request -m GET "${url}a")
axel=$(code axel -q -n 1 -o axel "${url}a")
curl=$(code curl -s -o curl "${url}a")
echo "50000 of 100000 bytes: lwp-download exit $lwp, lwp-request $request, axel $axel, curl $curl"
stat -c '%n: %s' lwp axel
[ "$lwp $request $axel $curl" = "0 0 0 18" ] && [ "$(stat -c %s axel)" = 50000 ] && [ ! -e axel.st ]
