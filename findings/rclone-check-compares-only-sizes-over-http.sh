#!/usr/bin/env bash
# Package: rclone 1.60.1 of Debian 12.
#
# Guess, written down first: "rclone check" compares what is in the files, or, where the other side
# has no digests (http, most of WebDAV, crypt), ends with another code than 0.
#
# Seen: two files of one length and different bytes: against a folder it ends with 1; against the
# same folder by http it says "ERROR : No common hash found", then "1 matching files", "1 hashes
# could not be checked", and ends with 0, with --checksum too. A copy that a disk has changed passes
# the check before the original is deleted.
# Remedy: "rclone check --download", which reads both sides; a digest kept beside each file.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian rclone=1.60.1+dfsg-2+b5
export RCLONE_CONFIG=$folder/none
mkdir here there
echo film >here/a.mkv
echo wilm >there/a.mkv
touch -d '2026-01-01 00:00' */a.mkv
cat >server.py <<'PYTHON'
import functools, http.server
Handler = type("Handler", (http.server.SimpleHTTPRequestHandler,), {
    "__init__": functools.partialmethod(http.server.SimpleHTTPRequestHandler.__init__,
                                        directory="there")})
PYTHON
serve
folder_check=$(code rclone check here there)
http_check=$(code rclone check here :http: --http-url "$url")
grep -E 'ERROR|hashes|matching' printed
said=$(grep -c 'hashes could not be checked' printed || true)
checksum=$(code rclone check --checksum here :http: --http-url "$url")
download=$(code rclone check --download here :http: --http-url "$url")
echo "exit codes: against the folder $folder_check, by http $http_check, with --checksum" \
  "$checksum, with --download $download"
[ "$folder_check $http_check $said $checksum $download" = "1 0 1 0 1" ]
