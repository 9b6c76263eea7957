#!/usr/bin/env bash
# Packages: wget 1.21.3, wget2 1.99.1, curl 7.88.1, aria2 1.36.0, axel 2.17.11 and rclone 1.60.1 of
# Debian 12.
#
# Guess, written down first: each of them, told to use the name of Content-Disposition, writes what
# stands between the quotation marks, takes filename* before filename where it knows filename*, and
# takes the header in any case and with blanks around "=".
#
# Seen: wget and wget2 decode percent signs within quotation marks, so 50%25.mkv is saved as
# 50%.mkv; axel saves 50_25.mkv. Of filename="plain.mkv"; filename*=UTF-8''star.mkv, which RFC 6266
# advises, wget, aria2c and rclone take the second, and curl, axel and wget2 the first. curl and
# axel find no name in FILENAME=, curl none in filename = "…", and axel none unless it stands first,
# behind "; ". aria2c and rclone do as the guess says.
# Remedy: names without a percent sign; both forms with one name; -o at the client.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian wget=1.21.3-1+deb12u1 wget2=1.99.1-2.2 curl=7.88.1-10+deb12u15 aria2=1.36.0-1 \
  axel=2.17.11-3 rclone=1.60.1+dfsg-2+b5
cat >server.py <<'PYTHON'
import http.server
fields = {"percent": 'attachment; filename="50%25.mkv"',
          "both": "attachment; filename=\"plain.mkv\"; filename*=UTF-8''star.mkv",
          "tight": 'attachment;filename="tight.mkv"',
          "case": 'ATTACHMENT; FILENAME="case.mkv"',
          "blanks": 'attachment; filename = "blanks.mkv"',
          "second": 'attachment; size=4; filename="second.mkv"',
          "semicolon": 'attachment; filename="a; b, c.mkv"'}
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.send_header("Content-Disposition", fields[self.path[1:]])
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(b"film")
    do_HEAD = do_GET
PYTHON
serve
export HOME=$folder
# names COMMAND…: the name that it gives for each of the fields.
names() {
  local name
  for name in percent both tight case blanks second semicolon; do
    rm -rf got
    mkdir got
    (cd got && if [ "$1" = rclone ]; then "$@" "$url$name" .; else "$@" "$url$name"; fi) \
      >/dev/null 2>&1 </dev/null || true
    echo "$1, $name: $(ls got)"
  done
}
names wget --content-disposition | tee -a seen
names wget2 --content-disposition | tee -a seen
names curl -OJ | tee -a seen
names aria2c --no-conf | tee -a seen
names axel | tee -a seen
names rclone copyurl -a --header-filename | tee -a seen
diff seen - <<'TEXT'
wget, percent: 50%.mkv
wget, both: star.mkv
wget, tight: tight.mkv
wget, case: case.mkv
wget, blanks: blanks.mkv
wget, second: second.mkv
wget, semicolon: a; b, c.mkv
wget2, percent: 50%.mkv
wget2, both: plain.mkv
wget2, tight: tight.mkv
wget2, case: case.mkv
wget2, blanks: blanks.mkv
wget2, second: second.mkv
wget2, semicolon: a; b, c.mkv
curl, percent: 50%25.mkv
curl, both: plain.mkv
curl, tight: tight.mkv
curl, case: case
curl, blanks: blanks
curl, second: second.mkv
curl, semicolon: a; b, c.mkv
aria2c, percent: 50%25.mkv
aria2c, both: star.mkv
aria2c, tight: tight.mkv
aria2c, case: case.mkv
aria2c, blanks: blanks.mkv
aria2c, second: second.mkv
aria2c, semicolon: a; b, c.mkv
axel, percent: 50_25.mkv
axel, both: plain.mkv
axel, tight: tight
axel, case: case
axel, blanks: blanks.mkv
axel, second: second
axel, semicolon: a; b, c.mkv
rclone, percent: 50%25.mkv
rclone, both: star.mkv
rclone, tight: tight.mkv
rclone, case: case.mkv
rclone, blanks: blanks.mkv
rclone, second: second.mkv
rclone, semicolon: a; b, c.mkv
TEXT
